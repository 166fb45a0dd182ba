//! Says what stands at a target: whether it is there, and what its page says of itself.
//! Knows what dead and walled pages look like, not quotations. Pure.

mod editions;
mod experiment;
mod liveness;
mod marks;
mod parked;
mod published;
mod restriction;
mod soft_404;

use std::fmt::Write as _;

use jiff::Timestamp;
use url::Url;

use crate::document::{BlockKind, Coverage, Document, Gap, Layer, MetadataKind};
use crate::fetched::{Answer, Completeness, FetchFailure, Fetched, Hop, sha256};
use crate::read::{Hint, ReadError, read, read_beginning};
use crate::source::{AssessedPage, Liveness, Purpose, Source, SourceId};
use crate::target::Target;
use crate::text::{Fingerprint, Language, detect, fingerprint};

pub use editions::editions;
pub use experiment::{Experiment, Likeness, Suspect, confirm, experiments, sent_to_one_page};

/// How much of a page's text its language is judged by, in bytes.
const LANGUAGE_SAMPLE_BYTES: usize = 6000;
/// The same where the language decides nothing, since no quotation is held against the page.
const SHORT_LANGUAGE_SAMPLE_BYTES: usize = 2000;

/// A liveness with why it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Judgement {
    liveness: Liveness,
    /// Why, in words.
    reason: String,
    /// The header fields that decided.
    evidence: Vec<(String, String)>,
}

impl Judgement {
    fn new(liveness: Liveness, reason: impl Into<String>) -> Self {
        Self { liveness, reason: reason.into(), evidence: Vec::new() }
    }

    fn by_header(mut self, answer: &Answer, name: &str) -> Self {
        let value = answer.header(name).unwrap_or_default().to_owned();
        self.evidence.push((name.to_owned(), value));
        self
    }
}

/// A page that answered, as far as it has been read.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    target: &'a Target,
    hops: &'a [Hop],
    answer: &'a Answer,
    /// Its text, where it has one that can be read.
    document: Option<&'a Document>,
}

impl Seen<'_> {
    /// Returns the length of the text that a reader sees, in bytes.
    fn visible_bytes(&self) -> usize {
        self.document.map_or(0, visible_bytes)
    }

    fn title(&self) -> &str {
        self.document.and_then(|document| document.title.as_deref()).unwrap_or_default()
    }
}

fn visible_bytes(document: &Document) -> usize {
    visible_text(document).map(str::len).sum()
}

/// Makes the fingerprint of what a reader sees of a page.
#[must_use]
pub fn fingerprint_of(document: &Document) -> Fingerprint {
    fingerprint(visible_text(document))
}

/// Returns the text that a reader sees, block by block.
fn visible_text(document: &Document) -> impl Iterator<Item = &str> {
    let blocks = document.blocks.iter().filter(|block| block.layer == Layer::Visible);
    blocks.map(|block| document.block_text(block))
}

/// Assesses what was fetched, and reads the page's text if there is one to be searched, as far as `purpose` asks for it.
///
/// The text of an error page or a wall is not handed on: it is not what was cited.
#[must_use]
pub fn assess(id: SourceId, fetched: Fetched, purpose: Purpose) -> AssessedPage {
    let Fetched { target, at, took, hops, outcome } = fetched;
    let source = Source { took, ..unknown(id, target, hops, at) };
    match outcome {
        Ok(answer) => answered(source, &answer, purpose),
        Err(failure) => unanswered(source, &failure),
    }
}

/// Returns a source of which nothing is known yet.
fn unknown(id: SourceId, target: Target, hops: Vec<Hop>, fetched_at: Timestamp) -> Source {
    Source {
        id,
        target,
        final_url: None,
        hops,
        liveness: Liveness::Unresolved,
        reason: String::new(),
        moved: None,
        status: None,
        evidence: Vec::new(),
        media_type: None,
        charset: None,
        language: None,
        title: None,
        published: None,
        canonical: None,
        registered: None,
        coverage: Coverage::Whole,
        bytes: 0,
        sha256: None,
        fingerprint: None,
        fetched_at,
        took: std::time::Duration::ZERO,
        archived_copy: None,
        archive_note: None,
    }
}

fn unanswered(mut source: Source, failure: &FetchFailure) -> AssessedPage {
    source.liveness = liveness::of_failure(failure);
    source.reason = failure.to_string();
    AssessedPage { source, text: None }
}

fn answered(source: Source, answer: &Answer, purpose: Purpose) -> AssessedPage {
    let (media_type, charset) = content_type(answer);
    let reading = read_body(answer, media_type.as_deref(), charset.as_deref(), purpose);
    let seen = Seen {
        target: &source.target,
        hops: &source.hops,
        answer,
        document: reading.as_ref().ok(),
    };
    let judgement = liveness::of_answer(&seen);
    let is_live = judgement.liveness == Liveness::Live;
    let mut coverage = coverage(answer, &reading);
    let restricts = restriction::restricts_text(&seen);
    if restricts {
        coverage.add(Gap::Restricted);
    }
    let moved = is_live.then(|| moved(&source.hops)).flatten();
    let mut source = Source {
        final_url: Some(answer.url.clone()),
        liveness: judgement.liveness,
        reason: reason(judgement.reason, &reading) + led(&source.target, &answer.url).as_str(),
        moved,
        status: Some(answer.status),
        evidence: judgement.evidence,
        media_type,
        bytes: u64::try_from(answer.body.len()).unwrap_or(u64::MAX),
        sha256: Some(sha256(&answer.body)),
        coverage,
        ..source
    };
    let Ok(document) = reading else { return AssessedPage { source, text: None } };
    source.charset = document.charset;
    source.title = title(&document);
    source.language = language(&document, purpose);
    source.published = published::published(&document, &answer.url);
    source.canonical = canonical(&document, &answer.url);
    let is_searched = match source.liveness {
        Liveness::Paywalled | Liveness::Live => true,
        Liveness::Soft404
        | Liveness::Parked
        | Liveness::Gone
        | Liveness::Blocked
        | Liveness::LoginRequired
        | Liveness::RateLimited
        | Liveness::ClientError
        | Liveness::ServerError
        | Liveness::DnsFailure
        | Liveness::ConnectionFailure
        | Liveness::TlsFailure
        | Liveness::Timeout
        | Liveness::RedirectLoop
        | Liveness::Refused
        | Liveness::Unsupported
        | Liveness::Unresolved => false,
    };
    let text = is_searched.then(|| {
        let mut coverage = source.coverage.clone();
        if document.coverage.gaps().contains(&Gap::NotAskedFor) {
            coverage.add(Gap::NotAskedFor);
        }
        Document { coverage, ..document }
    });
    AssessedPage { source, text }
}

/// Says what of an answer could not be read, behind what is said of its liveness.
fn reason(reason: String, reading: &Result<Document, ReadError>) -> String {
    match reading {
        Err(ReadError::Empty) => format!("{reason}, with an empty body"),
        Err(ReadError::Unsupported { found }) => {
            format!("{reason}; it is {found}, which is not read")
        }
        Err(ReadError::Broken { part, why }) => format!("{reason}; {part} {why}"),
        Ok(_) => reason,
    }
}

/// Says what of a redirect a reader would want to know: another site answered, or one that can be listened in on.
fn led(target: &Target, answered: &Url) -> String {
    let mut led = String::new();
    if !soft_404::is_same_site(target.url(), answered) {
        let host = answered.host_str().unwrap_or_default();
        write!(led, "; another site answered, {host}").expect("writing to a string does not fail");
    }
    if target.url().scheme() == "https" && answered.scheme() == "http" {
        led.push_str("; the redirect leads from https to http");
    }
    led
}

/// Splits `Content-Type` into media type and charset, lower case.
fn content_type(answer: &Answer) -> (Option<String>, Option<String>) {
    let Some(value) = answer.header("content-type") else { return (None, None) };
    let mut parts = value.split(';');
    let media_type = parts.next().map(|part| part.trim().to_ascii_lowercase());
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    (media_type.filter(|media_type| media_type.contains('/')), charset)
}

fn read_body(
    answer: &Answer,
    media_type: Option<&str>,
    charset: Option<&str>,
    purpose: Purpose,
) -> Result<Document, ReadError> {
    if let Completeness::Undecodable(why) = &answer.completeness {
        return Err(ReadError::Unsupported { found: format!("encoded ({why})") });
    }
    if answer.body.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    let name = answer.url.path_segments().and_then(|mut segments| segments.next_back());
    // A media type that says nothing leaves the choice to the content.
    let media_type = media_type
        .filter(|media_type| !["application/octet-stream", "unknown/unknown"].contains(media_type));
    let hint = Hint { name, media_type, charset, ..Hint::default() };
    match purpose {
        // What asks to subscribe may stand behind the text.
        Purpose::Presence if !restriction::may_ask_to_subscribe(&answer.body) => {
            read_beginning(&answer.body, &hint)
        }
        Purpose::Presence | Purpose::Text => read(&answer.body, &hint),
    }
}

/// Works out how much of an answer could be read, had it been asked for.
fn coverage(answer: &Answer, reading: &Result<Document, ReadError>) -> Coverage {
    let mut coverage = Coverage::Whole;
    match reading {
        Ok(document) => {
            let gaps = document.coverage.gaps().iter();
            gaps.filter(|gap| **gap != Gap::NotAskedFor).for_each(|gap| coverage.add(*gap));
        }
        Err(ReadError::Empty) => {}
        Err(ReadError::Unsupported { .. }) => coverage.add(Gap::UnsupportedType),
        Err(ReadError::Broken { .. }) => coverage.add(Gap::Damaged),
    }
    match &answer.completeness {
        Completeness::Whole => {}
        Completeness::CutOff(_) => coverage.add(Gap::CutOff),
        Completeness::OverLimit(_) => coverage.add(Gap::TooLarge),
        Completeness::Undecodable(_) => coverage.add(Gap::Undecodable),
    }
    coverage
}

/// Returns where permanent redirects lead, as far as they go without a passing one between them.
fn moved(hops: &[Hop]) -> Option<Url> {
    let permanent = hops.iter().take_while(|hop| matches!(hop.status, 301 | 308));
    permanent.last().map(|hop| hop.to.clone())
}

/// Returns the title of a page: its own, or that for sharing, or its first heading.
fn title(document: &Document) -> Option<String> {
    let shared = || {
        let title = document.metadata.iter().find(|metadata| {
            metadata.kind == MetadataKind::Property && metadata.name == "og:title"
        });
        title.map(|metadata| metadata.value.clone())
    };
    let heading = || {
        let block = document.blocks.iter().find(|block| block.kind == BlockKind::Heading(1));
        block.map(|block| document.block_text(block).to_owned())
    };
    document.title.clone().or_else(shared).or_else(heading).filter(|title| !title.is_empty())
}

/// Returns the address that a page calls its own (`rel=canonical`, RFC 6596).
fn canonical(document: &Document, answered: &Url) -> Option<Url> {
    let link = document.metadata.iter().find(|metadata| {
        metadata.kind == MetadataKind::Link && metadata.name.eq_ignore_ascii_case("canonical")
    });
    let url = answered.join(link?.value.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Judges the language by the text; what the page declares decides only where the text does not.
fn language(document: &Document, purpose: Purpose) -> Option<Language> {
    let enough = match purpose {
        Purpose::Text => LANGUAGE_SAMPLE_BYTES,
        Purpose::Presence => SHORT_LANGUAGE_SAMPLE_BYTES,
    };
    let mut sample = String::new();
    for block in &document.blocks {
        if block.layer == Layer::Visible && !matches!(block.kind, BlockKind::Heading(_)) {
            sample.push_str(document.block_text(block));
            sample.push('\n');
            if sample.len() >= enough {
                break;
            }
        }
    }
    detect(&sample).or(document.language)
}

#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests;
