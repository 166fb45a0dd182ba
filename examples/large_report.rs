//! Writes a report of 5,000 citations in every format into a folder, and says how long each took and how large it is.
//! Run it as `cargo run --release --example large_report -- FOLDER`. Of three times it says the shortest: what else the
//! machine does is not the program's.

#[path = "../tests/it/sample.rs"]
mod sample;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use citeaudit::render::{Colour, Hyperlinks, ReportFormat, TerminalStyle, Verbosity, render};

#[expect(clippy::print_stdout, reason = "it is a program for people")]
fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let small = sample::report();
    let large = sample::large(5000);
    let style = TerminalStyle {
        width: 100,
        colour: Colour::Plain,
        hyperlinks: Hyperlinks::Plain,
        verbosity: Verbosity::Verbose,
    };
    for (extension, format) in ReportFormat::EXTENSIONS {
        let mut bytes = Vec::new();
        render(&small, format, style, &mut bytes)?;
        let mut took = Duration::MAX;
        for _ in 0..3 {
            bytes.clear();
            let start = Instant::now();
            render(&large, format, style, &mut bytes)?;
            took = took.min(start.elapsed());
        }
        println!("{extension:6} {:6} ms  {:9} bytes", took.as_millis(), bytes.len());
        std::fs::write(folder.join(format!("large.{extension}")), bytes)?;
    }
    Ok(())
}
