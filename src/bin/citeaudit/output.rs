//! Writes results to standard output and to files.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use citeaudit::render::{Colour, Hyperlinks, ReportFormat, TerminalStyle, Verbosity, render};
use citeaudit::report::Report;
use citeaudit::whole_file;

use crate::trouble::Trouble;

/// A file that the report is written to.
pub(crate) struct OutputFile {
    path: PathBuf,
    format: ReportFormat,
}

/// Tells the format of each file by its extension; `given` is for those whose extension tells none.
///
/// # Errors
///
/// When an extension tells no format and none was given.
pub(crate) fn files(
    paths: &[PathBuf],
    given: Option<ReportFormat>,
) -> anyhow::Result<Vec<OutputFile>> {
    paths
        .iter()
        .map(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            let format = extension.and_then(ReportFormat::of_extension).or(given);
            let format = format.ok_or_else(|| {
                Trouble::new(
                    format!("cannot tell the format of `{}`", path.display()),
                    format!(
                        "end its name in {}, or give --format",
                        ReportFormat::EXTENSIONS
                            .map(|(extension, _)| format!(".{extension}"))
                            .join(", ")
                    ),
                )
            })?;
            Ok(OutputFile { path: path.clone(), format })
        })
        .collect()
}

/// Writes a report to standard output and to every file.
///
/// # Errors
///
/// When something cannot be written. A reader of standard output that went away is no error.
pub(crate) fn report(
    report: &Report,
    format: ReportFormat,
    verbosity: Verbosity,
    files: &[OutputFile],
) -> anyhow::Result<()> {
    to_files(report, verbosity, files)?;
    to_stdout(|out| render(report, format, terminal(verbosity), out))
}

/// Writes a report to every file.
///
/// # Errors
///
/// When one cannot be written.
pub(crate) fn to_files(
    report: &Report,
    verbosity: Verbosity,
    files: &[OutputFile],
) -> anyhow::Result<()> {
    for file in files {
        let mut bytes = Vec::new();
        render(report, file.format, plain(verbosity), &mut bytes)?;
        write_file(&file.path, &bytes)?;
    }
    Ok(())
}

pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    whole_file::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Returns how a file shows a report.
pub(crate) const fn plain(verbosity: Verbosity) -> TerminalStyle {
    TerminalStyle { width: 100, colour: Colour::Plain, hyperlinks: Hyperlinks::Plain, verbosity }
}

/// Lends standard output to `write`.
///
/// # Errors
///
/// When it cannot be written to. A reader that went away is no error.
pub(crate) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Returns how standard output shows a report.
pub(crate) fn terminal(verbosity: Verbosity) -> TerminalStyle {
    let stdout = io::stdout();
    let width = if stdout.is_terminal() {
        terminal_size::terminal_size().map(|(width, _)| width.0)
    } else {
        std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok())
    };
    let colour = match anstream::AutoStream::choice(&stdout) {
        anstream::ColorChoice::Never => Colour::Plain,
        anstream::ColorChoice::Always
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Auto => Colour::Ansi,
    };
    let clickable = supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    let hyperlinks = if clickable { Hyperlinks::Osc8 } else { Hyperlinks::Plain };
    let width = width.unwrap_or(100).clamp(40, 160);
    TerminalStyle { width, colour, hyperlinks, verbosity }
}
