//! A simulated year of 1,000 sources with a quotation each, looked at by an hourly run whenever they are due. What each
//! does is a rule of its own; what is to be told follows from the rules and the looks, not from the code.

use super::*;
use crate::source::LivenessClass;

const SOURCES: i64 = 1000;
const YEAR: i64 = 365 * DAY;

/// What a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Stays,
    /// Its page changes every month, and the words that are quoted stay.
    Renews,
    /// The words that are quoted are changed on some day.
    Rewords,
    /// They are gone for 50 to 90 days.
    DropsAndRestores,
    /// They are on another page from some day on.
    Relocates,
    /// It redirects elsewhere for good from some day on, to an address that ends differently each time.
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

const RULES: [Rule; 25] = [
    Rule::Stays,
    Rule::Stays,
    Rule::Renews,
    Rule::Rewords,
    Rule::DropsAndRestores,
    Rule::Relocates,
    Rule::Moves,
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
            | Rule::Renews
            | Rule::Rewords
            | Rule::DropsAndRestores
            | Rule::Relocates
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
        let live = self.page(at);
        match self.rule {
            Rule::Dies(sign) | Rule::DiesAndRecovers(sign) if self.is_dead(at) => sign.seen(at),
            Rule::Moves if within >= 0 => {
                Observation { moved: Some(format!("https://example.net/new?session={at}")), ..live }
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
            | Rule::Renews
            | Rule::Rewords
            | Rule::DropsAndRestores
            | Rule::Relocates
            | Rule::Dies(_)
            | Rule::DiesAndRecovers(_)
            | Rule::Moves
            | Rule::Walled(_)
            | Rule::Unreachable(_)
            | Rule::DiesBehindAWall => live,
        }
    }

    /// Returns what its page says where it can be read. Beside what is quoted, all pages change every month.
    fn page(&self, at: i64) -> Observation {
        let mut quotation = quoted(Verdict::Verbatim, Some("It is done."), &[]);
        let mut edition = at / (30 * DAY);
        if at >= self.onset {
            match self.rule {
                Rule::Rewords => {
                    let was = [("done", "nearly done")];
                    quotation = quoted(ALTERED, Some("It is nearly done."), &was);
                    edition += 100;
                }
                Rule::DropsAndRestores if at < self.restored() => {
                    quotation = quoted(Verdict::Absent, None, &[]);
                    edition += 100;
                }
                Rule::Relocates => {
                    quotation = quoted(Verdict::Elsewhere, Some("It is done."), &[]);
                    quotation.elsewhere = Some("https://example.org/b".to_owned());
                    edition += 100;
                }
                Rule::Stays
                | Rule::Renews
                | Rule::DropsAndRestores
                | Rule::Moves
                | Rule::Dies(_)
                | Rule::DiesAndRecovers(_)
                | Rule::Flaps
                | Rule::Walled(_)
                | Rule::Unreachable(_)
                | Rule::DiesBehindAWall => {}
            }
        }
        if self.rule == Rule::Stays {
            // One edition for ever, of which a later version of the program thinks otherwise.
            edition = 0;
            if at > 200 * DAY {
                quotation = quoted(ALTERED, Some("It is done."), &[("is", "was")]);
            }
        }
        page(at, edition, quotation)
    }

    fn restored(&self) -> i64 {
        self.onset + 50 * DAY + below(self.number, 3, 40 * DAY)
    }

    /// Returns what people are to be told: what, from when on, and by when at the latest.
    fn expected(&self, year: &Year) -> Vec<(&'static str, i64, i64)> {
        let mut expected = Vec::new();
        for (from, to) in self.deaths() {
            let mut failed = year
                .looks
                .iter()
                .filter(|&&(at, class)| (from..to).contains(&at) && class == LivenessClass::Dead);
            let third = failed.nth(2).unwrap_or_else(|| panic!("{self:?} was hardly looked at")).0;
            // Within seven days of the third failure, and three weeks of the loss.
            expected.push(("new", from, (third + 7 * DAY + 1).min(from + 21 * DAY)));
            if to < YEAR {
                // The dead are looked at weekly, and a look or two may fail on the way.
                expected.push(("recovered", to, to + 22 * DAY));
            }
        }
        let drift = |what, from| (what, from, from + 15 * DAY);
        match self.rule {
            Rule::Moves => expected.push(drift("moved", self.onset)),
            Rule::Rewords => expected.push(drift("reworded", self.onset)),
            Rule::Relocates => expected.push(drift("elsewhere", self.onset)),
            Rule::DropsAndRestores => {
                expected.push(drift("gone", self.onset));
                expected.push(drift("restored", self.restored()));
            }
            Rule::Stays
            | Rule::Renews
            | Rule::Dies(_)
            | Rule::DiesAndRecovers(_)
            | Rule::Flaps
            | Rule::Walled(_)
            | Rule::Unreachable(_)
            | Rule::DiesBehindAWall => {}
        }
        expected
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
    /// What people were told, without what they knew.
    told: Vec<(i64, &'static str)>,
    flapped: bool,
}

fn live_through(world: &World) -> Year {
    let canonical = format!("example.org/{}", world.number);
    let mut past = Past::default();
    let mut year = Year::default();
    let mut now = 0;
    while now < YEAR {
        assert!(past.state.is_due(&canonical, Timestamp::from_second(now).unwrap()));
        let look = world.look(now);
        year.looks.push((now, look.liveness.class()));
        let news = past.see(&look).into_iter().filter(|c| c.kind.weight() > Weight::Known);
        year.told.extend(news.map(|change| (now, name(&change))));
        year.flapped |= past.state.is_flapping();
        let due = past.state.next(&canonical).unwrap().as_second();
        assert!(due > now);
        now = (due + HOUR - 1) / HOUR * HOUR;
    }
    year
}

#[test]
fn a_year_of_a_thousand_sources_tells_each_thing_once_and_no_other() {
    let mut told = std::collections::BTreeMap::new();
    let (mut flapping, mut looks) = (0, 0);
    for number in 0..SOURCES {
        let world = World::new(number);
        let year = live_through(&world);
        looks += year.looks.len();
        flapping += usize::from(year.flapped);
        let expected = world.expected(&year);
        for &(what, from, by) in &expected {
            let in_time = year.told.iter().filter(|told| told.1 == what);
            let in_time = in_time.filter(|told| (from..by).contains(&told.0)).count();
            assert_eq!(in_time, 1, "{world:?}: {what} from {from} by {by}: {:?}", year.told);
            *told.entry(what).or_insert(0) += 1;
        }
        assert_eq!(year.told.len(), expected.len(), "{world:?} told {:?}", year.told);
    }
    let kinds = [
        ("elsewhere", 40),
        ("gone", 40),
        ("moved", 80),
        ("new", 520),
        ("recovered", 240),
        ("restored", 40),
        ("reworded", 40),
    ];
    assert_eq!(told.into_iter().collect::<Vec<_>>(), kinds);
    assert!(flapping >= 32, "{flapping}");
    // A healthy source takes 52 to 58 a year.
    assert!(looks < 90 * 1000, "{looks}");
}
