//! A simulated year of 1,000 sources, looked at by an hourly run whenever they are due. What each does is a rule of
//! its own; what is to be told follows from the rules and the looks, not from the policy.

use super::*;

const SOURCES: i64 = 1000;
const YEAR: i64 = 365 * DAY;

/// What a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Stays,
    /// Its page changes every month.
    Drifts,
    /// It redirects elsewhere from some day on.
    Moves,
    /// It is lost, and stays so.
    Dies(Sign),
    /// It is lost for 30 to 90 days, twice.
    DiesAndRecovers(Sign),
    /// It is lost for up to two days, every nine.
    Flaps,
    /// A wall stands before it from some day on.
    Walled(Liveness),
    /// It cannot be reached for weeks, twice.
    Unreachable(Liveness),
    /// It is lost, and every fourth day a wall or an error hides that.
    DiesBehindAWall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    NotFound,
    GoneForGood,
    NoName,
    ErrorPage,
    ForSale,
    Loop,
}

const RULES: [Rule; 20] = [
    Rule::Stays,
    Rule::Drifts,
    Rule::Moves,
    Rule::Dies(Sign::NotFound),
    Rule::Dies(Sign::GoneForGood),
    Rule::Dies(Sign::NoName),
    Rule::Dies(Sign::ErrorPage),
    Rule::Dies(Sign::ForSale),
    Rule::Dies(Sign::Loop),
    Rule::DiesAndRecovers(Sign::NotFound),
    Rule::DiesAndRecovers(Sign::GoneForGood),
    Rule::DiesAndRecovers(Sign::NoName),
    Rule::Flaps,
    Rule::Walled(Liveness::Blocked),
    Rule::Walled(Liveness::Paywalled),
    Rule::Walled(Liveness::RateLimited),
    Rule::Unreachable(Liveness::ServerError),
    Rule::Unreachable(Liveness::Timeout),
    Rule::Unreachable(Liveness::ConnectionFailure),
    Rule::DiesBehindAWall,
];

/// One source of the year.
#[derive(Debug, Clone, Copy)]
struct World {
    number: i64,
    rule: Rule,
    /// When its rule sets in.
    onset: i64,
}

impl World {
    fn new(number: i64) -> Self {
        let kinds = i64::try_from(RULES.len()).unwrap();
        let rule = RULES[usize::try_from(number % kinds).unwrap()];
        Self { number, rule, onset: 5 * DAY + below(number, 0, 120 * DAY) }
    }

    /// Returns the times in which it is dead, from and to.
    fn deaths(&self) -> Vec<(i64, i64)> {
        match self.rule {
            Rule::Dies(_) | Rule::DiesBehindAWall => vec![(self.onset, i64::MAX)],
            Rule::DiesAndRecovers(_) => {
                let long = |time| 30 * DAY + below(self.number, time, 60 * DAY);
                let again = self.onset + 130 * DAY;
                vec![(self.onset, self.onset + long(1)), (again, again + long(2))]
            }
            Rule::Stays
            | Rule::Drifts
            | Rule::Moves
            | Rule::Flaps
            | Rule::Walled(_)
            | Rule::Unreachable(_) => Vec::new(),
        }
    }

    fn is_dead(&self, at: i64) -> bool {
        self.deaths().iter().any(|&(from, to)| (from..to).contains(&at))
    }

    fn look(&self, at: i64) -> Observation {
        // One look in thirty fails on the way, whatever stands there.
        if below(self.number, at, 30) == 0 {
            return seen(at, Liveness::Timeout);
        }
        let within = at - self.onset;
        let live = seen(at, Liveness::Live);
        match self.rule {
            Rule::Dies(sign) | Rule::DiesAndRecovers(sign) if self.is_dead(at) => sign.seen(at),
            Rule::Drifts => Observation { sha256: Some((at / (30 * DAY)).to_string()), ..live },
            Rule::Moves if within >= 0 => {
                Observation { final_url: Some("https://example.net/".to_owned()), ..live }
            }
            Rule::Flaps => {
                let lost = below(self.number, at / (9 * DAY), 2 * DAY);
                if at % (9 * DAY) < lost { seen(at, Liveness::Gone) } else { live }
            }
            Rule::Walled(wall) if within >= 0 => seen(at, wall),
            Rule::Unreachable(trouble) if within >= 0 && within % (150 * DAY) < 40 * DAY => {
                seen(at, trouble)
            }
            Rule::DiesBehindAWall if within >= 0 => match at / DAY % 8 {
                0 => seen(at, Liveness::Blocked),
                4 => seen(at, Liveness::ServerError),
                _ => seen(at, Liveness::Gone),
            },
            Rule::Stays
            | Rule::Dies(_)
            | Rule::DiesAndRecovers(_)
            | Rule::Moves
            | Rule::Walled(_)
            | Rule::Unreachable(_)
            | Rule::DiesBehindAWall => live,
        }
    }
}

impl Sign {
    fn seen(self, at: i64) -> Observation {
        match self {
            Self::NotFound => seen(at, Liveness::Gone),
            Self::GoneForGood => Observation { status: Some(410), ..seen(at, Liveness::Gone) },
            Self::NoName => seen(at, Liveness::DnsFailure),
            Self::ErrorPage => seen(at, Liveness::Soft404),
            Self::ForSale => seen(at, Liveness::Parked),
            Self::Loop => seen(at, Liveness::RedirectLoop),
        }
    }
}

/// Returns a number below `end` that looks random and is always the same (splitmix64).
fn below(number: i64, salt: i64, end: i64) -> i64 {
    let mut z = (number.cast_unsigned() << 40)
        .wrapping_add(salt.cast_unsigned())
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 1).cast_signed() % end
}

/// What a year of one source came to.
#[derive(Default)]
struct Year {
    /// The moment of each look, and whether it found the source missing.
    looks: Vec<(i64, LivenessClass)>,
    told: Vec<(i64, Turn)>,
    flapped: bool,
}

fn live_through(world: &World) -> Year {
    let canonical = format!("example.org/{}", world.number);
    let mut state = State::default();
    let mut year = Year::default();
    let mut now = 0;
    while now < YEAR {
        assert!(state.is_due(&canonical, Timestamp::from_second(now).unwrap()));
        let look = world.look(now);
        year.looks.push((now, look.liveness.class()));
        let (next, turn) = state.after(&look);
        state = next;
        year.told.extend(turn.map(|turn| (now, turn)));
        year.flapped |= state.is_flapping();
        let due = state.next(&canonical).unwrap().as_second();
        assert!(due > now);
        now = (due + HOUR - 1) / HOUR * HOUR;
    }
    year
}

#[test]
fn a_year_of_a_thousand_sources_tells_each_death_and_recovery_once_and_no_other() {
    let (mut deaths, mut recoveries, mut flapping, mut looks) = (0, 0, 0, 0);
    for number in 0..SOURCES {
        let world = World::new(number);
        let year = live_through(&world);
        looks += year.looks.len();
        flapping += usize::from(year.flapped);
        let mut expected = 0;
        for (from, to) in world.deaths() {
            let mut failed = year
                .looks
                .iter()
                .filter(|&&(at, class)| (from..to).contains(&at) && class == LivenessClass::Dead);
            let third = failed.nth(2).unwrap_or_else(|| panic!("{world:?} was hardly looked at")).0;
            // Within seven days of the third failure, and three weeks of the loss.
            let deadline = (third + 7 * DAY + 1).min(from + 21 * DAY);
            let told = |turn, from, to| {
                let told = year.told.iter().filter(|told| told.1 == turn);
                told.filter(|told| (from..to).contains(&told.0)).count()
            };
            assert_eq!(told(Turn::Died, from, deadline), 1, "{world:?}");
            deaths += 1;
            expected += 1;
            if to < YEAR {
                // The dead are looked at weekly, and a look or two may fail on the way.
                assert_eq!(told(Turn::Recovered, to, to + 22 * DAY), 1, "{world:?}");
                recoveries += 1;
                expected += 1;
            }
        }
        assert_eq!(year.told.len(), expected, "{world:?} told {:?}", year.told);
    }
    assert_eq!((deaths, recoveries), (650, 300));
    assert!(flapping >= 40, "{flapping}");
    // A healthy source takes 52 to 58 a year.
    assert!(looks < 90 * 1000, "{looks}");
}
