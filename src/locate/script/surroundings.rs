//! Where a passage stands, and what around it may change its sense.

use crate::document::{Block, BlockKind, Layer, Remark};
use crate::evidence::Flag;
use crate::text::speakers::{is_same_speaker, speaker_of_paragraph};

use super::super::lexicon;
use super::super::punctuation;
use super::{Reading, Script, folded};

impl Script<'_> {
    /// What stands around the passage, and where it stands.
    pub(super) fn flag_surroundings(&self, first: usize, last: usize, reading: &mut Reading) {
        let (first, last) = (self.view[first].token, self.view[last].token);
        if self.pattern.words < 4 {
            reading.flags.insert(Flag::Short);
        }
        let (layer, tokens) = self.page.layer_of(first);
        match layer {
            Layer::Visible | Layer::Title | Layer::Details | Layer::UserComment => {}
            Layer::CssHidden
            | Layer::Noscript
            | Layer::Alt
            | Layer::TitleAttribute
            | Layer::Meta
            | Layer::JsonLd
            | Layer::ScriptJson => {
                reading.flags.insert(Flag::HiddenOnly);
            }
            Layer::Aside | Layer::Navigation => {
                reading.flags.insert(Flag::BoilerplateRegion);
            }
        }
        if layer != Layer::Visible {
            reading.flags.insert(Flag::Layer(layer));
        }
        if self.is_repaired(first, last) {
            reading.flags.insert(Flag::Mojibake);
        }
        if self.speaker.is_some_and(|speaker| self.is_given_to_another(first, speaker)) {
            reading.flags.insert(Flag::OtherSpeaker);
        }
        if self.has_other_layer_within(first, last) {
            reading.flags.insert(Flag::Interleaved);
        }
        if self.is_negated_before(first, tokens.start) {
            reading.flags.insert(Flag::LeadingNegation);
        }
        if self.is_conditional_after(last, tokens.end) {
            reading.flags.insert(Flag::TruncatedCondition);
        }
    }

    /// Tells whether the page's text had to be repaired and the passage has letters that may have been.
    fn is_repaired(&self, first: usize, last: usize) -> bool {
        let document = self.page.document;
        let (start, end) =
            (self.page.tokens[first].start as usize, self.page.tokens[last].end as usize);
        document.remarks.contains(&Remark::MojibakeRepaired)
            && document.text.get(start..end).is_some_and(|text| !text.is_ascii())
    }

    /// Tells whether the page is a transcript that labels what a speaker says, and the passage is labelled as what
    /// somebody else says. Where the speaker has no label, labels may be of another kind: nothing is said.
    fn is_given_to_another(&self, first: usize, speaker: &str) -> bool {
        let document = self.page.document;
        let block = self.page.tokens[first].block as usize;
        let layer = document.blocks[block].layer;
        let label = |block: &Block| {
            let is_text = block.layer == layer && !matches!(block.kind, BlockKind::Heading(_));
            is_text.then(|| speaker_of_paragraph(document.block_text(block))).flatten()
        };
        let Some(labelled) = document.blocks[..=block]
            .iter()
            .rev()
            .take_while(|block| {
                block.layer != layer || !matches!(block.kind, BlockKind::Heading(_))
            })
            .find_map(label)
        else {
            return false;
        };
        !is_same_speaker(labelled, speaker)
            && document.blocks.iter().filter_map(label).any(|other| is_same_speaker(other, speaker))
    }

    fn has_other_layer_within(&self, first: usize, last: usize) -> bool {
        let (from, to) =
            (self.page.tokens[first].block as usize, self.page.tokens[last].block as usize);
        let layer = self.page.document.blocks[from].layer;
        self.page.document.blocks[from..=to.max(from)].iter().any(|block| {
            block.layer != layer
                && matches!(block.layer, Layer::Aside | Layer::Navigation | Layer::UserComment)
                && !block.range.is_empty()
        })
    }

    /// A negation among the six words before, in the same sentence.
    fn is_negated_before(&self, first: usize, start: usize) -> bool {
        let mut at = first;
        while at > start && first - at < 6 {
            let (a, b) = self.page.between(at - 1, at);
            let new_block = self.page.tokens[at - 1].block != self.page.tokens[at].block;
            if new_block
                || punctuation::sentence_end(&punctuation::marks(&format!("{a}{b}"))).is_some()
                || a.contains([':', ';'])
            {
                return false;
            }
            at -= 1;
            if lexicon::is_negation(&self.page_key(at)) {
                return true;
            }
        }
        false
    }

    fn is_conditional_after(&self, last: usize, end: usize) -> bool {
        if last + 1 >= end || self.page.tokens[last].block != self.page.tokens[last + 1].block {
            return false;
        }
        let (a, _) = self.page.between(last, last + 1);
        if punctuation::sentence_end(&punctuation::marks(a)).is_some() {
            return false;
        }
        let words: Vec<String> =
            (last + 1..end.min(last + 3)).map(|token| self.page_key(token)).collect();
        lexicon::starts_condition(&words)
    }

    fn page_key(&self, token: usize) -> String {
        let token = self.page.tokens[token];
        folded(&self.page.document.text[token.start as usize..token.end as usize], token.class)
    }
}
