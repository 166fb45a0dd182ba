//! Turns identifiers into the addresses that their registries resolve.

use url::Url;

use super::shorthand::explicit;
use crate::target::{Target, WhyNot};
use crate::text::identifiers::{IdentifierKind, identifiers_in};

/// Reads an identifier with its label and returns where its registry shows it.
///
/// # Errors
///
/// Says what is wrong with the identifier, or that nothing resolves names of its kind.
pub(super) fn target(written: &str) -> Result<Target, WhyNot> {
    let found = identifiers_in(written).into_iter().next();
    let found =
        found.ok_or_else(|| WhyNot::NotAnAddress("it is no known identifier".to_owned()))?;
    let value = found.value.map_err(WhyNot::InvalidIdentifier)?;
    let address = address(found.kind, &value)?;
    let url = Url::parse(&address).map_err(|error| WhyNot::NotAnAddress(error.to_string()))?;
    let target = explicit(url.clone());
    if found.kind == IdentifierKind::Doi {
        // A DOI has no case (ISO 26324); its address is compared in lower case.
        let canonical = target.canonical().to_lowercase();
        return Ok(Target::new(url, Vec::new(), canonical, Vec::new()));
    }
    Ok(target)
}

fn address(kind: IdentifierKind, value: &str) -> Result<String, WhyNot> {
    Ok(match kind {
        IdentifierKind::Doi => format!("https://doi.org/{}", escaped(value)),
        IdentifierKind::Arxiv => format!("https://arxiv.org/abs/{value}"),
        IdentifierKind::Pmid => format!("https://pubmed.ncbi.nlm.nih.gov/{value}/"),
        IdentifierKind::Pmcid => format!("https://pmc.ncbi.nlm.nih.gov/articles/PMC{value}/"),
        IdentifierKind::Isbn => format!("https://openlibrary.org/isbn/{value}"),
        IdentifierKind::Handle => format!("https://hdl.handle.net/{}", escaped(value)),
        IdentifierKind::Rfc => format!("https://www.rfc-editor.org/rfc/rfc{value}"),
        IdentifierKind::Urn => return urn(value),
    })
}

/// Returns the address of a URN in the namespaces that have a resolver on the web.
fn urn(urn: &str) -> Result<String, WhyNot> {
    let lower = urn.to_lowercase();
    if let Some(number) = lower.strip_prefix("urn:ietf:rfc:") {
        return address(IdentifierKind::Rfc, number);
    }
    if let Some(isbn) = lower.strip_prefix("urn:isbn:") {
        let found = identifiers_in(&format!("ISBN {isbn}")).into_iter().next();
        let value = found
            .ok_or_else(|| WhyNot::InvalidIdentifier("it is no ISBN".to_owned()))?
            .value
            .map_err(WhyNot::InvalidIdentifier)?;
        return address(IdentifierKind::Isbn, &value);
    }
    if lower.starts_with("urn:nbn:") {
        return Ok(format!("https://nbn-resolving.org/{}", escaped(urn)));
    }
    Err(WhyNot::Scheme("urn".to_owned()))
}

/// Escapes the characters of a name that would end the path of an address.
fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '#' => escaped.push_str("%23"),
            '?' => escaped.push_str("%3F"),
            '<' => escaped.push_str("%3C"),
            '>' => escaped.push_str("%3E"),
            '\\' => escaped.push_str("%5C"),
            _ => escaped.push(c),
        }
    }
    escaped
}
