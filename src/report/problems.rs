//! Says in words what does not add up in a document, for a check and for an extraction alike.

use super::{Finding, Level, Rule};
use crate::citation::Problem;
use crate::document::{Gap, Position, Remark};

impl Finding {
    /// Makes the finding of a problem.
    #[must_use]
    pub fn of_problem(problem: &Problem) -> Self {
        match problem {
            Problem::NotReadWhole(gap) => not_read_whole(*gap),
            Problem::Remarked(remark) => Self {
                level: Level::Note,
                ..about(Rule::DocumentUnclear, None, remark.to_string(), hint_on(remark))
            },
            Problem::NoteMissing { label, position } => Self {
                note: Some(label.clone()),
                ..about(
                    Rule::NoteMissing,
                    Some(*position),
                    format!("the text calls note {label}, and the document has no such note"),
                    "add the note, or correct the number",
                )
            },
            Problem::NoteNeverCalled { label, position } => Self {
                note: Some(label.clone()),
                ..about(
                    Rule::NoteDangling,
                    Some(*position),
                    format!("nothing in the text calls note {label}"),
                    "add the call, or drop the note",
                )
            },
            Problem::NoteDefinedTwice { label, position } => Self {
                note: Some(label.clone()),
                ..about(
                    Rule::NoteDangling,
                    Some(*position),
                    format!("a second note is called {label}"),
                    "renumber one of them",
                )
            },
            Problem::QuotationUnclosed { quotation, position } => Self {
                quotation: Some(*quotation),
                ..about(
                    Rule::QuotationUnclosed,
                    Some(*position),
                    "the quotation is opened and never closed".to_owned(),
                    "add the closing mark",
                )
            },
            Problem::ReferenceAmbiguous { citation, text, position } => Self {
                citation: Some(*citation),
                ..about(
                    Rule::ReferenceAmbiguous,
                    Some(*position),
                    format!("`{text}` could mean several sources"),
                    "name the one that is meant",
                )
            },
        }
    }
}

const fn hint_on(remark: &Remark) -> &'static str {
    match remark {
        Remark::EncodingGuessed(_)
        | Remark::EncodingContradicted { .. }
        | Remark::MojibakeRepaired => "look whether its letters are right, and save it as UTF-8",
        Remark::Other(_) => "check that part of the document by hand",
    }
}

/// Of a document without any text, nothing was checked: that must not pass for a good report.
fn not_read_whole(gap: Gap) -> Finding {
    let level = match gap {
        Gap::NoTextLayer | Gap::Encrypted => Level::Error,
        Gap::CutOff
        | Gap::TooLarge
        | Gap::NeedsScript
        | Gap::Undecodable
        | Gap::TooDeep
        | Gap::Restricted
        | Gap::Damaged
        | Gap::UnsupportedType
        | Gap::NotAskedFor => Level::Warning,
    };
    let message = format!(
        "the document was not read whole, so that citations may be missing: {}",
        gap.words()
    );
    let hint = "give a whole copy with a text layer and without encryption, or check it by hand";
    Finding { level, ..about(Rule::DocumentUnclear, None, message, hint) }
}

fn about(rule: Rule, position: Option<Position>, message: String, hint: &str) -> Finding {
    Finding { hint: Some(hint.to_owned()), ..Finding::new(rule, position, message) }
}
