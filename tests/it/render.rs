//! What holds for reports in every format, on a sample that has everything that a report can hold.

use citeaudit::render::{
    Colour, Hyperlinks, ReportFormat, TerminalStyle, Verbosity, extraction_schema, render,
    report_schema,
};
use citeaudit::report::{Report, Rule, Verdict};
use citeaudit::source::Liveness;
use expect_test::expect_file;

use crate::sample;

pub(crate) const PLAIN: TerminalStyle = TerminalStyle {
    width: 100,
    colour: Colour::Plain,
    hyperlinks: Hyperlinks::Plain,
    verbosity: Verbosity::Normal,
};

pub(crate) fn rendered(report: &Report, format: ReportFormat, style: TerminalStyle) -> String {
    let mut out = Vec::new();
    render(report, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample_holds_every_rule_liveness_and_verdict() {
    let summary = sample::report().summary();
    for rule in Rule::ALL {
        assert!(summary.rules[rule.info().id] > 0, "{rule:?}");
    }
    for liveness in Liveness::ALL {
        assert!(summary.liveness[liveness.name()] > 0, "{liveness:?}");
    }
    for verdict in Verdict::ALL {
        assert!(summary.verdicts[verdict.name()] > 0, "{verdict:?}");
    }
}

#[test]
fn every_rule_is_in_every_format() {
    for format in ReportFormat::ALL {
        let written = rendered(&sample::report(), format, PLAIN);
        for rule in Rule::ALL {
            assert!(written.contains(rule.info().id), "{format:?} lacks {rule:?}");
        }
    }
}

#[test]
fn verbosity_changes_no_finding() {
    for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
        let written = rendered(
            &sample::report(),
            ReportFormat::Terminal,
            TerminalStyle { verbosity, ..PLAIN },
        );
        for rule in Rule::ALL {
            assert!(written.contains(rule.info().id), "{verbosity:?} lacks {rule:?}");
        }
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in ReportFormat::ALL {
        let first = rendered(&sample::report(), format, PLAIN);
        assert_eq!(first, rendered(&sample::report(), format, PLAIN), "{format:?}");
    }
}

#[test]
fn the_sample_looks_as_it_did() {
    for (extension, format) in ReportFormat::EXTENSIONS {
        if extension == "htm" {
            continue;
        }
        let path = format!("{}/fixtures/reports/sample.{extension}", env!("CARGO_MANIFEST_DIR"));
        expect_file![path].assert_eq(&rendered(&sample::report(), format, PLAIN));
    }
}

#[test]
fn the_shipped_schema_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&report_schema()).unwrap() + "\n";
    let path = format!("{}/schemas/report.schema.json", env!("CARGO_MANIFEST_DIR"));
    expect_file![path].assert_eq(&schema);
    let schema = serde_json::to_string_pretty(&extraction_schema()).unwrap() + "\n";
    let path = format!("{}/schemas/extract.schema.json", env!("CARGO_MANIFEST_DIR"));
    expect_file![path].assert_eq(&schema);
}

#[test]
fn json_is_valid_against_the_schema() {
    let validator = jsonschema::validator_for(&report_schema()).unwrap();
    let written = rendered(&sample::report(), ReportFormat::Json, PLAIN);
    let value = serde_json::from_str(&written).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_refuses_a_report_that_lacks_a_key() {
    let validator = jsonschema::validator_for(&report_schema()).unwrap();
    let written = rendered(&sample::report(), ReportFormat::Json, PLAIN);
    let mut value: serde_json::Value = serde_json::from_str(&written).unwrap();
    value["documents"][0]["citations"][0]["quotations"][0]
        .as_object_mut()
        .unwrap()
        .remove("verdict");
    assert!(!validator.is_valid(&value));
}

#[test]
fn colour_only_adds_escapes() {
    let style = TerminalStyle { colour: Colour::Ansi, ..PLAIN };
    let coloured = rendered(&sample::report(), ReportFormat::Terminal, style);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        rest = &rest[start + rest[start..].find('m').unwrap() + 1..];
    }
    plain.push_str(rest);
    assert_eq!(plain, rendered(&sample::report(), ReportFormat::Terminal, PLAIN));
}

#[test]
fn hyperlinks_only_add_escapes_and_open_what_they_show() {
    let style = TerminalStyle { hyperlinks: Hyperlinks::Osc8, ..PLAIN };
    let linked = rendered(&sample::report(), ReportFormat::Terminal, style);
    let (mut plain, mut opened) = (String::new(), Vec::new());
    for (index, part) in linked.split("\u{1b}]8;;").enumerate() {
        let Some((address, text)) = part.split_once("\u{1b}\\") else {
            assert_eq!(index, 0, "{part}");
            plain.push_str(part);
            continue;
        };
        plain.push_str(text);
        opened.extend(url::Url::parse(address));
    }
    assert_eq!(plain, rendered(&sample::report(), ReportFormat::Terminal, PLAIN));
    let sources = sample::report().sources;
    for source in sources.iter().filter(|source| linked.contains(source.target.url().as_str())) {
        assert!(opened.iter().any(|url| url == source.target.url()), "{}", source.target.url());
    }
    assert!(opened.iter().any(|url| url.fragment().is_some_and(|to| to.starts_with(":~:text="))));
}

#[test]
fn no_line_is_wider_than_the_terminal_but_for_an_address() {
    for width in [20, 40, 80, 140] {
        let style = TerminalStyle { width, ..PLAIN };
        for line in rendered(&sample::report(), ReportFormat::Terminal, style).lines() {
            let columns = line.chars().count();
            let unbreakable = line.contains("https://") || line.contains("live · ") || width < 80;
            assert!(
                unbreakable || columns <= usize::from(width) + 1,
                "{columns} > {width}: {line}"
            );
        }
    }
}

#[test]
fn a_report_of_many_citations_is_written_in_linear_time() {
    let took = |citations: u32| {
        let report = sample::large(citations);
        let start = std::time::Instant::now();
        for format in ReportFormat::ALL {
            assert!(!rendered(&report, format, PLAIN).is_empty());
        }
        start.elapsed()
    };
    let (few, many) = (took(250), took(2000));
    assert!(many < few * 8 * 4, "{few:?} for 250, {many:?} for 2,000");
}
