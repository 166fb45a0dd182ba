//! Quotations and pages that nobody writes in good faith: each comes to an end with something true said of it. What
//! took more than linear time here would hold up the whole suite.

use super::{look, page, verdict};
use crate::locate::{Quotations, locate};

#[test]
fn odd_quotations_have_true_verdicts() {
    let text = page("The response could be symmetrical, he said on 19 June 2024. Цена выросла.");
    for (quotation, expected) in [
        ("", "absent"),
        ("?!… — “”", "absent"),
        ("response", "verbatim"),
        ("respons", "absent"),
        ("2024", "verbatim"),
        ("19 2024", "absent"),
        ("2025", "absent"),
        ("he said on 19 June 2024. Цена выросла", "verbatim"),
        ("he said on 19 Июня 2024. Цена выросла", "altered"),
        ("The rеsponse could be symmetrical", "edited"),
        ("The \u{fffd}response could be symmetrical", "verbatim"),
        ("\u{0}\u{1}\u{2}", "absent"),
        ("[][][...][]", "absent"),
        ("[[[[[[[[", "absent"),
    ] {
        assert_eq!(verdict(&look(quotation, &text)), expected, "{quotation:?}");
    }
}

#[test]
fn a_page_of_one_repeated_word_comes_to_an_end() {
    let text = page(&"word ".repeat(100_000));
    assert_eq!(verdict(&look(&"word ".repeat(2_000), &text)), "verbatim");
    assert_eq!(verdict(&look("word word word other word", &text)), "altered");
    let text = page(&"word ".repeat(20_000));
    for between in ["...", "[other]"] {
        let _ = look(&format!("word {between} ").repeat(100), &text);
    }
}

/// Words in an order that does not repeat itself soon.
fn many_words() -> Vec<String> {
    (0..20_000).map(|number| format!("w{}", number * 7919 % 5003)).collect()
}

#[test]
fn a_quotation_of_100_kilobytes_comes_to_an_end() {
    let words = many_words();
    let text = page(&words.join(" "));
    assert_eq!(verdict(&look(&words[..16_000].join(" "), &text)), "verbatim");
    let mut changed = words[..16_000].to_vec();
    changed.iter_mut().step_by(50).for_each(|word| "another".clone_into(word));
    assert_eq!(verdict(&look(&changed.join(" "), &text)), "altered");
}

#[test]
fn ten_thousand_quotations_are_looked_for_in_one_pass() {
    let words = many_words();
    let text = page(&words.join(" "));
    let texts: Vec<String> = (0..10_000).map(|first| words[first..first + 12].join(" ")).collect();
    let quotations = Quotations::new(texts.iter().map(|text| (text.as_str(), None)));
    let located = locate(&quotations, &text, None, &[0, 9_999]);
    assert_eq!(located.cited.len(), 2);
    assert_eq!(located.elsewhere.len(), 9_998);
}

#[test]
fn a_quotation_longer_than_its_page_is_not_found() {
    let quotation = "one two three four five six seven eight nine ten ".repeat(50);
    assert_eq!(verdict(&look(&quotation, &page("one two three"))), "absent");
}
