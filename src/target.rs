//! Where a reference leads: addresses to try, and the form in which addresses are compared.
//! Says nothing about what stands there.

use std::sync::Arc;

use url::Url;

use crate::citation::{Citation, Problem, UncitedQuotation};
use crate::document::Document;

/// A page to be fetched. Two targets are one page when their canonical forms are equal. Cloning it copies nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    /// The addresses to try, best first; never empty. The first is the address as cited.
    candidates: Box<[Url]>,
    /// The form that is compared: lower-case host, no fragment, no tracking parameters.
    canonical: String,
    /// Query parameters that only track the reader, as cited.
    tracking: Vec<String>,
}

impl Target {
    /// Makes a target of the address as cited, what to try if that cannot be reached, and its canonical form.
    #[must_use]
    pub fn new(
        cited: Url,
        alternatives: Vec<Url>,
        canonical: String,
        tracking: Vec<String>,
    ) -> Self {
        let candidates = std::iter::once(cited).chain(alternatives).collect();
        Self(Arc::new(Parts { candidates, canonical, tracking }))
    }

    /// Returns the address as cited, with a scheme.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0.candidates[0]
    }

    /// Returns the addresses to try, best first; never empty.
    #[must_use]
    pub fn candidates(&self) -> &[Url] {
        &self.0.candidates
    }

    /// Returns the form that is compared.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.0.canonical
    }

    /// Returns the names of the parameters that only track the reader.
    #[must_use]
    pub fn tracking(&self) -> &[String] {
        &self.0.tracking
    }
}

/// What became of one reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It leads to a page.
    Resolved(Target),
    /// It leads nowhere that can be fetched, and why.
    Unresolved(WhyNot),
}

impl Resolution {
    /// Returns the target, if there is one.
    #[must_use]
    pub const fn target(&self) -> Option<&Target> {
        match self {
            Self::Resolved(target) => Some(target),
            Self::Unresolved(_) => None,
        }
    }
}

/// Why a reference leads nowhere. Closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// It describes a source in words and gives no address.
    NoAddress,
    /// Its address is none.
    NotAnAddress(String),
    /// A scheme that is not fetched.
    Scheme(String),
    /// A short form whose antecedent is not in the document.
    NoAntecedent,
    /// A short form that could mean several sources.
    Ambiguous,
    /// The address was shortened with an ellipsis.
    Abbreviated,
    /// An identifier whose check digit or shape is wrong.
    InvalidIdentifier(String),
}

impl std::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAddress => f.write_str("it gives no address"),
            Self::NotAnAddress(why) => write!(f, "it is not an address ({why})"),
            Self::Scheme(scheme) => write!(f, "`{scheme}` addresses are not fetched"),
            Self::NoAntecedent => f.write_str("no earlier reference fits it"),
            Self::Ambiguous => f.write_str("several earlier references fit it"),
            Self::Abbreviated => f.write_str("the address is cut short"),
            Self::InvalidIdentifier(why) => write!(f, "it is not a valid identifier ({why})"),
        }
    }
}

/// A citation whose references have been resolved.
#[derive(Debug, Clone)]
pub struct ResolvedCitation {
    /// The citation.
    pub citation: Citation,
    /// One for each of its references, in their order.
    pub resolutions: Vec<Resolution>,
}

/// A document with all that it cites and quotes, and where its references lead: what can be said offline.
#[derive(Debug, Clone)]
pub struct ResolvedDocument {
    /// Its path as given, or `-`.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its text.
    pub document: Document,
    /// Its citations, in document order.
    pub citations: Vec<ResolvedCitation>,
    /// The quotations that no reference claims, in document order.
    pub uncited: Vec<UncitedQuotation>,
    /// What does not add up between notes, note calls and quotation marks.
    pub problems: Vec<Problem>,
}
