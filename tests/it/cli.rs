//! The program from outside: what it prints, where, and how it exits.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::web::fixture;

fn citeaudit() -> Command {
    let mut command = Command::cargo_bin("citeaudit").unwrap();
    command.env_remove("CI").env_remove("NO_COLOR").env_remove("CITEAUDIT_CONFIG");
    command
}

/// What a run left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `check` on documents with the recording of the fixture.
fn check(documents: &[&Path], flags: &[&str]) -> Ran {
    let mut command = citeaudit();
    command.arg("check").args(documents).arg("--replay").arg(fixture("web/fairway.warc.gz"));
    run(command.args(flags))
}

/// Writes a file that lives as long as the folder.
fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn errors_make_it_exit_with_1_and_nothing_is_said_on_standard_error() {
    let ran = check(&[&fixture("documents/fairway.txt")], &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    assert!(ran.stdout.contains("quotation-altered"));
    assert!(!ran.stdout.contains('\u{1b}'));
}

#[test]
fn fail_on_sets_the_level() {
    let document = fixture("documents/fairway.txt");
    assert_eq!(check(&[&document], &["--fail-on", "never"]).code, 0);
    let folder = folder();
    let one_warning = file(&folder, "a.txt", b"He said: \"Never closed.\n");
    assert_eq!(check(&[&one_warning], &[]).code, 0);
    assert_eq!(check(&[&one_warning], &["--fail-on", "warning"]).code, 1);
}

#[test]
fn a_missing_file_is_named_and_the_others_are_checked() {
    let ran = check(&[Path::new("no-such.txt"), &fixture("documents/fairway.txt")], &[]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: cannot read `no-such.txt`: there is no such file\nhint: check the path\n"
    );
    assert!(ran.stdout.contains("quotation-altered"));
}

#[test]
fn documents_that_cannot_be_read_are_one_line_each_with_a_hint() {
    let folder = folder();
    let rows = [
        (file(&folder, "empty.txt", b""), "the document is empty"),
        (file(&folder, "picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0"), "cannot be read"),
        (
            file(&folder, "program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0"),
            "cannot be read",
        ),
        (folder.path().to_owned(), "it is a directory"),
    ];
    for (path, why) in rows {
        let ran = check(&[&path], &[]);
        assert_eq!(ran.code, 2, "{path:?}");
        assert_eq!(ran.stdout, "", "{path:?}");
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let [problem, hint] = lines[..] else { panic!("{}", ran.stderr) };
        assert!(problem.starts_with(&format!("error: cannot read `{}`: ", path.display())));
        assert!(problem.contains(why), "{problem}");
        assert!(hint.starts_with("hint: "), "{hint}");
    }
}

#[test]
fn invalid_utf_8_is_read_in_another_encoding() {
    let folder = folder();
    let path = file(&folder, "a.txt", b"He said: \x93It is caf\xe9.\x94[1]\n\n[1] Example.org/a\n");
    let ran = check(&[&path], &["--format", "json", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["documents"][0]["citations"][0]["quotations"][0]["text"], "It is café.");
}

#[test]
fn a_document_without_citations_is_not_called_ready() {
    let folder = folder();
    let path = file(&folder, "a.txt", b"Nothing is quoted here.\n");
    let ran = check(&[&path], &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("nothing to check: no citation found"), "{}", ran.stdout);
}

#[test]
fn a_source_that_nobody_was_asked_about_has_no_day() {
    let folder = folder();
    let unrecorded = file(&folder, "a.txt", b"So it is.[1]\n\n[1] https://nobody.example/a\n");
    let ran = check(&[&unrecorded], &[]);
    assert!(ran.stdout.contains("https://nobody.example/a was not checked: "), "{}", ran.stdout);
    assert!(!ran.stdout.contains("1970"), "{}", ran.stdout);
}

#[test]
fn notes_defined_twice_or_never_are_findings() {
    let folder = folder();
    let text = b"One.[1] Two.[3]\n\n[1] Example.org/a\n\n[2] Example.org/b\n\n[2] Example.org/c\n";
    let path = file(&folder, "a.txt", text);
    let ran = check(&[&path], &["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let rules = &report["summary"]["rules"];
    assert!(rules["note-dangling"].as_u64() > Some(0), "{rules:#}");
    assert_eq!(rules["note-missing"], 1, "{rules:#}");
}

#[test]
fn a_number_given_to_two_notes_in_a_row_is_a_finding_and_keeps_both() {
    let folder = folder();
    for (name, notes) in [
        ("a.txt", "[1] Example.org/a\n[1] Example.org/b\n"),
        ("b.txt", "[1] Example.org/a\n[2] Example.org/c\n[1] Example.org/b\n"),
    ] {
        let path = file(&folder, name, format!("One.[1] Two.[2]\n\n{notes}").as_bytes());
        let ran = check(&[&path], &["--format", "json"]);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["documents"][0]["findings"].as_array().unwrap();
        let about: Vec<_> =
            findings.iter().filter(|finding| finding["rule"] == "note-dangling").collect();
        assert_eq!(about.len(), 1, "{findings:#?}");
        assert_eq!(about[0]["message"], "a second note is called 1");
        assert!(ran.stdout.contains("https://example.org/a"), "{}", ran.stdout);
        assert!(ran.stdout.contains("https://example.org/b"), "{}", ran.stdout);
    }
}

#[test]
fn a_text_in_another_encoding_is_read_and_said_to_be_guessed() {
    let folder = folder();
    let (text, ..) = encoding_rs::WINDOWS_1251
        .encode("Президент ответил: «Мы никого об этом не просим».[1]\n\n[1] Example.org/a\n");
    let path = file(&folder, "a.txt", &text);
    let ran = check(&[&path], &[]);
    assert!(ran.stdout.contains("document-unclear"), "{}", ran.stdout);
    let said = "the text is not UTF-8 and was read as windows-1251";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(ran.stdout.contains("никого об этом не просим"), "{}", ran.stdout);
    assert!(!ran.stdout.contains(" ready"), "{}", ran.stdout);
}

#[test]
fn a_broken_recording_is_named() {
    let folder = folder();
    let path = file(&folder, "web.warc.gz", b"this is no recording");
    let mut command = citeaudit();
    let ran =
        run(command.arg("check").arg(fixture("documents/fairway.txt")).arg("--replay").arg(&path));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.starts_with("error: cannot "), "{}", ran.stderr);
    assert!(ran.stderr.contains(&path.display().to_string()), "{}", ran.stderr);
    assert!(ran.stderr.contains("\nhint: "), "{}", ran.stderr);
}

#[test]
fn an_unknown_flag_or_format_exits_with_2() {
    for flags in [["--frobnicate"].as_slice(), &["--format", "pdf"], &["--fail-on", "note"]] {
        let ran = check(&[&fixture("documents/fairway.txt")], flags);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn an_unknown_setting_is_named_with_the_nearest_known_one() {
    let folder = folder();
    let config = file(&folder, "c.toml", b"max-retry = 2\n");
    let ran = check(&[&fixture("documents/fairway.txt")], &["--config", config.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.starts_with("error: unknown setting `max-retry` in `"), "{}", ran.stderr);
    assert!(
        ran.stderr.ends_with("hint: the nearest known one is `max-retries`\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_environment_is_a_layer_of_settings() {
    let mut command = citeaudit();
    command.env("CITEAUDIT_FAIL_ON", "never").arg("check").arg(fixture("documents/fairway.txt"));
    assert_eq!(run(command.arg("--replay").arg(fixture("web/fairway.warc.gz"))).code, 0);
}

#[test]
fn files_get_the_format_of_their_extension() {
    let folder = folder();
    let paths = ["a.json", "a.html", "a.md", "a.sarif", "a.xml", "a.csv"]
        .map(|name| folder.path().join(name));
    let mut flags = vec!["--fail-on", "never"];
    for path in &paths {
        flags.extend(["-o", path.to_str().unwrap()]);
    }
    let ran = check(&[&fixture("documents/fairway.txt")], &flags);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let starts = [
        "{\n  \"schema\": \"citeaudit.report/1\"",
        "<!doctype html>",
        "## ",
        "{\n  \"$schema\"",
        "<?xml",
        "document,",
    ];
    for (path, start) in paths.iter().zip(starts) {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with(start), "{path:?}: {text:.60}");
    }
    let ran = check(&[&fixture("documents/fairway.txt")], &["-o", "report.pdf"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.starts_with(
            "error: cannot tell the format of `report.pdf`\nhint: end its name in .txt"
        )
    );
}

#[test]
fn a_document_can_come_from_standard_input() {
    let mut command = citeaudit();
    command.args(["extract", "-", "--format", "json"]);
    let ran = run(
        command.write_stdin("He said: \"It is done.\"[1]\n\n[1] Example.org/a, May 1, 2024.\n")
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let extraction: Value = serde_json::from_str(&ran.stdout).unwrap();
    let citation = &extraction["documents"][0]["citations"][0];
    assert_eq!(extraction["documents"][0]["path"], "-");
    let validator = jsonschema::validator_for(&citeaudit::render::extraction_schema()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&extraction).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let note = &extraction["documents"][0]["notes"][0];
    assert_eq!(
        *note,
        serde_json::json!({
            "label": "1",
            "kind": "note",
            "text": "Example.org/a, May 1, 2024.",
            "position": { "line": 3, "column": 5 },
            "called_at": [{ "line": 1, "column": 23 }],
        })
    );
    assert_eq!(citation["references"][0]["url"], "https://example.org/a");
    assert_eq!(citation["references"][0]["canonical"], "https://example.org/a");
    assert_eq!(citation["references"][0]["date"], "2024-05-01");
    assert_eq!(citation["quotations"][0]["text"], "It is done.");
    assert!(citation["quotations"][0].get("verdict").is_none());
}

#[test]
fn references_are_resolved_one_a_line() {
    let mut command = citeaudit();
    command.args(["resolve", "--format", "json"]);
    let ran = run(command.write_stdin("Tass.com/politics/1805115\n\nA book without an address\n"));
    assert_eq!(ran.code, 0);
    let lines: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["url"], "https://tass.com/politics/1805115");
    assert_eq!(lines[0]["form"], "shorthand");
    assert_eq!(lines[1]["url"], Value::Null);
    assert!(lines[1]["why_not"].is_string());
}

#[test]
fn one_quotation_is_checked_against_a_file() {
    let folder = folder();
    let page = file(&folder, "page.html", b"<!doctype html><html lang=en><title>A page</title><p>The talks lasted for three hours and ended in the evening.</p>");
    let quote = |text: &str| {
        let mut command = citeaudit();
        run(command.args(["quote", "--format", "json", "--page"]).arg(&page).arg(text))
    };
    let ran = quote("The talks lasted for three hours and ended in the evening.");
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &object["verdict"]), (0, &Value::from("verbatim")));
    assert_eq!(object["pairing"], "given");
    let ran = quote("The talks lasted for four hours and ended in the evening.");
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &object["verdict"]), (1, &Value::from("altered")));
    assert_eq!(object["match"]["differences"][0]["document"], "four");
    assert_eq!(object["match"]["differences"][0]["source"], "three");
}

#[test]
fn a_batch_answers_every_line_under_its_id() {
    let folder = folder();
    let page = file(&folder, "page.html", b"<!doctype html><html lang=en><title>A page</title><p>The talks lasted for three hours and ended in the evening.</p>");
    let page = page.to_str().unwrap();
    let lines = [
        serde_json::json!({"id": "a", "page": page, "quote": "The talks lasted for three hours", "content_type": "text/html"}).to_string(),
        "not JSON".to_owned(),
        serde_json::json!({"id": 7, "page": page}).to_string(),
        serde_json::json!({"id": "c", "page": "no-such.html", "quote": "x"}).to_string(),
        serde_json::json!({"id": "d", "page": page, "quote": 5}).to_string(),
        serde_json::json!({"id": 8, "page": page, "quote": "ended in the evening"}).to_string(),
    ];
    let mut command = citeaudit();
    command.args(["quote", "--batch", "--format", "json"]);
    let ran = run(command.write_stdin(lines.join("\n")));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let answers: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    let expected = [Value::from("a"), Value::Null, 7.into(), "c".into(), "d".into(), 8.into()];
    assert_eq!(ids, expected.iter().collect::<Vec<_>>());
    assert_eq!(answers[0]["verdict"], "verbatim");
    assert_eq!(answers[5]["verdict"], "verbatim");
    let errors: Vec<&str> =
        answers[1..5].iter().map(|answer| answer["error"].as_str().unwrap()).collect();
    assert!(errors[0].starts_with("the line is not JSON"), "{errors:?}");
    assert_eq!(errors[1], "the line has no `quote`");
    assert_eq!(errors[2], "cannot read `no-such.html`: there is no such file");
    assert_eq!(errors[3], "`quote`: expected a text, but got a number");
}

#[test]
fn every_rule_can_be_explained() {
    for rule in citeaudit::report::Rule::ALL {
        let info = rule.info();
        let mut command = citeaudit();
        let ran = run(command.args(["explain", info.id]));
        assert_eq!(ran.code, 0);
        assert!(
            ran.stdout.contains(info.help) && ran.stdout.contains(rule.example()),
            "{}",
            ran.stdout
        );
    }
    let mut command = citeaudit();
    assert_eq!(run(command.args(["explain", "no-such-rule"])).code, 2);
}

#[test]
fn completions_and_the_manual_page_are_written() {
    let mut command = citeaudit();
    assert!(run(command.args(["completions", "bash"])).stdout.contains("citeaudit"));
    let mut command = citeaudit();
    assert!(run(command.arg("man")).stdout.contains(".TH citeaudit"));
}

#[test]
fn no_color_is_obeyed_and_verbosity_changes_no_finding() {
    let document = fixture("documents/fairway.txt");
    let findings = |ran: &Ran| -> Vec<String> {
        let levels = ["error  ", "warn   ", "look   "];
        let lines =
            ran.stdout.lines().filter(|line| levels.iter().any(|level| line.starts_with(level)));
        lines.map(str::to_owned).collect()
    };
    let normal = findings(&check(&[&document], &[]));
    assert!(normal.len() > 10);
    assert_eq!(findings(&check(&[&document], &["-q"])), normal);
    assert_eq!(findings(&check(&[&document], &["-v"])), normal);
}

#[test]
fn fix_writes_a_patch_and_leaves_the_document_alone() {
    let folder = folder();
    let original = std::fs::read(fixture("documents/fairway.txt")).unwrap();
    let path = file(&folder, "a.txt", &original);
    let fix = |flags: &[&str]| {
        let mut command = citeaudit();
        command.arg("fix").arg(&path).arg("--replay").arg(fixture("web/fairway.warc.gz"));
        run(command.args(flags))
    };
    let ran = fix(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(std::fs::read(&path).unwrap(), original);
    let moved = "[8] https://www.morskoy-vestnik.example.net/politika/kak-otkryt-farvater.html, March 7, 2025.";
    assert!(ran.stdout.contains(&format!("\n+{moved}\n")), "{}", ran.stdout);
    // The dead page, the walled one and the rest keep what they were; 17 pages answer.
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("changed: ")).count(), 17);
    assert!(!ran.stdout.contains("+[16]") && !ran.stdout.contains("+[17]"), "{}", ran.stdout);

    let copy = folder.path().join("b.txt");
    assert_eq!(fix(&["-o", copy.to_str().unwrap()]).code, 0);
    let mended = std::fs::read_to_string(&copy).unwrap();
    assert!(mended.contains(moved));
    assert_eq!(std::fs::read(&path).unwrap(), original);

    assert_eq!(fix(&["--in-place"]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), mended);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let again = fix(&[]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{}", again.stderr);
}

#[test]
fn a_store_remembers_every_source_once_however_often_a_recording_is_replayed() {
    let folder = folder();
    let path = folder.path().join("s.sqlite");
    let document = fixture("documents/fairway.txt");
    for _ in 0..2 {
        let ran = check(&[&document], &["--store", path.to_str().unwrap()]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    }
    let opened = citeaudit::history::Store::open(&path, jiff::Timestamp::UNIX_EPOCH).unwrap();
    let canonical = "ferryman.example.org/2025/02/harbour-dues";
    let ran = check(&[&document], &["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let references = report["documents"][0]["citations"].as_array().unwrap().iter();
    let references = references.flat_map(|citation| citation["references"].as_array().unwrap());
    let canonical = references
        .filter_map(|reference| reference["canonical"].as_str())
        .find(|known| known.contains(canonical))
        .unwrap();
    let timeline = opened.store.timeline(canonical).unwrap();
    assert_eq!(timeline.len(), 1);
    assert_eq!(timeline[0].liveness, citeaudit::source::Liveness::Gone);
    assert_eq!(timeline[0].documents, [document.to_str().unwrap()]);
}

#[test]
fn a_store_that_cannot_be_used_costs_no_report() {
    let folder = folder();
    let document = fixture("documents/fairway.txt");
    let expected = check(&[&document], &[]).stdout;
    let path = folder.path().join("no-such-folder").join("s.sqlite");
    let ran = check(&[&document], &["--store", path.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, expected.as_str()));
    assert!(ran.stderr.starts_with("error: cannot use the store `"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\nhint: "), "{}", ran.stderr);
}

#[test]
fn a_damaged_store_is_set_aside_and_its_name_told() {
    let folder = folder();
    let path = folder.path().join("s.sqlite");
    drop(citeaudit::history::Store::open(&path, jiff::Timestamp::UNIX_EPOCH).unwrap());
    let mut damaged = std::fs::read(&path).unwrap();
    damaged[..64].fill(b'x');
    std::fs::write(&path, &damaged).unwrap();
    let document = fixture("documents/fairway.txt");
    let ran = check(&[&document], &["--store", path.to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let (_, aside) = ran.stderr.split_once("it was kept as `").unwrap();
    let aside = aside.trim_end().trim_end_matches('`');
    assert_eq!(std::fs::read(aside).unwrap(), damaged);
}

#[test]
fn a_report_named_as_the_store_stays_where_it_is() {
    let folder = folder();
    let path = file(&folder, "report.txt", b"A report of my own.");
    let document = fixture("documents/fairway.txt");
    let ran = check(&[&document], &["--store", path.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("it is not a database\nhint: name another file"), "{}", ran.stderr);
    assert_eq!(std::fs::read(&path).unwrap(), b"A report of my own.");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
