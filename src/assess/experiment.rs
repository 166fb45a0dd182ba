//! Tells error pages under status 200 by experiment: an address beside the cited one that cannot exist, and shows the
//! same page. Says which pages are worth a request, and what its answer means; sends nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::soft_404::{error_name, is_front_page, is_same_site, last_segment};
use super::visible_bytes;
use crate::document::{Document, DocumentFormat, Gap, Layer};
use crate::source::{AssessedPage, Liveness, Source};
use crate::target::Target;

/// How much of a page's visible text is compared, in bytes from its beginning.
const COMPARED_BYTES: usize = 4000;

/// How many words of a short page are kept at most: those with the smallest hashes, which are a fair sample of all.
const KEPT_OF_SHORT: usize = 128;

/// The same of a page that is not short. Most pages are not, and all that is kept of them must fit in memory.
const KEPT_OF_LONG: usize = 24;

/// How many words of a title are compared.
const KEPT_OF_TITLE: usize = 8;

/// Fewer words than this say nothing of a page.
const FEWEST_WORDS: usize = 3;

/// Less visible text than this, in bytes, is little for a page that is worth citing.
const SHORT_TEXT_BYTES: usize = 2000;

/// Two texts are one when so many of a hundred words of either stand in both,
const SAME_PERCENT: usize = 85;

/// and the shorter has so many of a hundred bytes of the longer.
const SAME_LENGTH_PERCENT: u64 = 75;

/// What titles say on sites whose domain has been taken over to lure gamblers, lower case. Reports on gambling say it
/// too: it is only a reason to look.
const LURES: [&str; 14] = [
    "slot gacor",
    "situs slot",
    "slot online",
    "judi online",
    "judi bola",
    "bandar togel",
    "togel online",
    "link alternatif",
    "casino online",
    "online casino",
    "casino bonus",
    "sports betting",
    "онлайн казино",
    "娱乐城",
];

/// What is kept of a page to compare its text with that of another, once the text itself is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// Hashes of the first words of the title.
    title: Box<[u32]>,
    /// The length of the visible text, in bytes; `None` where only its beginning was read, which is not short.
    bytes: Option<usize>,
    /// Hashes of the words at the beginning of the text, sorted, up to [`Self::kept_to`].
    words: Box<[u32]>,
    /// The greatest hash of which it is known whether the text has its word.
    kept_to: u32,
    /// What there is about the title.
    title_says: Title,
}

impl Likeness {
    /// Takes the likeness of a page that is live and shows its text; `None` of any other.
    #[must_use]
    pub fn of(page: &AssessedPage) -> Option<Self> {
        let text = page.text.as_ref()?;
        let is_page = page.source.liveness == Liveness::Live
            && text.format == DocumentFormat::Html
            && !page.source.coverage.gaps().contains(&Gap::NeedsScript);
        if !is_page {
            return None;
        }
        let is_cut = text.coverage.gaps().contains(&Gap::NotAskedFor);
        let bytes = (!is_cut).then(|| visible_bytes(text));
        let kept = if is_short(bytes) { KEPT_OF_SHORT } else { KEPT_OF_LONG };
        let mut words: Vec<u32> = beginning(text).flat_map(self::words).collect();
        words.sort_unstable();
        words.dedup();
        let kept_to = if words.len() > kept { words[kept - 1] } else { u32::MAX };
        words.truncate(kept);
        let title = page.source.title.as_deref().unwrap_or_default();
        Some(Self {
            title: self::words(title).take(KEPT_OF_TITLE).collect(),
            bytes,
            words: words.into(),
            kept_to,
            title_says: Title::of(title, page.source.target.url()),
        })
    }
}

fn is_short(bytes: Option<usize>) -> bool {
    bytes.is_some_and(|bytes| bytes < SHORT_TEXT_BYTES)
}

/// Tells whether two pages show the same text under the same title, but for a few words. Words of their addresses are
/// left out, since error pages repeat them.
fn is_same_page(one: (&Source, &Likeness), other: (&Source, &Likeness)) -> bool {
    let addresses: BTreeSet<u32> = address_words(one.0).chain(address_words(other.0)).collect();
    let rest = |words: &[u32]| -> Vec<u32> {
        words.iter().copied().filter(|word| !addresses.contains(word)).collect()
    };
    let (a, b) = match (one.1.bytes, other.1.bytes) {
        (Some(one), Some(other)) => (one as u64, other as u64),
        // The bodies of pages that show the same are of one length, too.
        (None, _) | (_, None) => (one.0.bytes, other.0.bytes),
    };
    let (short, long) = (a.min(b), a.max(b));
    let (one, other) = (one.1, other.1);
    let kept_to = one.kept_to.min(other.kept_to);
    let known = |words| rest(words).into_iter().filter(|word| *word <= kept_to).collect();
    rest(&one.title) == rest(&other.title)
        && short.saturating_mul(100) >= long.saturating_mul(SAME_LENGTH_PERCENT)
        && is_same_text(&known(&one.words), &known(&other.words))
}

/// Compares the words of two texts: all of them, or those with the smallest hashes, which stand for all (A. Broder, "On
/// the resemblance and containment of documents", 1997).
fn is_same_text(one: &BTreeSet<u32>, other: &BTreeSet<u32>) -> bool {
    let (common, all) = (one.intersection(other).count(), one.union(other).count());
    one.len().min(other.len()) >= FEWEST_WORDS && common * 100 >= all * SAME_PERCENT
}

/// The hashes of the words of a source's addresses.
fn address_words(source: &Source) -> impl Iterator<Item = u32> + '_ {
    let found = source.final_url.iter().map(Url::as_str);
    std::iter::once(source.target.url().as_str()).chain(found).flat_map(words)
}

/// What a title gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    /// Nothing.
    Nothing,
    /// That the page may be an error page; it is too long to be called one for that alone.
    Error,
    /// That the page lures gamblers, under an address that says nothing of it.
    Lure,
}

impl Title {
    fn of(title: &str, asked: &Url) -> Self {
        let (lower, asked) = (title.to_lowercase(), asked.as_str().to_lowercase());
        let is_lure =
            |lure: &str| lower.contains(lure) && !lure.split(' ').any(|word| asked.contains(word));
        if LURES.into_iter().any(is_lure) {
            Self::Lure
        } else if error_name(title).is_some() {
            Self::Error
        } else {
            Self::Nothing
        }
    }
}

/// The paragraphs at the beginning of a page.
fn beginning(document: &Document) -> impl Iterator<Item = &str> {
    let mut left = COMPARED_BYTES;
    let visible = document.blocks.iter().filter(|block| block.layer == Layer::Visible);
    visible.map_while(move |block| {
        let text = document.block_text(block);
        let start = text.floor_char_boundary(left);
        let has_room = left > 0;
        left -= start;
        has_room.then(|| &text[..start])
    })
}

/// The hashes of the words of a text, numbers left out.
fn words(text: &str) -> impl Iterator<Item = u32> + '_ {
    let mut chars = text.chars();
    std::iter::from_fn(move || {
        loop {
            let (mut word, mut ends_text) = (Word::START, true);
            for c in chars.by_ref() {
                if !c.is_alphanumeric() {
                    ends_text = false;
                    break;
                }
                word.add(c);
            }
            match word.hash() {
                None if ends_text => return None,
                None => {}
                hash => return hash,
            }
        }
    })
}

/// A word while its letters are read.
#[derive(Clone, Copy)]
struct Word {
    hash: u64,
    has_letter: bool,
    has_number: bool,
}

impl Word {
    const START: Self = Self { hash: 0xcbf2_9ce4_8422_2325, has_letter: false, has_number: false };

    /// Adds a letter or a digit, in lower case (FNV-1a).
    fn add(&mut self, c: char) {
        let is_letter = c.is_alphabetic();
        self.has_letter |= is_letter;
        self.has_number |= !is_letter || (!c.is_ascii() && c.is_numeric());
        if c.is_ascii() {
            self.mix(c.to_ascii_lowercase());
        } else {
            c.to_lowercase().for_each(|c| self.mix(c));
        }
    }

    fn mix(&mut self, c: char) {
        self.hash = (self.hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
    }

    /// Returns the hash, mixed so that its smallest values are a fair sample; `None` of what is no word.
    fn hash(self) -> Option<u32> {
        let mixed = (self.hash ^ (self.hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let hash = u32::try_from(mixed >> 32).expect("32 bits are left");
        (self.has_letter && !self.has_number).then_some(hash)
    }
}

/// A page of a run, as the experiment sees it.
#[derive(Debug, Clone, Copy)]
pub struct Suspect<'a> {
    /// What is known of it.
    pub source: &'a Source,
    /// What its text is like.
    pub likeness: &'a Likeness,
    /// Whether a quotation cites it that does not stand there.
    pub lacks_quotation: bool,
}

/// One request of the experiment, and the pages that its answer is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// An address that cannot exist.
    pub sibling: Target,
    /// The numbers of the pages beside it, among those handed in.
    pub pages: Vec<usize>,
}

/// Says what to ask for: one address that cannot exist for each directory of a host in which a page is suspect, and only
/// where one is. Pages that no experiment can say anything about, such as front pages, are left out.
#[must_use]
pub fn experiments(pages: &[Suspect<'_>]) -> Vec<Experiment> {
    let alike = alike(pages);
    let mut by_sibling: BTreeMap<Url, Vec<usize>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let asked = page.source.target.url();
        if is_front_page(asked) || !(is_suspect(page) || alike.contains(&number)) {
            continue;
        }
        if let Some(sibling) = improbable_sibling(asked) {
            by_sibling.entry(sibling).or_default().push(number);
        }
    }
    let experiment = |(url, pages): (Url, Vec<usize>)| {
        let canonical = url.to_string();
        Experiment { sibling: Target::new(url, Vec::new(), canonical, Vec::new()), pages }
    };
    by_sibling.into_iter().map(experiment).collect()
}

fn is_suspect(page: &Suspect<'_>) -> bool {
    let asked = page.source.target.url();
    page.lacks_quotation
        || page.likeness.title_says != Title::Nothing
        || is_short(page.likeness.bytes)
        || page.source.final_url.as_ref().is_some_and(|found| is_elsewhere(asked, found))
        || page
            .source
            .canonical
            .as_ref()
            .is_some_and(|canonical| is_front_page(canonical) && is_same_site(canonical, asked))
}

/// Tells whether an address was sent to another page, and not only to another way to write it.
fn is_elsewhere(asked: &Url, found: &Url) -> bool {
    let path = |url: &Url| url.path().trim_end_matches('/').to_lowercase();
    path(asked) != path(found)
}

/// The pages of which another of the same site is like.
fn alike(pages: &[Suspect<'_>]) -> BTreeSet<usize> {
    // Pages that are alike nearly always share the word with the smallest hash: no page is held against all others.
    let mut first: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    let mut alike = BTreeSet::new();
    for (number, page) in pages.iter().enumerate() {
        let Some(host) = page.source.target.url().host_str() else { continue };
        let Some(&word) = page.likeness.words.first() else { continue };
        let other = *first.entry((host, word)).or_insert(number);
        if other != number
            && is_same_page(
                (page.source, page.likeness),
                (pages[other].source, pages[other].likeness),
            )
        {
            alike.extend([other, number]);
        }
    }
    alike
}

/// Returns an address beside another that cannot exist, to see what the site answers there; `None` for a front page,
/// which has nothing beside it.
fn improbable_sibling(url: &Url) -> Option<Url> {
    let mut sibling = url.clone();
    sibling.set_fragment(None);
    sibling.set_query(None);
    let last = last_segment(url)?;
    let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut name = String::from("citeaudit-no-such-page-7f3a9c");
    if !extension.is_empty() && extension.len() <= 5 {
        name.push('.');
        name.push_str(extension);
    }
    sibling.path_segments_mut().ok()?.pop_if_empty().pop().push(&name);
    Some(sibling)
}

/// Says of a live page that it is an error page, if the address beside it that cannot exist, `sibling`, shows the same
/// page. Returns whether it is: then its text is not what was cited.
pub fn confirm(source: &mut Source, likeness: &Likeness, sibling: (&Source, &Likeness)) -> bool {
    if source.liveness != Liveness::Live || !is_same_page((source, likeness), sibling) {
        return false;
    }
    let beside = sibling.0.target.url();
    let what = match likeness.title_says {
        Title::Lure => {
            source.liveness = Liveness::Parked;
            "the domain lures gamblers"
        }
        Title::Nothing | Title::Error => {
            source.liveness = Liveness::Soft404;
            "it is not the cited page"
        }
    };
    source.reason =
        format!("{what}: {beside}, which cannot exist, shows the same page with status 200");
    source.moved = None;
    true
}

/// Says of live pages that they are not the cited ones, where several addresses that have nothing to do with each other
/// were all sent to one page that none of them names. Returns their numbers.
#[must_use]
pub fn sent_to_one_page(pages: &[Suspect<'_>]) -> BTreeMap<usize, String> {
    const SEVERAL: usize = 3;
    let mut by_landing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        if let Some(found) = &page.source.final_url {
            by_landing.entry(&found[..url::Position::AfterQuery]).or_default().push(number);
        }
    }
    let mut sent = BTreeMap::new();
    for (landing, numbers) in by_landing {
        let is_lost = |&number: &usize| {
            let source = pages[number].source;
            let asked = source.target.url();
            source.final_url.as_ref().is_some_and(|found| {
                is_same_site(asked, found) && is_elsewhere(asked, found) && !is_named(asked, found)
            })
        };
        if !numbers.iter().all(is_lost) {
            continue;
        }
        let names: BTreeSet<&str> = numbers
            .iter()
            .filter_map(|&number| last_segment(pages[number].source.target.url()))
            .collect();
        if names.len() >= SEVERAL {
            let reason =
                format!("{} different cited addresses lead to one page, {landing}", names.len());
            sent.extend(numbers.into_iter().map(|number| (number, reason.clone())));
        }
    }
    sent
}

/// Tells whether an address still holds what the other was known by: its last part, or a number of it.
fn is_named(asked: &Url, found: &Url) -> bool {
    const NAME_CHARS: usize = 4;
    let name = last_segment(asked).unwrap_or_default();
    let found = found.as_str().to_lowercase();
    let mut parts = name.split(|c: char| !c.is_alphanumeric()).chain(asked.query());
    parts.any(|part| part.len() >= NAME_CHARS && found.contains(&part.to_lowercase()))
}

#[cfg(test)]
mod tests;
