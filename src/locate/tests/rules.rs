//! The rules of quoting, one row each: what stands in the document, what stands on the page, and what is said of it.

use super::{look, page, verdict};
use crate::document::Layer;
use crate::evidence::{Flag, Search};
use crate::locate::{Quotations, locate};

/// The verdict, and after it the kinds of edits and the natures of differences.
fn said(quotation: &str, text: &str) -> String {
    let search = look(quotation, &page(text));
    let mut said = verdict(&search).to_owned();
    if let Search::Found(found) = &search {
        let edits = found.edits.iter().map(|edit| edit.kind.name());
        let natures = found.differences.iter().map(|difference| difference.nature.name());
        for name in edits.chain(natures) {
            said.push(' ');
            said.push_str(name);
        }
    }
    said
}

/// Holds rows of quotation, page and what is said against each other.
fn check(rows: &[(&str, &str, &str)]) {
    for (quotation, text, expected) in rows {
        assert_eq!(said(quotation, text), *expected, "{quotation} / {text}");
    }
}

/// T3–T6: blocks, marks of notes, numbers, initialisms, words that lines split.
#[test]
fn rules_of_text() {
    check(&[
        ("one thing is sure. Another is not", "one thing is sure.\n\nAnother is not", "verbatim"),
        ("the deal was signed in May", "the deal was si\u{ad}gned in\u{200b} May", "verbatim"),
        ("the deal was signed in May", "the deal was signed[4] in May", "verbatim note-mark"),
        ("about 5,300 tonnes of flour", "about 5\u{a0}300 tonnes of flour", "edited number-format"),
        (
            "a rate of 34.4 for all of them",
            "a rate of 34,4 for all of them",
            "edited number-format",
        ),
        ("it fell by -5 in the last year", "it fell by 5 in the last year", "altered number"),
        ("the US side agreed to the text", "the U.S. side agreed to the text", "verbatim"),
        ("the co-operation of both sides", "the co-\noperation of both sides", "verbatim"),
        ("the cooperation of both sides", "the coop-\neration of both sides", "verbatim"),
        ("nce upon a time there was", "Once upon a time there was", "altered word"),
    ]);
}

/// F1–F7, and what is never folded.
#[test]
fn rules_of_folding() {
    check(&[
        ("the café was closed all day", "the cafe\u{301} was closed all day", "verbatim"),
        ("the final offer was refused", "the ﬁnal offer was refused", "verbatim"),
        ("he called it ‘a big mistake’ then", "he called it “a big mistake” then", "verbatim"),
        ("it doesn’t matter to us here", "it doesn't matter to us here", "verbatim"),
        ("old friends – and new – came by", "old friends—and new—came by", "verbatim"),
        ("The talks went on for days", "the talks went on for days", "edited initial-case"),
        ("țările din această regiune", "ţările din această regiune", "verbatim"),
        ("the café was closed all day", "the cafe was closed all day", "edited diacritics"),
        ("they sent the сargo by rail", "they sent the cargo by rail", "edited diacritics"),
        ("they sent 12 wagons by rail", "they sent 13 wagons by rail", "altered number"),
        ("the talks were no table to them", "the talks were not able to them", "altered word"),
        ("by rail the cargo was sent", "the cargo was sent by rail", "altered word"),
    ]);
}

/// The conventions of editors: what is permitted, and by which mark.
#[test]
fn rules_of_editing() {
    check(&[
        ("the plan was dropped in May,", "the plan was dropped in May.", "edited end-punctuation"),
        ("was the plan dropped in May,", "was the plan dropped in May?", "edited end-punctuation"),
        (
            "was the plan dropped in May.",
            "was the plan dropped in May?",
            "altered sentence-boundary",
        ),
        ("[t]he plan was dropped in May", "The plan was dropped in May", "edited bracket"),
        ("They deliver[ed] it by rail in May", "They deliver it by rail in May", "edited bracket"),
        ("[L]’opération a été un succès", "Puis l’opération a été un succès", "edited bracket"),
        ("puis qu’[elle] a été un succès", "puis qu’il a été un succès", "edited bracket"),
        ("they recieved [sic] it by rail", "they recieved it by rail", "edited editor-note"),
        ("they got it by rail [emphasis added]", "they got it by rail", "edited editor-note"),
        ("they, too, got it by rail", "they too got it by rail", "edited punctuation punctuation"),
        ("they got (laughter) it by rail", "they got it by rail", "altered word"),
        ("they got it by rail", "they got (Laughter.) it by rail", "edited stage-direction"),
        (
            "they got it. By rail it came",
            "they got it by rail it came",
            "altered sentence-boundary case",
        ),
        ("they favour it by rail in May", "they favor it by rail in May", "altered spelling"),
        ("they got 5 percent by rail", "they got 5% by rail", "altered number-format"),
        ("they got it By rail in May", "they got it by rail in May", "altered case"),
    ]);
}

/// E1–E6: ellipses and brackets.
#[test]
fn rules_of_marks_of_omission() {
    let text = "We met them in the old harbour and we left it on the same day by rail.";
    for mark in ["...", "…", ". . .", "[...]", "[…]", "(...)", "<...>", "<…>", "....", "* * *"]
    {
        let quotation = format!("in the old harbour {mark} on the same day");
        assert_eq!(said(&quotation, text), "edited omission", "{mark}");
    }
    check(&[
        ("… in the old harbour and …", text, "edited edge-ellipsis edge-ellipsis"),
        ("they were … not sure of it", "they were … not sure of it", "verbatim"),
        ("they were not sure of it...", "they were not sure of it...", "verbatim"),
        ("... they were not sure of it", "well… they were not sure of it", "verbatim"),
        ("ausr… aah. .. rutscht es doch", "ausr… aah. .. rutscht es doch", "verbatim"),
        ("they were ... sure of it", "they were not sure of it", "altered polarity"),
        ("they [may] be sure of it", "they will be sure of it", "altered modal"),
        (
            "write to [us protected] in the end",
            "write to [email protected] in the end",
            "altered word",
        ),
        ("write to [email protected].", "write to [email protected].", "verbatim"),
        (
            "home [shop system] | project and",
            "home MyOOS [shop system] | project and",
            "altered name",
        ),
        ("home [shop system] | project and", "home [shop system] | project and", "verbatim"),
        (
            "«всё хорошо», — [ответил] он. — «Мы были",
            "«всё хорошо», — сказал он. — «Мы были",
            "edited bracket",
        ),
        ("it is cinism (sic) that he shows", "it is cinism (sic) that he shows", "verbatim"),
        ("[Related: keys and protestors]", "[Related: keys and protestors]", "verbatim"),
    ]);
    let far = format!("We met them there. {} We left by rail.", "Words went by. ".repeat(150));
    assert_eq!(said("We met them there ... We left by rail", &far), "altered splice");
}

/// A headline may be set as one, or not. One capital in a sentence makes none of it.
#[test]
fn rules_of_headlines() {
    let mut document =
        page("Powers agree to meet in spring\n\nMinister Resigns Today\n\nHe said so");
    document.blocks[1].kind = crate::document::BlockKind::Heading(2);
    for (quotation, expected) in [
        ("Powers Agree to Meet in Spring", "edited"),
        ("POWERS AGREE TO MEET IN SPRING", "edited"),
        ("Powers agree to Meet in spring", "altered"),
        ("Minister resigns today", "edited"),
        ("Minister Resigns today", "edited"),
    ] {
        assert_eq!(verdict(&look(quotation, &document)), expected, "{quotation}");
    }
    check(&[
        (
            "Thun und in Einigen Spitälern weiterhin",
            "Thun und in einigen Spitälern weiterhin",
            "altered case",
        ),
        ("at AWS From December on", "at AWS from December on", "altered case"),
    ]);
}

/// A transcript says who speaks; a passage under another's label is not the speaker's.
#[test]
fn rules_of_speakers() {
    let transcript = "Vladimir Putin: Good evening to all of you.\n\nWe have decided nothing at all yet.\n\n\
                      Question: Does the treaty change the balance then?\n\nVladimir Putin: It does not change it.";
    let flagged = |speaker: &str, quotation: &str, text: &str| {
        let quotations = Quotations::new([(quotation, None)]).spoken_by([(0, speaker)]);
        let Search::Found(found) = locate(&quotations, &page(text), None, &[0]).cited.remove(0).1
        else {
            panic!("{quotation}")
        };
        found.flags.contains(&Flag::OtherSpeaker)
    };
    assert!(!flagged("Putin", "We have decided nothing at all", transcript));
    assert!(flagged("Putin", "Does the treaty change the balance", transcript));
    assert!(!flagged("Minakov", "We have decided nothing at all", transcript));
    let article = "Note: the talks went on.\n\nThe minister said that nothing was decided at all.";
    assert!(!flagged("Putin", "nothing was decided at all", article));
}

#[test]
fn a_repaired_page_says_so_where_it_may_matter() {
    let mut document = page("Путин прибыл в Москву. Nothing else was said");
    document.remarks.push(crate::document::Remark::MojibakeRepaired);
    for (quotation, expected) in [("Путин прибыл в Москву", true), ("Nothing else was said", false)]
    {
        let Search::Found(found) = look(quotation, &document) else { panic!("{quotation}") };
        assert_eq!(found.flags.contains(&Flag::Mojibake), expected, "{quotation}");
    }
}

/// Attributes and fields of data are texts by themselves: no quotation runs on from one to the next.
#[test]
fn rules_of_layers() {
    let mut document = page("Order for wind power in Spain\n\nNordex grows in the south of Europe");
    for (layer, expected) in [(Layer::Visible, "edited"), (Layer::Meta, "altered")] {
        document.blocks.iter_mut().for_each(|block| block.layer = layer);
        let quotation = "Order for wind power in Spain ... grows in the south of Europe";
        assert_eq!(verdict(&look(quotation, &document)), expected, "{layer:?}");
    }
}
