//! Writes a report for a person at a terminal: what is wrong first, worst on top, then a table of sources, then counts.
//! All of it can be understood without colour. No punctuation touches an address.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::excerpt::{Room, excerpt};
use super::inert;
use super::ink::{Ink, Page};
use super::passage::{Comparison, address};
use super::table;
use super::tally::{count, tally};
use super::{TerminalStyle, Verbosity};
use crate::citation::{QuotationId, UncitedQuotation};
use crate::document::Position;
use crate::evidence::EditKind;
use crate::report::{
    CheckedDocument, CheckedQuotation, Completion, Finding, FoundIn, Level, Readiness, Report,
    Rule, Verdict,
};
use crate::source::{LivenessClass, Source, SourceId};

/// Writes a report.
pub(super) fn write(report: &Report, style: TerminalStyle, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, style);
    if report.completion == Completion::Interrupted {
        page.put(Ink::Warning, "stopped early")?;
        page.line(Ink::Plain, ": what was not reached is named as not checked")?;
        page.blank()?;
    }
    for document in &report.documents {
        Shown::new(report, document).write(&mut page)?;
        page.blank()?;
    }
    counts(report, &mut page)
}

/// Writes one quotation that was checked against one page.
pub(super) fn write_quotation(
    checked: &CheckedQuotation,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, style);
    page.line(verdict_ink(checked.verdict), &verdict_words(checked))?;
    if let Some(reason) = &checked.reason {
        page.paragraph(Ink::Plain, "", reason)?;
    }
    comparison(checked, &mut page)
}

/// A document of a report on its way to the terminal.
struct Shown<'a> {
    report: &'a Report,
    document: &'a CheckedDocument,
    quotations: BTreeMap<QuotationId, &'a CheckedQuotation>,
}

impl<'a> Shown<'a> {
    fn new(report: &'a Report, document: &'a CheckedDocument) -> Self {
        let quotations = document.citations.iter().flat_map(|citation| &citation.quotations);
        let quotations = quotations.map(|checked| (checked.quotation.id, checked)).collect();
        Self { report, document, quotations }
    }

    fn write(&self, page: &mut Page<'_>) -> io::Result<()> {
        self.heading(page)?;
        let mut findings: Vec<&Finding> = self.document.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        for finding in findings {
            if page.style().verbosity != Verbosity::Quiet {
                page.blank()?;
            }
            self.finding(finding, page)?;
        }
        match page.style().verbosity {
            Verbosity::Quiet => return Ok(()),
            Verbosity::Normal => {}
            Verbosity::Verbose => self.every_quotation(page)?,
        }
        table::write(self.report, self.document, page)?;
        self.uncited(page)
    }

    fn heading(&self, page: &mut Page<'_>) -> io::Result<()> {
        let document = self.document;
        let notes = document.document.notes.len();
        let sources: BTreeSet<SourceId> = document
            .citations
            .iter()
            .flat_map(|citation| &citation.sources)
            .flatten()
            .copied()
            .collect();
        let quotations: usize =
            document.citations.iter().map(|citation| citation.quotations.len()).sum();
        let path = inert::line(&document.path);
        let about = format!(
            " — {}, {}, {}",
            count(notes, "note"),
            count(sources.len(), "source"),
            count(quotations, "quotation"),
        );
        let (ink, state) = self.state();
        page.put(Ink::Strong, &path)?;
        page.put(Ink::Plain, &about)?;
        page.right(ink, &state)
    }

    fn state(&self) -> (Ink, String) {
        let readiness = self.report.readiness_of(self.document);
        let ink = match readiness {
            Readiness::Ready => Ink::Good,
            Readiness::NothingToCheck | Readiness::ToBeChecked => Ink::Warning,
            Readiness::NotReady => Ink::Error,
        };
        let found = tally(&self.document.findings);
        let found = match (found.is_empty(), readiness) {
            (false, _) => found.join(", "),
            (true, Readiness::Ready) => "nothing found".to_owned(),
            (true, _) => return (ink, readiness.words().to_owned()),
        };
        (ink, format!("{}: {found}", readiness.words()))
    }

    fn place(&self, position: Option<Position>) -> String {
        let path = inert::line(&self.document.path);
        match position {
            Some(Position::Line { line, column }) => format!("{path}:{line}:{column}"),
            Some(position @ (Position::Paragraph { .. } | Position::Page { .. })) => {
                format!("{path} {position}")
            }
            None => path,
        }
    }

    fn finding(&self, finding: &Finding, page: &mut Page<'_>) -> io::Result<()> {
        let (ink, word) = level(finding.level);
        page.put(ink, &format!("{word:<5}"))?;
        page.put(Ink::Plain, "  ")?;
        if let Some(label) = &finding.note {
            page.put(Ink::Strong, &format!("[{}] ", inert::line(&label.0)))?;
        }
        page.put(Ink::Strong, finding.rule.info().id)?;
        page.put(Ink::Plain, "   ")?;
        page.put(Ink::Dim, &self.place(finding.position))?;
        let quotation = finding.quotation.and_then(|id| self.quotation(id));
        let uncited = finding.quotation.and_then(|id| self.uncited_quotation(id));
        if let Some(speaker) = quotation.and_then(|checked| checked.quotation.speaker.as_deref()) {
            page.put(Ink::Plain, &format!("   {}", inert::line(inert::cut(speaker, 60).as_ref())))?;
        }
        page.end()?;
        page.paragraph(Ink::Plain, "", &finding.message)?;
        if page.style().verbosity != Verbosity::Quiet {
            match (about(finding.rule), quotation, uncited) {
                (About::Wording, Some(checked), _) => comparison(checked, page)?,
                (About::Wording, None, Some(uncited)) => {
                    page.excerpt("report", &uncited.quotation.text, &[], 3)?;
                }
                (About::Wording | About::Source | About::Note, _, _) => {}
            }
            let source = finding.source.or_else(|| quotation.and_then(|q| q.source));
            if let Some(source) =
                source.filter(|id| quotation.is_some() || !self.names(finding, *id))
            {
                self.source_line(source, quotation, page)?;
            }
        }
        match &finding.hint {
            Some(hint) => page.paragraph(Ink::Hint, "hint: ", hint),
            None => Ok(()),
        }
    }

    /// Tells whether a finding's message holds the address of a source.
    fn names(&self, finding: &Finding, id: SourceId) -> bool {
        self.report.source(id).is_some_and(|source| {
            let answered = source.final_url.as_ref().map(url::Url::as_str);
            [Some(source.target.url().as_str()), answered]
                .into_iter()
                .flatten()
                .any(|url| finding.message.contains(url))
        })
    }

    fn quotation(&self, id: QuotationId) -> Option<&'a CheckedQuotation> {
        self.quotations.get(&id).copied()
    }

    fn uncited_quotation(&self, id: QuotationId) -> Option<&UncitedQuotation> {
        self.document.uncited.iter().find(|uncited| uncited.quotation.id == id)
    }

    fn source_line(
        &self,
        id: SourceId,
        quotation: Option<&CheckedQuotation>,
        page: &mut Page<'_>,
    ) -> io::Result<()> {
        let Some(source) = self.report.source(id) else { return Ok(()) };
        let in_copy = quotation.is_some_and(|checked| checked.found_in == Some(FoundIn::Archive));
        let copy = source.archived_copy.as_ref().filter(|_| in_copy);
        let url = address(source, quotation);
        page.indent()?;
        page.link(Ink::Address, &inert::line(url.as_str()), &url)?;
        page.put(Ink::Plain, "   ")?;
        match copy {
            Some(copy) => {
                let day = copy.at.strftime("%Y-%m-%d");
                page.put(Ink::Plain, &format!("archived copy of {day}"))?;
            }
            None => page.put(liveness_ink(source), source.liveness.name())?,
        }
        if let Some(published) = &source.published {
            page.put(Ink::Plain, &format!(" {}", published.date))?;
        }
        page.end()?;
        match &source.archived_copy {
            Some(copy) if !in_copy => {
                page.indent()?;
                page.put(Ink::Plain, "archived copy ")?;
                page.link(Ink::Address, &inert::line(copy.url.as_str()), &copy.url)?;
                page.line(Ink::Plain, &format!(" of {}", copy.at))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn every_quotation(&self, page: &mut Page<'_>) -> io::Result<()> {
        for citation in &self.document.citations {
            for checked in &citation.quotations {
                page.blank()?;
                let note = citation.resolved.citation.note.as_ref();
                let label =
                    note.map_or(String::new(), |label| format!("[{}] ", inert::line(&label.0)));
                page.put(verdict_ink(checked.verdict), &verdict_words(checked))?;
                let place = self.place(Some(checked.quotation.position));
                page.line(Ink::Plain, &format!("  {label}{}  {place}", checked.quotation.id))?;
                if let Some(reason) = &checked.reason {
                    page.paragraph(Ink::Plain, "", reason)?;
                }
                comparison(checked, page)?;
                if let Some(source) = checked.source {
                    self.source_line(source, Some(checked), page)?;
                }
            }
        }
        Ok(())
    }

    fn uncited(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.document.uncited.is_empty() {
            return Ok(());
        }
        page.blank()?;
        page.line(Ink::Dim, "no reference claims")?;
        self.document.uncited.iter().try_for_each(|uncited| self.uncited_line(uncited, page))
    }

    fn uncited_line(&self, uncited: &UncitedQuotation, page: &mut Page<'_>) -> io::Result<()> {
        let place = self.place(Some(uncited.quotation.position));
        let echo = uncited.echo_of.map_or(String::new(), |id| format!(", the words of {id}"));
        let room = Room { width: page.width().saturating_sub(4), lines: 1 };
        page.line(Ink::Plain, &format!("  {place}  {}{echo}", uncited.kind.name()))?;
        for line in excerpt(&uncited.quotation.text, &[], room) {
            let text: String = line.pieces.into_iter().map(|(text, _)| text).collect();
            page.line(Ink::Dim, &format!("    {text}"))?;
        }
        Ok(())
    }
}

/// Shows a quotation and its passage, one above the other.
fn comparison(checked: &CheckedQuotation, page: &mut Page<'_>) -> io::Result<()> {
    let comparison = Comparison::of(checked);
    let lines = match page.style().verbosity {
        Verbosity::Quiet | Verbosity::Normal => 6,
        Verbosity::Verbose => usize::MAX / 1_000,
    };
    page.excerpt("report", &comparison.document, &comparison.document_marks, lines)?;
    if let Some(source) = &comparison.source {
        page.excerpt(comparison.source_name, source, &comparison.source_marks, lines)?;
    }
    for (what, words) in &comparison.remarks {
        page.paragraph(Ink::Plain, &format!("{what}: "), words)?;
    }
    Ok(())
}

pub(super) fn verdict_words(checked: &CheckedQuotation) -> String {
    let name = checked.verdict.name();
    match checked.verdict {
        Verdict::Edited => {
            let kinds: BTreeSet<EditKind> = checked
                .matched
                .iter()
                .flat_map(|matched| &matched.edits)
                .map(|edit| edit.kind)
                .filter(|kind| *kind != EditKind::NoteMark)
                .collect();
            let kinds: Vec<_> = kinds.into_iter().map(EditKind::name).collect();
            if kinds.is_empty() { name.into() } else { format!("{name} ({})", kinds.join(", ")) }
        }
        Verdict::Altered(severity) => format!("{name} ({})", severity.name()),
        Verdict::Translated => match &checked.translation {
            Some(translation) => format!("{name} ({})", translation.support.name()),
            None => name.into(),
        },
        Verdict::Verbatim
        | Verdict::Absent
        | Verdict::Elsewhere
        | Verdict::Unverifiable
        | Verdict::Uncited => name.into(),
    }
}

/// Writes the last line: how many of what.
fn counts(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let summary = report.summary();
    let verdicts: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|verdict| {
            let n = summary.verdicts.get(verdict.name()).copied().unwrap_or(0);
            (n > 0).then(|| format!("{n} {}", verdict.name()))
        })
        .collect();
    let class = |class| report.sources.iter().filter(|s| s.liveness.class() == class).count();
    let sources = format!(
        "{} live · {} dead · {} not checked",
        class(LivenessClass::Live),
        class(LivenessClass::Dead),
        class(LivenessClass::Unchecked),
    );
    let verdicts = if verdicts.is_empty() { "no quotations".into() } else { verdicts.join(" · ") };
    page.hanging(Ink::Strong, &verdicts)?;
    page.right(Ink::Strong, &sources)
}

const fn level(level: Level) -> (Ink, &'static str) {
    match level {
        Level::Error => (Ink::Error, "error"),
        Level::Warning => (Ink::Warning, "warn"),
        Level::Note => (Ink::Look, "look"),
    }
}

/// What a reader must see to understand a finding.
enum About {
    /// The words of a quotation.
    Wording,
    /// A source or a reference.
    Source,
    /// A note.
    Note,
}

const fn about(rule: Rule) -> About {
    match rule {
        Rule::QuotationAltered
        | Rule::QuotationAbsent
        | Rule::QuotationElsewhere
        | Rule::QuotationTranslated
        | Rule::QuotationUnverifiable
        | Rule::QuotationUncited
        | Rule::QuotationUnclosed
        | Rule::OmissionChangesSense
        | Rule::ContentDrift => About::Wording,
        Rule::LinkRot
        | Rule::Soft404
        | Rule::SourceParked
        | Rule::SourceMoved
        | Rule::SourceRestricted
        | Rule::SourceUnreachable
        | Rule::ReferenceUnresolved
        | Rule::ReferenceAmbiguous
        | Rule::DateConflict
        | Rule::DateMissing
        | Rule::TrackingParameter
        | Rule::ArchivedCopyOnly
        | Rule::IdentifierMismatch => About::Source,
        Rule::NoteDangling | Rule::NoteMissing | Rule::DocumentUnclear => About::Note,
    }
}

pub(super) const fn liveness_ink(source: &Source) -> Ink {
    match source.liveness.class() {
        LivenessClass::Live => Ink::Good,
        LivenessClass::Dead => Ink::Error,
        LivenessClass::Unchecked => Ink::Warning,
    }
}

const fn verdict_ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Verbatim | Verdict::Edited => Ink::Good,
        Verdict::Altered(_) | Verdict::Absent | Verdict::Elsewhere => Ink::Error,
        Verdict::Translated | Verdict::Uncited => Ink::Look,
        Verdict::Unverifiable => Ink::Warning,
    }
}
