//! Joins the files of a book into one page: what links from one file to another becomes a link within the page.

use std::collections::HashMap;

/// The page that is being joined.
#[derive(Default)]
pub(super) struct Joined {
    page: String,
    /// The numbers of the files by their names.
    numbers: HashMap<String, usize>,
}

impl Joined {
    /// Adds the body of a file.
    pub(super) fn add(&mut self, name: &str, source: &str) {
        let number = self.number(name);
        let body = body(source);
        self.page.push_str("<section id=\"");
        self.page.push_str(&anchor(number, ""));
        self.page.push_str("\">");
        let mut rest = body;
        while let Some(open) = rest.find('<') {
            let (text, tag_on) = rest.split_at(open);
            self.page.push_str(text);
            let length = tag_length(tag_on);
            let (tag, after) = tag_on.split_at(length);
            self.tag(name, number, tag);
            rest = after;
        }
        self.page.push_str(rest);
        self.page.push_str("</section>\n");
    }

    /// Returns the page.
    pub(super) fn finish(self) -> String {
        format!("<!DOCTYPE html><html><body>{}</body></html>", self.page)
    }

    fn number(&mut self, name: &str) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(name.to_owned()).or_insert(next)
    }

    /// Writes a tag, its own names and the targets of its links made unique.
    fn tag(&mut self, file: &str, number: usize, tag: &str) {
        let mut rest = tag;
        while let Some((name, value)) = next_attribute(rest) {
            let at = value.as_ptr() as usize - rest.as_ptr() as usize;
            self.page.push_str(&rest[..at]);
            match name {
                "id" | "name" => self.page.push_str(&anchor(number, value)),
                _ => self.target(file, value),
            }
            rest = &rest[at + value.len()..];
        }
        self.page.push_str(rest);
    }

    fn target(&mut self, file: &str, target: &str) {
        let is_outside = target.contains("://") || target.starts_with("mailto:");
        let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
        if is_outside || target.is_empty() {
            self.page.push_str(target);
            return;
        }
        let name = if path.is_empty() { file.to_owned() } else { resolve(file, path) };
        let number = self.number(&name);
        let anchor = anchor(number, fragment);
        self.page.push('#');
        self.page.push_str(&anchor);
    }
}

fn anchor(file: usize, name: &str) -> String {
    format!("f{file}-{name}")
}

/// Returns what stands between the tags of the body, or all of it if there are none.
fn body(source: &str) -> &str {
    let Some(start) = find_tag(source, "<body") else { return source };
    let from = start + tag_length(&source[start..]);
    let end = source.rfind("</body").filter(|end| *end >= from).unwrap_or(source.len());
    &source[from..end]
}

fn find_tag(source: &str, tag: &str) -> Option<usize> {
    source.match_indices(tag).map(|(at, _)| at).find(|at| {
        source[at + tag.len()..].starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/')
    })
}

/// Returns the length of the tag, comment or section at the beginning of a text.
fn tag_length(text: &str) -> usize {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>")] {
        if text.starts_with(start) {
            return text.find(end).map_or(text.len(), |at| at + end.len());
        }
    }
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return at + 1,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// Finds the next attribute of a tag that names a place or leads to one: its name and its quoted value.
fn next_attribute(tag: &str) -> Option<(&str, &str)> {
    if tag.starts_with("<!") || tag.starts_with("</") {
        return None;
    }
    let mut from = 0;
    while let Some(found) = tag[from..].find('=') {
        let at = from + found;
        from = at + 1;
        let name = tag[..at].trim_end().rsplit(|c: char| c.is_whitespace()).next()?;
        let value = tag[at + 1..].trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let value = value[1..].split(quote).next()?;
        if matches!(name, "id" | "name" | "href" | "xlink:href") {
            return Some((name, value));
        }
        from = value.as_ptr() as usize - tag.as_ptr() as usize + value.len();
    }
    None
}

/// Resolves a path against the name of the part that holds it; never leaves the archive.
pub(super) fn resolve(part: &str, path: &str) -> String {
    let path = percent_decoded(path);
    let mut segments: Vec<&str> = match part.rsplit_once('/') {
        Some((folder, _)) if !path.starts_with('/') => folder.split('/').collect(),
        _ => Vec::new(),
    };
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match value {
            Some(value) if first == b'%' => {
                bytes.push(value);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
