//! Tests of the store: on files in folders of their own.

use super::*;
use crate::change::ChangeKind;
use crate::fetched::KeptAnswer;
use crate::observation::{
    Observation, ObservedCitation, ObservedDocument, ObservedFinding, ObservedQuotation,
};
use crate::report::{Severity, Verdict};
use crate::source::{ArchivedCopy, Liveness};
use crate::text::Fingerprint;
use crate::timeline::Standing;

mod migration;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn seen(name: &str, day: u32, liveness: Liveness) -> Observation {
    Observation {
        canonical: format!("example.org/{name}"),
        url: format!("https://example.org/{name}"),
        at: at(&format!("2026-03-{day:02}T10:00:00Z")),
        liveness,
        reason: "status 200".into(),
        final_url: Some(format!("https://example.org/{name}")),
        moved: Some("https://example.net/".into()),
        status: Some(200),
        sha256: Some("00".repeat(32)),
        fingerprint: Some(Fingerprint { words: u64::MAX, similarity: u64::from(day) }),
        archived_copy: Some(ArchivedCopy {
            url: "https://archive.example/a".parse().unwrap(),
            at: at("2020-01-01T00:00:00Z"),
        }),
        documents: vec!["report.txt".into()],
        quotations: vec![ObservedQuotation {
            document: "report.txt".into(),
            text: "It is done.".into(),
            verdict: Verdict::Altered(Severity::Minor),
            passage: Some("it is done.".into()),
            selector: Some(":~:text=it%20is".into()),
            differences: vec![("It".into(), "it".into())],
            elsewhere: None,
        }],
    }
}

fn open(path: &Path) -> Result<Opened, StoreError> {
    Store::open(path, at("2026-04-01T00:00:00Z"))
}

fn look(observations: &[Observation]) -> Look {
    Look { documents: Vec::new(), observations: observations.to_vec() }
}

fn document(path: &str, sources: &[(&str, Option<&str>)]) -> ObservedDocument {
    let citations = sources.iter().map(|(name, note)| ObservedCitation {
        note: note.map(str::to_owned),
        canonical: format!("example.org/{name}"),
        url: format!("https://example.org/{name}"),
    });
    ObservedDocument {
        path: path.into(),
        sha256: "ab".into(),
        title: Some("A report".into()),
        at: at("2026-03-01T00:00:00Z"),
        citations: citations.collect(),
        findings: vec![ObservedFinding {
            rule: "link-rot".into(),
            level: "error".into(),
            subject: "https://example.org/a".into(),
        }],
    }
}

fn sound(path: &Path) -> Store {
    let opened = open(path).unwrap();
    assert_eq!(opened.set_aside, None);
    opened.store
}

#[test]
fn what_was_added_is_read_back_the_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let (later, earlier) = (seen("a", 9, Liveness::Gone), seen("a", 2, Liveness::Live));
    sound(&path)
        .record(&look(&[later.clone(), seen("b", 3, Liveness::Live), earlier.clone()]))
        .unwrap();
    assert_eq!(sound(&path).timeline("example.org/a").unwrap(), [earlier, later]);
    assert_eq!(sound(&path).timeline("example.org/c").unwrap(), []);
}

#[test]
fn the_same_observation_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let one = seen("a", 2, Liveness::Live);
    store.record(&look(std::slice::from_ref(&one))).unwrap();
    store.record(&look(std::slice::from_ref(&one))).unwrap();
    assert_eq!(store.timeline("example.org/a").unwrap(), [one]);
}

#[test]
fn every_liveness_and_verdict_comes_back_as_it_was() {
    for liveness in Liveness::ALL {
        assert_eq!(values::liveness(liveness.name().to_owned()).unwrap(), liveness);
    }
    for kept in Verdict::ALL.into_iter().chain([Verdict::Altered(Severity::Minor)]) {
        assert_eq!(values::verdict(values::verdict_name(kept).to_owned()).unwrap(), kept);
    }
}

#[test]
fn a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let store = sound(&path);
    store.connection.pragma_update(None, "user_version", KNOWN + 1).unwrap();
    drop(store);
    let before = std::fs::read(&path).unwrap();
    let error = open(&path).unwrap_err().to_string();
    assert_eq!(error, "it has version 4, and this program knows versions up to 3");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open(&path), Err(StoreError::Foreign)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Makes a store, and writes over some of its bytes.
fn damaged(path: &Path, place: std::ops::Range<usize>) -> Vec<u8> {
    sound(path).record(&look(&[seen("a", 2, Liveness::Live)])).unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes[place].fill(b'x');
    std::fs::write(path, &bytes).unwrap();
    bytes
}

#[test]
fn damaged_stores_are_set_aside_under_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    // What is lost: the mark of a database, our own mark too, and all but these.
    for (place, name) in [
        (0..16, "s.sqlite.damaged-20260401T000000Z"),
        (0..100, "s.sqlite.damaged-20260401T000000Z-2"),
        (100..4096, "s.sqlite.damaged-20260401T000000Z-3"),
    ] {
        let bytes = damaged(&path, place);
        let mut opened = open(&path).unwrap();
        let aside = opened.set_aside.unwrap();
        assert_eq!(aside, folder.path().join(name));
        assert_eq!(std::fs::read(&aside).unwrap(), bytes);
        opened.store.record(&look(&[seen("a", 2, Liveness::Live)])).unwrap();
        assert_eq!(opened.store.timeline("example.org/a").unwrap().len(), 1);
        drop(opened.store);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn damage_that_is_seen_late_is_told_as_such_and_nothing_is_written_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let page: u32 = sound(&path)
        .connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'observation'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let page = page as usize;
    let bytes = damaged(&path, (page - 1) * 4096..page * 4096);
    let mut store = sound(&path);
    let read = store.timeline("example.org/a").unwrap_err();
    assert_eq!(read.to_string(), "it is damaged");
    let written = store.record(&look(&[seen("a", 3, Liveness::Live)])).unwrap_err();
    assert!(matches!(written, StoreError::Damaged), "{written}");
    drop(store);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let long = "He called it “a great success”.\n".repeat(999);
    let schema = MIGRATIONS.concat();
    for text in ["x", "A short report.", long.as_str(), schema.as_str()] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(open(&path), Err(StoreError::NoDatabase)), "{text:.20}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_damaged_database_of_another_program_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(b'x');
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(open(&path), Err(StoreError::Foreign)));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn an_empty_file_becomes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    std::fs::write(&path, "").unwrap();
    assert_eq!(sound(&path).timeline("example.org/a").unwrap(), []);
}

#[test]
fn a_full_store_adds_nothing_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let first = seen("a", 2, Liveness::Live);
    store.record(&look(std::slice::from_ref(&first))).unwrap();
    let pages: i64 =
        store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    // SQLite answers like this where a disk is full.
    let _: i64 = store
        .connection
        .pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))
        .unwrap();
    let mut large = seen("b", 3, Liveness::Live);
    large.reason = "x".repeat(100_000);
    let error = store.record(&look(&[seen("a", 9, Liveness::Gone), large])).unwrap_err();
    assert!(matches!(&error, StoreError::Full), "{error}");
    assert_eq!(store.timeline("example.org/a").unwrap(), [first]);
}

#[test]
fn two_runs_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    std::thread::scope(|scope| {
        for name in ["a", "b"] {
            let path = &path;
            scope.spawn(move || {
                let mut store = sound(path);
                for day in 1..=20 {
                    store.record(&look(&[seen(name, day, Liveness::Live)])).unwrap();
                }
            });
        }
    });
    let store = sound(&path);
    for name in ["example.org/a", "example.org/b"] {
        assert_eq!(store.timeline(name).unwrap().len(), 20);
    }
}

#[test]
fn a_document_is_known_by_its_last_check() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let first = document("/r.txt", &[("a", Some("1")), ("b", None), ("a", Some("3"))]);
    store.record(&Look { documents: vec![first], observations: Vec::new() }).unwrap();
    let sources = store.sources("/r.txt").unwrap();
    let notes = sources.iter().map(|source| (source.url.as_str(), source.notes.join(",")));
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [("https://example.org/a", "1,3".into()), ("https://example.org/b", String::new())]
    );
    assert_eq!(store.documents().unwrap()[0].sources, 2);
    assert_eq!(store.findings("/r.txt").unwrap().unwrap().len(), 1);
    let mut second = document("/r.txt", &[("b", None)]);
    second.findings.clear();
    store.record(&Look { documents: vec![second], observations: Vec::new() }).unwrap();
    assert_eq!(store.sources("/r.txt").unwrap().len(), 1);
    assert_eq!(store.findings("/r.txt").unwrap(), Some(Vec::new()));
    assert_eq!(store.findings("/other.txt").unwrap(), None);
}

#[test]
fn what_is_cited_and_not_looked_at_lately_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let documents =
        vec![document("/r.txt", &[("a", None), ("b", None), ("never", None), ("a", None)])];
    let mut stray = seen("stray", 1, Liveness::Live);
    stray.documents.clear();
    stray.quotations.clear();
    let mut observations = vec![seen("a", 1, Liveness::Live), seen("b", 20, Liveness::Live), stray];
    for seen in &mut observations[..2] {
        seen.documents = vec!["/r.txt".into()];
    }
    store.record(&Look { documents, observations }).unwrap();
    let due = |day| store.due(at(day)).unwrap();
    let of = |names: &[&str]| {
        vec![("/r.txt".to_owned(), names.iter().map(|n| format!("example.org/{n}")).collect())]
    };
    assert_eq!(due("2026-03-21T00:00:00Z"), of(&["a", "never"]));
    assert_eq!(due("2026-03-28T00:00:00Z"), of(&["a", "b", "never"]));
    // Seen in the future: a clock was wrong.
    assert_eq!(due("2026-03-19T00:00:00Z"), of(&["a", "b", "never"]));
}

#[test]
fn what_one_document_quotes_is_due_however_often_its_source_is_looked_at_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let documents =
        vec![document("/daily.txt", &[("a", None)]), document("/once.txt", &[("a", None)])];
    let mut first = seen("a", 1, Liveness::Live);
    first.documents = vec!["/daily.txt".into(), "/once.txt".into()];
    store.record(&Look { documents, observations: vec![first] }).unwrap();
    let due =
        |store: &Store, day: u32| store.due(at(&format!("2026-03-{day:02}T11:00:00Z"))).unwrap();
    for day in 2..=8 {
        assert_eq!(due(&store, day), [], "{day}");
        let mut look = seen("a", day, Liveness::Live);
        look.documents = vec!["/daily.txt".into()];
        let documents = vec![document("/daily.txt", &[("a", None)])];
        store.record(&Look { documents, observations: vec![look] }).unwrap();
    }
    let a = || vec!["example.org/a".to_owned()];
    assert_eq!(due(&store, 9), [("/once.txt".to_owned(), a())]);
    assert_eq!(store.next_due().unwrap(), Some(at("2026-03-09T10:00:00Z")));
    let mut look = seen("a", 9, Liveness::Live);
    look.at = at("2026-03-09T12:00:00Z");
    look.documents = vec!["/once.txt".into()];
    store.record(&Look { documents: Vec::new(), observations: vec![look] }).unwrap();
    assert_eq!(due(&store, 10), []);
}

#[test]
fn a_look_says_what_it_changed_and_late_ones_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let mut record = |seen: Observation| {
        let changes = store.record(&look(&[seen])).unwrap();
        changes.into_iter().map(|change| change.kind.name()).collect::<Vec<_>>()
    };
    assert_eq!(record(seen("a", 1, Liveness::Live)), [""; 0]);
    assert_eq!(record(seen("a", 8, Liveness::Gone)), [""; 0]);
    assert_eq!(record(seen("a", 9, Liveness::Gone)), [""; 0]);
    assert_eq!(record(seen("a", 12, Liveness::Gone)), ["new", "rescued"]);
    assert_eq!(record(seen("a", 12, Liveness::Gone)), [""; 0]);
    assert_eq!(record(seen("a", 10, Liveness::Live)), [""; 0]);
    assert_eq!(record(seen("a", 19, Liveness::Live)), ["recovered"]);
    let state = store.source("example.org/a").unwrap().unwrap().state;
    assert!(matches!(state.standing, Standing::Healthy(streak) if streak.looks == 1));
}

#[test]
fn the_same_words_gone_from_two_sources_are_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let seen = |name, day, verdict| {
        let mut seen = seen(name, day, Liveness::Live);
        seen.quotations[0].verdict = verdict;
        seen
    };
    let first = ["a", "b"].map(|name| seen(name, 1, Verdict::Verbatim));
    assert_eq!(store.record(&look(&first)).unwrap(), []);
    let changes = store.record(&look(&["a", "b"].map(|name| seen(name, 8, Verdict::Absent))));
    let [change] = changes.unwrap().try_into().unwrap();
    let ChangeKind::Drifted(drift) = change.kind else { panic!("{change:?}") };
    assert_eq!((drift.kind.name(), drift.then_at), ("gone", at("2026-03-01T10:00:00Z")));
}

fn answer(url: &str, body: &str) -> KeptAnswer {
    KeptAnswer {
        url: url.into(),
        at: at("2026-03-01T00:00:00Z"),
        status: 200,
        headers: vec![("etag".into(), "\"1\"".into())],
        sha256: format!("hash of {body}"),
        body: body.into(),
    }
}

#[test]
fn a_body_is_kept_once_for_as_long_as_something_refers_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let (one, two) = (answer("https://a.example/", "x"), answer("https://b.example/", "x"));
    store.keep_answers(&[one.clone(), two], KeepPages::Latest).unwrap();
    let bodies = |store: &Store| -> i64 {
        store.connection.query_row("SELECT count(*) FROM body", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(bodies(&store), 1);
    assert_eq!(store.kept_answer("https://a.example/").unwrap(), Some(one));
    store.keep_answers(&[answer("https://a.example/", "y")], KeepPages::Latest).unwrap();
    assert_eq!(bodies(&store), 2);
    store.keep_answers(&[answer("https://b.example/", "y")], KeepPages::Latest).unwrap();
    assert_eq!(bodies(&store), 1);
    store.keep_answers(&[answer("https://b.example/", "z")], KeepPages::All).unwrap();
    store.keep_answers(&[answer("https://b.example/", "w")], KeepPages::All).unwrap();
    assert_eq!(bodies(&store), 3);
    store.keep_document("doc", b"document").unwrap();
    assert_eq!(store.body("doc").unwrap().unwrap(), b"document");
    store.forget_pages(KeepPages::All).unwrap();
    assert_eq!(bodies(&store), 4);
    let mut cited = document("/r.txt", &[]);
    cited.sha256 = "doc".into();
    store.record(&Look { documents: vec![cited], observations: Vec::new() }).unwrap();
    store.forget_pages(KeepPages::Latest).unwrap();
    assert_eq!(bodies(&store), 3);
    store.forget_pages(KeepPages::None).unwrap();
    assert_eq!(bodies(&store), 1);
    store.keep_answers(&[answer("https://b.example/", "w")], KeepPages::None).unwrap();
    assert_eq!(store.kept_answer("https://b.example/").unwrap(), None);
}
