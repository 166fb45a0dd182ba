//! Says where references lead: addresses from shorthand, identifiers and short forms. Opens no connection. Pure.
//!
//! What is unclear stays unresolved and says why; nothing is guessed.

mod canonical;
mod identifiers;
pub mod mementos;
pub mod records;
mod short_forms;
mod shorthand;

use crate::citation::{Citation, Reference, ReferenceForm};
use crate::target::{Resolution, ResolvedCitation, WhyNot};

/// Resolves every reference of every citation; the order of citations and references is kept.
///
/// Short forms (`Ibid.`, `Smith, op. cit.`, `supra note 4`) look back along the notes as they are numbered, whatever
/// the order of their calls.
#[must_use]
pub fn resolve(citations: Vec<Citation>) -> Vec<ResolvedCitation> {
    let mut resolutions: Vec<Vec<Resolution>> = vec![Vec::new(); citations.len()];
    let mut memory = short_forms::Memory::default();
    for index in short_forms::reading_order(&citations) {
        let citation = &citations[index];
        memory.begin(citation);
        for reference in &citation.references {
            let resolution = match reference.form {
                ReferenceForm::ShortForm => memory.antecedent(reference),
                ReferenceForm::Descriptive => memory
                    .work_described(reference)
                    .unwrap_or(Resolution::Unresolved(WhyNot::NoAddress)),
                ReferenceForm::Url | ReferenceForm::Shorthand | ReferenceForm::Identifier => {
                    resolve_reference(reference)
                }
            };
            memory.remember(reference, &resolution);
            resolutions[index].push(resolution);
        }
    }
    citations
        .into_iter()
        .zip(resolutions)
        .map(|(citation, resolutions)| ResolvedCitation { citation, resolutions })
        .collect()
}

/// Resolves one reference that stands alone. A short form then has nothing to point at.
#[must_use]
pub fn resolve_reference(reference: &Reference) -> Resolution {
    let target = match reference.form {
        ReferenceForm::Url | ReferenceForm::Shorthand => shorthand::target(&reference.text),
        ReferenceForm::Identifier => identifiers::target(&reference.text),
        ReferenceForm::ShortForm => Err(WhyNot::NoAntecedent),
        ReferenceForm::Descriptive => Err(WhyNot::NoAddress),
    };
    target.map_or_else(Resolution::Unresolved, Resolution::Resolved)
}

#[cfg(test)]
mod tests;
