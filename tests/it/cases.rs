//! The hand-made pairs of page and quotation beside the checkout: no bad quotation is accepted, and nearly all
//! verdicts are right. Skips, and says so, where they are absent.

use std::path::Path;
use std::time::Duration;

use citeaudit::assess::assess;
use citeaudit::fetched::{Answer, Completeness, Fetched};
use citeaudit::pipeline::quote;
use citeaudit::report::CheckedQuotation;
use citeaudit::source::{Purpose, SourceId};
use citeaudit::target::Target;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    quote: String,
    accept: Vec<String>,
    layer: String,
    flags_expected: Vec<String>,
    encoding: String,
    content_type: String,
    page_html: String,
    pdf_b64: Option<String>,
    diff: Option<Words>,
}

#[derive(Deserialize)]
struct Words {
    missing: Vec<String>,
    added: Vec<String>,
}

impl Case {
    fn body(&self) -> Vec<u8> {
        if let Some(pdf) = &self.pdf_b64 {
            return from_base64(pdf);
        }
        match self.encoding.as_str() {
            "utf-16-le-bom" => std::iter::once(0xFEFF)
                .chain(self.page_html.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            label => {
                let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
                encoding.encode(&self.page_html).0.into_owned()
            }
        }
    }

    /// Writes the page to a file in a folder, and returns the line of a batch for it.
    fn line(&self, folder: &Path) -> String {
        let page = folder.join(format!("{}.page", self.id));
        std::fs::write(&page, self.body()).unwrap();
        serde_json::json!({ "id": self.id, "page": page, "quote": self.quote, "content_type": self.content_type })
            .to_string()
    }

    fn check(&self) -> CheckedQuotation {
        let url = Url::parse("https://cases.example/page").unwrap();
        let fetched = Fetched {
            target: Target::new(url.clone(), Vec::new(), url.to_string(), Vec::new()),
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
            hops: Vec::new(),
            outcome: Ok(Answer {
                url,
                status: 200,
                headers: vec![("content-type".into(), self.content_type.clone())],
                body: self.body(),
                completeness: Completeness::Whole,
            }),
        };
        quote(&[&self.quote], &assess(SourceId(1), fetched, Purpose::Text), None).remove(0)
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for value in text.bytes().filter_map(|byte| ALPHABET.iter().position(|&a| a == byte)) {
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap());
        }
    }
    bytes
}

fn sorted(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.collect();
    words.sort();
    words
}

/// The words that differ, from both sides, as the case names them.
fn named_right(checked: &CheckedQuotation, expected: &Words) -> bool {
    let Some(matched) = &checked.matched else { return false };
    let side = |pick: fn(&citeaudit::evidence::Difference) -> &str| {
        sorted(
            matched.differences.iter().flat_map(|d| pick(d).split_whitespace().map(str::to_owned)),
        )
    };
    side(|d| &d.source) == sorted(expected.missing.iter().cloned())
        && side(|d| &d.document) == sorted(expected.added.iter().cloned())
}

#[test]
fn hand_made_cases_get_their_verdicts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/quotations.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return;
    };
    let cases: Cases = serde_json::from_str(&text).unwrap();
    let (mut right, mut accepted, mut wording) = (0, Vec::new(), Vec::new());
    for case in &cases.cases {
        let checked = case.check();
        let verdict = checked.verdict.name();
        let accepts = |name: &str| case.accept.iter().any(|accepted| accepted == name);
        let is_right = accepts(verdict);
        right += usize::from(is_right);
        if matches!(verdict, "verbatim" | "edited")
            && !is_right
            && !accepts("verbatim")
            && !accepts("edited")
        {
            accepted.push(&case.id);
        }
        let flags: Vec<String> = checked.flags.iter().map(|flag| flag.name()).collect();
        let missing: Vec<&String> =
            case.flags_expected.iter().filter(|flag| !flags.contains(flag)).collect();
        let layer = checked.matched.as_ref().map_or("", |matched| matched.layer.name());
        if !is_right || !missing.is_empty() || layer != case.layer && verdict == "verbatim" {
            eprintln!(
                "{}: {verdict}, expected {:?}; layer {layer} ({}); flags {flags:?} without {missing:?}; {:?}",
                case.id, case.accept, case.layer, checked.reason
            );
        }
        if let Some(words) = &case.diff
            && !named_right(&checked, words)
        {
            wording.push(&case.id);
        }
    }
    assert!(accepted.is_empty(), "bad quotations accepted: {accepted:?}");
    assert!(wording.is_empty(), "differing words not named exactly: {wording:?}");
    assert!(right * 100 >= cases.cases.len() * 95, "{right} of {} right", cases.cases.len());
}

#[test]
fn a_batch_gives_the_verdicts_that_the_library_gives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/quotations.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return;
    };
    let cases: Cases = serde_json::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = cases.cases.iter().map(|case| case.line(folder.path())).collect();
    let mut command = assert_cmd::Command::cargo_bin("citeaudit").unwrap();
    command.args(["quote", "--batch", "--format", "json"]).write_stdin(lines.join("\n"));
    let output = command.output().unwrap();
    let answers: Vec<serde_json::Value> = std::str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), cases.cases.len());
    for (case, answer) in cases.cases.iter().zip(&answers) {
        assert_eq!(answer["id"], case.id);
        assert_eq!(answer["verdict"], case.check().verdict.name(), "{}: {answer:#}", case.id);
    }
}

#[test]
fn a_page_that_scripts_must_show_first_is_said_to_be_unavailable() {
    let case = |page_html: &str| Case {
        id: "shell".into(),
        quote: "no one has offered this to us, so there is no need for it".into(),
        accept: Vec::new(),
        layer: "visible".into(),
        flags_expected: Vec::new(),
        encoding: "utf-8".into(),
        content_type: "text/html; charset=utf-8".into(),
        page_html: page_html.into(),
        pdf_b64: None,
        diff: None,
    };
    let flagged = |checked: &CheckedQuotation| {
        checked.flags.iter().any(|flag| flag.name() == "source-unavailable")
    };
    let shell = case(
        "<!doctype html><title>News</title><body><div id=\"root\"></div>\
         <noscript>You need to enable JavaScript to run this app.</noscript>\
         <script src=\"/static/js/main.js\"></script></body>",
    )
    .check();
    assert_eq!(shell.verdict.name(), "unverifiable");
    assert!(flagged(&shell));
    let article = case(
        "<!doctype html><title>News</title><body><article><h1>News</h1><p>The harvest was shared \
         equally between the villages of the valley, and the bridge was opened in the evening.</p></article></body>",
    )
    .check();
    assert_eq!(article.verdict.name(), "absent");
    assert!(!flagged(&article));
}
