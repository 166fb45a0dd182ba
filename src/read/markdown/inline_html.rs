//! Reads the few tags of HTML that matter inside a line of Markdown.

/// A tag inside of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InlineTag {
    /// `<br>`
    Break,
    /// `<a href>`
    Link(String),
    /// `<q cite>`
    Quotation(Option<String>),
    /// `<sup>`
    Raised,
    /// The end of one of those.
    End,
    /// Any other tag or comment.
    Other,
}

/// Reads a tag.
pub(super) fn read(tag: &str) -> InlineTag {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim();
    let length = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(length);
    match name.to_ascii_lowercase().as_str() {
        "br" => InlineTag::Break,
        "a" => attribute(attributes, "href").map_or(InlineTag::Raised, InlineTag::Link),
        "q" => InlineTag::Quotation(attribute(attributes, "cite")),
        "sup" => InlineTag::Raised,
        "/a" | "/q" | "/sup" => InlineTag::End,
        _ => InlineTag::Other,
    }
}

/// Returns the value of an attribute.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = attributes[..*at].chars().next_back();
        let after = attributes[at + name.len()..].trim_start();
        before.is_none_or(char::is_whitespace) && after.starts_with('=')
    })?;
    let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(value.replace("&amp;", "&"))
}
