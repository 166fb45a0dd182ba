use std::num::NonZeroUsize;

use super::*;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn politeness(concurrency: usize, delay: Duration) -> Politeness {
    Politeness { concurrency: NonZeroUsize::new(concurrency).unwrap(), delay }
}

fn schedule() -> (Schedule, Instant) {
    (Schedule::new(Retries::default()), Instant::now())
}

fn start(schedule: &mut Schedule, now: Instant) -> (Job, HostNumber) {
    match schedule.next(now) {
        Next::Start(job, host) => (job, host),
        other => panic!("expected a start, but got {other:?}"),
    }
}

#[test]
fn a_host_is_asked_no_more_at_once_than_is_polite() {
    let (mut schedule, now) = schedule();
    let host = schedule.host("a", now, |_| politeness(2, Duration::ZERO));
    for job in 0..3 {
        schedule.add(host, job);
    }
    assert_eq!(start(&mut schedule, now).0, 0);
    assert_eq!(start(&mut schedule, now).0, 1);
    assert_eq!(schedule.next(now), Next::Busy);
    schedule.ended(host, Outcome::Fine, now);
    assert_eq!(start(&mut schedule, now).0, 2);
    schedule.ended(host, Outcome::Fine, now);
    schedule.ended(host, Outcome::Fine, now);
    assert_eq!(schedule.next(now), Next::Empty);
}

#[test]
fn requests_to_a_host_are_apart_and_others_go_between() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(9, millis(200)));
    let b = schedule.host("b", now, |_| politeness(9, millis(200)));
    for job in [0, 1] {
        schedule.add(a, job);
    }
    schedule.add(b, 2);
    assert_eq!(start(&mut schedule, now), (0, a));
    assert_eq!(start(&mut schedule, now), (2, b));
    assert_eq!(schedule.next(now), Next::Wait(now + millis(200)));
    assert_eq!(start(&mut schedule, now + millis(200)), (1, a));
}

#[test]
fn a_host_that_asks_for_a_pause_holds_up_nobody_else() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(2, Duration::ZERO));
    let b = schedule.host("b", now, |_| politeness(2, Duration::ZERO));
    schedule.add(a, 0);
    schedule.add(a, 1);
    assert_eq!(start(&mut schedule, now), (0, a));
    let pause = Some(Duration::from_secs(7));
    schedule.ended(a, Outcome::Trouble { repeated: false, pause }, now);
    schedule.add(b, 2);
    assert_eq!(start(&mut schedule, now), (2, b));
    assert_eq!(schedule.next(now), Next::Wait(now + Duration::from_secs(7)));
    assert_eq!(start(&mut schedule, now + Duration::from_secs(7)), (1, a));
}

#[test]
fn pauses_of_one_host_have_an_end() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(1, Duration::ZERO));
    let mut at = now;
    for job in 0..400 {
        schedule.add(a, job);
        if let Next::Wait(until) = schedule.next(at) {
            at = until;
            start(&mut schedule, at);
        }
        let pause = Some(Duration::from_hours(1));
        schedule.ended(a, Outcome::Trouble { repeated: false, pause }, at);
    }
    assert!(at - now <= Duration::from_mins(1), "{:?}", at - now);
}

#[test]
fn delayed_jobs_come_in_their_time_and_the_last_ones_at_the_end() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(9, Duration::ZERO));
    schedule.add_at_end(a, 9, now);
    schedule.add_at(a, 1, now + millis(10));
    schedule.add_at(a, 2, now + millis(10));
    schedule.add(a, 0);
    assert_eq!(start(&mut schedule, now).0, 0);
    assert_eq!(schedule.next(now), Next::Wait(now + millis(10)));
    let later = now + millis(10);
    let both = [start(&mut schedule, later).0, start(&mut schedule, later).0];
    assert!(both.contains(&1) && both.contains(&2));
    assert_eq!(schedule.next(later), Next::Busy);
    for _ in 0..3 {
        schedule.ended(a, Outcome::Fine, later);
    }
    assert_eq!(start(&mut schedule, later).0, 9);
}

#[test]
fn a_host_is_hopeless_when_repetitions_keep_failing() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(1, Duration::ZERO));
    for repeated in [false; 20].into_iter().chain([true; 7]) {
        schedule.add(a, 0);
        start(&mut schedule, now);
        schedule.ended(a, Outcome::Trouble { repeated, pause: None }, now);
        assert!(!schedule.is_hopeless(a));
    }
    schedule.add(a, 0);
    start(&mut schedule, now);
    schedule.ended(a, Outcome::Trouble { repeated: true, pause: None }, now);
    assert!(schedule.is_hopeless(a));
    schedule.add(a, 0);
    start(&mut schedule, now);
    schedule.ended(a, Outcome::Fine, now);
    assert!(!schedule.is_hopeless(a));
}

#[test]
fn hosts_that_are_left_alone_are_counted_once_and_only_while_there_is_something_to_ask() {
    let (mut schedule, now) = schedule();
    let a = schedule.host("a", now, |_| politeness(2, Duration::ZERO));
    let b = schedule.host("b", now, |_| politeness(2, millis(200)));
    for (host, job) in [(a, 0), (a, 1), (b, 2), (b, 3)] {
        schedule.add(host, job);
    }
    assert_eq!(schedule.waiting_hosts(now), 0);
    start(&mut schedule, now);
    let pause = Some(millis(5000));
    schedule.ended(a, Outcome::Trouble { repeated: false, pause }, now);
    schedule.add_at(a, 0, now + millis(5000));
    assert_eq!(schedule.waiting_hosts(now), 1);
    assert_eq!(schedule.waiting_hosts(now + millis(4500)), 0);
}
