//! The main job from end to end: a document and a recording in, a report out, every verdict as it must be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

use crate::web::fixture;

/// Runs `check` on a document with a recording, and returns what standard output holds.
fn check(document: &Path, recording: &Path, format: &str) -> Vec<u8> {
    let mut command = Command::cargo_bin("citeaudit").unwrap();
    command.arg("check").arg(document).arg("--replay").arg(recording).args(["--format", format]);
    command.output().unwrap().stdout
}

fn report(document: &Path, recording: &Path) -> Value {
    serde_json::from_slice(&check(document, recording, "json")).unwrap()
}

/// Holds a report to what is expected of each note.
fn hold(report: &Value, expected: &Path) {
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    let document = &report["documents"][0];
    let citations = document["citations"].as_array().unwrap();
    assert_eq!(citations.len(), expected.len());
    for citation in citations {
        let note = citation["note"].as_str().unwrap();
        let wanted = &expected[note];
        assert_eq!(citation["references"][0]["url"], wanted["url"], "[{note}]");
        let source = source(report, &citation["references"][0]["source"]);
        assert_eq!(source["liveness"], wanted["source"], "[{note}]");
        for (key, wanted_key) in [("final_url", "redirected_to"), ("language", "language")] {
            if !wanted[wanted_key].is_null() {
                assert_eq!(source[key], wanted[wanted_key], "[{note}]");
            }
        }
        let verdicts: Vec<&Value> =
            citation["quotations"].as_array().unwrap().iter().map(|q| &q["verdict"]).collect();
        let wanted_verdicts: Vec<&Value> = wanted["quotes"].as_array().unwrap().iter().collect();
        assert_eq!(verdicts, wanted_verdicts, "[{note}]");
        assert_eq!(words(citation), pairs(&wanted["altered_words"]), "[{note}]");
        if !wanted["elsewhere"].is_null() {
            let found = self::source(report, &citation["quotations"][0]["source"]);
            assert_eq!(found["url"], wanted["elsewhere"], "[{note}]");
            assert_eq!(citation["quotations"][0]["found_in"], "elsewhere", "[{note}]");
        }
        let dates: Vec<Value> = findings(document, "date-conflict")
            .filter(|finding| finding["note"] == note)
            .map(|finding| finding["dates"].clone())
            .collect();
        let wanted_dates = Some(&wanted["date_conflict"]).filter(|dates| !dates.is_null());
        assert_eq!(dates.first(), wanted_dates, "[{note}]");
    }
}

fn source<'a>(report: &'a Value, id: &Value) -> &'a Value {
    report["sources"].as_array().unwrap().iter().find(|source| source["id"] == *id).unwrap()
}

fn findings<'a>(document: &'a Value, rule: &'a str) -> impl Iterator<Item = &'a Value> {
    document["findings"].as_array().unwrap().iter().filter(move |finding| finding["rule"] == rule)
}

/// Returns the words that differ unmarked, as the document has them and as the source has them.
fn words(citation: &Value) -> Vec<(String, String)> {
    let quotations = citation["quotations"].as_array().unwrap().iter();
    quotations
        .filter(|quotation| quotation["verdict"] == "altered")
        .flat_map(|quotation| quotation["match"]["differences"].as_array().unwrap())
        .map(|difference| {
            let words = |key: &str| difference[key].as_str().unwrap().to_owned();
            (words("document"), words("source"))
        })
        .collect()
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let pairs = value.as_array().into_iter().flatten();
    pairs
        .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
        .collect()
}

fn fairway() -> Value {
    report(&fixture("documents/fairway.txt"), &fixture("web/fairway.warc.gz"))
}

/// Returns the folder of the real report beside the checkout, if it is there.
fn dispatch() -> Option<std::path::PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/dispatch"));
    if !folder.is_dir() {
        eprintln!("skipped: {} is absent", folder.display());
        return None;
    }
    Some(folder.to_owned())
}

#[test]
fn every_verdict_of_the_fixture_is_as_expected() {
    hold(&fairway(), &fixture("documents/fairway.expected.json"));
}

#[test]
fn the_uncited_quotations_of_the_fixture_are_of_the_right_kind() {
    let report = fairway();
    let uncited = report["documents"][0]["uncited_quotations"].as_array().unwrap();
    let found: Vec<(&str, &str)> = uncited
        .iter()
        .map(|uncited| (uncited["kind"].as_str().unwrap(), uncited["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("heading", "Common Fairway"),
            ("echo", "sea-minded neighbour"),
            ("heading", "Mutual Pilotage In The Event Of Ice Closing Either Port"),
            ("heading", "A Second Gate At Its Door"),
            ("uncited", "two doors and one key."),
        ]
    );
}

#[test]
fn one_page_is_one_source_however_often_it_is_cited() {
    let report = fairway();
    let sources = report["sources"].as_array().unwrap();
    let urls: BTreeSet<&str> =
        sources.iter().map(|source| source["url"].as_str().unwrap()).collect();
    assert_eq!((sources.len(), urls.len()), (14, 14));
}

#[test]
fn the_findings_of_the_fixture_are_these() {
    let report = fairway();
    let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
    for (rule, count) in report["summary"]["rules"].as_object().unwrap() {
        if count.as_u64() > Some(0) {
            rules.insert(rule, count.as_u64().unwrap());
        }
    }
    let expected = BTreeMap::from([
        ("link-rot", 1),
        ("source-moved", 2),
        ("source-restricted", 1),
        ("quotation-altered", 1),
        ("quotation-absent", 1),
        ("quotation-elsewhere", 1),
        ("quotation-translated", 4),
        ("quotation-unverifiable", 2),
        ("quotation-uncited", 1),
        ("omission-changes-sense", 1),
        ("date-conflict", 1),
        ("date-missing", 1),
        ("tracking-parameter", 1),
    ]);
    assert_eq!(rules, expected);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (document, web) = (fixture("documents/fairway.txt"), fixture("web/fairway.warc.gz"));
    for format in citeaudit::render::ReportFormat::ALL {
        let first = check(&document, &web, format.name());
        assert!(!first.is_empty());
        assert_eq!(first, check(&document, &web, format.name()), "{format:?}");
    }
}

#[test]
fn every_verdict_of_the_real_report_is_as_expected() {
    let Some(folder) = dispatch() else { return };
    let report = report(&folder.join("report.txt"), &folder.join("web.warc.gz"));
    hold(&report, &folder.join("expected.json"));
    let truth: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("truth.json")).unwrap()).unwrap();
    let document = &report["documents"][0];
    let quotations = document["citations"].as_array().unwrap().iter();
    let quotations: usize = quotations.map(|c| c["quotations"].as_array().unwrap().len()).sum();
    let counts = &truth["counts"];
    assert_eq!(Value::from(quotations), counts["attached_quotes"]);
    assert_eq!(Value::from(report["sources"].as_array().unwrap().len()), counts["unique_urls"]);
    let uncited = document["uncited_quotations"].as_array().unwrap();
    assert_eq!(Value::from(uncited.len()), counts["unattached"]);
}
