//! Finds a page's own editions in another language: those that it names itself, and the one that its address suggests.

use url::Url;

use super::soft_404::is_same_site;
use crate::document::{Document, MarkKind, MetadataKind};
use crate::source::AssessedPage;
use crate::target::Target;
use crate::text::Language;

/// How many editions of one page are asked for.
const MOST_EDITIONS: usize = 2;
/// What links to an edition are called, lower case, by language.
const NAMES: [(&str, [&str; 4]); 12] = [
    ("en", ["english", "en", "eng", "in english"]),
    ("ru", ["русский", "ru", "рус", "на русском"]),
    ("de", ["deutsch", "de", "deu", "auf deutsch"]),
    ("fr", ["français", "fr", "fra", "en français"]),
    ("es", ["español", "es", "esp", "en español"]),
    ("it", ["italiano", "it", "ita", "in italiano"]),
    ("pt", ["português", "pt", "por", "em português"]),
    ("pl", ["polski", "pl", "pol", "po polsku"]),
    ("tr", ["türkçe", "tr", "tur", "türkçesi"]),
    ("ar", ["العربية", "ar", "عربي", "بالعربية"]),
    ("zh", ["中文", "zh", "cn", "简体中文"]),
    ("ja", ["日本語", "ja", "jp", "日本語版"]),
];

/// Returns where the same page may stand in another language, on the same site, likeliest first: two addresses at most.
#[must_use]
pub fn editions(page: &AssessedPage, language: Language) -> Vec<Target> {
    let Some(text) = &page.text else { return Vec::new() };
    let own = page.source.final_url.as_ref().unwrap_or_else(|| page.source.target.url());
    let named = alternates(text, language).chain(links(text, language));
    let named = named.filter_map(|address| own.join(address).ok());
    let mut found: Vec<Url> = Vec::new();
    for url in named.chain(page.source.language.and_then(|from| twin(own, from, language))) {
        let is_other = url != *own && !found.contains(&url);
        if is_other && matches!(url.scheme(), "http" | "https") && is_same_site(&url, own) {
            found.push(url);
        }
    }
    found.truncate(MOST_EDITIONS);
    found
        .into_iter()
        .map(|url| {
            let canonical = url.to_string();
            Target::new(url, Vec::new(), canonical, Vec::new())
        })
        .collect()
}

/// `<link rel="alternate" hreflang="en">`.
fn alternates(page: &Document, language: Language) -> impl Iterator<Item = &str> {
    page.metadata
        .iter()
        .filter(move |metadata| {
            let tag = metadata.name.strip_prefix("alternate ");
            metadata.kind == MetadataKind::Link
                && tag.and_then(Language::from_tag) == Some(language)
        })
        .map(|metadata| metadata.value.as_str())
}

/// Links that are called by the language's own name, or its code.
fn links(page: &Document, language: Language) -> impl Iterator<Item = &str> {
    let names = NAMES.iter().find(|(code, _)| *code == language.code());
    page.marks.iter().filter_map(move |mark| {
        let MarkKind::Link(address) = &mark.kind else { return None };
        let (_, names) = names?;
        let called = page.text.get(mark.range.clone())?.trim().to_lowercase();
        names.contains(&called.as_str()).then_some(address.as_str())
    })
}

/// The address with one language in the place of the other: `ru.example.org`, `example.org/ru/…`.
fn twin(own: &Url, from: Language, to: Language) -> Option<Url> {
    let mut url = own.clone();
    let host = own.host_str()?;
    if let Some(rest) = host.strip_prefix(&format!("{from}.")) {
        url.set_host(Some(&format!("{to}.{rest}"))).ok()?;
        return Some(url);
    }
    let mut segments: Vec<&str> = own.path().split('/').collect();
    let segment = segments.iter_mut().find(|segment| **segment == from.code())?;
    *segment = to.code();
    url.set_path(&segments.join("/"));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str, to: &str) -> Option<String> {
        let language = |code| Language::from_tag(code).unwrap();
        let twin = twin(&Url::parse(address).unwrap(), language("ru"), language(to));
        twin.map(|url| url.to_string())
    }

    #[test]
    fn an_address_suggests_its_twin() {
        let twin = of("https://ru.example.org/news/7?a=b", "en");
        assert_eq!(twin.as_deref(), Some("https://en.example.org/news/7?a=b"));
        let twin = of("https://example.org/ru/news/7", "en");
        assert_eq!(twin.as_deref(), Some("https://example.org/en/news/7"));
        assert_eq!(of("https://example.org/rules/7", "en"), None);
        assert_eq!(of("https://rupublic.example.org/", "en"), None);
    }
}
