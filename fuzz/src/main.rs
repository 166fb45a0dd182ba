//! Hands damaged documents to one reader after the other, for as long as it is told to, and keeps those by which one
//! panics, hangs or fills the memory.
//!
//! `cargo run --release -- pdf 600 7`: the target, the seconds, and the seed of the damage; the same seed does the same.

mod damage;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use damage::Damage;
use targets::Target;

/// A document that takes longer is one by which a reader hangs.
const LONGEST: Duration = Duration::from_secs(5);
/// The memory that the whole run may use at most, in kilobytes.
const MOST_KILOBYTES: u64 = 1_048_576;
/// Where documents are kept by which a reader fails.
const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/found");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, seconds, seed] = arguments.as_slice() else {
        return usage();
    };
    let (Some(target), Ok(seconds), Ok(seed)) =
        (Target::named(target), seconds.parse(), seed.parse())
    else {
        return usage();
    };
    let outcome = run(target, Duration::from_secs(seconds), seed);
    println!(
        "{}: {} documents, {} failures, slowest {} ms, {} MB at most",
        target.name(),
        outcome.documents,
        outcome.failures,
        outcome.slowest.as_millis(),
        peak_kilobytes().unwrap_or(0) / 1024,
    );
    if outcome.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    let names: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
    eprintln!("usage: citeaudit-fuzz TARGET SECONDS SEED\ntargets: {}", names.join(", "));
    ExitCode::from(2)
}

/// What a run has seen.
#[derive(Default)]
struct Outcome {
    documents: u64,
    failures: u64,
    slowest: Duration,
}

fn run(target: Target, time: Duration, seed: u64) -> Outcome {
    let seeds = target.seeds();
    let mut damage = Damage::of(seed);
    let mut outcome = Outcome::default();
    let started = Instant::now();
    while started.elapsed() < time {
        let bytes = damage.of_one(&seeds);
        let begun = Instant::now();
        let survived = catch_unwind(AssertUnwindSafe(|| target.read(&bytes))).is_ok();
        let took = begun.elapsed();
        outcome.documents += 1;
        outcome.slowest = outcome.slowest.max(took);
        if !survived || took > LONGEST {
            outcome.failures += 1;
            keep(target, &bytes, outcome.failures);
        }
        if peak_kilobytes().is_some_and(|peak| peak > MOST_KILOBYTES) {
            outcome.failures += 1;
            keep(target, &bytes, outcome.failures);
            // What has been used stays counted: nothing after this could be told apart.
            return outcome;
        }
    }
    outcome
}

fn keep(target: Target, bytes: &[u8], number: u64) {
    let path = Path::new(FOUND).join(format!("{}-{number}", target.name()));
    let kept = std::fs::create_dir_all(FOUND).and_then(|()| std::fs::write(&path, bytes));
    match kept {
        Ok(()) => eprintln!("kept {}", path.display()),
        Err(error) => eprintln!("cannot keep {}: {error}", path.display()),
    }
}

/// Returns the most memory that the process has used, where the system tells.
fn peak_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
