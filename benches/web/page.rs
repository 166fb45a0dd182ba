//! Makes the pages of the web that is served, and documents that cite and quote them. Everything follows from numbers,
//! so that one process can serve what another one quotes.

use std::fmt::Write as _;

/// The size of a page, in bytes.
const PAGE_BYTES: usize = 60_000;
/// How many hosts there are: 127.0.0.2 and the following.
pub(crate) const HOSTS: usize = 50;
/// How many texts there are that pages begin with; each page ends with a sentence of its own.
pub(crate) const TEXTS: usize = 64;
/// How many words the pages are written with.
const VOCABULARY: usize = 1500;
const SMALL_WORDS: [&str; 16] = [
    "the", "of", "and", "to", "in", "that", "for", "is", "was", "with", "on", "by", "which",
    "from", "have", "not",
];

/// What a document says beside its links.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cites {
    /// Nothing: it is a list of links.
    Links,
    /// A quotation from each page.
    Quotations,
}

/// A number that looks like chance and is the same at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }
}

/// Returns the words that pages are written with.
fn vocabulary() -> Vec<String> {
    let mut chance = Chance(7);
    let letters: Vec<char> = "aeioubcdfglmnprst".chars().collect();
    let mut word =
        || (0..2 + chance.below(8)).map(|_| letters[chance.below(letters.len())]).collect();
    (0..VOCABULARY).map(|_| word()).collect()
}

/// The sentences of a page, in their order.
struct Sentences<'a> {
    chance: Chance,
    vocabulary: &'a [String],
}

impl Sentences<'_> {
    fn write(&mut self, text: &mut String) {
        let words = 8 + self.chance.below(16);
        for number in 0..words {
            if number > 0 {
                text.push(' ');
            }
            if self.chance.below(5) < 2 {
                text.push_str(SMALL_WORDS[self.chance.below(SMALL_WORDS.len())]);
            } else {
                text.push_str(&self.vocabulary[self.chance.below(VOCABULARY)]);
            }
        }
    }
}

/// What pages are made of.
pub(crate) struct Pages {
    vocabulary: Vec<String>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self { vocabulary: vocabulary() }
    }

    fn sentences(&self, seed: usize) -> Sentences<'_> {
        Sentences { chance: Chance(seed as u64 * 1_000_003 + 17), vocabulary: &self.vocabulary }
    }

    /// Returns the text that a page begins with.
    pub(crate) fn start(&self, number: usize) -> String {
        let mut sentences = self.sentences(number % TEXTS);
        let mut page = String::from(
            "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A page of the web</title>\
             <meta property=\"article:published_time\" content=\"2024-06-19T12:00:00Z\">\
             <link rel=stylesheet href=/style.css><script>window.data = window.data || [];</script></head>\n\
             <body class=page><nav class=menu><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav><main>\n",
        );
        while page.len() < PAGE_BYTES {
            page.push_str("<p class=\"text body\">");
            for _ in 0..4 {
                sentences.write(&mut page);
                page.push_str(". ");
            }
            let link = page.len();
            let _ = writeln!(page, "<a href=\"/topic/{link}\">More of this</a></p>");
        }
        page
    }

    /// Returns the sentence that only one page has.
    fn own_sentence(&self, number: usize) -> String {
        let mut sentence = String::new();
        self.sentences(TEXTS + number).write(&mut sentence);
        sentence
    }

    /// Returns what follows the text that a page begins with.
    pub(crate) fn end(&self, number: usize) -> String {
        format!(
            "<p>{}.</p></main><footer>All rights reserved</footer></body></html>",
            self.own_sentence(number)
        )
    }
}

/// Makes a document with a link to each of so many pages.
pub(crate) fn document(links: usize, port: u16, cites: Cites) -> String {
    let pages = Pages::new();
    let mut document = String::from("# Links\n\n");
    for link in 0..links {
        let url = address(link, port);
        let _ = match cites {
            Cites::Links => writeln!(document, "- [page {link}]({url})"),
            Cites::Quotations => {
                let said = pages.own_sentence(link);
                writeln!(document, "The page says “{said}” ([page {link}]({url})).\n")
            }
        };
    }
    document
}

/// Returns the address of a page, with its number at the end.
fn address(link: usize, port: u16) -> String {
    format!("http://127.0.0.{}:{port}/page/{link}", 2 + link % HOSTS)
}
