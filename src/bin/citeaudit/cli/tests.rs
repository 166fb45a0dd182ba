//! Holds the command line to itself, and to the documentation: every command that is shown to people is parsed.

use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::Cli;

/// A command as it is shown, and where.
struct Shown {
    place: String,
    words: Vec<String>,
}

/// The commands of the program, by which a mention of it is told from a command.
fn subcommands() -> Vec<String> {
    use clap::CommandFactory as _;
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found =
        ["README.md", "action.yml", ".pre-commit-hooks.yaml"].map(|name| root.join(name)).to_vec();
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Finds the commands in a text: those in code of any kind, each with its continuations.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            whole.push_str(lines.next().map_or("", |(_, line)| line));
        }
        for (at, _) in whole.match_indices("citeaudit ") {
            let before = whole[..at].chars().next_back();
            let starts = before.is_none_or(|c| matches!(c, ' ' | '/' | '`' | '('));
            let rest = &whole[at..];
            // In running text a command ends with its code.
            let end = if before == Some('`') { rest.find('`') } else { None };
            if starts {
                found.push((number + 1, rest[..end.unwrap_or(rest.len())].to_owned()));
            }
        }
    }
    found
}

/// Splits a command as a shell does, up to a comment, a pipe, a redirection or the next command.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '>' | '<' | '|' | ';' | '&') if word.is_none() => break,
            (Some(_) | None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What the variables of a script may hold.
fn filled_in(word: String) -> String {
    match word.as_str() {
        "$FAIL_ON" => "error".to_owned(),
        "$REPORT" => "report.sarif".to_owned(),
        _ => word,
    }
}

fn is_placeholder(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'|')
}

fn shown() -> Vec<Shown> {
    let known = subcommands();
    let mut all = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, command) in commands(&text) {
            let mut words: Vec<String> = words(&command).into_iter().map(filled_in).collect();
            if !words.get(1).is_some_and(|word| known.contains(word)) {
                continue;
            }
            if [".pre-commit-hooks.yaml", "docs/pre-commit.md"]
                .iter()
                .any(|name| path.ends_with(name))
            {
                // The framework adds the documents.
                words.push("report.md".to_owned());
            }
            all.push(Shown { place: format!("{}:{line}", path.display()), words });
        }
    }
    all
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory as _;
    Cli::command().debug_assert();
}

#[test]
fn every_command_that_is_documented_is_understood() {
    let shown = shown();
    for Shown { place, words } in &shown {
        // A mention of a command alone, or with a name in the place of what is to be given, is no command.
        if words.len() == 2 || words.iter().any(|word| is_placeholder(word)) {
            continue;
        }
        match Cli::try_parse_from(words) {
            Err(error) if error.use_stderr() => panic!("{place}: {}\n{error}", words.join(" ")),
            Ok(_) | Err(_) => {}
        }
    }
    for file in [
        "README.md",
        "action.yml",
        ".pre-commit-hooks.yaml",
        "scheduling.md",
        "citeaudit-serve.service",
    ] {
        assert!(shown.iter().any(|shown| shown.place.contains(file)), "no command in {file}");
    }
    assert!(shown.len() > 20, "{} commands", shown.len());
}

#[test]
fn commands_are_found_in_code_and_split_as_a_shell_does() {
    let text = "use `citeaudit check a.md` or\n    citeaudit quote --page \"my page\" 'the words' # so\n\
                docker run citeaudit serve \\\n  --listen 0.0.0.0:1 > log\nx-citeaudit check";
    let found: Vec<String> = commands(text)
        .into_iter()
        .map(|(line, text)| format!("{line} {:?}", words(&text)))
        .collect();
    assert_eq!(
        found,
        [
            "1 [\"citeaudit\", \"check\", \"a.md\"]",
            "2 [\"citeaudit\", \"quote\", \"--page\", \"my page\", \"the words\"]",
            "3 [\"citeaudit\", \"serve\", \"--listen\", \"0.0.0.0:1\"]",
        ]
    );
}
