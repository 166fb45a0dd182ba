//! Recognises walls: against robots, for subscribers, for members, and pages that ask for consent first.
//!
//! Headers are believed on every status. What a body says counts only where the page has next to no text of its
//! own: the words of a wall stand in articles about walls, too.

mod signs;

use memchr::memmem;
use url::Url;

use signs::{
    BODIES, HEADERS, HeaderSign, On, PAYWALLS, STRONG_WORDS, SUBSCRIBE_WORDS, TITLES, UNAVAILABLE,
    WEAK_BODIES,
};

use super::marks::{Marks, first_in, search_for};
use super::{Judgement, Seen};
use crate::document::{Document, Layer, MetadataKind};
use crate::source::Liveness;

/// More visible text than this, in bytes, is more than a wall says.
const WALL_TEXT_BYTES: usize = 1500;
/// Less visible text than this, in bytes, is next to none.
const BARE_TEXT_BYTES: usize = 300;
/// More visible text than this, in bytes, is more than a teaser before a paywall.
const TEASER_BYTES: usize = 2500;

/// The marks of walls, the strong ones before the weak ones.
static WALLS: Marks =
    Marks::new(|| search_for(BODIES.iter().chain(&WEAK_BODIES).map(|(mark, _)| *mark)));

/// Says that a wall against robots answered, if one did.
pub(super) fn wall(seen: &Seen<'_>) -> Option<Judgement> {
    by_header(seen).or_else(|| by_body(seen))
}

fn blocked(seen: &Seen<'_>, wall: &str) -> Judgement {
    let status = seen.answer.status;
    Judgement::new(Liveness::Blocked, format!("a wall against robots ({wall}), status {status}"))
}

fn by_header(seen: &Seen<'_>) -> Option<Judgement> {
    let is_refusal = matches!(seen.answer.status, 403 | 405 | 406 | 429 | 503);
    let says = |sign: &&HeaderSign| {
        let value = seen.answer.header(sign.name);
        value.is_some_and(|value| {
            (sign.on == On::Any || is_refusal) && value.to_ascii_lowercase().contains(sign.value)
        })
    };
    let sign = HEADERS.iter().find(says)?;
    // A server that is a wall as well may have other reasons for 429 and 503.
    if sign.name == "server" && seen.answer.status != 403 {
        return None;
    }
    Some(blocked(seen, sign.wall).by_header(seen.answer, sign.name))
}

fn by_body(seen: &Seen<'_>) -> Option<Judgement> {
    if matches!(seen.answer.status, 404 | 410) || seen.visible_bytes() > WALL_TEXT_BYTES {
        return None;
    }
    let title = seen.title().trim().to_lowercase();
    let by_title = TITLES.iter().find(|(known, _)| *known == title).map(|(_, wall)| *wall);
    let by_mark = || {
        let mark = first_in(&seen.answer.body, &WALLS)?;
        let weak = mark.checked_sub(BODIES.len());
        weak.map_or_else(
            || Some(BODIES[mark].1),
            |weak| (seen.visible_bytes() < BARE_TEXT_BYTES).then_some(WEAK_BODIES[weak].1),
        )
    };
    by_title.or_else(by_mark).map(|wall| blocked(seen, wall))
}

/// Says that a page is behind a log-in, if it is.
pub(super) fn login(seen: &Seen<'_>) -> Option<Judgement> {
    let found = &seen.answer.url;
    let was_sent = !seen.hops.is_empty() && is_login(found) && !is_login(seen.target.url());
    if was_sent {
        let reason = format!("the address leads to a log-in, {}", without_query(found));
        return Some(Judgement::new(Liveness::LoginRequired, reason));
    }
    // The size comes first: it is known, and spares long pages the search.
    let is_form = seen.visible_bytes() < WALL_TEXT_BYTES / 3
        && !is_login(seen.target.url())
        && [&b"type=\"password\""[..], b"type='password'", b"type=password"]
            .iter()
            .any(|mark| memmem::find(&seen.answer.body, mark).is_some());
    is_form.then(|| {
        Judgement::new(
            Liveness::LoginRequired,
            format!("status {}, a form to log in", seen.answer.status),
        )
    })
}

fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url
}

fn is_login(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_host = ["login.", "signin.", "accounts.", "auth.", "sso.", "idp.", "id."]
        .iter()
        .any(|start| host.starts_with(start));
    let is_part = |part: &str| {
        let name = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        [
            "login",
            "log-in",
            "signin",
            "sign-in",
            "sign_in",
            "logon",
            "sso",
            "oauth",
            "oauth2",
            "authorize",
            "authwall",
            "saml",
            "adfs",
            "wp-login",
            "cas",
        ]
        .contains(&name.as_str())
    };
    is_host || url.path_segments().into_iter().flatten().any(is_part)
}

/// Says that a page that asks for consent stands before the page, if one does.
pub(super) fn consent(seen: &Seen<'_>) -> Option<Judgement> {
    if seen.hops.is_empty() {
        return None;
    }
    let found = &seen.answer.url;
    let host = found.host_str().unwrap_or_default();
    let is_consent = |url: &Url| {
        url.host_str().is_some_and(|host| {
            ["consent.", "guce.", "cmp.", "privacy-gate."]
                .iter()
                .any(|start| host.starts_with(start))
        }) || url.path().to_ascii_lowercase().contains("/privacywall")
            || url.path().to_ascii_lowercase().contains("/cookiewall")
    };
    (is_consent(found) && !is_consent(seen.target.url())).then(|| {
        Judgement::new(
            Liveness::Blocked,
            format!("a page that asks for consent stands before it ({host})"),
        )
    })
}

/// Says that a site is being maintained, if that is all that a page says: it may be back tomorrow.
pub(super) fn maintenance(seen: &Seen<'_>) -> Option<Judgement> {
    let document = seen.document?;
    if seen.visible_bytes() > WALL_TEXT_BYTES / 2 {
        return None;
    }
    let first = document.blocks.iter().find(|block| block.layer == Layer::Visible);
    let first = first.map(|block| document.block_text(block));
    let name = std::iter::once(seen.title()).chain(first).find_map(|text| {
        let text = text.to_lowercase();
        let mut parts = text
            .split(['|', '–', '—', '·', ':'])
            .map(|part| part.trim_matches(|c: char| c.is_whitespace() || ".!-".contains(c)));
        parts.find_map(|part| UNAVAILABLE.into_iter().find(|name| *name == part))
    })?;
    let status = seen.answer.status;
    let reason = format!("status {status}, but the page calls itself \"{name}\"");
    Some(Judgement::new(Liveness::ServerError, reason))
}

/// Says that a page is for subscribers, if its text is cut.
pub(super) fn paywall(seen: &Seen<'_>) -> Option<Judgement> {
    if seen.visible_bytes() >= TEASER_BYTES {
        return None;
    }
    let sign = paywall_sign(seen)?;
    let reason = format!("status {}, but {sign}", seen.answer.status);
    Some(Judgement::new(Liveness::Paywalled, reason))
}

/// Tells whether a page says that not everybody sees all of its text.
pub(super) fn restricts_text(seen: &Seen<'_>) -> bool {
    paywall_sign(seen).is_some()
}

/// Returns how a page says that it is for subscribers.
fn paywall_sign(seen: &Seen<'_>) -> Option<&'static str> {
    let document = seen.document?;
    let by_data = document.metadata.iter().any(|metadata| match metadata.kind {
        MetadataKind::JsonLd => says_not_free(&metadata.value),
        MetadataKind::Property
        | MetadataKind::Link
        | MetadataKind::Time
        | MetadataKind::HttpEquiv => false,
    });
    if by_data {
        return Some("the page says that it is not free (isAccessibleForFree)");
    }
    let by_tier = document.metadata.iter().any(|metadata| {
        metadata.kind == MetadataKind::Property
            && metadata.name == "article:content_tier"
            && metadata.value.eq_ignore_ascii_case("locked")
    });
    if by_tier {
        return Some("the page says that it is locked (article:content_tier)");
    }
    let body = &seen.answer.body;
    let has_wall = may_ask_to_subscribe(body)
        && PAYWALLS.iter().any(|mark| memmem::find(body, mark).is_some());
    // A long text may speak of subscribers, and would be slow to search.
    let is_teaser = seen.visible_bytes() < TEASER_BYTES;
    let asks = (has_wall && says_any(document, &SUBSCRIBE_WORDS))
        || (is_teaser && says_any(document, &STRONG_WORDS));
    asks.then_some("the page asks to subscribe")
}

/// Tells whether a page may hold a mark of [`PAYWALLS`]: most hold no word that all of these have.
pub(super) fn may_ask_to_subscribe(body: &[u8]) -> bool {
    [&b"paywall"[..], b"subscriber-only-message"]
        .iter()
        .any(|word| memmem::find(body, word).is_some())
}

/// Tells whether JSON-LD says that an article, or a part of it, is not free.
fn says_not_free(json: &str) -> bool {
    const NAME: &str = "\"isAccessibleForFree\"";
    memmem::find_iter(json.as_bytes(), NAME).any(|at| {
        let value = json[at + NAME.len()..].trim_start().strip_prefix(':').unwrap_or("");
        let value = value.trim_start().trim_start_matches('"');
        value.get(..5).is_some_and(|value| value.eq_ignore_ascii_case("false"))
    })
}

fn says_any(document: &Document, words: &[&str]) -> bool {
    document.blocks.iter().any(|block| {
        let is_shown = matches!(block.layer, Layer::Visible | Layer::Aside | Layer::Navigation);
        is_shown && {
            let text = document.block_text(block).to_lowercase();
            words.iter().any(|word| text.contains(word))
        }
    })
}
