//! Says what stands at a target: whether it is there, and what its page says of itself.
//! Knows what dead and walled pages look like, not quotations. Pure.

use crate::fetched::Fetched;
use crate::source::{AssessedPage, SourceId};

/// Assesses what was fetched, and reads the page's text if there is one to be searched.
#[must_use]
pub fn assess(id: SourceId, fetched: Fetched) -> AssessedPage {
    let _ = (id, fetched);
    todo!()
}
