//! Rows of texts, one for each rule.

use super::*;

#[test]
fn marks_of_many_languages() {
    check(
        &with_notes(
            "«Мы победим», — сказал он.[1] „So ist es“, sagte er.[2] ‚So‘ war es.[3]\n\n« Nous, » dit-il.[1] »So ist es«, sagte er.[2] ”Så är det”, sade han.[3]\n\n他说「我们会赢」。[1] 《条约》规定『互助』。[2] ‘It’s ours,’ she said.[3] ``Quoted'' in TeX.[1]",
        ),
        &expect![[r#"
        C1 [1] 1:27: Shorthand(Tass.com/politics/1805115)
          1:2 “Мы победим” <- same-sentence
          3:3 “Nous,” <- same-sentence
          5:4 “我们会赢” <- call-after-closing-mark
          5:57 “Quoted” <- same-sentence
        C2 [2] 1:53: Shorthand(Vz.ru/politics/2.html)
          1:32 “So ist es” <- same-sentence
          3:23 “So ist es” <- same-sentence
          5:15 “条约” <- same-sentence
          5:21 “互助” <- call-after-closing-mark
        C3 [3] 1:69: Url(Https://a.org/x)
          1:58 “So” <- same-sentence
          3:49 “Så är det” <- same-sentence
          5:30 “It’s ours,” <- same-sentence
    "#]],
    );
}

#[test]
fn running_paragraphs_in_french_and_british_marks() {
    check(
        &with_notes(
            "Il dit :\n\n« Premier alinéa.\n\n» Second alinéa. »[1]\n\n‘First paragraph.\n\n‘It’s the second.’[2]",
        ),
        &expect![[r#"
        C1 [1] 5:19: Shorthand(Tass.com/politics/1805115)
          3:3 “Premier alinéa.¶¶» Second alinéa.” <- call-after-closing-mark
        C2 [2] 9:19: Shorthand(Vz.ru/politics/2.html)
          7:2 “First paragraph.¶¶‘It’s the second.” <- call-after-closing-mark
        C3 [3] 15:1: Url(Https://a.org/x)
        15:1 [3] is never called
    "#]],
    );
}

#[test]
fn nested_quotations_are_not_separate() {
    check(
        &with_notes(
            "“The ‘new’ deal of ‘theirs’”[1] and 'He said \"no\" to me.'[2] «Компания «Ромашка» выросла.[3] \"It is \"bad\" here.\"[1]",
        ),
        &expect![[r#"
        C1 [1] 1:29: Shorthand(Tass.com/politics/1805115)
          1:2 “The ‘new’ deal of ‘theirs’” <- call-after-closing-mark
          1:95 “It is "bad" here.” <- call-after-closing-mark
        C2 [2] 1:58: Shorthand(Vz.ru/politics/2.html)
          1:38 “He said "no" to me.” <- call-after-closing-mark
        C3 [3] 1:90: Url(Https://a.org/x)
          1:63 “Компания «Ромашка” <- same-sentence
    "#]],
    );
}

#[test]
fn apostrophes_are_no_marks() {
    check(
        &with_notes(
            "In the '90s the states' rights weren't 'Ali's and 'Abd Al-Malik's concern, rock 'n' roll.[1] The 'Special Forces' left. The dogs' 'policy' failed.[2]",
        ),
        &expect![[r#"
        C1 [1] 1:90: Shorthand(Tass.com/politics/1805115)
        C2 [2] 1:147: Shorthand(Vz.ru/politics/2.html)
          1:132 “policy” <- same-sentence
        C3 [3] 7:1: Url(Https://a.org/x)
        1:99 “Special Forces” uncited
        7:1 [3] is never called
    "#]],
    );
}

#[test]
fn an_unclosed_quotation_is_reported() {
    check(
        &with_notes(
            "He said: \"We go home.[1] Then \"they\" went.[2]\n\nShe said: \"No.\n\nNext paragraph.[3]",
        ),
        &expect![[r#"
        C1 [1] 1:22: Shorthand(Tass.com/politics/1805115)
          1:11 “We go home.” Unclosed <- call-after-closing-mark
        C2 [2] 1:43: Shorthand(Vz.ru/politics/2.html)
          1:32 “they” <- same-sentence
        C3 [3] 5:16: Url(Https://a.org/x)
        3:12 “No.” Unclosed uncited
        1:10 Q1 is unclosed
        3:11 Q3 is unclosed
    "#]],
    );
}

#[test]
fn shared_calls_vouch_together() {
    check(
        &with_notes("He said \"one\"[1][2] and \"two.\"[1, 3] And \"three\" too [1-3]."),
        &expect![[r#"
        C1 [1] 1:14: Shorthand(Tass.com/politics/1805115)
          1:10 “one” <- call-after-closing-mark and C2
          1:26 “two.” <- call-after-closing-mark and C3
          1:43 “three” <- same-sentence and C2 and C3
        C2 [2] 1:17: Shorthand(Vz.ru/politics/2.html)
        C3 [3] 1:31: Url(Https://a.org/x)
    "#]],
    );
}

#[test]
fn brackets_that_are_no_calls() {
    check(
        &with_notes(
            "In [2024] he said: \"It [sic] is [...] over, [and] [t]his [5] years.\"[1] See [1](http://a.org/b) there.[2][3]",
        ),
        &expect![[r#"
        C1 [1] 1:69: Shorthand(Tass.com/politics/1805115)
          1:21 “It [sic] is [...] over, [and] [t]his [5] years.” <- call-after-closing-mark
        C2 link 1:81: Url(http://a.org/b)
        C3 [2] 1:103: Shorthand(Vz.ru/politics/2.html)
        C4 [3] 1:106: Url(Https://a.org/x)
    "#]],
    );
}

#[test]
fn calls_without_notes_and_notes_without_calls() {
    check(
        "He said \"a\".[1] She said \"b.\"[4] They said \"c.\"[99]\n\n[1] A.org/1\n\n[2] A.org/2\n\n[2] A.org/2b\n\n[3] A.org/3",
        &expect![[r#"
        C1 [1] 1:13: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [4] 1:30:
          1:27 “b.” <- call-after-closing-mark
        C3 [99] 1:48:
          1:45 “c.” <- call-after-closing-mark
        C4 [2] 5:1: Shorthand(A.org/2)
        C5 [2] 7:1: Shorthand(A.org/2b)
        C6 [3] 9:1: Shorthand(A.org/3)
        1:30 [4] is missing
        1:48 [99] is missing
        5:1 [2] is never called
        7:1 [2] is defined twice
        9:1 [3] is never called
    "#]],
    );
}

#[test]
fn headings_and_echoes() {
    check(
        &with_notes(
            "The 'Great Success' Story\n\nHe called it \"a great success of ours.\"[1] A \"great success\" indeed. It is \"unheard of\".\n\n\"A Great Fall\"[2]\n\nEnd of story.[3]",
        ),
        &expect![[r#"
        C1 [1] 3:40: Shorthand(Tass.com/politics/1805115)
          3:15 “a great success of ours.” <- call-after-closing-mark
        C2 [2] 5:15: Shorthand(Vz.ru/politics/2.html)
          5:2 “A Great Fall” <- call-after-closing-mark
        C3 [3] 7:14: Url(Https://a.org/x)
        1:6 “Great Success” heading of Q2
        3:47 “great success” echo of Q2
        3:77 “unheard of” uncited
    "#]],
    );
}

#[test]
fn links_of_running_text_are_citations() {
    check(
        "He said \"one\" (https://a.org/1, June 5, 2024). Then \"two\" came, see https://a.org/2. As www.b.org/x says, \"three\" and \"four\" (http://c.org/y). \"Five\" has none.",
        &expect![[r#"
        C1 link 1:16: Url(https://a.org/1)
          1:10 “one” <- link-in-sentence
        C2 link 1:69: Url(https://a.org/2)
          1:54 “two” <- link-in-sentence
        C3 link 1:89: Shorthand(www.b.org/x)
          1:108 “three” <- link-in-sentence
        C4 link 1:127: Url(http://c.org/y)
          1:120 “four” <- link-in-sentence
        1:145 “Five” uncited
    "#]],
    );
}

#[test]
fn interrupted_quotations() {
    check(
        &with_notes(
            "\"We go,\" he said, \"and we stay.\"[1] \"Never again!\" the crowd shouted.[2] \"A.\" He added: \"B.\"[3]",
        ),
        &expect![[r#"
        C1 [1] 1:33: Shorthand(Tass.com/politics/1805115)
          1:2 “We go,” <- same-sentence
          1:20 “and we stay.” <- call-after-closing-mark
        C2 [2] 1:70: Shorthand(Vz.ru/politics/2.html)
          1:38 “Never again!” <- same-sentence
        C3 [3] 1:93: Url(Https://a.org/x)
          1:75 “A.” <- same-sentence
          1:90 “B.” <- call-after-closing-mark
    "#]],
    );
}

#[test]
fn dates_of_the_passage() {
    check(
        &with_notes(
            "It follows the meeting on June 5, 2024, on the eve. He said: \"On May 1, 2020, we will.\"[1] Later, on 7 July 2023, he left.[2]",
        ),
        &expect![[r#"
        C1 [1] 1:88: Shorthand(Tass.com/politics/1805115) said of 2024-06-05
          1:63 “On May 1, 2020, we will.” <- call-after-closing-mark
        C2 [2] 1:123: Shorthand(Vz.ru/politics/2.html) said of 2023-07-07
        C3 [3] 7:1: Url(Https://a.org/x)
        7:1 [3] is never called
    "#]],
    );
}

#[test]
fn calls_before_stops_and_after_spaces() {
    check(
        &with_notes("It is \"one\"[1]. He said \"two\" [2]. And \"three\". [3]"),
        &expect![[r#"
        C1 [1] 1:12: Shorthand(Tass.com/politics/1805115)
          1:8 “one” <- call-after-closing-mark
        C2 [2] 1:31: Shorthand(Vz.ru/politics/2.html)
          1:26 “two” <- call-after-closing-mark
        C3 [3] 1:49: Url(Https://a.org/x)
          1:41 “three” <- call-after-closing-mark
    "#]],
    );
}

#[test]
fn inner_call() {
    check(
        &with_notes("He said: \"First.[1] Second.\" Then left. \"Great success.[2]\""),
        &expect![[r#"
        C1 [1] 1:17: Shorthand(Tass.com/politics/1805115)
          1:11 “First. Second.” <- same-sentence
        C2 [2] 1:56: Shorthand(Vz.ru/politics/2.html)
          1:42 “Great success.” <- same-sentence
        C3 [3] 7:1: Url(Https://a.org/x)
        7:1 [3] is never called
    "#]],
    );
}

#[test]
fn straight_marks_without_spaces() {
    check(
        &with_notes("He said,\"no\"[1] and—\"yes\"—left.[2] A 5\" pipe and a 6'2\" man.[3]"),
        &expect![[r#"
        C1 [1] 1:13: Shorthand(Tass.com/politics/1805115)
          1:10 “no” <- call-after-closing-mark
        C2 [2] 1:32: Shorthand(Vz.ru/politics/2.html)
          1:22 “yes” <- same-sentence
        C3 [3] 1:61: Url(Https://a.org/x)
    "#]],
    );
}

#[test]
fn shapes_of_notes_and_calls() {
    check(
        "He said \"a\"[[1]] and \"b.\"[[2]]\n\n[[1]] A.org/1\n[[2]] A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:26: Shorthand(A.org/2)
          1:23 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"[i] and \"b.\"[ii] And [v] is none [sic].\n\n[i] A.org/1\n[ii] A.org/2",
        &expect![[r#"
        C1 [i] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [ii] 1:24: Shorthand(A.org/2)
          1:21 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"¹ and \"b.\"² On 5 km² of land.\n\n¹ A.org/1\n² A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:22: Shorthand(A.org/2)
          1:19 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"¹ and \"b.\"²\n\nNotes\n\n1. A.org/1\n2. A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:22: Shorthand(A.org/2)
          1:19 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"[1] and \"b.\"[2]\n\n1. A.org/1\n\n2. A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:24: Shorthand(A.org/2)
          1:21 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"(1) and \"b.\"(2) in (3) ways\n\n(1) A.org/1\n\n(2) A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:24: Shorthand(A.org/2)
          1:21 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"^1 and \"b.\"^2\n\n^1 A.org/1\n\n^2 A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:23: Shorthand(A.org/2)
          1:20 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"[^1] and \"b.\"[^2]\n\n[^1]: A.org/1\n\n[^2]: A.org/2",
        &expect![[r#"
        C1 [1] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [2] 1:25: Shorthand(A.org/2)
          1:22 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a\"* and \"b.\"†\n\n* A.org/1\n\n† A.org/2",
        &expect![[r#"
        C1 [*] 1:12: Shorthand(A.org/1)
          1:10 “a” <- call-after-closing-mark
        C2 [†] 1:22: Shorthand(A.org/2)
          1:19 “b.” <- call-after-closing-mark
    "#]],
    );
}

#[test]
fn lists_are_no_notes() {
    check(
        "Three things:\n\n1. One.\n\n2. Two.\n\n(1) a thing\n\n* a point\n* another\n\nHe *said* \"it\".",
        &expect![[r#"
        12:12 “it” uncited
    "#]],
    );
    check(
        "[1] The claimant said \"a\".\n\n[2] The court held \"b\".\n\n[3] It is so.",
        &expect![[r#"
        1:24 “a” uncited
        3:21 “b” uncited
    "#]],
    );
}

#[test]
fn notes_of_chapters_and_pages() {
    check(
        "He said \"a.\"[1]\n\nThen \"b.\"[2]\n\n[1] A.org/1\n\n[2] A.org/2\n\nChapter Two\n\nShe said \"c.\"[1] And \"d.\"[2]\n\n[1] B.org/1\n\n[2] B.org/2",
        &expect![[r#"
        C1 [1] 1:13: Shorthand(A.org/1)
          1:10 “a.” <- call-after-closing-mark
        C2 [2] 3:10: Shorthand(A.org/2)
          3:7 “b.” <- call-after-closing-mark
        C3 [1] 11:14: Shorthand(B.org/1)
          11:11 “c.” <- call-after-closing-mark
        C4 [2] 11:26: Shorthand(B.org/2)
          11:23 “d.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a.\"[1]\n\n[1] A.org/1\n\nThen \"b.\"[2]\n\n[2] A.org/2\n\nThen \"c.\"[3]\n\n[3] A.org/3",
        &expect![[r#"
        C1 [1] 1:13: Shorthand(A.org/1)
          1:10 “a.” <- call-after-closing-mark
        C2 [2] 5:10: Shorthand(A.org/2)
          5:7 “b.” <- call-after-closing-mark
        C3 [3] 9:10: Shorthand(A.org/3)
          9:7 “c.” <- call-after-closing-mark
    "#]],
    );
}

#[test]
fn notes_over_several_lines() {
    check(
        "He said \"a.\"[1] So \"b.\"[2]\n\n[1] A long note that goes\non, see [2] and\nhttps://a.org/1\n[2] A.org/2\nand more.\n\nAbout the author.",
        &expect![[r#"
        C1 [1] 1:13: Url(https://a.org/1)
          1:10 “a.” <- call-after-closing-mark
        C2 [2] 1:24: Shorthand(A.org/2)
          1:21 “b.” <- call-after-closing-mark
    "#]],
    );
    check(
        "He said \"a.\"[1]\n\n[1]\nTass.com/politics/1805115\n\nShare this Report:",
        &expect![[r#"
        C1 [1] 1:13: Shorthand(Tass.com/politics/1805115)
          1:10 “a.” <- call-after-closing-mark
    "#]],
    );
}

#[test]
fn places_in_calls() {
    check(
        "Он сказал «а» [1, с. 12] и «б» [2, p. 3–4].\n\n[1] A.org/1\n\n[2] A.org/2",
        &expect![[r#"
        C1 [1] 1:15: Shorthand(A.org/1)
          1:12 “а” <- call-after-closing-mark
        C2 [2] 1:32: Shorthand(A.org/2)
          1:29 “б” <- call-after-closing-mark
    "#]],
    );
}
