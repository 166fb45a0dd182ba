//! Tests of what people are told: rule by rule, and over a simulated year.

use super::*;
use crate::change::Stretch;
use crate::history::due::tests::{self as looks, DAY, HOUR};
use crate::report::Severity;
use crate::source::ArchivedCopy;

mod year;

const ALTERED: Verdict = Verdict::Altered(Severity::Major);

/// Returns a look at a source whose quotation could not be looked for.
fn seen(seconds: i64, liveness: Liveness) -> Observation {
    Observation {
        documents: vec!["r.txt".to_owned(), "s.txt".to_owned()],
        quotations: vec![quoted(Verdict::Unverifiable, None, &[])],
        ..looks::seen(seconds, liveness)
    }
}

fn quoted(
    verdict: Verdict,
    passage: Option<&str>,
    differences: &[(&str, &str)],
) -> ObservedQuotation {
    let own = |&(document, source): &(&str, &str)| (document.to_owned(), source.to_owned());
    ObservedQuotation {
        document: "r.txt".to_owned(),
        text: "It is done.".to_owned(),
        verdict,
        passage: passage.map(str::to_owned),
        selector: None,
        differences: differences.iter().map(own).collect(),
        elsewhere: None,
    }
}

/// Returns a page that can be read; each edition has a text of its own.
fn page(seconds: i64, edition: i64, quotation: ObservedQuotation) -> Observation {
    let words = edition.cast_unsigned();
    Observation {
        fingerprint: Some(Fingerprint { words, similarity: words }),
        quotations: vec![quotation],
        ..seen(seconds, Liveness::Live)
    }
}

/// Returns the name by which a change is told of here: that of the drift, or else of the change.
fn name(change: &Change) -> &'static str {
    match &change.kind {
        ChangeKind::Drifted(drift) => drift.kind.name(),
        kind => kind.name(),
    }
}

/// Returns what each look changed, by name.
fn told(looks: &[Observation]) -> Vec<Vec<&'static str>> {
    let mut past = Past::default();
    looks.iter().map(|look| past.see(look).iter().map(name).collect()).collect()
}

/// Returns what the second of two editions changed.
fn drifted(then: ObservedQuotation, now: ObservedQuotation) -> Option<DriftKind> {
    let mut past = Past::default();
    assert_eq!(past.see(&page(0, 1, then)), []);
    let changes = past.see(&page(7 * DAY, 2, now));
    changes.into_iter().next().map(|change| match change.kind {
        ChangeKind::Drifted(drift) => {
            assert_eq!(change.documents, ["r.txt"]);
            drift.kind
        }
        kind => panic!("{kind:?}"),
    })
}

#[test]
fn a_death_is_told_once_and_then_known() {
    let gone = |at| seen(at, Liveness::Gone);
    let looks = [
        page(0, 1, quoted(Verdict::Verbatim, None, &[])),
        gone(DAY),
        gone(2 * DAY),
        gone(4 * DAY),
        gone(11 * DAY),
    ];
    assert_eq!(told(&looks), [vec![], vec![], vec![], vec!["new"], vec!["still-failing"]]);
    let mut past = Past::default();
    let changes: Vec<Change> = looks.iter().flat_map(|look| past.see(look)).collect();
    let at = |day: i64| Timestamp::from_second(day * DAY).unwrap();
    assert_eq!(
        changes[0].kind,
        ChangeKind::New { reason: "as seen".into(), since: at(1), last_success: Some(at(0)) }
    );
    assert_eq!(changes[0].documents, ["r.txt", "s.txt"]);
    // A wall before a dead page says nothing of the page.
    assert_eq!(told(&[&looks[..], &[seen(12 * DAY, Liveness::Blocked)]].concat())[5], [""; 0]);
}

#[test]
fn a_move_is_told_at_the_first_look_that_differs() {
    let moved = |at, to: Option<&str>| Observation {
        moved: to.map(str::to_owned),
        ..seen(at, Liveness::Live)
    };
    let (here, there) = (Some("https://b.example/x?s=1"), Some("https://b.example/y"));
    // Known from the start: the report has told it.
    assert_eq!(told(&[moved(0, here), moved(DAY, here)]), [[""; 0], [""; 0]]);
    let looks = [
        moved(0, None),
        moved(1, here),
        moved(2, Some("https://b.example/x?s=2")),
        moved(3, there),
    ];
    assert_eq!(told(&looks), [vec![], vec!["moved"], vec![], vec!["moved"]]);
    // An error in between is no way back.
    let looks = [moved(0, None), moved(1, here), seen(2, Liveness::Timeout), moved(3, here)];
    assert_eq!(told(&looks).concat(), ["moved"]);
}

#[test]
fn a_copy_is_told_of_when_its_source_is_dead() {
    let copy = ArchivedCopy {
        url: "https://archive.example/a".parse().unwrap(),
        at: Timestamp::UNIX_EPOCH,
    };
    let gone = |day| seen(day * DAY, Liveness::Gone);
    let saved = |day| Observation { archived_copy: Some(copy.clone()), ..gone(day) };
    assert_eq!(told(&[saved(0), saved(1), saved(3)]).concat(), ["new", "rescued"]);
    let looks = [gone(0), gone(1), gone(3), saved(10), saved(17)];
    assert_eq!(told(&looks).concat(), ["new", "still-failing", "rescued", "still-failing"]);
}

#[test]
fn words_that_changed_are_told_with_what_they_were() {
    let then = quoted(Verdict::Verbatim, Some("It is done."), &[]);
    let now = quoted(ALTERED, Some("It is nearly done."), &[("", "nearly")]);
    let words = vec![
        Stretch::Kept("It is ".into()),
        Stretch::Added("nearly ".into()),
        Stretch::Kept("done.".into()),
    ];
    assert_eq!(drifted(then.clone(), now.clone()), Some(DriftKind::Reworded { words }));
    assert_eq!(drifted(now, then), Some(DriftKind::Restored { now: "It is done.".into() }));
}

#[test]
fn words_that_are_gone_are_told_with_where_they_are_now() {
    let then = || quoted(Verdict::Edited, Some("it is done"), &[]);
    let gone = DriftKind::Gone { then: "it is done".into() };
    assert_eq!(drifted(then(), quoted(Verdict::Absent, None, &[])), Some(gone));
    let mut elsewhere = quoted(Verdict::Elsewhere, Some("It is done."), &[]);
    elsewhere.elsewhere = Some("https://b.example/".into());
    let moved =
        DriftKind::Elsewhere { then: "it is done".into(), url: "https://b.example/".into() };
    assert_eq!(drifted(then(), elsewhere), Some(moved));
}

#[test]
fn what_does_not_touch_the_quoted_words_is_no_drift() {
    let verbatim = || quoted(Verdict::Verbatim, Some("It is done."), &[]);
    let foreign = || quoted(Verdict::Translated, Some("Fertig."), &[]);
    let altered = |passage, words: &[_]| quoted(ALTERED, Some(passage), words);
    for (then, now) in [
        (verbatim(), quoted(Verdict::Edited, Some("It is, [laughs] done."), &[])),
        (verbatim(), quoted(Verdict::Unverifiable, None, &[])),
        (verbatim(), foreign()),
        (foreign(), verbatim()),
        (foreign(), quoted(Verdict::Absent, None, &[])),
        (quoted(Verdict::Absent, None, &[]), altered("It was done.", &[("is", "was")])),
        // What an ellipsis leaves out may change.
        (
            altered("It was … done.", &[("is", "was")]),
            altered("It was now done.", &[("is", "was")]),
        ),
        // The same words set otherwise.
        (verbatim(), altered("it is DONE", &[("done", "DONE")])),
    ] {
        assert_eq!(drifted(then.clone(), now.clone()), None, "{then:?} {now:?}");
    }
}

#[test]
fn a_verdict_that_changes_while_the_page_does_not_is_no_drift() {
    let mut past = Past::default();
    assert_eq!(past.see(&page(0, 1, quoted(Verdict::Verbatim, None, &[]))), []);
    assert_eq!(past.see(&page(DAY, 1, quoted(Verdict::Absent, None, &[]))), []);
    assert_eq!(past.see(&page(2 * DAY, 2, quoted(Verdict::Absent, None, &[]))), []);
}

#[test]
fn a_page_that_could_not_be_read_between_hides_no_drift() {
    let mut past = Past::default();
    past.see(&page(0, 1, quoted(Verdict::Verbatim, Some("It is done."), &[])));
    assert_eq!(past.see(&seen(DAY, Liveness::Blocked)), []);
    let changes = past.see(&page(2 * DAY, 2, quoted(Verdict::Absent, None, &[])));
    let ChangeKind::Drifted(drift) = &changes[0].kind else { panic!("{changes:?}") };
    assert_eq!(drift.then_at, Timestamp::UNIX_EPOCH);
}

#[test]
fn long_passages_are_compared_in_linear_time() {
    let text = |word: &str| (0..50_000).map(|n| format!("{word}{n}")).collect::<Vec<_>>().join(" ");
    let words = words::changed(&text("a"), &text("b")).unwrap();
    assert_eq!(words.len(), 2);
}

proptest::proptest! {
    #[test]
    fn a_word_diff_holds_both_texts(then in "[a-c ,.“”'é-]{0,40}", now in "[a-c ,.“”'é-]{0,40}") {
        let Some(stretches) = words::changed(&then, &now) else { return Ok(()) };
        let (mut new, mut removed) = (String::new(), false);
        for stretch in &stretches {
            match stretch {
                Stretch::Kept(words) | Stretch::Added(words) => new.push_str(words),
                Stretch::Removed(words) => {
                    removed = true;
                    proptest::prop_assert!(then.contains(words.as_str()));
                }
            }
        }
        proptest::prop_assert!(removed || stretches.iter().any(|s| matches!(s, Stretch::Added(_))));
        let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        proptest::prop_assert_eq!(words(&new), words(&now));
    }
}
