//! Writes what a document cites and quotes, without verdicts: the outcome of `extract`.
//! Its JSON is the document part of a report's, less what only a check can know.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::ResolvedReference;
use super::inert;
use super::json::{
    About, CitationWire, PositionWire, QuotationWords, Tool, UncitedWire, schema_of, why_not,
};
use super::json_writer::{write_line, write_pretty};
use crate::citation::{Problem, Quotation, ReferenceForm, UncitedQuotation};
use crate::document::{Document, Layer, MarkKind, Note, NoteKind};
use crate::report::Finding;
use crate::target::{Resolution, ResolvedCitation, ResolvedDocument, Target, WhyNot};

/// The name of the contract.
const SCHEMA: &str = "citeaudit.extract/1";

/// What documents cite and quote.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "citeaudit.extract/1", inline)]
struct ExtractionWire<'a> {
    /// The name of this contract: `citeaudit.extract/1`.
    #[schemars(extend("enum" = [SCHEMA]))]
    schema: &'static str,
    /// What made it.
    tool: Tool,
    /// One for each document, in the order given.
    documents: Vec<DocumentWire<'a>>,
}

/// One document with what it cites and quotes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Document")]
struct DocumentWire<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// Its citations, in document order.
    #[schemars(with = "Vec<CitationWire<'a, QuotationWords<'a>>>")]
    citations: Each<'a, ResolvedCitation, CitationWire<'a, QuotationWords<'a>>>,
    /// The quotations that no reference claims, in document order.
    #[schemars(with = "Vec<UncitedWire<'a>>")]
    uncited_quotations: Each<'a, UncitedQuotation, UncitedWire<'a>>,
    /// Its notes, in the order in which they stand.
    #[schemars(with = "Vec<NoteWire<'a>>")]
    notes: Notes<'a>,
    /// What does not add up, in document order.
    problems: Vec<ProblemWire>,
}

/// A list whose parts are made as they are written: long ones are never held twice.
struct Each<'a, T, W> {
    of: &'a [T],
    part: fn(&'a T) -> W,
}

impl<T, W: Serialize> Serialize for Each<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.of.iter().map(self.part))
    }
}

/// A note as it is written, whether or not it names a source.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Note")]
struct NoteWire<'a> {
    /// What it is called by: `12`, `iv`, `*`, or a name.
    label: &'a str,
    /// Where the document shows it, if it says so; an entry is one of a bibliography.
    #[schemars(extend("enum" = NoteKind::ALL.map(NoteKind::name)))]
    kind: &'static str,
    /// Its text without the label, white space as in the document; paragraphs are separated by an empty line.
    text: String,
    /// Where its text begins.
    position: PositionWire,
    /// Where each of its calls stands, in document order.
    called_at: Vec<PositionWire>,
}

/// The notes of a document, in the order in which they stand; each is made as it is written.
struct Notes<'a>(&'a Document);

impl Serialize for Notes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(document) = self;
        let mut called_at: Vec<Vec<usize>> = vec![Vec::new(); document.notes.len()];
        for mark in &document.marks {
            if let MarkKind::NoteCall { note: Some(note), .. } = mark.kind {
                called_at[note].push(mark.range.start);
            }
        }
        let notes = document.notes.iter().zip(&called_at);
        serializer
            .collect_seq(notes.map(|(note, called_at)| NoteWire::of(document, note, called_at)))
    }
}

impl<'a> NoteWire<'a> {
    fn of(document: &'a Document, note: &'a Note, called_at: &[usize]) -> Self {
        let blocks = document.blocks[note.blocks.clone()].iter();
        let text: Vec<&str> = blocks
            .filter(|block| block.layer == Layer::Visible)
            .map(|block| document.block_text(block))
            .collect();
        let start = document.blocks.get(note.blocks.start).map_or(note.start, |b| b.range.start);
        Self {
            label: &note.label.0,
            kind: note.kind.name(),
            text: text.join("\n\n"),
            position: document.position(start).into(),
            called_at: called_at.iter().map(|&call| document.position(call).into()).collect(),
        }
    }
}

/// What does not add up in a document.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct ProblemWire {
    /// The id of the rule of the finding that a check makes of it.
    rule: &'static str,
    /// What it is, for people.
    message: String,
    /// The label of the note that it is about.
    note: Option<String>,
    /// The id of the citation that it is about.
    citation: Option<String>,
    /// The id of the quotation that it is about.
    quotation: Option<String>,
    /// Where it is.
    position: Option<PositionWire>,
}

/// Returns the JSON Schema of the contract.
pub(super) fn schema() -> serde_json::Value {
    schema_of::<ExtractionWire<'static>>()
}

/// Writes documents as one JSON object.
pub(super) fn write_json(documents: &[ResolvedDocument], out: &mut dyn Write) -> io::Result<()> {
    let documents = documents.iter().map(|document| DocumentWire {
        about: About::of(&document.path, &document.sha256, &document.document),
        citations: Each { of: &document.citations, part: citation },
        uncited_quotations: Each { of: &document.uncited, part: UncitedWire::of },
        notes: Notes(&document.document),
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
