//! Writes a table for spreadsheets: a row for each finding, and for each quotation and source that has none.
//! No cell is a formula.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::inert;
use crate::citation::QuotationId;
use crate::report::{CheckedDocument, CheckedQuotation, Finding, Report};
use crate::source::{Source, SourceId};

const COLUMNS: [&str; 16] = [
    "document",
    "place",
    "note",
    "level",
    "rule",
    "message",
    "hint",
    "citation",
    "quotation",
    "verdict",
    "report words",
    "source words",
    "source",
    "liveness",
    "reason",
    "url",
];

/// Writes a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    let mut told = BTreeSet::new();
    for document in &report.documents {
        let rows = Rows::new(report, document);
        let mut quotations = BTreeSet::new();
        for finding in &document.findings {
            quotations.extend(finding.quotation);
            told.extend(finding.source);
            table.write_record(rows.finding(finding))?;
        }
        for row in rows.silent(&quotations, &mut told) {
            table.write_record(row)?;
        }
    }
    for source in report.sources.iter().filter(|source| !told.contains(&source.id)) {
        let mut row = Row::default();
        row.set_source(source);
        table.write_record(row.cells())?;
    }
    table.flush()
}

struct Rows<'a> {
    report: &'a Report,
    document: &'a CheckedDocument,
    quotations: BTreeMap<QuotationId, &'a CheckedQuotation>,
}

impl<'a> Rows<'a> {
    fn new(report: &'a Report, document: &'a CheckedDocument) -> Self {
        let quotations = document.citations.iter().flat_map(|citation| &citation.quotations);
        let quotations = quotations.map(|checked| (checked.quotation.id, checked)).collect();
        Self { report, document, quotations }
    }

    fn finding(&self, finding: &Finding) -> Vec<String> {
        let mut row = Row::new(&self.document.path);
        row.place = finding.position.map(|position| position.to_string()).unwrap_or_default();
        row.note = finding.note.as_ref().map(ToString::to_string).unwrap_or_default();
        finding.level.name().clone_into(&mut row.level);
        finding.rule.info().id.clone_into(&mut row.rule);
        row.message.clone_from(&finding.message);
        row.hint = finding.hint.clone().unwrap_or_default();
        row.citation = finding.citation.map(|id| id.to_string()).unwrap_or_default();
        row.quotation = finding.quotation.map(|id| id.to_string()).unwrap_or_default();
        let checked = finding.quotation.and_then(|id| self.quotations.get(&id).copied());
        if let Some(checked) = checked {
            row.set_quotation(checked);
        }
        let source = finding.source.or_else(|| checked.and_then(|checked| checked.source));
        if let Some(source) = source.and_then(|id| self.report.source(id)) {
            row.set_source(source);
        }
        row.cells()
    }

    /// Returns a row for each quotation that no finding is about.
    fn silent(
        &self,
        told: &BTreeSet<QuotationId>,
        sources: &mut BTreeSet<SourceId>,
    ) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for citation in &self.document.citations {
            for checked in &citation.quotations {
                if told.contains(&checked.quotation.id) {
                    continue;
                }
                let mut row = Row::new(&self.document.path);
                row.place = checked.quotation.position.to_string();
                let note = citation.resolved.citation.note.as_ref();
                row.note = note.map(ToString::to_string).unwrap_or_default();
                row.citation = citation.resolved.citation.id.to_string();
                row.quotation = checked.quotation.id.to_string();
                row.set_quotation(checked);
                if let Some(source) = checked.source.and_then(|id| self.report.source(id)) {
                    row.set_source(source);
                    sources.insert(source.id);
                }
                rows.push(row.cells());
            }
        }
        for uncited in self.document.uncited.iter().filter(|u| !told.contains(&u.quotation.id)) {
            let mut row = Row::new(&self.document.path);
            row.place = uncited.quotation.position.to_string();
            row.quotation = uncited.quotation.id.to_string();
            row.verdict = format!("uncited ({})", uncited.kind.name());
            row.document_words.clone_from(&uncited.quotation.text);
            rows.push(row.cells());
        }
        rows
    }
}

#[derive(Default)]
struct Row {
    document: String,
    place: String,
    note: String,
    level: String,
    rule: String,
    message: String,
    hint: String,
    citation: String,
    quotation: String,
    verdict: String,
    document_words: String,
    source_words: String,
    source: String,
    liveness: String,
    reason: String,
    url: String,
}

impl Row {
    fn new(document: &str) -> Self {
        Self { document: document.to_owned(), ..Self::default() }
    }

    fn set_quotation(&mut self, checked: &CheckedQuotation) {
        checked.verdict.name().clone_into(&mut self.verdict);
        self.document_words.clone_from(&checked.quotation.text);
        let passage = checked.translation.as_ref().and_then(|t| t.passage.as_ref());
        let matched = checked.matched.as_ref().map(|matched| matched.text.clone());
        self.source_words = matched.or_else(|| passage.map(|p| p.text.clone())).unwrap_or_default();
    }

    fn set_source(&mut self, source: &Source) {
        self.source = source.id.to_string();
        source.liveness.name().clone_into(&mut self.liveness);
        self.reason.clone_from(&source.reason);
        self.url = source.target.url().to_string();
    }

    /// Returns the cells in the order of [`COLUMNS`].
    fn cells(self) -> Vec<String> {
        [
            self.document,
            self.place,
            self.note,
            self.level,
            self.rule,
            self.message,
            self.hint,
            self.citation,
            self.quotation,
            self.verdict,
            self.document_words,
            self.source_words,
            self.source,
            self.liveness,
            self.reason,
            self.url,
        ]
        .iter()
        .map(|text| cell(text))
        .collect()
    }
}

/// Makes a text harmless to a spreadsheet: what could be read as a formula is prefixed by an apostrophe.
/// So is what a CI server could read as a command. See <https://owasp.org/www-community/attacks/CSV_Injection>.
fn cell(text: &str) -> String {
    let text = inert::line(text);
    if inert::commands(&text)
        || text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'])
    {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\t@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("a=b"), "a=b");
    }
}
