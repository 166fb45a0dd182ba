//! Asks the network, or a recording of it, for targets. Knows HTTP, not whether a 404 is bad.
//! The only stage that is asynchronous and does input and output.

use crate::fetched::Fetched;
use crate::target::Target;

/// Answers for targets: the live web, or a recording.
pub trait Fetcher: Sync {
    /// Asks for a target. Never fails: a failure is part of what was fetched.
    fn fetch(&self, target: &Target) -> impl Future<Output = Fetched> + Send;
}
