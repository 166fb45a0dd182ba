//! A source, as JSON has it.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::CoverageWire;
use crate::source::{ArchivedCopy, Liveness, Source};
use crate::text::Language;

/// A work as a registry knows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RegisteredWork")]
struct RegisteredWire<'a> {
    /// `Crossref`, `arXiv` or `PubMed`.
    registry: &'static str,
    /// Its title.
    title: &'a str,
    /// The family names of its authors, or the names of bodies.
    authors: &'a [String],
    /// The years in which it appeared.
    years: &'a [i64],
}

/// What stands at one target.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Source")]
pub(super) struct SourceWire<'a> {
    /// Its name within the report: `S3`.
    id: String,
    /// The address as cited.
    url: &'a str,
    /// The address that answered.
    final_url: Option<&'a str>,
    /// The address that the page calls its own (`rel=canonical`).
    canonical_link: Option<&'a str>,
    /// Whether it is there: `live`, `gone`, `blocked`, ….
    #[schemars(extend("enum" = Liveness::ALL.map(Liveness::name)))]
    liveness: &'static str,
    /// Why that is said, in words.
    reason: &'a str,
    /// Where it has moved for good.
    moved: Option<&'a str>,
    /// The status code of the answer.
    status: Option<u16>,
    /// The redirects on the way.
    hops: Vec<HopWire<'a>>,
    /// The header fields that decided, name and value.
    evidence: &'a [(String, String)],
    /// The media type of the body.
    media_type: Option<&'a str>,
    /// The character encoding that was used to read it.
    charset: Option<&'static str>,
    /// The language its text is written in, as a primary subtag of BCP 47.
    language: Option<&'a str>,
    /// Its title.
    title: Option<&'a str>,
    /// When it was published, as it says itself, ISO 8601.
    published: Option<String>,
    /// The work that a registry has under the identifier by which it is cited.
    registered: Option<RegisteredWire<'a>>,
    #[serde(flatten)]
    coverage: CoverageWire,
    /// The size of the body in bytes.
    bytes: u64,
    /// The SHA-256 of the body, in hexadecimal.
    sha256: Option<&'a str>,
    /// When it was fetched or recorded, RFC 3339.
    fetched_at: String,
    /// A copy in an archive.
    archived_copy: Option<ArchivedWire<'a>>,
    /// Why there is no archived copy, where one was looked for.
    archive_note: Option<&'a str>,
}

/// One redirect that was followed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hop")]
struct HopWire<'a> {
    /// Where it came from.
    from: &'a str,
    /// Its status code.
    status: u16,
    /// Where it leads.
    to: &'a str,
}

/// A copy of a page in a web archive.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ArchivedCopy")]
pub(in crate::render) struct ArchivedWire<'a> {
    /// Where it is.
    url: &'a str,
    /// When it was taken, RFC 3339.
    at: String,
}

impl<'a> SourceWire<'a> {
    pub(super) fn of(source: &'a Source) -> Self {
        let hops = source.hops.iter().map(|hop| HopWire {
            from: hop.from.as_str(),
            status: hop.status,
            to: hop.to.as_str(),
        });
        Self {
            id: source.id.to_string(),
            url: source.target.url().as_str(),
            final_url: source.final_url.as_ref().map(url::Url::as_str),
            canonical_link: source.canonical.as_ref().map(url::Url::as_str),
            liveness: source.liveness.name(),
            reason: &source.reason,
            moved: source.moved.as_ref().map(url::Url::as_str),
            status: source.status,
            hops: hops.collect(),
            evidence: &source.evidence,
            media_type: source.media_type.as_deref(),
            charset: source.charset,
            language: source.language.as_ref().map(Language::code),
            title: source.title.as_deref(),
            published: source.published.as_ref().map(|published| published.date.to_string()),
            registered: source.registered.as_ref().map(|work| RegisteredWire {
                registry: work.registry,
                title: &work.title,
                authors: &work.authors,
                years: &work.years,
            }),
            coverage: CoverageWire::of(&source.coverage),
            bytes: source.bytes,
            sha256: source.sha256.as_deref(),
            fetched_at: source.fetched_at.to_string(),
            archived_copy: source.archived_copy.as_ref().map(ArchivedWire::of),
            archive_note: source.archive_note.as_deref(),
        }
    }
}

impl<'a> ArchivedWire<'a> {
    pub(in crate::render) fn of(copy: &'a ArchivedCopy) -> Self {
        Self { url: copy.url.as_str(), at: copy.at.to_string() }
    }
}
