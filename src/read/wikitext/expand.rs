//! Shows templates and links of wikitext: what is known of a template, or else what it was given.

use std::ops::Range;

use super::pairs::Kind;
use super::templates::{self, Template};
use super::{Reader, html};
use crate::document::{BlockKind, MarkKind};

/// One parameter of a template.
struct Argument {
    /// Its name in lower case; `None` for one that is known by its place.
    name: Option<String>,
    value: Range<usize>,
}

impl Reader<'_> {
    pub(super) fn template_at(&mut self, at: usize, end: usize) -> usize {
        let pair = self.pairs.at(at).filter(|pair| pair.kind == Kind::Template).cloned();
        let Some(pair) = pair.filter(|pair| pair.outer.end <= end) else {
            self.write("{", at);
            return at + 1;
        };
        let parts = self.parts(pair.inner.clone());
        let Some((first, rest)) = parts.split_first() else { return pair.outer.end };
        let mut name = self.source[first.clone()].trim().to_lowercase().replace('_', " ");
        let mut arguments: Vec<Argument> = Vec::with_capacity(rest.len());
        if let Some(length) = name.strip_prefix("#tag:ref").map(str::len) {
            name.truncate(name.len() - length);
        }
        arguments.extend(rest.iter().map(|part| self.argument(part.clone())));
        self.depth += 1;
        if self.depth < super::DEEPEST {
            self.expand(&name, &arguments, at);
        } else {
            self.too_deep = true;
        }
        self.depth -= 1;
        pair.outer.end
    }

    /// Splits at the bars that stand in nothing else.
    fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        self.pairs.top_level(self.source, range.clone(), |at, byte| {
            if byte == b'|' {
                parts.push(start..at);
                start = at + 1;
            }
            false
        });
        parts.push(start..range.end);
        parts
    }

    fn argument(&self, part: Range<usize>) -> Argument {
        let mut equals = None;
        self.pairs.top_level(self.source, part.clone(), |at, byte| {
            equals = (byte == b'=').then_some(at);
            equals.is_some()
        });
        let Some(at) = equals else { return Argument { name: None, value: self.trimmed(part) } };
        let name = self.source[part.start..at].trim().to_lowercase();
        let value = self.trimmed(at + 1..part.end);
        // `1=` and the like name a place.
        let name = (name.parse::<u8>().is_err()).then_some(name);
        Argument { name, value }
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.source[range.clone()];
        let start = range.start + (text.len() - text.trim_start().len());
        start..start.max(range.start + text.trim_end().len())
    }

    fn expand(&mut self, name: &str, arguments: &[Argument], at: usize) {
        let named = |names: &[&str]| {
            names.iter().find_map(|wanted| {
                arguments
                    .iter()
                    .find(|a| a.name.as_deref() == Some(wanted) && !a.value.is_empty())
                    .map(|a| a.value.clone())
            })
        };
        let placed: Vec<Range<usize>> =
            arguments.iter().filter(|a| a.name.is_none()).map(|a| a.value.clone()).collect();
        match templates::of(name) {
            Template::Source if !arguments.iter().any(|a| a.name.is_some()) => self.all(&placed),
            Template::Source => self.source_of(&named, at),
            Template::Note(group) => {
                let group = named(&["group"]).map_or(group.to_owned(), |range| {
                    self.source[range].trim_matches('"').to_owned()
                });
                let name =
                    named(&["name"]).map(|range| self.source[range].trim_matches('"').to_owned());
                self.note(at, &group, name.as_deref(), placed.first().cloned());
            }
            Template::ShortNote => self.short_note(arguments, &placed, &named, at),
            Template::ShortForm => self.short_form(&placed, &named),
            Template::Calls => {
                for name in placed {
                    let group = named(&["group", "g"])
                        .map_or(String::new(), |range| self.source[range].to_owned());
                    let name = self.source[name].trim_matches('"').to_owned();
                    self.note(at, &group, Some(&name), None);
                }
            }
            Template::Notes => {
                for range in named(&["refs", "1"]).into_iter().chain(placed) {
                    let group = named(&["group"]).map_or(String::new(), |group| {
                        self.source[group].trim_matches('"').to_owned()
                    });
                    self.definitions(range, group);
                }
            }
            Template::Quotation => self.quotation(name, &placed, &named),
            Template::Dropped => {
                for argument in arguments {
                    self.silently(argument.value.clone());
                }
            }
            Template::Character(text) => self.write(text, at),
            Template::Second => {
                if let Some(range) = placed.get(1).cloned().or_else(|| named(&["text"])) {
                    self.walk(range);
                }
            }
            Template::Identifier(label) => {
                if let Some(range) = placed.first() {
                    self.write(label, at);
                    self.walk(range.clone());
                }
            }
            Template::Other => self.other(arguments, &placed),
        }
    }

    /// Shows parameters one after the other.
    fn all(&mut self, ranges: &[Range<usize>]) {
        for (index, range) in ranges.iter().enumerate() {
            if index > 0 {
                self.write(" ", range.start);
            }
            self.walk(range.clone());
        }
    }

    /// Shows what an unknown template was given: on lines of their own as cells, within a line what is not named.
    fn other(&mut self, arguments: &[Argument], placed: &[Range<usize>]) {
        let lines = arguments.iter().any(|a| {
            a.name.is_some()
                && a.value.start > 0
                && self.source[..a.value.start]
                    .rfind('|')
                    .is_some_and(|bar| self.source[..bar].trim_end_matches(' ').ends_with('\n'))
        });
        if !lines {
            self.all(placed);
            for argument in arguments.iter().filter(|a| a.name.is_some()) {
                self.silently(argument.value.clone());
            }
            return;
        }
        for argument in arguments.iter().filter(|a| !a.value.is_empty()) {
            self.begin_block(BlockKind::TableCell);
            self.walk(argument.value.clone());
        }
        let kind = self.kind();
        self.begin_block(kind);
    }

    /// Shows the parameters of a template that describes a source.
    fn source_of(&mut self, named: &impl Fn(&[&str]) -> Option<Range<usize>>, at: usize) {
        let mut is_first = true;
        let mut part = |reader: &mut Self, before: &str, range: Range<usize>| {
            if !std::mem::take(&mut is_first) {
                let stop = if reader.ends_sentence() { " " } else { ". " };
                reader.write(stop, range.start);
            }
            reader.write(before, range.start);
            reader.walk(range);
        };
        if let Some(author) = named(&templates::AUTHORS) {
            part(self, "", author);
            if let Some(given) = named(&templates::GIVEN) {
                self.write(", ", given.start);
                self.walk(given);
            }
        }
        let address = named(&templates::ADDRESSES)
            .map(|range| (html::resolved(self.source[range.clone()].trim()).into_owned(), range));
        match (named(&templates::TITLES), address) {
            (Some(title), address) => {
                part(self, "", title.start..title.start);
                let start = self.mark_start();
                self.walk(title);
                let kind =
                    address.map_or(MarkKind::Emphasis, |(address, _)| MarkKind::Link(address));
                self.mark(start, kind);
            }
            (None, Some((address, range))) => {
                part(self, "", range.start..range.start);
                let start = self.mark_start();
                self.write(&address, range.start);
                self.mark(start, MarkKind::Link(address));
            }
            (None, None) => {}
        }
        for field in templates::WORKS {
            if let Some(range) = named(&[field]) {
                part(self, "", range);
            }
        }
        if let Some(date) = named(&templates::DATES) {
            part(self, "", date);
        }
        for (field, before) in templates::PAGES {
            if let Some(range) = named(&[field]) {
                part(self, before, range);
            }
        }
        for (field, before) in templates::IDENTIFIERS {
            if let Some(range) = named(&[field]) {
                part(self, before, range);
            }
        }
        if let Some(access) = named(&templates::ACCESSES) {
            part(self, "Accessed ", access);
        }
        if let Some(range) = named(&templates::ARCHIVES) {
            let address = html::resolved(self.source[range.clone()].trim()).into_owned();
            part(self, "Archived: ", range.start..range.start);
            let start = self.mark_start();
            self.write(&address, range.start);
            self.mark(start, MarkKind::Link(address));
        }
        if let Some(quote) = named(&templates::QUOTES) {
            let is_marked = self.source[quote.clone()].starts_with(['"', '“', '«', '„']);
            part(self, if is_marked { "" } else { "“" }, quote.clone());
            if !is_marked {
                self.write("”", quote.end);
            }
        }
        if !self.ends_sentence() {
            self.write(".", at);
        }
    }

    fn ends_sentence(&mut self) -> bool {
        self.draft().ends_with(&['.', '!', '?', '…'])
    }

    fn mark_start(&mut self) -> Option<usize> {
        if self.state.silent > 0 {
            return None;
        }
        let kind = self.kind();
        self.draft().default_kind(kind);
        Some(self.draft().begin())
    }

    fn mark(&mut self, start: Option<usize>, kind: MarkKind) {
        if let Some(start) = start {
            self.draft().mark_since(start, kind);
        }
    }

    /// Reads `{{sfn|Smith|2019|p=4}}`: equal ones are one note.
    fn short_note(
        &mut self,
        arguments: &[Argument],
        placed: &[Range<usize>],
        named: &impl Fn(&[&str]) -> Option<Range<usize>>,
        at: usize,
    ) {
        let words: Vec<&str> =
            arguments.iter().map(|argument| &self.source[argument.value.clone()]).collect();
        let key = format!("\nshort\n{}", words.join("\n"));
        let is_new = !self.known.contains_key(&key);
        if is_new {
            let label = self.next_label("");
            self.known.insert(key.clone(), super::Known { label, text: None });
        }
        let Some(label) = self.known.get(&key).map(|known| known.label.clone()) else { return };
        self.call(&label, &key, at);
        if is_new {
            self.begin_note();
            self.short_form(placed, named);
            self.write(".", at);
            self.end_note(label, key);
        }
    }

    fn short_form(
        &mut self,
        placed: &[Range<usize>],
        named: &impl Fn(&[&str]) -> Option<Range<usize>>,
    ) {
        self.all(placed);
        for (field, before) in [
            ("p", ", p. "),
            ("pp", ", pp. "),
            ("page", ", p. "),
            ("pages", ", pp. "),
            ("loc", ", "),
        ] {
            if let Some(range) = named(&[field]) {
                self.write(before, range.start);
                self.walk(range);
            }
        }
    }

    fn quotation(
        &mut self,
        name: &str,
        placed: &[Range<usize>],
        named: &impl Fn(&[&str]) -> Option<Range<usize>>,
    ) {
        let skipped = usize::from(name == "rquote");
        let mut placed = placed.iter().skip(skipped);
        let text = named(&["text", "quote", "content", "quotetext", "цитата"])
            .or_else(|| placed.next().cloned());
        let Some(text) = text else { return };
        // Tags within it may end more quotations than they began.
        let outer = self.state.quotations;
        self.state.quotations = outer + 1;
        self.begin_block(BlockKind::BlockQuotation);
        self.walk(text);
        self.state.quotations = outer;
        let fields =
            ["author", "автор", "sign", "title", "source", "источник", "publication", "quelle"];
        let said: Vec<Range<usize>> =
            fields.iter().filter_map(|field| named(&[field])).chain(placed.cloned()).collect();
        // The calls of what is said of the source belong to the quotation, its words do not.
        for range in &said {
            self.silently(range.clone());
        }
        self.state.after_quotation = true;
        if said.is_empty() {
            return;
        }
        self.state.uncalled += 1;
        self.all(&said);
        self.state.uncalled -= 1;
        self.state.after_quotation = true;
    }

    pub(super) fn link_at(&mut self, at: usize, end: usize) -> usize {
        let pair = self.pairs.at(at).filter(|pair| pair.kind == Kind::Link).cloned();
        if let Some(pair) = pair.filter(|pair| pair.outer.end <= end) {
            self.internal_link(pair.inner);
            return pair.outer.end;
        }
        self.external_link(at, end).unwrap_or_else(|| {
            self.write("[", at);
            at + 1
        })
    }

    /// Reads `[https://a.org text]`.
    fn external_link(&mut self, at: usize, end: usize) -> Option<usize> {
        let source = self.source;
        let rest = &source[at + 1..end];
        let schemes = ["https://", "http://", "ftp://", "//"];
        schemes.iter().find(|scheme| {
            rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })?;
        if self.next_end <= at || self.next_end >= end {
            let mut found = end;
            self.pairs.top_level(source, at + 1..end, |at, byte| {
                found = at;
                matches!(byte, b']' | b'\n')
            });
            self.next_end = found;
        }
        let close = self.next_end;
        if source.as_bytes().get(close) != Some(&b']') {
            return None;
        }
        let inner = &source[at + 1..close];
        let length = inner.find(|c: char| c.is_whitespace() || "\"<>[]".contains(c));
        let length = length.unwrap_or(inner.len()).min(inner.find("''").unwrap_or(inner.len()));
        let target = html::resolved(&inner[..length]).into_owned();
        let text = self.trimmed(at + 1 + length..close);
        let start = self.mark_start();
        if text.is_empty() {
            self.write(&target, at + 1);
        } else {
            self.walk(text);
        }
        self.mark(start, MarkKind::Link(target));
        Some(close + 1)
    }

    /// Reads `[[Page|text]]`: its text; the caption of a picture; nothing of a category.
    fn internal_link(&mut self, inner: Range<usize>) {
        let parts = self.parts(inner.clone());
        let (Some(target), Some(shown)) = (parts.first(), parts.last()) else { return };
        let target = self.source[target.clone()].trim().to_lowercase();
        let space = target.split_once(':').map_or("", |(space, _)| space.trim());
        match space {
            "category" | "категория" | "kategorie" | "catégorie" | "categoría" | "categoria" =>
                {}
            "file"
            | "image"
            | "файл"
            | "изображение"
            | "datei"
            | "bild"
            | "fichier"
            | "archivo" => {
                if parts.len() > 1 {
                    self.begin_block(BlockKind::Caption);
                    self.walk(shown.clone());
                    let kind = self.kind();
                    self.begin_block(kind);
                }
            }
            _ => {
                let start = shown.start + usize::from(self.source[shown.clone()].starts_with(':'));
                self.walk(start..shown.end);
            }
        }
    }
}
