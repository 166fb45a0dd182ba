//! Writes the table of a document's citations for a terminal: note, source, liveness, quotations.

use std::collections::BTreeMap;
use std::io;

use unicode_width::UnicodeWidthStr;
use url::Url;

use super::inert;
use super::ink::{Ink, Page};
use super::terminal::{liveness_ink, verdict_words};
use crate::report::{CheckedCitation, CheckedDocument, CheckedQuotation, Report};

/// Writes the table; nothing for a document without citations.
pub(super) fn write(
    report: &Report,
    document: &CheckedDocument,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let rows: Vec<Row> =
        document.citations.iter().flat_map(|citation| rows(report, citation)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    page.blank()?;
    let widest = |f: fn(&Row) -> &str| rows.iter().map(|row| f(row).width()).max().unwrap_or(0);
    let note = widest(|row| &row.note).max(4);
    let liveness = widest(|row| &row.liveness).max(8);
    let quotations = widest(|row| &row.quotations).clamp(10, 10.max(page.width() / 3));
    let room = page.width().saturating_sub(note + liveness + quotations + 6).max(12);
    let source = widest(|row| &row.source).clamp(6, room.max(6));
    let heading =
        format!("{:>note$}  {:<source$}  {:<liveness$}  quotations", "note", "source", "liveness");
    page.line(Ink::Dim, &heading)?;
    for row in rows {
        page.put(Ink::Plain, &format!("{}{}  ", pad(note, &row.note), row.note))?;
        let shown = shorten(&row.source, source);
        match &row.url {
            Some(url) => page.link(Ink::Plain, &shown, url)?,
            None => page.put(Ink::Plain, &shown)?,
        }
        page.put(Ink::Plain, &format!("{}  ", pad(source, &shown)))?;
        page.put(row.ink, &row.liveness)?;
        if !row.quotations.is_empty() {
            page.put(Ink::Plain, &format!("{}  ", pad(liveness, &row.liveness)))?;
            page.hanging(Ink::Plain, &row.quotations)?;
        }
        page.end()?;
    }
    Ok(())
}

/// One line of the table.
struct Row {
    note: String,
    source: String,
    /// What opens when the source is clicked.
    url: Option<Url>,
    liveness: String,
    ink: Ink,
    quotations: String,
}

fn rows(report: &Report, citation: &CheckedCitation) -> Vec<Row> {
    let note = match &citation.resolved.citation.note {
        Some(label) => inert::line(inert::cut(&label.0, 12).as_ref()),
        None => citation.resolved.citation.position.to_string(),
    };
    let mut rows: Vec<Row> = Vec::new();
    for (i, reference) in citation.resolved.citation.references.iter().enumerate() {
        let source = citation.sources.get(i).copied().flatten();
        let source = source.and_then(|id| report.source(id));
        rows.push(match source {
            Some(source) => Row {
                note: String::new(),
                source: bare(&inert::line(source.target.canonical())),
                url: Some(source.target.url().clone()),
                liveness: source.liveness.name().into(),
                ink: liveness_ink(source),
                quotations: String::new(),
            },
            None => Row {
                note: String::new(),
                source: inert::line(inert::cut(&reference.text, 200).as_ref()),
                url: None,
                liveness: "no page".into(),
                ink: Ink::Warning,
                quotations: String::new(),
            },
        });
    }
    if rows.is_empty() {
        rows.push(Row {
            note: String::new(),
            source: "–".into(),
            url: None,
            liveness: "–".into(),
            ink: Ink::Dim,
            quotations: String::new(),
        });
    }
    rows[0].note = note;
    rows[0].quotations = verdicts(&citation.quotations);
    rows
}

/// Says in a few words what became of the quotations of one citation.
fn verdicts(quotations: &[CheckedQuotation]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for checked in quotations {
        *counts.entry(verdict_words(checked)).or_default() += 1;
    }
    if counts.is_empty() {
        return "–".into();
    }
    counts.iter().map(|(words, n)| format!("{n} {words}")).collect::<Vec<_>>().join(", ")
}

fn pad(width: usize, text: &str) -> String {
    " ".repeat(width.saturating_sub(text.width()))
}

/// Drops the scheme: in a table it only takes room.
fn bare(url: &str) -> String {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).to_owned()
}

/// Cuts an address in its middle, where it tells least.
fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let keep = width.saturating_sub(1);
    let head: String = chars[..keep - keep / 3].iter().collect();
    let tail: String = chars[chars.len() - keep / 3..].iter().collect();
    format!("{head}…{tail}")
}
