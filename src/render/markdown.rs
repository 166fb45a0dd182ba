//! Writes a report as Markdown, for a comment on a pull request or a file beside the document.
//! Text from outside is escaped: it makes no markup, no link and no mention.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use url::Url;

use super::inert;
use super::passage::Comparison;
use super::tally::tally;
use crate::report::{
    CheckedDocument, CheckedQuotation, Completion, Finding, Level, Report, Verdict,
};
use crate::source::Source;

/// Writes a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.completion == Completion::Interrupted {
        writeln!(
            out,
            "> The check was stopped early: what was not reached is named as not checked.\n"
        )?;
    }
    for document in &report.documents {
        Shown { report, document }.write(out)?;
    }
    sources(report, out)?;
    writeln!(out, "Checked {} by citeaudit {}.", report.checked_at, env!("CARGO_PKG_VERSION"))
}

struct Shown<'a> {
    report: &'a Report,
    document: &'a CheckedDocument,
}

impl Shown<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let document = self.document;
        writeln!(out, "## {}: {}\n", text(&document.path), self.state())?;
        let mut findings: Vec<&Finding> = document.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        if !findings.is_empty() {
            writeln!(out, "| | Note | Place | Finding | To do |\n|---|---|---|---|---|")?;
            findings.iter().try_for_each(|finding| row(finding, out))?;
            writeln!(out)?;
        }
        let quotations = document.citations.iter().flat_map(|citation| &citation.quotations);
        quotations
            .filter(|checked| worth_showing(checked.verdict))
            .try_for_each(|checked| self.quotation(checked, out))
    }

    fn state(&self) -> String {
        let words = self.report.readiness_of(self.document).words();
        let found = tally(&self.document.findings);
        if found.is_empty() { words.to_owned() } else { format!("{words} ({})", found.join(", ")) }
    }

    fn quotation(&self, checked: &CheckedQuotation, out: &mut dyn Write) -> io::Result<()> {
        let comparison = Comparison::of(checked);
        let quotation = &checked.quotation;
        writeln!(
            out,
            "<details><summary>{} {} at {}</summary>\n",
            checked.verdict.name(),
            quotation.id,
            quotation.position
        )?;
        writeln!(out, "Report: {}\n", marked(&comparison.document, &comparison.document_marks))?;
        if let Some(source) = &comparison.source {
            let name = if comparison.source_name == "nearest" { "Nearest" } else { "Source" };
            writeln!(out, "{name}: {}\n", marked(source, &comparison.source_marks))?;
        }
        for (name, words) in &comparison.remarks {
            writeln!(out, "- {}: {}", text(name), text(words))?;
        }
        if let Some(source) = checked.source.and_then(|id| self.report.source(id)) {
            writeln!(out, "- {}", address(source.target.url()))?;
        }
        writeln!(out, "\n</details>\n")
    }
}

/// Tells whether both wordings help to understand a verdict.
const fn worth_showing(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Altered(_) | Verdict::Absent | Verdict::Elsewhere | Verdict::Translated => true,
        Verdict::Verbatim | Verdict::Edited | Verdict::Unverifiable | Verdict::Uncited => false,
    }
}

fn row(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let info = finding.rule.info();
    writeln!(
        out,
        "| {} | {} | {} | `{}` {} | {} |",
        match finding.level {
            Level::Error => "**error**",
            Level::Warning => "warning",
            Level::Note => "look",
        },
        finding.note.as_ref().map_or(String::new(), |label| text(&label.0)),
        finding.position.map_or(String::new(), |position| position.to_string()),
        info.id,
        text(&finding.message),
        finding.hint.as_deref().map_or(String::new(), text),
    )
}

fn sources(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.sources.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Sources\n\n| | Liveness | Address | Reason |\n|---|---|---|---|")?;
    report.sources.iter().try_for_each(|source| source_row(source, out))?;
    writeln!(out)
}

fn source_row(source: &Source, out: &mut dyn Write) -> io::Result<()> {
    let copy = source.archived_copy.as_ref().map_or(String::new(), |copy| {
        format!(" · archived copy {} of {}", address(&copy.url), copy.at)
    });
    writeln!(
        out,
        "| {} | {} | {} | {}{copy} |",
        source.id,
        source.liveness.name(),
        address(source.target.url()),
        text(&source.reason)
    )
}

/// Returns an address as a link, or as text where a reader must not be led to it.
fn address(url: &Url) -> String {
    if matches!(url.scheme(), "http" | "https") {
        let url = inert::line(url.as_str());
        let safe =
            url.replace('|', "%7C").replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
        format!("<{safe}>")
    } else {
        text(url.as_str())
    }
}

/// Returns a text with marked stretches in bold. Ranges that do not fit the text are left out.
fn marked(whole: &str, marks: &[Range<usize>]) -> String {
    let mut marks: Vec<&Range<usize>> =
        marks.iter().filter(|mark| whole.get((*mark).clone()).is_some()).collect();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut out = String::new();
    let mut at = 0;
    for mark in marks {
        if mark.start < at {
            continue;
        }
        out.push_str(&escaped(&whole[at..mark.start]));
        let words = if mark.is_empty() { "‸" } else { &whole[(*mark).clone()] };
        let _ = write!(out, "<b>{}</b>", escaped(words));
        at = mark.end;
    }
    out.push_str(&escaped(&whole[at..]));
    inert::line(&out)
}

/// Returns a text on one line in which nothing is markup.
fn text(text: &str) -> String {
    escaped(&inert::line(text))
}

/// Writes everything that Markdown, HTML or the hosts of code could act on as a character reference.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        let acts = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '@' | '$'
            | '"' => true,
            // `www.example.org` and `https://example.org` would become links.
            ':' => rest.peek() == Some(&'/'),
            '.' => last.eq_ignore_ascii_case(&'w'),
            '!' => rest.peek() == Some(&'['),
            _ => false,
        };
        if acts {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
        last = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        assert_eq!(text("a|b <i> @you"), "a&#124;b &#60;i&#62; &#64;you");
        assert_eq!(text("https://x.org www.x.org"), "https&#58;//x.org www&#46;x.org");
    }

    #[test]
    fn marked_words_are_bold() {
        let mark = 4..7;
        assert_eq!(marked("one two *", std::slice::from_ref(&mark)), "one <b>two</b> &#42;");
    }
}
