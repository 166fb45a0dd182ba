//! Brings an address to the form in which addresses are compared: two citations of one page have the same.
//! Keeps every parameter that can change what stands at an address.

use url::Url;

/// Names of query parameters that only tell who sent the reader; a `*` at the end stands for anything.
///
/// Only names that belong to one advertising or statistics system are here: `ref`, `source` or `from` choose the page
/// on some sites.
const TRACKING: [&str; 62] = [
    "utm_*",
    "mtm_*",
    "matomo_*",
    "pk_campaign",
    "pk_kwd",
    "pk_source",
    "pk_medium",
    "piwik_*",
    "itm_*",
    "hsa_*",
    "at_campaign",
    "at_medium",
    "at_custom*",
    "at_link_*",
    "at_bbc_team",
    "at_format",
    "at_ptr_*",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
    "ns_linkname",
    "ns_fee",
    "clckid",
    "yclid",
    "ysclid",
    "ymclid",
    "gclid",
    "gclsrc",
    "gbraid",
    "wbraid",
    "dclid",
    "fbclid",
    "msclkid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "s_cid",
    "_openstat",
    "_ga",
    "_gl",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "__twitter_impression",
    "guce_referrer*",
    "guccounter",
    "wickedid",
    "erid",
];

/// Returns the form that is compared, and the names of the tracking parameters, as cited.
///
/// The host is in lower case and without the dot of the root, the default port and the fragment are dropped, escapes
/// are in upper case ([RFC 3986, section 6.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)), and tracking
/// parameters are left out. The scheme stays: that `http` and `https` give one page is for their server to say.
pub(super) fn canonical(url: &Url) -> (String, Vec<String>) {
    let mut url = url.clone();
    url.set_fragment(None);
    let (kept, tracking) = sorted_out(url.query().unwrap_or_default());
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    (with_upper_case_escapes(url.as_str()), tracking)
}

/// Splits a query into what is kept, as written, and the names of what only tracks.
fn sorted_out(query: &str) -> (String, Vec<String>) {
    let (tracking, kept): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|part| !part.is_empty()).partition(|part| is_tracking(name(part)));
    (kept.join("&"), tracking.into_iter().map(|part| name(part).to_owned()).collect())
}

fn name(parameter: &str) -> &str {
    parameter.split('=').next().unwrap_or_default()
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}

fn with_upper_case_escapes(url: &str) -> String {
    let mut upper = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        upper.push_str(&rest[..at]);
        let escape = rest[at..].get(..3).unwrap_or("%");
        let is_escape = escape.len() == 3 && escape[1..].bytes().all(|b| b.is_ascii_hexdigit());
        let length = if is_escape { 3 } else { 1 };
        upper.push_str(&rest[at..at + length].to_ascii_uppercase());
        rest = &rest[at + length..];
    }
    upper.push_str(rest);
    upper
}
