//! How large a store of many looks at many sources becomes, and how fast it answers.
//!
//! `cargo bench --bench history [-- SOURCES [LOOKS]]`: by default 10,000 sources, each cited once and quoted, that were
//! looked at in 50 weeks; one in twenty was lost on the way. The first look and the last are recorded as runs record
//! them; those between are copies of the first with other moments, so that millions of them can be had in a minute.

#![expect(clippy::print_stdout, reason = "what was measured is what it prints")]

use std::path::Path;
use std::time::{Duration, Instant};

use citeaudit::history::Store;
use citeaudit::observation::{
    Look, Observation, ObservedCitation, ObservedDocument, ObservedQuotation,
};
use citeaudit::render::{
    Colour, Hyperlinks, TerminalStyle, TimelineFormat, Verbosity, render_timeline,
};
use citeaudit::report::Verdict;
use citeaudit::source::Liveness;
use citeaudit::text::Fingerprint;
use jiff::{SignedDuration, Timestamp};

/// How many sources each document cites.
const CITED: usize = 100;

/// How often each question is asked.
const TIMES: u32 = 20;

const STYLE: TerminalStyle = TerminalStyle {
    width: 100,
    colour: Colour::Plain,
    hyperlinks: Hyperlinks::Plain,
    verbosity: Verbosity::Normal,
};

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (sources, looks) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(50));
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = folder.path().join("store.sqlite");
    let begun = Instant::now();
    write(&path, sources, looks);
    let took = begun.elapsed();
    let observations = sources * looks;
    let bytes = std::fs::metadata(&path).expect("the store was written").len();
    println!("{sources} sources, {looks} looks at each: {observations} observations");
    println!("written in {:.1} s", took.as_secs_f64());
    println!("{bytes} bytes, {} an observation", bytes / observations as u64);
    ask(&path, looks);
}

/// The moment of a look: they lie a week apart.
fn moment(look: usize) -> Timestamp {
    let weeks = i64::try_from(look).expect("it is small");
    let first: Timestamp = "2025-01-06T06:00:00Z".parse().expect("it is a time");
    first + SignedDuration::from_hours(weeks * 7 * 24)
}

fn document(number: usize) -> String {
    format!("/srv/reports/2025/report-{number}.docx")
}

fn url(source: usize) -> String {
    format!("https://www.newspaper-{}.example/politics/2024/06/19/article-{source}", source % 997)
}

fn canonical(source: usize) -> String {
    url(source).replace("https://www.", "")
}

fn write(path: &Path, sources: usize, looks: usize) {
    let mut store = Store::open(path, moment(0)).expect("it can be made").store;
    let documents = (0..sources.div_ceil(CITED)).map(|number| ObservedDocument {
        path: document(number),
        sha256: format!("{number:064x}"),
        title: Some(format!("Report {number}")),
        at: moment(0),
        citations: (number * CITED..sources.min((number + 1) * CITED))
            .map(|source| ObservedCitation {
                note: Some((source % CITED + 1).to_string()),
                canonical: canonical(source),
                url: url(source),
            })
            .collect(),
        findings: Vec::new(),
    });
    let known = Look { documents: documents.collect(), observations: Vec::new() };
    store.record(&known).expect("it can be written");
    record(&mut store, sources, 0, looks);
    copy(path, looks);
    record(&mut store, sources, looks - 1, looks);
}

fn record(store: &mut Store, sources: usize, look: usize, looks: usize) {
    let begun = Instant::now();
    let observations = (0..sources).map(|source| observation(source, look, looks)).collect();
    let seen = Look { documents: Vec::new(), observations };
    store.record(&seen).expect("it can be written");
    let each = begun.elapsed().as_micros() / sources as u128;
    println!("look {look} recorded, {each} µs an observation");
}

/// Writes the looks between the first and the last.
fn copy(path: &Path, looks: usize) {
    let connection = rusqlite::Connection::open(path).expect("it can be opened");
    let second = moment(1).as_millisecond();
    for look in 1..looks - 1 {
        let later = moment(look).as_millisecond() - moment(0).as_millisecond();
        let weeks = i64::try_from(look).expect("it is small");
        let lost = "source % 20 = 7 AND ?3 > source % ?4";
        let observations = format!(
            "INSERT INTO observation (source, at, liveness, reason, final_url, status, sha256, words, similarity)
             SELECT source, at + ?1, CASE WHEN {lost} THEN 'gone' ELSE liveness END,
             CASE WHEN {lost} THEN 'status 404' ELSE reason END, final_url,
             CASE WHEN {lost} THEN 404 ELSE status END, sha256, words, similarity
             FROM observation WHERE at < ?2"
        );
        let looks = i64::try_from(looks).expect("it is small");
        connection
            .execute(&observations, [later, second, weeks, looks])
            .and_then(|_| {
                let seen =
                    "INSERT INTO seen SELECT source, at + ?1, outcome FROM seen WHERE at < ?2";
                connection.execute(seen, [later, second])
            })
            .expect("it can be written");
    }
}

fn observation(source: usize, look: usize, looks: usize) -> Observation {
    let is_lost = source % 20 == 7 && look > source % looks;
    let (liveness, status, reason) = if is_lost {
        (Liveness::Gone, 404, "status 404")
    } else {
        (Liveness::Live, 200, "status 200")
    };
    // Most pages have another body each time, for what stands beside the text, and the same words.
    let print = (source as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let quotation = ObservedQuotation {
        document: document(source / CITED),
        text: format!("the minister of country {source} told the agency that nothing was decided"),
        verdict: if is_lost { Verdict::Unverifiable } else { Verdict::Verbatim },
        passage: (!is_lost).then(|| {
            format!("the minister of country {source} told the agency that nothing was decided")
        }),
        selector: (!is_lost).then(|| format!(":~:text=the%20minister%20of%20country%20{source}")),
        differences: Vec::new(),
        elsewhere: None,
    };
    Observation {
        canonical: canonical(source),
        url: url(source),
        at: moment(look) + SignedDuration::from_millis(i64::try_from(source).unwrap_or_default()),
        liveness,
        reason: reason.to_owned(),
        final_url: Some(url(source)),
        moved: None,
        status: Some(status),
        sha256: Some(format!("{print:032x}{look:032x}")),
        fingerprint: (!is_lost).then_some(Fingerprint { words: print, similarity: print }),
        archived_copy: None,
        documents: vec![document(source / CITED)],
        quotations: vec![quotation],
    }
}

fn ask(path: &Path, looks: usize) {
    let last = moment(looks - 1);
    let open = || Store::open(path, last).expect("it can be opened").store;
    let hour = SignedDuration::from_hours(1);
    for (name, at) in [
        ("an hour later", last + hour),
        ("on the sixth day", last + hour * 24 * 6 + hour * 12),
        ("after a week, everything", last + hour * 24 * 8),
    ] {
        let store = open();
        let due: usize =
            store.due(at).expect("it can be read").iter().map(|(_, due)| due.len()).sum();
        timed(&format!("due: {name} ({due})"), || drop(store.due(at)));
    }
    let (name, source) = (document(0), canonical(7));
    timed(&format!("history of a document with {CITED} sources, opening and writing it"), || {
        let timeline =
            open().document_timeline(&name).expect("it can be read").expect("it is known");
        let mut out = Vec::new();
        render_timeline(&timeline, last, TimelineFormat::Html, STYLE, &mut out)
            .expect("memory can be written");
    });
    timed("history of a source", || drop(open().source_timeline(&source)));
    timed("the list of documents", || drop(open().documents()));
}

/// Prints the shortest, the median and the longest of several times: on a busy machine the shortest says most.
fn timed(name: &str, mut question: impl FnMut()) {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            question();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (shortest, median, longest) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    println!(
        "{name}: {:.2} ms, median {:.2} ms, at most {:.2} ms",
        ms(shortest),
        ms(median),
        ms(longest)
    );
}
