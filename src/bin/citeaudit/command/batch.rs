//! `quote --batch`: one JSON object a line from standard input, a line back for each, in the same order.
//! Lines that are there already are answered together, so that a page is read once for all its quotations and the pages
//! are shared out among processors; a line that comes alone is answered at once.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use anyhow::Context as _;
use citeaudit::render::{Verbosity, render_quotation};
use citeaudit::report::CheckedQuotation;
use serde_json::{Value, json};

use super::Outcome;
use super::quote::{Pages, outcome};
use crate::cli::PartFormat;
use crate::output::{terminal, to_stdout};
use crate::settings::Settings;

/// How many lines are answered together at most.
const MOST_LINES: usize = 4_096;

/// Answers every line of standard input by a line. A line that cannot be answered is answered by an error.
///
/// # Errors
///
/// When standard input cannot be read or the answers cannot be written.
pub(super) fn run(
    format: PartFormat,
    pages: &Pages,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let lines = read_lines();
    let mut worst = Outcome::Clean;
    let mut number = 0;
    while let Ok(first) = lines.recv() {
        let mut batch = vec![first];
        batch.extend(lines.try_iter().take(MOST_LINES - 1));
        let batch = batch.into_iter().collect::<io::Result<Vec<_>>>();
        let batch = batch.context("cannot read standard input")?;
        let batch: Vec<Line> = batch
            .into_iter()
            .map(|bytes| {
                number += 1;
                Line { number, bytes }
            })
            .filter(|line| !line.bytes.iter().all(u8::is_ascii_whitespace))
            .collect();
        for (line, answer) in batch.iter().zip(answers(&batch, pages)) {
            worst = worst.max(write_answer(line, &answer, format, settings)?);
        }
    }
    Ok(worst)
}

/// One line of standard input.
struct Line {
    number: usize,
    bytes: Vec<u8>,
}

/// Reads lines on a thread of their own: what has come is known without waiting for more.
fn read_lines() -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(MOST_LINES);
    std::thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// One quotation to be checked.
pub(super) struct Task {
    id: Value,
    pub(super) quote: String,
}

/// An answer, or why there is none.
type Answer = Result<(Value, CheckedQuotation), String>;

/// A page and its media type, and the tasks of some lines that name it.
type Groups = BTreeMap<(String, Option<String>), Vec<(usize, Task)>>;

fn answers(lines: &[Line], pages: &Pages) -> Vec<Answer> {
    let mut groups = Groups::new();
    let answers: Mutex<Vec<Answer>> =
        Mutex::new(lines.iter().map(|_| Err("the quotation was lost".to_owned())).collect());
    let put = |index: usize, answer: Answer| {
        if let Ok(mut answers) = answers.lock() {
            answers[index] = answer;
        }
    };
    for (index, line) in lines.iter().enumerate() {
        match task(&line.bytes) {
            Ok((page, task)) => groups.entry(page).or_default().push((index, task)),
            Err(error) => put(index, Err(format!("{error:#}"))),
        }
    }
    let groups: Vec<_> = groups.into_iter().collect();
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(groups.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(((page, content_type), tasks)) =
                    groups.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    answer_group(page, content_type.as_deref(), tasks, pages, &put);
                }
            });
        }
    });
    answers.into_inner().unwrap_or_default()
}

fn answer_group(
    page: &str,
    content_type: Option<&str>,
    tasks: &[(usize, Task)],
    pages: &Pages,
    put: &dyn Fn(usize, Answer),
) {
    let page = match pages.page(page, content_type) {
        Ok(page) => page,
        Err(error) => {
            for (index, _) in tasks {
                put(*index, Err(format!("{error:#}")));
            }
            return;
        }
    };
    let texts: Vec<&str> = tasks.iter().map(|(_, task)| task.quote.as_str()).collect();
    for ((index, task), checked) in tasks.iter().zip(pages.quote(&texts, &page)) {
        put(*index, Ok((task.id.clone(), checked)));
    }
}

/// Reads one line: the page with its media type, and the quotation.
pub(super) fn task(line: &[u8]) -> anyhow::Result<((String, Option<String>), Task)> {
    let value = parse(line).context("the line is not JSON")?;
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Null) | None => Ok(None),
        Some(other) => Err(anyhow::anyhow!("`{key}`: expected a text, but got {}", kind(other))),
    };
    let needed = |key: &str| text(key)?.with_context(|| format!("the line has no `{key}`"));
    let id = value.get("id").cloned().context("the line has no `id`")?;
    Ok(((needed("page")?, text("content_type")?), Task { id, quote: needed("quote")? }))
}

/// Parses a line; half a surrogate pair, which is no character, becomes the replacement character.
fn parse(line: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(line)
        .or_else(|error| serde_json::from_str(&without_lone_surrogates(line)).map_err(|_| error))
}

fn without_lone_surrogates(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => {
                out.push_str(&text[at..at + 12]);
                at += 12;
            }
            Some(0xD800..=0xDFFF) => {
                out.push_str("\\ufffd");
                at += 6;
            }
            // An escaped backslash is not the start of another escape.
            _ if text[at..].starts_with("\\\\") => {
                out.push_str("\\\\");
                at += 2;
            }
            _ => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn write_answer(
    line: &Line,
    answer: &Answer,
    format: PartFormat,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    match answer {
        Ok((id, checked)) => {
            let style = terminal(Verbosity::Verbose);
            to_stdout(|out| {
                if format == PartFormat::Terminal {
                    write!(out, "{}  ", name(id))?;
                }
                render_quotation(id, checked, format.into(), style, out)
            })?;
            Ok(outcome(checked.verdict, settings))
        }
        Err(error) => {
            to_stdout(|out| write_error(line, error, format, out))?;
            Ok(Outcome::CouldNotRun)
        }
    }
}

fn write_error(
    line: &Line,
    error: &str,
    format: PartFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let value = parse(&line.bytes).ok();
    let id = value.and_then(|value| value.get("id").cloned()).unwrap_or(Value::Null);
    let number = line.number;
    match format {
        PartFormat::Json => {
            writeln!(out, "{}", json!({ "id": id, "error": error, "line": number }))
        }
        PartFormat::Terminal => writeln!(out, "{}  error: line {number}: {error}", name(&id)),
    }
}

fn name(id: &Value) -> String {
    let name = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_a_whole_one_kept() {
        let line = br#"{"id":1,"quote":"a\ud800b \ud83d\ude42 \\ud800"}"#;
        let value = parse(line).unwrap();
        assert_eq!(value["quote"], "a\u{fffd}b \u{1f642} \\ud800");
    }

    #[test]
    fn what_is_no_json_stays_an_error() {
        assert!(parse(b"{\"id\":").is_err());
    }
}
