//! Small pages and quotations, and what is found: one row each. And forgeries and legitimate edits by rule.

mod forgeries;
mod hostile;
mod rules;
mod senses;

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::document::{Block, BlockKind, DocumentFormat, Layer};
use crate::evidence::{EditKind, Folding};

/// A page of paragraphs, separated by empty lines.
fn page(text: &str) -> Document {
    let mut document = Document::empty(DocumentFormat::Text);
    document.text = text.to_owned();
    let mut start = 0;
    for paragraph in text.split("\n\n") {
        document.blocks.push(Block {
            range: start..start + paragraph.len(),
            kind: BlockKind::Paragraph,
            layer: Layer::Visible,
            note: None,
        });
        start += paragraph.len() + 2;
    }
    document
}

fn look(quotation: &str, document: &Document) -> Search {
    let quotations = Quotations::new([(quotation, None)]);
    locate(&quotations, document, None, &[0]).cited.remove(0).1
}

/// What the edit script says, in the words of the verdicts.
fn verdict(search: &Search) -> &'static str {
    match search {
        Search::Found(found) if !found.differences.is_empty() => "altered",
        Search::Found(found)
            if found.edits.iter().all(|edit| edit.kind == EditKind::NoteMark)
                && found.folding <= Folding::Compatibility =>
        {
            "verbatim"
        }
        Search::Found(_) => "edited",
        Search::NotFound(_) => "absent",
        Search::OtherLanguage(_) => "other language",
    }
}

fn outline(quotation: &str, text: &str) -> String {
    let search = look(quotation, &page(text));
    let mut out = format!("{}\n", verdict(&search));
    if let Search::Found(found) = search {
        for difference in &found.differences {
            let (kind, nature) = (difference.kind.name(), difference.nature.name());
            writeln!(
                out,
                "  {kind} `{}` / `{}` ({nature})",
                difference.document, difference.source
            )
            .unwrap();
            assert!(
                quotation[difference.document_range.clone()]
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .contains(&difference.document)
            );
        }
        for edit in &found.edits {
            writeln!(out, "  {} `{}` / `{}`", edit.kind.name(), edit.document, edit.source)
                .unwrap();
        }
        let flags: Vec<String> = found.flags.iter().map(|flag| flag.name()).collect();
        if !flags.is_empty() {
            writeln!(out, "  flags {}", flags.join(" ")).unwrap();
        }
    }
    out
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` gives a value")]
fn check(quotation: &str, text: &str, expected: Expect) {
    expected.assert_eq(&outline(quotation, text));
}

#[test]
fn typography_is_no_change() {
    for (quotation, text) in [
        ("the \"treaty\" isn't new – it is old", "He said the «treaty» isn’t new—it is old."),
        ("like-minded supporter of peace", "our like\u{2011}minded supporter of peace"),
        ("co-operation between the two countries", "the co-\noperation between the two countries"),
        ("cooperation between the two countries", "the cooper-\nation between the two countries"),
        ("He noted the final offer", "He noted the ﬁnal offer"),
        ("it was there. It is here", "it was there.[3] It is here"),
        ("analysts... well, perhaps", "some analysts… well, perhaps they noticed"),
        ("It is old. It is new", "It is old.\n\nIt is new"),
        ("外交部发言人表示，中方不会干涉", "外交部发言人表示，中方不会干涉两国之间的合作。"),
    ] {
        assert_eq!(
            outline(quotation, &text.replace("\\n", "\n")).lines().next(),
            Some("verbatim"),
            "{quotation}"
        );
    }
}

#[test]
fn an_ellipsis_shows_what_it_left_out() {
    check(
        "We think [...] so",
        "We think that it is so today.",
        expect![[r"
            edited
              omission `[...]` / `that it is`
              flags short
        "]],
    );
}

#[test]
fn an_ellipsis_that_leaves_out_a_negation_alters() {
    check(
        "the tenant is ... permitted to leave",
        "the tenant is not permitted to leave",
        expect![[r"
            altered
              missing `` / `not` (polarity)
              flags ellipsis-inverts
        "]],
    );
}

#[test]
fn a_bracket_shows_what_stood_there() {
    check(
        "[Putin] said that the response could be symmetrical",
        "Then he paused. He said that the response could be symmetrical.",
        expect![[r"
            edited
              bracket `[Putin]` / `He`
        "]],
    );
    check(
        "They deliver[ed] strikes at [the enemy's] territory",
        "They deliver strikes at our territory.",
        expect![[r"
            edited
              bracket `deliver[ed]` / `deliver`
              bracket `[the enemy's]` / `our`
        "]],
    );
}

#[test]
fn a_bracket_at_an_end_stands_for_the_rest_of_the_sentence() {
    check(
        "cooperation in the military-technical [field]?",
        "Will they develop cooperation in the military-technical sphere? They may.",
        expect![[r"
            edited
              bracket `[field]` / `sphere`
        "]],
    );
}

#[test]
fn a_bracket_that_negates_alters() {
    check(
        "Russia will [not] supply such weapons",
        "Russia will supply such weapons",
        expect![[r"
            altered
              substituted `[not]` / `` (polarity)
              flags bracket-polarity
        "]],
    );
}

#[test]
fn each_changed_word_is_named_on_both_sides() {
    check(
        "In today's conditions this looks especially resonate, however",
        "Of course, in today’s conditions this looks especially resonant, however, we",
        expect![[r"
            altered
              substituted `resonate` / `resonant` (word)
              initial-case `In` / `in`
        "]],
    );
    check(
        "The delegation was no table to agree on the wording",
        "The delegation was not able to agree on the wording",
        expect![[r"
            altered
              substituted `no table` / `not able` (word)
        "]],
    );
}

#[test]
fn an_invented_head_is_named_and_nothing_else() {
    check(
        "Unlike our European partners, our Korean friends take a balanced stance",
        "That is known.\n\nOur Korean friends take a balanced stance.",
        expect![[r"
            altered
              added `Unlike our European partners` / `` (name)
              initial-case `our` / `Our`
              flags name
        "]],
    );
}

#[test]
fn sentence_ends_are_not_typography() {
    check(
        "new deterrent",
        "The agreement is new. Deterrent effects are unclear.",
        expect![[r"
            altered
              substituted `` / `.` (sentence-boundary)
              substituted `deterrent` / `Deterrent` (case)
              flags short punctuation sentence-boundary case
        "]],
    );
    check(
        "Mr Müller said so again",
        "Mr. Müller said so again",
        expect![[r"
            edited
              punctuation `Mr Müller` / `Mr. Müller`
              flags punctuation
        "]],
    );
}

#[test]
fn a_speech_tag_may_be_left_out_as_a_whole_and_not_in_part() {
    let text = "“There is no need,” the press secretary told reporters. “It will do.”";
    assert_eq!(
        outline("There is no need. It will do", text),
        "edited\n  interposed `` / `the press secretary told reporters`\n  flags interposed\n"
    );
    assert!(
        outline("There is no need, the secretary told reporters. It will do", text)
            .starts_with("altered\n  missing `` / `press`")
    );
}

#[test]
fn thousands_may_be_set_apart_in_any_way() {
    for quotation in [
        "they sent some 5 300 tonnes of flour",
        "they sent some 5,300 tonnes of flour",
        "they sent some 5300 tonnes of flour",
    ] {
        for text in [
            "so they sent some 5 300 tonnes of flour",
            "they sent some 5\u{a0}300 tonnes of flour",
            "they sent some 5300 tonnes of flour",
            "they sent some 5\n300 tonnes of flour",
        ] {
            let verdict = outline(quotation, text);
            assert!(
                !verdict.starts_with("altered") && !verdict.starts_with("absent"),
                "{quotation} / {text}: {verdict}"
            );
        }
    }
    assert!(
        outline("they sent some 5 300 tonnes left", "they sent some 53 00 tonnes left")
            .starts_with("altered")
    );
}

#[test]
fn what_turns_the_sense_round_is_flagged_in_many_languages() {
    for (quotation, before, after) in [
        ("the new law applies to everybody", "It is not true that ", "."),
        ("de nieuwe wet geldt voor iedereen", "Het is niet waar dat ", "."),
        ("den nya lagen gäller för alla", "Det är inte sant att ", "."),
        ("ο νέος νόμος ισχύει για όλους", "δεν είναι αλήθεια ότι ", "."),
        ("החוק החדש חל על כולם", "זה לא נכון כי ", "."),
        ("undang-undang baru berlaku bagi semua orang", "Tidak benar bahwa ", "."),
        ("luật mới áp dụng cho tất cả mọi người", "Không phải là ", "."),
    ] {
        let found = outline(quotation, &format!("{before}{quotation}{after}"));
        assert!(found.contains("leading-negation"), "{quotation}: {found}");
    }
    for (quotation, after) in [
        ("the new law applies to everybody", ", unless the court says otherwise."),
        ("de nieuwe wet geldt voor iedereen", ", tenzij de rechter anders beslist."),
        ("das neue Gesetz gilt für alle Menschen", ", es sei denn, das Gericht widerspricht."),
        ("la nouvelle loi vaut pour tous", " à moins que le juge ne décide autrement."),
        ("новий закон діє для всіх людей", ", якщо суд не вирішить інакше."),
        ("ο νέος νόμος ισχύει για όλους", ", αλλά όχι σήμερα."),
        ("uusi laki koskee kaikkia ihmisiä", ", ellei oikeus toisin päätä."),
        ("新法律适用于所有的人", "，但法院除外。"),
    ] {
        let found = outline(quotation, &format!("{quotation}{after}"));
        assert!(found.contains("truncated-condition"), "{quotation}: {found}");
    }
    for text in
        ["The new law applies to everybody here.", "The new law applies to everybody. But not now."]
    {
        let found = outline("The new law applies to everybody", text);
        assert!(!found.contains("flags"), "{text}: {found}");
    }
}

#[test]
fn words_out_of_a_sequence_are_not_found() {
    for (quotation, text) in [
        ("ally", "Finally, the rally was totally orderly."),
        ("so there is no need for it", "The need is there. No, so it was for it."),
        (
            "Pyongyang will send twelve thousand engineers to rebuild the bridges",
            "Pyongyang has always been our supporter.",
        ),
    ] {
        assert_eq!(outline(quotation, text), "absent\n", "{quotation}");
    }
}

#[test]
fn a_quotation_without_words_is_not_found() {
    for quotation in ["", "...", "—", "[...]", "“”"] {
        assert_eq!(outline(quotation, "Any text."), "absent\n", "{quotation}");
    }
}

#[test]
fn the_nearest_layer_wins_and_is_named() {
    let mut document = page("Nothing here.\n\nThe response could be symmetrical, he said.");
    document.blocks[1].layer = Layer::Aside;
    let Search::Found(found) = look("The response could be symmetrical", &document) else {
        panic!("not found")
    };
    assert_eq!(found.layer, Layer::Aside);
    assert!(found.flags.contains(&crate::evidence::Flag::BoilerplateRegion));
}

/// Sentences without repetition, so that every place in them is one of its own.
const TEXT: &str = "The delegation arrived in the early hours of Wednesday and was met at the airport by the prime minister. \
Talks lasted for three hours, and both sides described them as frank; a second round will follow in March. \
“We do not rule out that the agreement could be signed this year,” the spokesman told reporters, adding that 1,250 pages had been translated. \
Trade between Freeland and Ostia grew by 34.5 percent last year, while deliveries of grain fell from 900 to 870 tonnes. \
Nobody expected that the old bridge would be closed so soon, but engineers warned that it must not carry lorries any longer. \
Critics say that the treaty gives Ostia more than it can ever return, and they may well be right about the harbour.";

#[test]
fn only_what_has_words_can_be_a_translation() {
    let there = ["путин", "1999"].map(str::to_owned).into_iter().collect();
    assert!(super::lacks_words("the harbour of Путин", &there));
    assert!(!super::lacks_words("17 45 2004", &there));
    assert!(!super::lacks_words("Путин", &there));
}

#[test]
fn what_stands_on_the_page_word_by_word_is_no_translation() {
    let there = |words: &str| words.split(' ').map(str::to_owned).collect();
    let shuffled = "to another villa our holiday have in forward";
    assert!(super::has_its_words(shuffled, &there("in to our have another holiday villa forward")));
    assert!(!super::has_its_words(shuffled, &there("in to our villa der die und")));
    // A word or two stand in many languages.
    assert!(!super::has_its_words("in Holland", &there("in holland")));
}

/// The words of the text: where each starts and ends.
fn words_of(text: &str) -> Vec<std::ops::Range<usize>> {
    crate::text::tokens(text).map(|token| token.range).collect()
}

/// A stretch of the text of some words, as written.
fn stretch(first: usize, length: usize) -> String {
    let words = words_of(TEXT);
    let length = length.min(words.len());
    let first = first % (words.len() - length + 1);
    let (from, to) = (words[first].start, words[first + length - 1].end);
    TEXT[from..to].to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_stretch_of_a_page_is_found_verbatim(first in 0_usize..200, length in 1_usize..60) {
        let quotation = stretch(first, length);
        prop_assert_eq!(verdict(&look(&quotation, &page(TEXT))), "verbatim", "{}", quotation);
    }

    #[test]
    fn anything_can_be_looked_for_on_any_page(quotation in "\\PC{0,40}|[a-c .…\\[\\]“”]{0,40}", text in "\\PC{0,80}|[a-c .…\\[\\]“”\n-]{0,80}") {
        let _ = look(&quotation, &page(&text));
    }
}

/// One word changed at every place by every rule: none passes. And every permitted change passes.
#[test]
fn no_forgery_is_accepted_and_no_permitted_change_refused() {
    let text = page(TEXT);
    let (mut forgeries, mut edits) = (0, 0);
    for (first, length) in [(0, 4), (3, 12), (20, 40), (47, 25), (75, 9), (90, 30), (130, 14)] {
        let quotation = stretch(first, length);
        let variants = variants(&quotation);
        let texts = variants.iter().map(|variant| (variant.text.as_str(), None));
        let cited: Vec<usize> = (0..variants.len()).collect();
        let located = locate(&Quotations::new(texts), &text, None, &cited);
        for (variant, (_, search)) in variants.iter().zip(&located.cited) {
            let accepted = matches!(verdict(search), "verbatim" | "edited");
            let name = variant.rule.name();
            assert_eq!(
                accepted,
                variant.rule.is_permitted(),
                "{name}: {}: {search:?}",
                variant.text
            );
            *(if variant.rule.is_permitted() { &mut edits } else { &mut forgeries }) += 1;
        }
    }
    assert!(forgeries > 500 && edits > 200, "{forgeries} forgeries, {edits} edits");
}
