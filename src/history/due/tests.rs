//! Tests of the policy, its rules one by one.

use super::*;
use crate::source::LivenessClass;

pub(in crate::history) const HOUR: i64 = 3600;
pub(in crate::history) const DAY: i64 = 24 * HOUR;

pub(in crate::history) fn seen(seconds: i64, liveness: Liveness) -> Observation {
    let reason =
        if liveness == Liveness::DnsFailure { "the host name does not exist" } else { "as seen" };
    Observation {
        canonical: "example.org/a".to_owned(),
        url: "https://example.org/a".to_owned(),
        at: Timestamp::from_second(seconds).unwrap(),
        liveness,
        reason: reason.to_owned(),
        final_url: None,
        moved: None,
        status: (liveness == Liveness::Gone).then_some(404),
        sha256: None,
        fingerprint: None,
        archived_copy: None,
        documents: Vec::new(),
        quotations: Vec::new(),
    }
}

/// Returns the state after looks, and what is to be told of each.
fn after(looks: &[(i64, Liveness)]) -> (State, Vec<(i64, Turn)>) {
    let mut state = State::default();
    let mut told = Vec::new();
    for &(at, liveness) in looks {
        let (next, turn) = state.after(&seen(at, liveness));
        state = next;
        told.extend(turn.map(|turn| (at, turn)));
    }
    (state, told)
}

/// Returns the wait after looks, in hours, before and after its splay can take a tenth away.
fn wait(looks: &[(i64, Liveness)]) -> i64 {
    let (state, _) = after(looks);
    let whole = state.wait().as_secs();
    let last = state.last.unwrap().as_second();
    for name in 0..99 {
        let waited = state.next(&format!("example.org/{name}")).unwrap().as_second() - last;
        assert!((whole * 9 / 10..=whole).contains(&waited), "{waited} of {whole}");
    }
    whole / HOUR
}

#[test]
fn failures_make_a_source_dead_when_they_are_three_over_three_days() {
    use Liveness::{Gone, Live};
    let dead = [(0, Live), (DAY, Gone), (2 * DAY, Gone), (4 * DAY, Gone), (9 * DAY, Gone)];
    assert_eq!(after(&dead).1, [(4 * DAY, Turn::Died)]);
    assert_eq!(after(&[(0, Gone), (HOUR, Gone), (3 * DAY - 1, Gone)]).1, []);
    assert_eq!(after(&[(0, Gone), (90 * DAY, Gone)]).1, []);
    assert_eq!(after(&[(0, Gone), (DAY, Gone), (2 * DAY, Live), (3 * DAY, Gone)]).1, []);
}

#[test]
fn a_definitive_sign_makes_a_source_dead_sooner() {
    let (mut gone, name) = (seen(0, Liveness::Gone), Liveness::DnsFailure);
    gone.status = Some(410);
    assert_eq!(State::default().after(&gone).1, Some(Turn::Died));
    assert_eq!(after(&[(0, name), (HOUR, name)]).1, [(HOUR, Turn::Died)]);
    assert_eq!(after(&[(0, name), (60, name)]).1, []);
    assert_eq!(after(&[(0, name), (HOUR, Liveness::Live), (2 * HOUR, name)]).1, []);
    let mut no_address = seen(0, name);
    no_address.reason = FetchFailure::Dns(DnsFailure::NoAddress).to_string();
    let (state, _) = State::default().after(&no_address);
    no_address.at = Timestamp::from_second(HOUR).unwrap();
    assert_eq!(state.after(&no_address).1, None);
}

#[test]
fn what_could_not_be_checked_neither_kills_nor_revives() {
    for liveness in Liveness::ALL {
        let looks = [0, 1, 2, 3, 4, 5].map(|day| (day * DAY, liveness));
        let deaths = usize::from(liveness.class() == LivenessClass::Dead);
        assert_eq!(after(&looks).1.len(), deaths, "{liveness:?}");
        if liveness.class() != LivenessClass::Unchecked {
            continue;
        }
        let dead = [0, 1, 3].map(|day| (day * DAY, Liveness::Gone));
        let (state, told) = after(&[&dead[..], &[(4 * DAY, liveness)]].concat());
        assert_eq!(told, [(3 * DAY, Turn::Died)]);
        assert!(matches!(state.standing, Standing::Dead(Streak { looks: 3, .. })));
        let failing = [(0, Liveness::Gone), (DAY, liveness), (3 * DAY, liveness)];
        assert_eq!(after(&failing).1, []);
    }
}

#[test]
fn a_recovery_is_told_once_and_only_of_the_dead() {
    use Liveness::{Gone, Live};
    let looks = [0, 1, 3].map(|day| (day * DAY, Gone));
    let (state, told) = after(&[&looks[..], &[(4 * DAY, Live), (5 * DAY, Live)]].concat());
    assert_eq!(told, [(3 * DAY, Turn::Died), (4 * DAY, Turn::Recovered)]);
    let at = |day| Timestamp::from_second(day * DAY).unwrap();
    assert_eq!(state.standing, Standing::Healthy(Streak { since: at(4), until: at(5), looks: 2 }));
    assert_eq!(state.last_success, Some(at(5)));
    assert_eq!(after(&[(0, Live), (DAY, Gone), (2 * DAY, Live)]).1, []);
}

#[test]
fn a_source_is_due_by_its_state() {
    use Liveness::{Blocked, Gone, Live, ServerError};
    assert_eq!(wait(&[(0, Live)]), 7 * 24);
    assert_eq!(wait(&[(0, Blocked)]), 7 * 24);
    for trouble in [Gone, ServerError] {
        assert_eq!(wait(&[(0, Live), (1, trouble)]), 1);
        assert_eq!(wait(&[(0, trouble), (1, trouble)]), 24);
        assert_eq!(wait(&[(0, trouble), (1, trouble), (2, trouble)]), 3 * 24);
        assert_eq!(wait(&[(0, trouble), (1, Live)]), 7 * 24);
    }
    assert_eq!(wait(&[0, 1, 2, 3].map(|at| (at, Gone))), 24);
    assert_eq!(wait(&[(0, Gone), (1, Gone), (2, Blocked)]), 3 * 24);
    assert_eq!(wait(&[(0, Gone), (1, Gone), (2, Gone), (3, Blocked)]), 24);
    assert_eq!(wait(&[0, 1, 2, 3].map(|at| (at, ServerError))), 7 * 24);
    assert_eq!(wait(&[(0, Gone), (DAY, Gone), (4 * DAY, Gone)]), 7 * 24);
}

#[test]
fn what_was_never_looked_at_or_only_in_the_future_is_due() {
    let now = Timestamp::from_second(DAY).unwrap();
    assert!(State::default().is_due("example.org/a", now));
    let due = |at| after(&[(at, Liveness::Live)]).0.is_due("example.org/a", now);
    assert!(due(365 * DAY));
    assert!(!due(DAY));
    assert!(!due(0));
    assert!(due(-6 * DAY));
    assert!(State::default().after(&seen(0, Liveness::Unresolved)).0.is_due("example.org/a", now));
}

#[test]
fn splay_parts_sources_and_stays_the_same() {
    let (state, _) = after(&[(0, Liveness::Live)]);
    let mut hours = std::collections::BTreeMap::new();
    for name in 0..1700 {
        let next = state.next(&format!("example.org/{name}")).unwrap();
        *hours.entry(next.as_second() / HOUR).or_insert(0) += 1;
    }
    // A tenth of a week is 16.8 hours.
    assert!(hours.len() >= 17, "{hours:?}");
    assert!(hours.values().all(|&many| many < 200), "{hours:?}");
    assert_eq!(state.next("example.org/a"), state.next("example.org/a"));
}

#[test]
fn a_source_that_comes_and_goes_flaps_until_it_settles() {
    use Liveness::{Gone, Live};
    let mut looks = vec![(0, Live), (1, Gone), (2, Live)];
    assert!(!after(&looks).0.is_flapping());
    looks.extend([(3, Gone), (4, Live)]);
    assert!(after(&looks).0.is_flapping());
    looks.extend((5..15).map(|at| (at, Live)));
    assert!(!after(&looks).0.is_flapping());
}

#[test]
fn a_state_is_the_fold_of_its_observations() {
    let looks = [(0, Liveness::Live), (DAY, Liveness::Gone), (2 * DAY, Liveness::Timeout)];
    let observations = looks.map(|(at, liveness)| seen(at, liveness));
    assert_eq!(state(&observations), after(&looks).0);
    assert_eq!(state(&observations).unchecked, 1);
    assert_eq!(state(&[]), State::default());
}
