//! Recognises error pages that come with status 200 by where the address leads and by what the page calls itself.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use url::Url;

use super::{Judgement, Seen, visible_bytes};
use crate::document::{BlockKind, Document, Layer};
use crate::source::Liveness;

/// More visible text than this, in bytes, is no error page, whatever its title says.
const MOST_TEXT_BYTES: usize = 4000;

/// More visible text than this, in bytes, is more than most error pages say.
const SHORT_TEXT_BYTES: usize = 1500;

/// Less visible text than this, in bytes, is a message and nothing else.
const BARE_TEXT_BYTES: usize = 400;

/// What error pages call themselves, lower case, one a line; a whole part of a title or a heading.
static NAMES: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("soft_404/names.txt").lines().collect());

/// What bare error pages say, lower case, one a line.
const APOLOGIES: &str = include_str!("soft_404/apologies.txt");

/// How pages begin that a server or a host shows where a site has been taken away, lower case: a whole title or
/// heading.
const STAND_INS: [&str; 17] = [
    "welcome to nginx",
    "apache2 ubuntu default page",
    "apache2 ubuntu default page: it works",
    "apache2 debian default page",
    "apache2 debian default page: it works",
    "test page for the apache http server",
    "http server test page",
    "iis windows server",
    "default web site page",
    "default plesk page",
    "web server's default page",
    "account suspended",
    "this account has been suspended",
    "site suspended",
    "website suspended",
    "website expired",
    "сайт заблокирован хостинг-провайдером",
];

/// What the last part of an address is called that shows an error.
const ERROR_PATHS: [&str; 14] = [
    "404",
    "404.html",
    "404.htm",
    "404.php",
    "404.aspx",
    "error404",
    "error",
    "error.html",
    "error.aspx",
    "notfound",
    "not-found",
    "not_found",
    "page-not-found",
    "pagenotfound",
];

/// Says that a page is an error page under status 200, if it is.
pub(super) fn soft_404(seen: &Seen<'_>) -> Option<Judgement> {
    let asked = seen.target.url();
    let found = &seen.answer.url;
    let said = |reason: String| Some(Judgement::new(Liveness::Soft404, reason));
    if !seen.hops.is_empty() {
        if leads_to_front_page(asked, found) {
            return said(format!("the address leads to the front page, {found}"));
        }
        if let Some(last) = last_segment(found)
            && ERROR_PATHS.contains(&last.to_ascii_lowercase().as_str())
            && last_segment(asked) != Some(last)
        {
            return said(format!("the address leads to an error page, {found}"));
        }
    }
    let document = seen.document?;
    let length = visible_bytes(document);
    if length > MOST_TEXT_BYTES {
        return None;
    }
    if let Some(text) = stand_in(document) {
        return said(format!("status {}, but the page says \"{text}\"", seen.answer.status));
    }
    if length < BARE_TEXT_BYTES
        && let Some(text) = apology(document)
    {
        return said(format!("status {}, but all the page says is \"{text}\"", seen.answer.status));
    }
    // "Page not found: how links rot" is the title of a text.
    let short = || document.title.as_deref().filter(|_| length < SHORT_TEXT_BYTES);
    let name = document
        .title
        .as_deref()
        .and_then(error_name)
        .or_else(|| short().and_then(|title| part_name(title, &[':'])))
        .or_else(|| heading_name(document))?;
    said(format!("status {}, but the page calls itself \"{name}\"", seen.answer.status))
}

/// Tells whether a deep address was sent to the front page of its own site.
fn leads_to_front_page(asked: &Url, found: &Url) -> bool {
    is_front_page(found) && !is_front_page(asked) && is_same_site(asked, found)
}

/// Tells whether an address is that of a site's front page, or of the front page of a language: `/en/`.
pub(super) fn is_front_page(url: &Url) -> bool {
    let depth = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let parts: Vec<&str> = depth.take(2).collect();
    let is_index = |part: &str| {
        let name = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        ["index", "home", "default", "main"].contains(&name.as_str())
            || (name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    url.query().is_none_or(str::is_empty)
        && (parts.is_empty() || (parts.len() == 1 && is_index(parts[0])))
}

/// Tells whether two addresses are of one registrable domain.
pub(super) fn is_same_site(one: &Url, other: &Url) -> bool {
    let site = |url: &Url| {
        let host = url.host_str()?.to_owned();
        let domain = psl::domain_str(&host).map(str::to_owned);
        Some(domain.unwrap_or(host))
    };
    site(one).is_some() && site(one) == site(other)
}

/// Returns the last part of an address's path that is not empty.
pub(super) fn last_segment(url: &Url) -> Option<&str> {
    url.path_segments()?.rfind(|part| !part.is_empty())
}

/// Returns what a page is called that stands in for a site that is gone.
fn stand_in(document: &Document) -> Option<&'static str> {
    let headings = document.blocks.iter().filter(|block| {
        block.layer == Layer::Visible && matches!(block.kind, BlockKind::Heading(1 | 2))
    });
    let headings = headings.take(1).map(|block| document.block_text(block));
    document.title.as_deref().into_iter().chain(headings).find_map(|text| {
        let text = bare(&text.to_lowercase().replace('’', "'")).to_owned();
        STAND_INS.into_iter().find(|known| *known == text)
    })
}

/// Returns what a page says that is no more than a message that there is none.
fn apology(document: &Document) -> Option<&'static str> {
    let visible = document.blocks.iter().filter(|block| block.layer == Layer::Visible);
    visible.take(6).find_map(|block| {
        let text = document.block_text(block).to_lowercase().replace('’', "'");
        APOLOGIES.lines().find(|apology| text.contains(apology))
    })
}

/// Takes away the signs around a name.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ".!-:()[]\"¡".contains(c))
}

/// Returns the name of an error page, if a part of a title is one; the other parts are those of a site's name.
pub(super) fn error_name(title: &str) -> Option<&'static str> {
    part_name(title, &['|', '–', '—', '·', '•', '«', '»'])
}

/// Returns the name of an error page, if a part of a title is one. `separators` stand between its parts.
fn part_name(title: &str, separators: &[char]) -> Option<&'static str> {
    let title = title.to_lowercase().replace('’', "'");
    let parts =
        std::iter::once(title.as_str()).chain(title.split(separators)).chain(title.split(" - "));
    parts.map(without_number).find_map(|part| NAMES.get(part).copied())
}

/// Takes away what often stands around the name itself: "Page not found (404)", "Oops! Page not found".
fn without_number(part: &str) -> &str {
    let part = bare(part);
    let rest = part.strip_prefix("404").map(bare).filter(|rest| !rest.is_empty());
    let part = rest.unwrap_or(part);
    let rest = part.strip_suffix("404").map(bare).filter(|rest| rest.contains(' '));
    rest.unwrap_or(part)
}

fn heading_name(document: &Document) -> Option<&'static str> {
    let headings = document.blocks.iter().filter(|block| {
        block.layer == Layer::Visible && matches!(block.kind, BlockKind::Heading(1 | 2))
    });
    // A heading "404" may be that of a chapter or a room.
    let name = |block| error_name(document.block_text(block)).filter(|name| *name != "404");
    headings.take(3).find_map(name)
}
