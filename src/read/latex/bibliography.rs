//! Reads bibliographies (`.bib`): each entry as it would be printed, with its addresses and identifiers in full.
//!
//! One entry that cannot be read costs no other.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use biblatex::{Bibliography, ChunksExt, Entry};

/// An entry with deeper braces, or longer than this many bytes, is not read.
const DEEPEST: usize = 100;
const LONGEST_ENTRY: usize = 256 * 1024;

/// Returns the entries of some bibliographies by their keys; of two with one key, the first.
pub(super) fn entries(sources: &[String]) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    for source in sources {
        let parts = parts(source);
        let is_definition = |part: &&&str| is_of_type(part, "string");
        let definitions: String = parts.iter().filter(is_definition).copied().collect();
        for part in parts.iter().filter(|part| !is_definition(part)) {
            for entry in read(part, &definitions) {
                entries.entry(entry.key.clone()).or_insert_with(|| printed(&entry));
            }
        }
    }
    entries
}

/// Divides a bibliography at the `@` that begin lines.
fn parts(source: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = source
        .match_indices('@')
        .map(|(at, _)| at)
        .filter(|&at| {
            let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
            at - line < 200 && source[line..at].trim().is_empty()
        })
        .collect();
    starts.push(source.len());
    starts.windows(2).map(|pair| &source[pair[0]..pair[1]]).collect()
}

fn is_of_type(part: &str, kind: &str) -> bool {
    part.get(1..=kind.len()).is_some_and(|found| found.eq_ignore_ascii_case(kind))
}

/// Reads one entry, with the abbreviations it may use if it cannot be read without.
fn read(part: &str, definitions: &str) -> Vec<Entry> {
    let ignored = ["comment", "preamble"].iter().any(|kind| is_of_type(part, kind));
    if ignored || part.len() > LONGEST_ENTRY || depth(part) > DEEPEST {
        return Vec::new();
    }
    let parse = |source: &str| {
        let read = catch_unwind(AssertUnwindSafe(|| Bibliography::parse(source)));
        read.ok().and_then(Result::ok).map(Bibliography::into_vec)
    };
    let with_definitions = || {
        let usable = !definitions.is_empty() && definitions.len() < 16 * 1024;
        usable.then(|| parse(&format!("{definitions}\n{part}"))).flatten()
    };
    parse(part).or_else(with_definitions).unwrap_or_default()
}

fn depth(part: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in part.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Writes an entry: names, title, where it appeared, who published it and when, and where it is found.
fn printed(entry: &Entry) -> String {
    let field = |name: &str| {
        let text = entry.get(name).map(ChunksExt::format_verbatim)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    };
    let mut printed: Vec<String> = Vec::new();
    printed.extend(names(entry));
    printed.extend(field("title"));
    let container =
        ["journaltitle", "journal", "booktitle", "maintitle"].iter().find_map(|name| field(name));
    let publisher =
        ["publisher", "institution", "school", "organization"].iter().find_map(|name| field(name));
    let date = field("date").or_else(|| {
        let year = field("year")?;
        Some(field("month").map_or_else(|| year.clone(), |month| format!("{month} {year}")))
    });
    let appeared: Vec<String> = [container, publisher, date].into_iter().flatten().collect();
    if !appeared.is_empty() {
        printed.push(appeared.join(", "));
    }
    printed.extend(field("howpublished"));
    printed.extend(field("note"));
    let accessed = field("urldate").map_or_else(String::new, |date| format!(" (accessed {date})"));
    printed.extend(field("url").map(|url| format!("{url}{accessed}")));
    printed.extend(identifiers(&field));
    let mut text = printed.join(". ");
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

fn names(entry: &Entry) -> Option<String> {
    let people = entry.author().or_else(|_| {
        entry.editors().map(|groups| groups.into_iter().flat_map(|(people, _)| people).collect())
    });
    let people: Vec<String> = people
        .ok()?
        .into_iter()
        .map(|person| {
            let parts = [person.given_name, person.prefix, person.name, person.suffix];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .filter(|name| !name.is_empty())
        .collect();
    (!people.is_empty()).then(|| people.join(", "))
}

/// Returns the identifiers of an entry, with the words by which they are known.
fn identifiers(field: &impl Fn(&str) -> Option<String>) -> Vec<String> {
    let bare = |text: String, prefixes: &[&str]| {
        let found = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
        found.unwrap_or(&text).to_owned()
    };
    let doi = field("doi").map(|doi| {
        let doi = bare(doi, &["https://doi.org/", "http://dx.doi.org/", "http://doi.org/", "doi:"]);
        format!("doi:{doi}")
    });
    let kind = field("eprinttype").or_else(|| field("archiveprefix")).unwrap_or_default();
    let is_arxiv = kind.eq_ignore_ascii_case("arxiv");
    let eprint = field("eprint")
        .filter(|_| is_arxiv)
        .map(|number| format!("arXiv:{}", bare(number, &["arXiv:", "arxiv:"])));
    let isbn = field("isbn").map(|isbn| format!("ISBN {isbn}"));
    [doi, eprint, isbn].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(source: &str) -> Vec<String> {
        let entries = entries(&[source.to_owned()]);
        entries.into_iter().map(|(key, text)| format!("{key}: {text}")).collect()
    }

    #[test]
    fn entries_are_written_with_their_addresses() {
        let source = r#"
            % A comment.
            @string{jw = "Journal of Water"}
            @article{smith, author = {Smith, Anna and M{\"u}ller, Bob}, title = {The {Fairway}}, journal = jw,
              year = 2020, month = may, doi = {https://doi.org/10.1000/182}}
            @online{post, author = {{Harbour Council}}, title = {Tariff}, url = {https://a.org/x_y%20z}, urldate = {2024-05-06}, date = {2024-05-03}}
            @broken{x, title = {never closed
            @misc{arx, title = {Paper}, eprint = {2101.00001}, archivePrefix = {arXiv}}
        "#;
        assert_eq!(
            rows(source),
            [
                "arx: Paper. arXiv:2101.00001.",
                "post: Harbour Council. Tariff. 2024-05-03. https://a.org/x_y%20z (accessed 2024-05-06).",
                "smith: Anna Smith, Bob Müller. The Fairway. Journal of Water, May 2020. doi:10.1000/182.",
            ]
        );
    }

    #[test]
    fn what_nests_deeply_is_left_out() {
        let deep = format!(
            "@misc{{a, title = {}x{}}}\n@misc{{b, title = {{B}}}}",
            "{".repeat(5000),
            "}".repeat(5000)
        );
        assert_eq!(rows(&deep), ["b: B."]);
    }
}
