//! Tests that a store of an older version is brought to this one with all that is in it.

use super::*;

/// What a program of version 1 wrote of a report with two sources, one of which died.
const VERSION_1: &str = "
    INSERT INTO document VALUES (1, 'report.txt'), (2, 'other.txt');
    INSERT INTO source VALUES (1, 'example.org/a', 'https://example.org/a'),
      (2, 'example.org/b', 'https://example.org/b');
    INSERT INTO citing VALUES (1, 1), (1, 2), (2, 1);
    INSERT INTO observation VALUES
      (1, 1767225600000, 'live', 'status 200', 'https://example.org/a', 200, 'aa'),
      (1, 1767830400000, 'gone', 'status 404', 'https://example.org/a', 404, 'bb'),
      (1, 1767916800000, 'gone', 'status 404', 'https://example.org/a', 404, 'bb'),
      (2, 1767225600000, 'live', 'status 200', NULL, 200, NULL);
    INSERT INTO quotation VALUES (1, 1, 'It is done.'), (2, 2, 'It is not.');
    INSERT INTO sighting VALUES (1, 1767225600000, 1, 'verbatim', 'It is done.'),
      (1, 1767225600000, 2, 'absent', NULL), (1, 1767830400000, 1, 'unverifiable', NULL),
      (2, 1767225600000, 1, 'verbatim', 'It is done.');
    PRAGMA application_id = 1667855461;
    PRAGMA user_version = 1;";

fn version_1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(MIGRATIONS[0]).unwrap();
    connection.execute_batch(VERSION_1).unwrap();
}

#[test]
fn a_store_of_version_1_is_migrated_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    version_1(&path);
    let store = sound(&path);
    let timeline = store.timeline("example.org/a").unwrap();
    assert_eq!(timeline.len(), 3);
    assert_eq!(timeline[0].documents, ["other.txt", "report.txt"]);
    assert_eq!(timeline[0].at, at("2026-01-01T00:00:00Z"));
    let said = |look: &Observation| -> Vec<_> {
        let quotations = look.quotations.iter();
        quotations.map(|q| (q.text.clone(), q.verdict, q.passage.clone())).collect()
    };
    let done = || "It is done.".to_owned();
    assert_eq!(
        said(&timeline[0]),
        [
            (done(), Verdict::Verbatim, Some(done())),
            ("It is not.".to_owned(), Verdict::Absent, None)
        ]
    );
    assert_eq!(said(&timeline[1]), [(done(), Verdict::Unverifiable, None)]);
    assert_eq!(said(&timeline[2]), []);
    assert_eq!(store.timeline("example.org/b").unwrap()[0].quotations.len(), 1);
    assert_eq!(store.sources("report.txt").unwrap().len(), 2);
    assert_eq!(store.findings("report.txt").unwrap(), None);
    assert!(matches!(
        store.source("example.org/a").unwrap().unwrap().state.standing,
        Standing::Failing(streak) if streak.looks == 2
    ));
    let broken: i64 = store
        .connection
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(broken, 0);
}

#[test]
fn a_migrated_store_is_due_at_once_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    version_1(&path);
    let mut store = sound(&path);
    let due: usize = store.due(at("2026-01-12T00:00:00Z")).unwrap().iter().map(|d| d.1.len()).sum();
    assert_eq!(due, 3);
    let mut third = seen("a", 1, Liveness::Gone);
    third.at = at("2026-01-12T00:00:00Z");
    third.archived_copy = None;
    third.quotations[0].verdict = Verdict::Absent;
    third.quotations[0].passage = None;
    let changes = store.record(&look(&[third])).unwrap();
    let kinds: Vec<_> = changes.iter().map(|change| change.kind.name()).collect();
    assert_eq!(kinds, ["new", "drifted"]);
}

#[test]
fn two_runs_may_migrate_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    version_1(&path);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(sound(&path).timeline("example.org/a").unwrap().len(), 3));
        }
    });
}
