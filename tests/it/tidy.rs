//! Holds the project's documents and its import rule to the tree.
//! Parts of documents that repeat what the code says stand between comments such as `<!-- rules -->` and
//! `<!-- /rules -->`; `UPDATE_EXPECT=1 cargo test` writes them anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use citeaudit::report::Rule;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every file under a folder whose name ends in one of these, by path, with its text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    folders.push(path);
                }
                continue;
            }
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    files("src", &[".rs"])
}

/// Returns the source files without their tests, which may use whatever they need.
fn shipped() -> Vec<(String, String)> {
    let tests = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/");
    let all = sources().into_iter().filter(|(path, _)| !tests(path));
    all.map(|(path, text)| {
        let end = text.find("#[cfg(test)]").unwrap_or(text.len());
        (path, text[..end].to_owned())
    })
    .collect()
}

/// Compares a marked part of a document with what it must be, or writes it.
fn hold(document: &str, mark: &str, expected: &str) {
    let path = root().join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let start = text.find(&open).unwrap() + open.len();
    let end = start + text[start..].find(&close).unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let text = format!("{}{expected}{}", &text[..start], &text[end..]);
        std::fs::write(&path, text).unwrap();
    } else {
        assert!(
            text[start..end] == *expected,
            "{document}: the part `{mark}` is out of date; run the tests once with UPDATE_EXPECT=1\n{expected}"
        );
    }
}

#[test]
fn architecture_names_every_source_file() {
    let mut tree = String::from("```text\n");
    for (path, text) in shipped() {
        let doc = text.lines().map_while(|line| line.strip_prefix("//!"));
        let doc = doc.take_while(|line| !line.is_empty()).collect::<String>();
        let sentence = doc.split_once(". ").map_or(doc.as_str(), |(sentence, _)| sentence).trim();
        let name = path.trim_start_matches("src/");
        writeln!(tree, "{name:40} {}", sentence.trim_end_matches('.')).unwrap();
    }
    tree.push_str("```\n");
    hold("ARCHITECTURE.md", "tree", &tree);
}

#[test]
fn every_source_file_starts_with_what_it_is_for() {
    for (path, text) in shipped().into_iter().chain(files("tests", &[".rs"])) {
        assert!(text.starts_with("//! "), "{path} does not start with `//! `");
    }
}

/// The nouns, each importing only those before it.
const NOUNS: [&str; 11] = [
    "document",
    "citation",
    "target",
    "fetched",
    "source",
    "evidence",
    "report",
    "observation",
    "baseline",
    "change",
    "timeline",
];

const STAGES: [&str; 12] = [
    "read", "extract", "resolve", "fetch", "assess", "locate", "judge", "render", "fix", "history",
    "archive", "notify",
];

/// Returns the modules of the crate that a file names, whatever way it does.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut rest = line;
        while let Some(at) = rest.find("crate::") {
            rest = &rest[at + "crate::".len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            if end > 0 {
                found.push(rest[..end].to_owned());
            } else if let Some(list) = rest.strip_prefix('{') {
                let names = list.split(['}', ',']).map(str::trim);
                found.extend(names.map(|name| name.split("::").next().unwrap().to_owned()));
            }
        }
    }
    found
}

#[test]
fn nouns_import_only_the_nouns_before_them() {
    for (i, noun) in NOUNS.iter().enumerate() {
        let text = std::fs::read_to_string(root().join(format!("src/{noun}.rs"))).unwrap();
        for import in imports(&text) {
            let before = NOUNS[..i].contains(&import.as_str()) || import == "text";
            assert!(before, "src/{noun}.rs imports `{import}`");
        }
    }
}

#[test]
fn no_stage_imports_another_but_where_it_is_said() {
    for (path, text) in shipped() {
        let Some(stage) = STAGES.iter().find(|stage| path.starts_with(&format!("src/{stage}/")))
        else {
            continue;
        };
        for import in imports(&text) {
            let other = STAGES.contains(&import.as_str()) && import != *stage;
            let allowed = matches!(
                (*stage, import.as_str()),
                ("assess", "read") | ("archive" | "notify", "fetch") | ("notify", "render")
            );
            assert!(!other || allowed, "{path} imports `{import}`");
            assert_ne!(import, "pipeline", "{path}");
        }
    }
}

#[test]
fn text_knows_no_noun_and_no_stage() {
    for (path, text) in shipped().iter().filter(|(path, _)| path.starts_with("src/text/")) {
        for import in imports(text) {
            assert_eq!(import, "text", "{path}");
        }
    }
}

#[test]
fn async_is_only_where_there_is_input_and_output() {
    let allowed = ["src/fetch/", "src/archive/", "src/notify/", "src/pipeline", "src/bin/"];
    for (path, text) in shipped() {
        if allowed.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
            assert!(
                !line.contains("async fn")
                    && !line.contains("async move")
                    && !line.contains(".await"),
                "{path}: {line}"
            );
        }
    }
}

#[test]
fn nothing_speaks_of_the_machine_it_was_written_on() {
    let endings =
        [".rs", ".md", ".toml", ".html", ".css", ".js", ".json", ".txt", ".tsv", ".xml", "run"];
    let folders = ["src", "tests", "fixtures", "templates", "schemas", "docs", ".ci"];
    let mut all: Vec<(String, String)> = folders
        .iter()
        .filter(|folder| root().join(folder).is_dir())
        .flat_map(|folder| files(folder, &endings))
        .collect();
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml"] {
        all.push((name.to_owned(), std::fs::read_to_string(root().join(name)).unwrap()));
    }
    let forbidden = ["work", "home", "root"].map(|folder| format!("/{folder}/"));
    for (path, text) in all {
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{path} holds `{word}`");
        }
    }
}

#[test]
fn the_readme_lists_the_rules() {
    let mut table = String::from("| rule | level | says that |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let info = rule.info();
        let (id, level) = (info.id, info.default_level.name());
        writeln!(table, "| [`{id}`](docs/rules/{id}.md) | {level} | {} |", info.title).unwrap();
    }
    hold("README.md", "rules", &table);
}

#[test]
fn every_rule_has_a_page() {
    for rule in Rule::ALL {
        let info = rule.info();
        let page = format!(
            "# `{}`\n\n{}: {}.\n\n{}\n\n## Example\n\n{}\n",
            info.id,
            capital(info.default_level.name()),
            info.title,
            info.help,
            rule.example()
        );
        let path = root().join(format!("docs/rules/{}.md", info.id));
        expect_test::expect_file![path].assert_eq(&page);
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Shows the beginning of what the first command of the README prints, and its end.
#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let command = readme.lines().find(|line| line.starts_with("cargo run")).unwrap();
    let (_, flags) = command.split_once(" -- ").unwrap();
    let mut program = assert_cmd::Command::cargo_bin("citeaudit").unwrap();
    program
        .current_dir(root())
        .args(flags.split(' '))
        .env("COLUMNS", "100")
        .env_remove("CLICOLOR_FORCE");
    let output = program.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let end = printed.find("\nwarn ").unwrap();
    let table = printed.find("\nnote  source").unwrap();
    let rows: Vec<&str> = printed[table..].lines().take(5).collect();
    let counts: Vec<&str> = printed.trim_end().lines().rev().take(2).collect();
    let sample = format!(
        "```text\n{}\n…\n{}\n…\n{}\n{}\n```\n",
        printed[..end].trim_end(),
        rows.join("\n").trim_start(),
        counts[1],
        counts[0]
    );
    hold("README.md", "sample", &sample);
}
