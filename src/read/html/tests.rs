//! Pages in, outlines out; and whole pages held against another parser.

use expect_test::{Expect, expect};

use proptest::prelude::*;

use super::read_text;
use crate::document::{BlockKind, Document, Layer, MarkKind, MetadataKind};

/// Writes a document as lines: layer, kind, note and text of each block, then its marks.
fn outline(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        let kind = match block.kind {
            BlockKind::Paragraph => String::new(),
            BlockKind::Heading(level) => format!(" h{level}"),
            kind => format!(" {kind:?}"),
        };
        let note = block.note.map(|note| format!(" note {}", document.notes[note].label));
        let note = note.unwrap_or_default();
        lines.push(format!("{}{kind}{note}: {}", block.layer.name(), document.block_text(block)));
    }
    for mark in &document.marks {
        let text = &document.text[mark.range.clone()];
        lines.push(match &mark.kind {
            MarkKind::NoteCall { label, note } => format!("  call {label} -> {note:?} {text:?}"),
            MarkKind::Link(to) => format!("  link {to} {text:?}"),
            MarkKind::Quotation(by) => format!("  quotation {by:?} {text:?}"),
            MarkKind::Superscript => format!("  raised {text:?}"),
            MarkKind::Emphasis => format!("  emphasis {text:?}"),
        });
    }
    lines.join("\n") + "\n"
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written where it is called")]
fn check(html: &str, expected: Expect) {
    expected.assert_eq(&outline(&read_text(html)));
}

#[test]
fn blocks_and_breaks_separate_words_and_inline_elements_do_not() {
    check(
        "<h1>A <em>title</em></h1><p><span>W</span>e are<br>here<wbr>after.<p>Next<ul><li>one<li>two</ul>
        <table><tr><td>a<td>b</table><pre>x\n  y</pre>end<br><br>after",
        expect![[r#"
            visible h1: A title
            visible: We are
            hereafter.
            visible: Next
            visible ListItem: one
            visible ListItem: two
            visible TableCell: a
            visible TableCell: b
            visible Preformatted: x
              y
            visible: end
            visible: after
              emphasis "title"
        "#]],
    );
}

#[test]
fn every_layer_is_told() {
    check(
        r#"<title>The  title</title><meta name=description content="What it is about">
        <script type="application/ld+json">{"headline":"Briefing"}</script>
        <header><a href=/>Home page</a></header><nav>Menu</nav>
        <main><article><header>By A. Author</header><p>Text <img alt="A picture of it"> goes on.
        <p title="A tip for readers">More<details><summary>Open</summary>Folded</details>
        <div style="display:none">Hidden</div><noscript>Without scripts</noscript>
        <aside>Beside</aside><div class=related><p>Teaser</div></article>
        <section id=comments><p>A reader's opinion</section></main>
        <script>var s = {"body": "A text of several words in a script"};</script>
        <footer>The footer</footer><!-- a comment -->"#,
        expect![[r#"
            title: The title
            meta: What it is about
            jsonld: Briefing
            nav: Home page
            nav: Menu
            visible: By A. Author
            visible: Text goes on.
            alt: A picture of it
            title-attr: A tip for readers
            visible: More
            visible: Open
            details: Folded
            css-hidden: Hidden
            noscript: Without scripts
            aside: Beside
            aside: Teaser
            user-comment: A reader's opinion
            script-json: A text of several words in a script
            nav: The footer
              link / "Home page"
        "#]],
    );
}

#[test]
fn what_stands_in_the_middle_of_a_paragraph_does_not_tear_it() {
    check(
        r"<p>We are <span class=ad>Advertisement</span>not asking<div class=ad>Buy</div> anyone <b>at all</b>.
        <p>漢<ruby>字<rt>ji</ruby>は",
        expect![[r#"
            visible: We are not asking
            aside: Advertisement
            aside: Buy
            visible Continuation: anyone at all.
            visible: 漢字は
            visible: ji
              emphasis "at all"
        "#]],
    );
}

#[test]
fn quotations_by_markup_are_marked() {
    check(
        r#"<base href="https://example.org/a/b"><p>He said <q cite="c">so</q>.<blockquote cite=/d><p>Long.</blockquote>"#,
        expect![[r#"
            visible: He said so.
            visible BlockQuotation: Long.
              quotation Some("https://example.org/a/c") "so"
              quotation Some("https://example.org/d") "Long."
        "#]],
    );
}

#[test]
fn notes_by_role_are_found() {
    check(
        r##"<p>A claim.<a href="#n1" id="r1" role="doc-noteref">1</a> Another.<a href="#n2" role="doc-noteref">2</a></p>
        <section role="doc-endnotes"><h2>Notes</h2><ol><li id="n1"><p>Tass.com/politics/1. <a href="#r1" role="doc-backlink">↩</a></p>
        <p>Second paragraph.</p></li><li id=n2>Vz.ru</li><li>Never called</li></ol></section>"##,
        expect![[r#"
            visible: A claim.1 Another.2
            visible h2: Notes
            visible ListItem note 1: Tass.com/politics/1.
            visible ListItem note 1: Second paragraph.
            visible ListItem note 2: Vz.ru
            visible ListItem note 3: Never called
              call 1 -> Some(0) "1"
              call 2 -> Some(1) "2"
              link #r1 "↩"
        "#]],
    );
}

#[test]
fn notes_of_word_exports_are_found() {
    check(
        r##"<p>A claim.<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"><span>[1]</span></a></p>
        <hr><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> Tass.com, June 19.</p><p>More.</p></div>
        <div id=ftn2><p><a href="#_ftnref2" name="_ftn2">[2]</a> Vz.ru</p></div>"##,
        expect![[r#"
            visible: A claim.[1]
            visible note 1: Tass.com, June 19.
            visible note 1: More.
            visible note 2: Vz.ru
              call 1 -> Some(0) "[1]"
              link #_ftnref1 "[1]"
              link #_ftnref2 "[2]"
        "#]],
    );
}

#[test]
fn notes_of_wikis_and_generators_are_found() {
    check(
        r##"<p>A.<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup>
        B.<sup><a href="#fn:2" id="fnref:2" class="footnote-ref">2</a></sup></p>
        <ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span>
        <span class="reference-text"><a href="https://example.org/">Source</a>, 2020.</span></li></ol>
        <div class="footnotes"><ol><li id="fn:2"><p>Note two.&#160;<a href="#fnref:2" class="footnote-backref">↩</a></p></li></ol></div>"##,
        expect![[r#"
            visible: A.[1] B.2
            nav ListItem note 1: ^
            visible ListItem note 1: Source, 2020.
            visible ListItem note 2: Note two.
              raised "[1]"
              call 1 -> Some(0) "[1]"
              raised "2"
              call 2 -> Some(1) "2"
              emphasis "^"
              link #cite_ref-1 "^"
              link https://example.org/ "Source"
              link #fnref:2 "↩"
        "#]],
    );
}

#[test]
fn plain_links_to_and_fro_are_notes_and_other_links_are_not() {
    check(
        r##"<p>See <a href="#s2">section 2</a>. A claim [<a name="back1" href="#note_a">1</a>] and more.<sup><a href="#x">2</a></sup>
        <h2 id=s2>Section</h2><p><a name="note_a" href="#back1">1</a>. Note one.<br><a name=x></a>2. Note two.</p>"##,
        expect![[r#"
            visible: See section 2. A claim [1] and more.2
            visible h2: Section
            visible note 1: Note one.
            visible note 2: Note two.
              link #s2 "section 2"
              call 1 -> Some(0) "[1]"
              raised "2"
              call 2 -> Some(1) "2"
              link #back1 "1"
        "#]],
    );
}

/// The words of a page as a tree builder of the standard sees them: each with whether it is inside `nav`.
fn words_by_the_standard(html: &str) -> Vec<(String, bool)> {
    let parsed = scraper::Html::parse_document(html);
    let mut words = Vec::new();
    for node in parsed.tree.root().descendants() {
        let Some(text) = node.value().as_text() else { continue };
        let inside = |name: &str| {
            node.ancestors()
                .any(|above| above.value().as_element().is_some_and(|e| e.name() == name))
        };
        let (in_nav, is_code) = (inside("nav"), inside("script") || inside("style"));
        if !is_code {
            words.extend(text.split_whitespace().map(|word| (word.to_owned(), in_nav)));
        }
    }
    words.sort();
    words
}

fn words_as_read(html: &str) -> Vec<(String, bool)> {
    let document = read_text(html);
    let mut end = 0;
    for block in &document.blocks {
        assert!(block.range.start >= end && block.range.end > block.range.start, "{html}");
        end = block.range.end;
    }
    for mark in &document.marks {
        assert!(document.text.get(mark.range.clone()).is_some(), "{html}");
    }
    let mut words: Vec<(String, bool)> = document
        .blocks
        .iter()
        .flat_map(|block| {
            let in_nav = block.layer == Layer::Navigation;
            let text = document.block_text(block);
            text.split_whitespace().map(move |word| (word.to_owned(), in_nav)).collect::<Vec<_>>()
        })
        .collect();
    words.sort();
    words
}

/// Without SVG: a tree builder reopens inline elements that were left open, in SVG too, which tells nothing here.
const TAGS: [&str; 48] = [
    "<div>",
    "</div>",
    "<nav>",
    "</nav>",
    "<p>",
    "</p>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "<i>",
    "</i>",
    "<span>",
    "</span>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<h2>",
    "</h2>",
    "<h3>",
    "</h3>",
    "<br>",
    "</br>",
    "<dl>",
    "<dt>",
    "<dd>",
    "</dl>",
    "<section>",
    "</section>",
    "<button>",
    "</button>",
    "<blockquote>",
    "</blockquote>",
    "<form>",
    "</form>",
    "<caption>",
    "<script>x</script>",
    "<x-y>",
    "</x-y>",
    "<ruby><rt>",
    "</ruby>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_word_is_lost_and_every_word_is_inside_of_what_the_standard_says(
        picks in prop::collection::vec(0..TAGS.len() + 20, 0..40)
    ) {
        let mut html = String::new();
        for (number, pick) in picks.into_iter().enumerate() {
            html += &TAGS.get(pick).map_or_else(|| format!(" w{number} "), |tag| (*tag).to_owned());
        }
        prop_assert_eq!(words_as_read(&html), words_by_the_standard(&html), "{}", html);
    }

    #[test]
    fn any_page_is_survived(html in "([<>/='\" a-z&;#!-]|<p|<a href=#x>|</a>|<li id=x>|<sup>|<script>|<td>|[1-9]|é){0,80}") {
        words_as_read(&html);
    }
}

/// A link back to a call may begin in a note and end behind it.
#[test]
fn links_over_the_end_of_a_note_are_survived() {
    let html = "<li id=x><p<a href=#x><a href=#x>1<a href=#x>1<td>;<li id=x>;<sup><a href=#x>-<a href=#x>1";
    assert_eq!(read_text(html).text, "11\n;\n;-1\n");
}

#[test]
fn graphics_end_where_html_begins() {
    check(
        "<p>a<svg><title>An icon</title><style>p{}</style><text>in</text><path/><![CDATA[raw]]></svg>b
        <div><svg><g><p>after an open one</div>",
        expect![[r"
            visible: a in rawb
            title-attr: An icon
            visible: after an open one
        "]],
    );
}

#[test]
fn nesting_without_end_costs_linear_time() {
    for tag in
        ["<div>", "<b>", "<a href=#x>", "<li>", "<table>", "<svg>", "<b><p>", "<span hidden>"]
    {
        let html = format!("start {} end", tag.repeat(100_000));
        let words: Vec<_> = words_as_read(&html).into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["end", "start"], "{tag}");
    }
}

/// Letters alone, in normal form: enough to see whether the words of a quotation are there.
fn letters(text: &str) -> String {
    let normal = icu_normalizer::ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    normal.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

fn encoded(page: &str, encoding: &str) -> Vec<u8> {
    if encoding == "utf-16-le-bom" {
        let text = format!("\u{FEFF}{page}");
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
    encoding.encode(page).0.into_owned()
}

#[test]
fn the_words_of_quotations_stand_in_the_layer_that_they_should() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/quotations.json");
    let Ok(cases) = std::fs::read(path) else {
        eprintln!("skipped: {path} is not there");
        return;
    };
    let cases: serde_json::Value = serde_json::from_slice(&cases).unwrap();
    let mut seen = 0;
    for case in cases["cases"].as_array().unwrap() {
        let field = |name: &str| case[name].as_str().unwrap_or_default();
        if field("expect") != "verbatim" || field("content_type") == "application/pdf" {
            continue;
        }
        let bytes = encoded(field("page_html"), field("encoding"));
        let charset = field("content_type").split_once("charset=").map(|(_, charset)| charset);
        let document = super::read(
            super::Extent::Whole,
            &bytes,
            &super::Hint { charset, ..Default::default() },
        );
        let text: String = document
            .blocks
            .iter()
            .filter(|block| block.layer.name() == field("layer"))
            .map(|block| document.block_text(block))
            .collect();
        let text = letters(&text);
        assert!(text.contains(&letters(field("quote"))), "{}: {}", field("id"), outline(&document));
        seen += 1;
    }
    assert!(seen > 20, "only {seen} cases");
}

#[test]
fn of_a_long_page_the_beginning_is_read_and_what_the_page_says_of_itself() {
    let body = "<p>Some words of the story.</p>\n".repeat(900);
    let source = format!(
        "<title>A story</title>{body}<style><meta name=no content=no></style><!-- <meta name=no content=no> -->\
         <script type=application/ld+json>{{\"datePublished\": \"2024-06-19\"}}</script>\
         <time datetime=2020-01-01></time><link rel=canonical href=/story>"
    );
    let hint = super::Hint::default();
    let whole = super::read(super::Extent::Whole, source.as_bytes(), &hint);
    let beginning = super::read(super::Extent::Beginning, source.as_bytes(), &hint);
    assert!(whole.text.starts_with(&beginning.text[..8000]) && beginning.text.len() < 9000);
    assert_eq!(beginning.coverage.gaps(), [crate::document::Gap::NotAskedFor]);
    assert!(whole.coverage.is_whole());
    let kinds =
        |document: &Document| document.metadata.iter().map(|said| said.kind).collect::<Vec<_>>();
    // Whose time it is depends on where it stands, which is not known behind the beginning.
    assert_eq!(kinds(&beginning), [MetadataKind::JsonLd, MetadataKind::Link]);
    assert_eq!(kinds(&whole), [MetadataKind::JsonLd, MetadataKind::Time, MetadataKind::Link]);
}
