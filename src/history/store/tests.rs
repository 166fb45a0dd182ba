//! Tests of the store: on files in folders of their own.

use super::*;

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
        status: Some(200),
        sha256: Some("00".repeat(32)),
        documents: vec!["report.txt".into()],
        quotations: vec![ObservedQuotation {
            document: "report.txt".into(),
            text: "It is done.".into(),
            verdict: Verdict::Altered(Severity::Minor),
            passage: Some("it is done.".into()),
        }],
    }
}

fn open(path: &Path) -> Result<Opened, StoreError> {
    Store::open(path, at("2026-04-01T00:00:00Z"))
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
    sound(&path).add(&[later.clone(), seen("b", 3, Liveness::Live), earlier.clone()]).unwrap();
    assert_eq!(sound(&path).timeline("example.org/a").unwrap(), [earlier, later]);
    assert_eq!(sound(&path).timeline("example.org/c").unwrap(), []);
}

#[test]
fn the_same_observation_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sound(&folder.path().join("s.sqlite"));
    let one = seen("a", 2, Liveness::Live);
    store.add(std::slice::from_ref(&one)).unwrap();
    store.add(std::slice::from_ref(&one)).unwrap();
    assert_eq!(store.timeline("example.org/a").unwrap(), [one]);
}

#[test]
fn every_liveness_and_verdict_comes_back_as_it_was() {
    for liveness in Liveness::ALL {
        assert_eq!(named(liveness.name().to_owned()).unwrap(), liveness);
    }
    for kept in Verdict::ALL.into_iter().chain([Verdict::Altered(Severity::Minor)]) {
        assert_eq!(verdict(verdict_name(kept).to_owned()).unwrap(), kept);
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
    assert_eq!(error, "it has version 2, and this program knows versions up to 1");
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
    sound(path).add(&[seen("a", 2, Liveness::Live)]).unwrap();
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
        opened.store.add(&[seen("a", 2, Liveness::Live)]).unwrap();
        assert_eq!(opened.store.timeline("example.org/a").unwrap().len(), 1);
        drop(opened.store);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let long = "He called it “a great success”.\n".repeat(999);
    let schema = include_str!("../schema_1.sql");
    for text in ["x", "A short report.", long.as_str(), schema] {
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
    store.add(std::slice::from_ref(&first)).unwrap();
    let pages: i64 =
        store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    // SQLite answers like this where a disk is full.
    let _: i64 = store
        .connection
        .pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))
        .unwrap();
    let mut large = seen("b", 3, Liveness::Live);
    large.reason = "x".repeat(100_000);
    let error = store.add(&[seen("a", 9, Liveness::Gone), large]).unwrap_err();
    assert!(
        matches!(&error, StoreError::Database(e) if e.sqlite_error_code() == Some(ErrorCode::DiskFull)),
        "{error}"
    );
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
                    store.add(&[seen(name, day, Liveness::Live)]).unwrap();
                }
            });
        }
    });
    let store = sound(&path);
    for name in ["example.org/a", "example.org/b"] {
        assert_eq!(store.timeline(name).unwrap().len(), 20);
    }
}
