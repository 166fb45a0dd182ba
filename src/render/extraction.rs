//! Writes what a document cites and quotes, without verdicts: the outcome of `extract`.
//! Its JSON is the document part of a report's, less what only a check can know.

use std::io::{self, Write};

use serde::Serialize;

use super::ResolvedReference;
use super::inert;
use super::json::{About, CitationWire, PositionWire, QuotationWords, Tool, UncitedWire, why_not};
use super::json_writer::{write_line, write_pretty};
use crate::citation::{Problem, Quotation, ReferenceForm};
use crate::report::Finding;
use crate::target::{Resolution, ResolvedCitation, ResolvedDocument, Target, WhyNot};

/// The name of the contract.
const SCHEMA: &str = "citeaudit.extract/1";

#[derive(Serialize)]
struct ExtractionWire<'a> {
    schema: &'static str,
    tool: Tool,
    documents: Vec<DocumentWire<'a>>,
}

#[derive(Serialize)]
struct DocumentWire<'a> {
    #[serde(flatten)]
    about: About<'a>,
    citations: Vec<CitationWire<'a, QuotationWords<'a>>>,
    uncited_quotations: Vec<UncitedWire<'a>>,
    problems: Vec<ProblemWire>,
}

/// What does not add up in a document.
#[derive(Serialize)]
struct ProblemWire {
    rule: &'static str,
    message: String,
    note: Option<String>,
    citation: Option<String>,
    quotation: Option<String>,
    position: Option<PositionWire>,
}

/// Writes documents as one JSON object.
pub(super) fn write_json(documents: &[ResolvedDocument], out: &mut dyn Write) -> io::Result<()> {
    let documents = documents.iter().map(|document| DocumentWire {
        about: About::of(&document.path, &document.sha256, &document.document),
        citations: document.citations.iter().map(citation).collect(),
        uncited_quotations: document.uncited.iter().map(UncitedWire::of).collect(),
        problems: document.problems.iter().map(problem).collect(),
    });
    let wire = ExtractionWire { schema: SCHEMA, tool: Tool::THIS, documents: documents.collect() };
    write_pretty(&wire, out)
}

fn citation(resolved: &ResolvedCitation) -> CitationWire<'_, QuotationWords<'_>> {
    let quotations = resolved.citation.quotations.iter().map(QuotationWords::of).collect();
    CitationWire::of(resolved, &[], quotations)
}

fn problem(problem: &Problem) -> ProblemWire {
    let found = Finding::of_problem(problem);
    ProblemWire {
        rule: found.rule.info().id,
        message: found.message,
        note: found.note.map(|label| label.0),
        citation: found.citation.map(|id| id.to_string()),
        quotation: found.quotation.map(|id| id.to_string()),
        position: found.position.map(PositionWire::from),
    }
}

/// Writes documents for a person at a terminal.
pub(super) fn write_terminal(
    documents: &[ResolvedDocument],
    out: &mut dyn Write,
) -> io::Result<()> {
    for (i, document) in documents.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        write_document(document, out)?;
    }
    Ok(())
}

fn write_document(document: &ResolvedDocument, out: &mut dyn Write) -> io::Result<()> {
    let quotations: usize =
        document.citations.iter().map(|resolved| resolved.citation.quotations.len()).sum();
    writeln!(
        out,
        "document {}: {} citations, {quotations} quotations, {} uncited",
        inert::line(&document.path),
        document.citations.len(),
        document.uncited.len(),
    )?;
    for resolved in &document.citations {
        write_citation(resolved, out)?;
    }
    for uncited in &document.uncited {
        write!(out, "\n{}  {}", uncited.quotation.position, uncited.kind.name())?;
        match uncited.echo_of {
            Some(id) if uncited.kind != crate::citation::UncitedKind::Echo => {
                writeln!(out, ", echoes {id}")?;
            }
            Some(id) => writeln!(out, " of {id}")?,
            None => writeln!(out)?,
        }
        write_quotation(&uncited.quotation, out)?;
    }
    for problem in &document.problems {
        let found = Finding::of_problem(problem);
        writeln!(out)?;
        if let Some(position) = found.position {
            write!(out, "{position}  ")?;
        }
        writeln!(out, "{}: {}", found.rule.info().id, inert::line(&found.message))?;
    }
    Ok(())
}

fn write_citation(resolved: &ResolvedCitation, out: &mut dyn Write) -> io::Result<()> {
    let citation = &resolved.citation;
    write!(out, "\n{}  {}", citation.position, citation.id)?;
    match &citation.note {
        Some(label) => writeln!(out, "  note [{}]", inert::line(&label.0))?,
        None => writeln!(out)?,
    }
    for (reference, resolution) in citation.references.iter().zip(&resolved.resolutions) {
        write!(out, "    {} ", inert::line(inert::cut(&reference.text, 200).as_ref()))?;
        match resolution {
            Resolution::Resolved(target) => {
                write!(out, "-> {} ", inert::line(target.url().as_str()))?;
            }
            Resolution::Unresolved(_) => {
                let why = why_not(resolution).unwrap_or_default();
                write!(out, "-> no page, {} ", inert::line(&why))?;
            }
        }
        match reference.date {
            Some(date) => writeln!(out, " {date}")?,
            None => writeln!(out)?,
        }
    }
    citation.quotations.iter().try_for_each(|quotation| write_quotation(quotation, out))
}

fn write_quotation(quotation: &Quotation, out: &mut dyn Write) -> io::Result<()> {
    let text = inert::line(inert::cut(&quotation.text, 200).as_ref());
    writeln!(out, "    {} {}  {text}", quotation.id, quotation.position)
}

/// One reference on a line of its own.
#[derive(Serialize)]
struct ReferenceLine<'a> {
    input: &'a str,
    text: &'a str,
    form: &'static str,
    date: Option<String>,
    url: Option<&'a str>,
    canonical: Option<&'a str>,
    why_not: Option<String>,
}

/// Writes where one reference leads, for programs.
pub(super) fn write_reference_json(
    input: &str,
    resolved: Option<ResolvedReference<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = match resolved {
        Some(ResolvedReference { reference, resolution }) => ReferenceLine {
            input,
            text: &reference.text,
            form: reference.form.name(),
            date: reference.date.map(|date| date.to_string()),
            url: resolution.target().map(|target| target.url().as_str()),
            canonical: resolution.target().map(Target::canonical),
            why_not: why_not(resolution),
        },
        None => ReferenceLine {
            input,
            text: input,
            form: ReferenceForm::Descriptive.name(),
            date: None,
            url: None,
            canonical: None,
            why_not: Some(WhyNot::NoAddress.to_string()),
        },
    };
    write_line(&line, out)
}

/// Writes where one reference leads, for a person.
pub(super) fn write_reference_line(
    input: &str,
    resolved: Option<ResolvedReference<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (text, outcome) = match resolved {
        Some(ResolvedReference { reference, resolution }) => {
            let outcome = match resolution {
                Resolution::Resolved(target) => target.url().to_string(),
                Resolution::Unresolved(why) => format!("no page, {why}"),
            };
            (reference.text.as_str(), outcome)
        }
        None => (input, format!("no page, {}", WhyNot::NoAddress)),
    };
    writeln!(out, "`{}`  ->  {}", inert::line(text), inert::line(&outcome))
}
