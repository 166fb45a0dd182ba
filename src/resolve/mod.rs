//! Says where references lead: addresses from shorthand. Opens no connection. Pure.

use crate::citation::{Citation, Reference};
use crate::target::{Resolution, ResolvedCitation};

/// Resolves every reference of every citation, in order: short forms look back at those before.
#[must_use]
pub fn resolve(citations: Vec<Citation>) -> Vec<ResolvedCitation> {
    let _ = citations;
    todo!()
}

/// Resolves one reference that stands alone.
#[must_use]
pub fn resolve_reference(reference: &Reference) -> Resolution {
    let _ = reference;
    todo!()
}
