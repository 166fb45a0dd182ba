//! Says how well a passage supports a quotation, from how near its sense is and from its numbers and names.
//!
//! The limits come from the distributions of 361 true and 382 false pairs: English sentences, one or two at a time,
//! against pages of forty sentences of news, posts and short everyday sentences in ar, de, es, fr, ja, ru, tr and zh;
//! a false pair is a quotation of another page of the same kind. The similarity of the best passage for a true
//! quotation was 0.73 in the median, above 0.58 in nine of ten cases and above 0.49 in 95 of 100. For a false one it
//! was below 0.42 in nine of ten, below 0.45 in 95 of 100 and below 0.56 in 99 of 100.

use crate::evidence::Support;

use super::anchors::Comparison;

/// From here on a passage says what the quotation says, unless a number or name disagrees.
const CLEAR: f32 = 0.60;
/// From here on it does if numbers and names bear it out.
const LIKELY: f32 = 0.50;
/// How much nearer than any other sentence of its page a likely passage must be to be clear without them.
const LEAD: f32 = 0.15;
/// Below it nothing on the page is near.
const NEAR: f32 = 0.42;
/// Fewer words say too little, unless the passage is clear.
pub(super) const FEW_WORDS: usize = 4;

/// What is known of the best passage for a quotation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearness<'a> {
    /// The similarity, 0.0..=1.0.
    pub(super) similarity: f32,
    /// How much nearer than any other place of the page.
    pub(super) lead: f32,
    /// How the numbers and names compare.
    pub(super) anchors: &'a Comparison,
    /// How many words the quotation has.
    pub(super) words: usize,
    /// Whether all of the page was compared.
    pub(super) whole: bool,
}

/// Says how well the passage supports the quotation.
pub(super) fn support(nearness: Nearness<'_>) -> Support {
    let Nearness { similarity, lead, anchors, words, whole } = nearness;
    let borne_out = anchors.agree.len() >= 2 && anchors.missing.is_empty();
    if words < FEW_WORDS && similarity < CLEAR && !borne_out {
        return Support::Unknown;
    }
    if similarity >= CLEAR || similarity >= LIKELY && (borne_out || lead >= LEAD) {
        return if anchors.contradictions == 0 { Support::Supported } else { Support::Doubtful };
    }
    if similarity >= NEAR || borne_out {
        return Support::Doubtful;
    }
    if whole { Support::None } else { Support::Unknown }
}
