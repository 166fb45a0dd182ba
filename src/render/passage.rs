//! Puts a quotation and its passage side by side: what is shown of each, which stretches differ, what else to say.
//! Every renderer for people shows the same comparison.

use std::ops::Range;

use url::Url;

use crate::evidence::{EditKind, Flag, MachineWording, QuotationMatch, Translation};
use crate::report::{CheckedQuotation, FoundIn, Verdict};
use crate::source::Source;

/// A quotation beside what its source says.
pub(super) struct Comparison {
    /// The document's words.
    pub(super) document: String,
    /// The stretches of them that differ, as byte ranges.
    pub(super) document_marks: Vec<Range<usize>>,
    /// Its numbers and names that the other side has, as byte ranges.
    pub(super) document_anchors: Vec<Range<usize>>,
    /// What the other side is called: `source` or `nearest`.
    pub(super) source_name: &'static str,
    /// The source's words.
    pub(super) source: Option<String>,
    /// The stretches of them that differ, as byte ranges.
    pub(super) source_marks: Vec<Range<usize>>,
    /// The numbers and names in them that the document's words have, as byte ranges.
    pub(super) source_anchors: Vec<Range<usize>>,
    /// What else to say, as a label and words: what was left out, what flags mean.
    pub(super) remarks: Vec<(String, String)>,
}

impl Comparison {
    /// Compares a quotation with the passage or translation that it comes with.
    pub(super) fn of(checked: &CheckedQuotation) -> Self {
        let mut comparison = Self {
            document: checked.quotation.text.clone(),
            document_marks: Vec::new(),
            document_anchors: Vec::new(),
            source_name: "source",
            source: None,
            source_marks: Vec::new(),
            source_anchors: Vec::new(),
            remarks: Vec::new(),
        };
        if let Some(matched) = &checked.matched {
            comparison.add_match(matched, checked.verdict);
        }
        if let Some(translation) = &checked.translation {
            comparison.add_translation(translation);
        }
        let flags: Vec<&str> = checked.flags.iter().filter_map(|&flag| flag_words(flag)).collect();
        if !flags.is_empty() {
            comparison.remarks.push(("mind".into(), flags.join("; ")));
        }
        comparison
    }

    fn add_match(&mut self, matched: &QuotationMatch, verdict: Verdict) {
        self.source_name = match verdict {
            Verdict::Verbatim
            | Verdict::Edited
            | Verdict::Altered(_)
            | Verdict::Elsewhere
            | Verdict::Translated
            | Verdict::Unverifiable
            | Verdict::Uncited => "source",
            Verdict::Absent => "nearest",
        };
        self.source = Some(matched.text.clone());
        for difference in &matched.differences {
            self.document_marks.push(difference.document_range.clone());
            self.source_marks.push(difference.source_range.clone());
        }
        for edit in &matched.edits {
            let (label, words) = match edit.kind {
                EditKind::Omission => ("left out", edit.source.clone()),
                EditKind::Bracket if edit.source.is_empty() => ("inserted", edit.document.clone()),
                EditKind::Bracket => {
                    ("bracket", format!("{} stands for {}", edit.document, edit.source))
                }
                EditKind::StageDirection | EditKind::Interposed => {
                    ("left out", edit.source.clone())
                }
                EditKind::Punctuation => (
                    "punctuation",
                    format!("{} for {}", or_none(&edit.document), or_none(&edit.source)),
                ),
                EditKind::NumberFormat | EditKind::Diacritics => {
                    (edit.kind.name(), format!("{} for {}", edit.document, edit.source))
                }
                EditKind::EdgeEllipsis
                | EditKind::EditorNote
                | EditKind::InitialCase
                | EditKind::HeadlineCase
                | EditKind::EndPunctuation
                | EditKind::NoteMark => continue,
            };
            self.remarks.push((label.into(), words));
        }
    }

    fn add_translation(&mut self, translation: &Translation) {
        if let Some(passage) = &translation.passage {
            self.source = Some(passage.text.clone());
            self.source_anchors.clone_from(&passage.anchors);
            self.source_name = "passage";
        }
        if let Some(edition) = &translation.edition {
            let words = format!("the publisher has these words at {}", edition.url);
            self.remarks.push(("edition".into(), words));
        }
        if let Some(machine) = &translation.machine {
            let words = match machine.wording {
                MachineWording::Same => "has the words of the quotation",
                MachineWording::Other => machine.text.as_str(),
            };
            let words = format!("{words} ({})", machine.translator);
            self.remarks.push(("machine translation".into(), words));
        }
        if !translation.anchors_agree.is_empty() {
            self.remarks.push(("on the page".into(), translation.anchors_agree.join(", ")));
        }
        let place =
            |anchor: &String| self.document.find(anchor).map(|start| start..start + anchor.len());
        self.document_marks.extend(translation.anchors_missing.iter().filter_map(place));
        self.document_anchors.extend(translation.anchors_agree.iter().filter_map(place));
        if !translation.anchors_missing.is_empty() {
            self.remarks.push(("not on the page".into(), translation.anchors_missing.join(", ")));
        }
    }
}

fn or_none(mark: &str) -> &str {
    if mark.is_empty() { "none" } else { mark }
}

/// Says in words what a flag tells a reader; `None` for those that the comparison shows anyway.
pub(super) const fn flag_words(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::Layer(_) => Some("not in the text itself"),
        Flag::HiddenOnly => Some("no reader of the page sees it"),
        Flag::BoilerplateRegion => Some("beside the article, not in it"),
        Flag::Short => Some("a few words only"),
        Flag::Ambiguous => Some("the page has it more than once"),
        Flag::TruncatedCondition => Some("the source goes on with a condition"),
        Flag::LeadingNegation => Some("a negation stands right before it"),
        Flag::OtherSpeaker => Some("the page gives the words to somebody else"),
        Flag::Interleaved => Some("something that is not of the text stands within it"),
        Flag::EllipsisHidesNegation => Some("the omission holds a negation or a limit"),
        Flag::EllipsisInverts => Some("the omission turns the sense round"),
        Flag::EllipsisDistance => Some("the parts stand far apart"),
        Flag::BracketPolarity => Some("a bracket holds a negation, a modal or a number"),
        Flag::Homoglyph => Some("letters of another script that look alike"),
        Flag::Mojibake => Some("the page's text had to be repaired"),
        Flag::Archive => Some("found in an archived copy"),
        Flag::UnclosedQuotation => Some("the quotation's marks are odd"),
        Flag::TranslationUnsupported => Some("none of its names and numbers is on the page"),
        Flag::Interposed
        | Flag::Punctuation
        | Flag::Diacritics
        | Flag::Echo
        | Flag::SourceUnavailable
        | Flag::Nature(_) => None,
    }
}

/// Returns the address that opens a source at the passage of a quotation, in the place where it was found.
pub(super) fn address(source: &Source, quotation: Option<&CheckedQuotation>) -> Url {
    let live = source.final_url.as_ref().unwrap_or(source.target.url());
    let checked = quotation.filter(|checked| checked.source == Some(source.id));
    let found_in = checked.and_then(|checked| checked.found_in);
    let mut url = match found_in {
        Some(FoundIn::Archive) => source.archived_copy.as_ref().map_or(live, |copy| &copy.url),
        Some(FoundIn::Live | FoundIn::Elsewhere) | None => live,
    }
    .clone();
    let matched = checked.and_then(|checked| checked.matched.as_ref());
    if let Some(fragment) = matched.and_then(|matched| matched.text_fragment.as_deref())
        && url.fragment().is_none()
    {
        url.set_fragment(Some(fragment));
    }
    url
}
