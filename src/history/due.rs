//! When a source is to be looked at again, and when it is called dead: a policy over what was observed of it.
//! Pure: reads no clock and no store, and fetches nothing.

use jiff::{SignedDuration, Timestamp};

use crate::fetched::{DnsFailure, FetchFailure};
use crate::observation::Observation;
use crate::source::Liveness;
use crate::text::stable_hash;
use crate::timeline::{Standing, Streak};

/// How long a source without trouble is left alone, and a dead one before it is asked whether it is back.
const SETTLED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long ago a document's quotations may have been looked for on a source that was looked at since, for another
/// document: longer than any settled source is left alone.
pub(super) const NEGLECTED: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How long a source in trouble is left alone, after its first look in trouble, its second, and its third.
const TROUBLED: [SignedDuration; 3] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(3 * 24),
];

/// How long a source that was not there is left alone when all these waits did not tell whether it is dead.
const UNDECIDED: SignedDuration = SignedDuration::from_hours(24);

/// How many failures without a success between them, spread over how long, make a source dead.
const FAILURES: u32 = 3;
const SPREAD: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How far apart two answers that a host name does not exist must be to count as two: one resolver in trouble gives
/// many in a moment.
const NAME_SPREAD: SignedDuration = SignedDuration::from_mins(30);

/// A source flaps when it changed between there and not there this often, in its last looks that told.
const FLAPS: u32 = 4;
const FLAPS_AMONG: u16 = 10;

/// What is known of a source from all that was observed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// Whether it is there.
    pub standing: Standing,
    /// When it was last looked at; `None` if never.
    pub last: Option<Timestamp>,
    /// When it was last there; `None` if never.
    pub last_success: Option<Timestamp>,
    /// How many looks in a row, up to the last, could not tell whether it is there.
    pub unchecked: u32,
    /// How many looks since the last success found trouble that may pass or a failure; of a source that was not there,
    /// all looks since.
    pub(super) troubles: u32,
    /// When its host name was first found not to exist, since the last success.
    pub(super) nameless: Option<Timestamp>,
    /// The last looks that told, a bit each, the latest lowest: whether it differed from the one before.
    pub(super) changes: u16,
}

/// How a look turned what is said of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The source is dead.
    Died,
    /// A source that was called dead is there again.
    Recovered,
}

/// What a single look says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    There,
    Missing,
    /// Could not be checked; soon it may.
    Passing,
    /// Could not be checked, and asking more often makes it worse.
    Walled,
    /// The source was not asked.
    None,
}

/// Returns what is known of a source from its observations, the oldest first.
#[must_use]
pub fn state(observations: &[Observation]) -> State {
    observations.iter().fold(State::default(), |state, observation| state.after(observation).0)
}

impl State {
    /// Returns what is known after one more observation, not older than those before, and how that turned it.
    #[must_use]
    pub fn after(mut self, observation: &Observation) -> (Self, Option<Turn>) {
        let at = observation.at;
        let look = look(observation.liveness);
        if look != Look::None {
            self.last = Some(at);
        }
        match look {
            Look::There => self.there(at),
            Look::Missing => self.missing(observation),
            Look::Passing => {
                self.troubles = self.troubles.saturating_add(1);
                self.unchecked = self.unchecked.saturating_add(1);
                (self, None)
            }
            Look::Walled => {
                let failing = matches!(self.standing, Standing::Failing(_));
                self.troubles = self.troubles.saturating_add(u32::from(failing));
                self.unchecked = self.unchecked.saturating_add(1);
                (self, None)
            }
            Look::None => (self, None),
        }
    }

    fn there(self, at: Timestamp) -> (Self, Option<Turn>) {
        let (streak, changed, turn) = match self.standing {
            Standing::Unknown => (Streak::new(at), false, None),
            Standing::Healthy(streak) => (streak.with(at), false, None),
            Standing::Failing(_) => (Streak::new(at), true, None),
            Standing::Dead(_) => (Streak::new(at), true, Some(Turn::Recovered)),
        };
        let state = Self {
            standing: Standing::Healthy(streak),
            last: Some(at),
            last_success: Some(at),
            unchecked: 0,
            troubles: 0,
            nameless: None,
            changes: self.changes << 1 | u16::from(changed),
        };
        (state, turn)
    }

    fn missing(mut self, observation: &Observation) -> (Self, Option<Turn>) {
        let at = observation.at;
        let (streak, changed, dead) = match self.standing {
            Standing::Unknown => (Streak::new(at), false, false),
            Standing::Healthy(_) => (Streak::new(at), true, false),
            Standing::Failing(streak) => (streak.with(at), false, false),
            Standing::Dead(streak) => (streak.with(at), false, true),
        };
        let nameless = is_nameless(observation);
        let twice =
            nameless && self.nameless.is_some_and(|first| at.duration_since(first) >= NAME_SPREAD);
        if nameless {
            self.nameless = self.nameless.or(Some(at));
        }
        let often = streak.looks >= FAILURES && streak.span() >= SPREAD;
        self.changes = self.changes << 1 | u16::from(changed);
        self.unchecked = 0;
        self.troubles = self.troubles.saturating_add(1);
        if dead || often || twice || is_gone_for_good(observation) {
            self.standing = Standing::Dead(streak);
            (self, (!dead).then_some(Turn::Died))
        } else {
            self.standing = Standing::Failing(streak);
            (self, None)
        }
    }

    /// Says whether the source comes and goes.
    #[must_use]
    pub const fn is_flapping(&self) -> bool {
        (self.changes & ((1 << FLAPS_AMONG) - 1)).count_ones() >= FLAPS
    }

    /// Returns when a source, given by the canonical form of its address, is to be looked at next; `None` if it never
    /// was, and so at once.
    ///
    /// Up to a tenth of each wait is taken off, by the address, so that sources that were looked at together part. It
    /// is never added: a source would miss the weekly run that it is due for.
    #[must_use]
    pub fn next(&self, canonical: &str) -> Option<Timestamp> {
        let wait = self.wait();
        // Less than a week of seconds: it fits.
        let tenth = wait.as_secs() / 10;
        let splay = i64::try_from(stable_hash(canonical) % 1000).unwrap_or(0) * tenth / 1000;
        let wait = wait - SignedDuration::from_secs(splay);
        self.last.map(|last| last.saturating_add(wait).unwrap_or(Timestamp::MAX))
    }

    /// Says whether a source is to be looked at now. One that was last looked at in the future is: a clock was wrong,
    /// and it must not be forgotten until then.
    #[must_use]
    pub fn is_due(&self, canonical: &str, now: Timestamp) -> bool {
        self.next(canonical).is_none_or(|next| next <= now) || self.last.is_some_and(|at| at > now)
    }

    fn wait(&self) -> SignedDuration {
        let step = usize::try_from(self.troubles).unwrap_or(usize::MAX);
        let Some(step) = step.checked_sub(1) else { return SETTLED };
        let after = match self.standing {
            Standing::Dead(_) => return SETTLED,
            Standing::Failing(_) => UNDECIDED,
            Standing::Unknown | Standing::Healthy(_) => SETTLED,
        };
        TROUBLED.get(step).copied().unwrap_or(after)
    }
}

const fn look(liveness: Liveness) -> Look {
    match liveness {
        Liveness::Live => Look::There,
        Liveness::Soft404
        | Liveness::Parked
        | Liveness::Gone
        | Liveness::DnsFailure
        | Liveness::RedirectLoop => Look::Missing,
        Liveness::ClientError
        | Liveness::ServerError
        | Liveness::ConnectionFailure
        | Liveness::TlsFailure
        | Liveness::Timeout => Look::Passing,
        Liveness::Blocked
        | Liveness::Paywalled
        | Liveness::LoginRequired
        | Liveness::RateLimited
        | Liveness::Refused
        | Liveness::Unsupported => Look::Walled,
        Liveness::Unresolved => Look::None,
    }
}

fn is_gone_for_good(observation: &Observation) -> bool {
    observation.liveness == Liveness::Gone && observation.status == Some(410)
}

/// Says whether the host name does not exist; a name that exists without an address may get one again.
fn is_nameless(observation: &Observation) -> bool {
    observation.liveness == Liveness::DnsFailure
        && observation.reason == FetchFailure::Dns(DnsFailure::NoSuchName).to_string()
}

#[cfg(test)]
pub(super) mod tests;
