//! How fast a document is read and what it cites is extracted.

use std::fmt::Write as _;

use citeaudit::extract::extract;
use citeaudit::read::{Hint, read};
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// A text of about 5 MB with 20,000 notes.
fn report() -> String {
    let mut text = String::new();
    for note in 1..=20_000 {
        let _ = write!(
            text,
            "On June {}, 2024, the minister of country {note} told the agency's reporter that nothing had been \
             decided. He said: \"We believe that number {note} is possible, and it isn't our task.\"[{note}]\n\n",
            note % 30 + 1,
        );
    }
    for note in 1..=20_000 {
        let _ =
            write!(text, "[{note}] Tass.com/politics/{note}, June {}, 2024.\n\n", note % 30 + 1);
    }
    text
}

#[divan::bench]
fn text_with_20_000_notes(bencher: divan::Bencher<'_, '_>) {
    let report = report();
    bencher.counter(BytesCount::of_str(&report)).bench(|| {
        let document = read(report.as_bytes(), &Hint::default()).expect("is text");
        extract(&document)
    });
}

#[divan::bench]
fn reading_alone(bencher: divan::Bencher<'_, '_>) {
    let report = report();
    bencher
        .counter(BytesCount::of_str(&report))
        .bench(|| read(report.as_bytes(), &Hint::default()).expect("is text"));
}

#[divan::bench]
fn prose_without_notes(bencher: divan::Bencher<'_, '_>) {
    let prose = "The minister said that the country's “new policy” would be decided in the next weeks by all.\n\n"
        .repeat(50_000);
    bencher.counter(BytesCount::of_str(&prose)).bench(|| {
        let document = read(prose.as_bytes(), &Hint::default()).expect("is text");
        extract(&document)
    });
}

#[divan::bench(sample_count = 3)]
fn one_line_of_20_mb(bencher: divan::Bencher<'_, '_>) {
    let line = "He said “it is so”[1] and 'that's' \"all. ".repeat(500_000);
    bencher.counter(BytesCount::of_str(&line)).bench(|| {
        let document = read(line.as_bytes(), &Hint::default()).expect("is text");
        extract(&document)
    });
}
