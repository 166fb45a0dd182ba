//! Text from documents and pages comes out inert in every format, whatever it is.

use citeaudit::render::{Colour, Hyperlinks, ReportFormat, TerminalStyle, Verbosity};
use scraper::Html;

use crate::render::rendered;
use crate::sample::{Words, report_of};

const STYLE: TerminalStyle = TerminalStyle {
    width: 100,
    colour: Colour::Plain,
    hyperlinks: Hyperlinks::Plain,
    verbosity: Verbosity::Verbose,
};

/// Returns texts that act on something: markup, terminals, spreadsheets, workflow commands, Markdown, XML, URLs.
fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "</style><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "\" onfocus=alert(1) autofocus x=\"",
        "</a></p></article><iframe src=https://evil.example></iframe>",
        "<!-- --><base href=https://evil.example>",
        "<meta http-equiv=refresh content=0;url=https://evil.example>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<form action=https://evil.example><input name=q>",
        "<object data=https://evil.example></object>",
        "<details open ontoggle=alert(1)>",
        "<math><mtext></mtext><script>alert(1)</script></math>",
        "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
        "javascript:alert(1)",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "]]><script>alert(1)</script>",
        "<![CDATA[ x ]]>",
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
        "\u{1b}[2J\u{1b}[H\u{1b}[31mred",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{9b}31m\u{9d}0;x\u{9c}",
        "back\u{8}\u{8}\u{8}space and\rreturn",
        "bell\u{7} null\u{0} delete\u{7f}",
        "\u{202e}txt.exe\u{202c}",
        "\u{2066}\u{2067}\u{2068}isolates\u{2069}",
        "\u{200f}\u{200e}\u{61c}marks",
        "zero\u{200b}width\u{feff}\u{2060}",
        "line\u{2028}and\u{2029}paragraph",
        "tags \u{e0041}\u{e0042}\u{e007f}",
        "=HYPERLINK(\"https://evil.example\";\"x\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\r\n=1+1",
        "a\",\"b\n=1+1",
        "x\n::error file=a.txt,line=1::forged",
        "x%0A::warning::forged",
        "::set-output name=x::y",
        "| a | b |\n|---|---|\n# heading\n",
        "[link](javascript:alert(1)) ![image](https://evil.example/x.png)",
        "<https://evil.example> https://evil.example www.evil.example",
        "@everyone #1 owner/repo#1",
        "`code` **bold** ~~gone~~ $x$",
        "</details></summary>",
        "مرحبا \"שלום\" нормально 中文 👩‍👩‍👧 e\u{301}",
        "",
        " ",
    ]
    .map(str::to_owned)
    .to_vec();
    payloads.push("<b>".repeat(500));
    payloads.push("\u{301}".repeat(500));
    payloads
}

#[test]
fn a_word_of_a_megabyte_is_written_in_every_format() {
    let word = "a".repeat(1_000_000);
    let mut report = crate::sample::report();
    let checked = &mut report.documents[0].citations[2].quotations[0];
    checked.quotation.text.clone_from(&word);
    checked.matched.as_mut().unwrap().text.clone_from(&word);
    report.documents[0].findings[3].message = word;
    for format in ReportFormat::ALL {
        assert!(rendered(&report, format, STYLE).len() > 1_000_000, "{format:?}");
    }
}

pub(crate) fn each(format: ReportFormat, check: impl Fn(&str, &str)) {
    for payload in payloads() {
        let words = Words {
            quotation: &payload,
            passage: &payload,
            title: &payload,
            path: &payload,
            message: &payload,
        };
        let mut report = report_of(&words);
        report.documents[0].path.clone_from(&payload);
        let written = rendered(&report, format, STYLE);
        let shown: String = payload.chars().take(60).collect();
        check(&written, &shown);
    }
}

/// Characters that act on a terminal or turn the direction of text.
fn acts(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[test]
fn there_are_enough_payloads() {
    assert!(payloads().len() >= 50);
}

#[test]
fn no_format_holds_a_character_that_acts() {
    for format in ReportFormat::ALL {
        each(format, |written, payload| {
            let found = written.chars().find(|&c| acts(c));
            assert_eq!(found, None, "{format:?}: {payload:?}");
        });
    }
}

#[test]
fn a_page_has_the_elements_and_attributes_of_its_template_only() {
    let elements = [
        "html", "head", "meta", "title", "style", "body", "a", "header", "div", "h1", "h2", "h3",
        "h4", "h5", "h6", "p", "span", "b", "section", "ol", "ul", "li", "details", "summary",
        "button", "input", "main", "bdi", "pre", "article", "dl", "dt", "dd", "footer", "code",
        "dialog", "kbd", "script",
    ];
    each(ReportFormat::Html, |written, payload| {
        let page = Html::parse_document(written);
        let mut scripts = 0;
        for node in page.tree.nodes() {
            let Some(element) = node.value().as_element() else { continue };
            let name = element.name();
            assert!(elements.contains(&name), "<{name}>: {payload:?}");
            scripts += usize::from(name == "script");
            for (attribute, value) in element.attrs() {
                assert!(!attribute.starts_with("on"), "{attribute}: {payload:?}");
                assert_ne!(attribute, "style", "{payload:?}");
                if attribute == "href" {
                    let safe =
                        ["#", "https://", "http://"].iter().any(|start| value.starts_with(start));
                    assert!(safe, "href={value:?}: {payload:?}");
                }
                assert_ne!(attribute, "src", "{payload:?}");
            }
        }
        assert_eq!(scripts, 1, "{payload:?}");
    });
}

#[test]
fn no_cell_is_a_formula() {
    each(ReportFormat::Csv, |written, payload| {
        for record in csv::Reader::from_reader(written.as_bytes()).records() {
            for cell in &record.unwrap() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell:?}: {payload:?}"
                );
            }
        }
    });
}

#[test]
fn every_line_of_annotations_is_one_of_ours() {
    let harmless = rendered(&crate::sample::report(), ReportFormat::Github, STYLE).lines().count();
    each(ReportFormat::Github, |written, payload| {
        assert_eq!(written.lines().count(), harmless, "{payload:?}");
        for line in written.lines() {
            assert!(
                line.starts_with("::error file=")
                    || line.starts_with("::warning file=")
                    || line.starts_with("::notice file="),
                "{line:?}"
            );
        }
    });
}

#[test]
fn json_and_sarif_stay_json() {
    for format in [ReportFormat::Json, ReportFormat::Sarif] {
        each(format, |written, payload| {
            assert!(serde_json::from_str::<serde_json::Value>(written).is_ok(), "{payload:?}");
        });
    }
}

#[test]
fn junit_has_the_elements_of_its_template_only() {
    each(ReportFormat::Junit, |written, payload| {
        let mut rest = written;
        while let Some(start) = rest.find('<') {
            rest = &rest[start..];
            let known = [
                "<?xml ",
                "<testsuite",
                "</testsuite",
                "<testcase ",
                "</testcase>",
                "<failure ",
                "</failure>",
                "<skipped/>",
                "<properties>",
                "</properties>",
                "<property ",
                "<system-out>",
                "</system-out>",
                "<system-err/>",
            ];
            assert!(
                known.iter().any(|tag| rest.starts_with(tag)),
                "{}: {payload:?}",
                &rest[..20.min(rest.len())]
            );
            rest = &rest[1..];
        }
    });
}

#[test]
fn markdown_has_no_markup_from_outside() {
    each(ReportFormat::Markdown, |written, payload| {
        for line in written.lines() {
            let mut rest = line;
            while let Some(start) = rest.find('<') {
                rest = &rest[start..];
                let known = [
                    "<https://source-",
                    "<details>",
                    "</details>",
                    "<summary>",
                    "</summary>",
                    "<b>",
                    "</b>",
                ];
                assert!(known.iter().any(|tag| rest.starts_with(tag)), "{line:.200}: {payload:?}");
                rest = &rest[1..];
            }

            let outside_links: String = line
                .split('<')
                .map(|part| part.split_once('>').map_or(part, |(_, rest)| rest))
                .collect();
            assert!(!outside_links.contains("]("), "{line:.200}: {payload:?}");
            assert!(!outside_links.contains('@'), "{line:.200}: {payload:?}");
        }
    });
}

#[test]
fn no_line_is_a_workflow_command_but_those_of_annotations() {
    // GitHub's runner reads commands from any output, and trims lines first. Headings of Markdown start with `##`.
    for format in ReportFormat::ALL.into_iter().filter(|format| *format != ReportFormat::Github) {
        each(format, |written, payload| {
            assert!(
                written.lines().all(|line| !line.trim_start().starts_with("::")),
                "{payload:?}"
            );
        });
    }
}
