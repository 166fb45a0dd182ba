//! What a translated quotation costs: the first use of the sentence encoder, sentences a second, a page that is longer
//! than any, and memory.
//!
//! `cargo bench --bench translated`; one core: `taskset --cpu-list 0 cargo bench --bench translated`.

#![expect(clippy::print_stdout, reason = "what was measured is what it prints")]

use std::fmt::Write as _;
use std::time::Instant;

use citeaudit::document::{Block, BlockKind, Document, DocumentFormat, Layer};
use citeaudit::evidence::Search;
use citeaudit::locate::{Quotations, locate};
use citeaudit::text::Language;

/// What the page says, in Russian, with a number that makes each sentence another one.
const SENTENCES: [&str; 4] = [
    "Порт был закрыт {} часов после того, как шторм повредил два его крана.",
    "Полиция задержала {} человек по подозрению в контрабанде оружия.",
    "Экспорт пшеницы достиг {} миллионов тонн и стал рекордным для страны.",
    "Музей вернул {} бронзовых статуй, похищенных сто лет назад.",
];

const QUOTATION: &str =
    "Unemployment rose to 8.1 percent in April, more than economists had expected.";
const PASSAGE: &str =
    "Безработица в апреле выросла до 8,1 процента, больше, чем ожидали экономисты.";

/// Makes a page of so many sentences, ten to a paragraph, with the passage in its middle.
fn page(sentences: usize) -> Document {
    let mut document = Document::empty(DocumentFormat::Text);
    let mut start = 0;
    for number in 0..sentences {
        let sentence =
            SENTENCES[number % SENTENCES.len()].replace("{}", &(number + 20).to_string());
        let said = if number == sentences / 2 { PASSAGE } else { &sentence };
        write!(document.text, "{said} ").expect("memory can be written");
        if number % 10 == 9 || number + 1 == sentences {
            document.blocks.push(Block {
                range: start..document.text.len(),
                kind: BlockKind::Paragraph,
                layer: Layer::Visible,
                note: None,
            });
            document.text.push_str("\n\n");
            start = document.text.len();
        }
    }
    document
}

fn main() {
    println!("before the first use: {}", memory());
    let quotations = Quotations::new([(QUOTATION, None)]);
    for (name, sentences) in [
        ("first use, on a page of 10 sentences", 10),
        ("again", 10),
        ("a page of 300 sentences", 300),
        ("a page of 2,000 sentences", 2_000),
        ("a page of 20,000 sentences", 20_000),
    ] {
        let page = page(sentences);
        let begun = Instant::now();
        let located = locate(&quotations, &page, Language::from_tag("ru"), &[0]);
        let took = begun.elapsed();
        let found = match &located.cited[0].1 {
            Search::OtherLanguage(found) => Some(found),
            Search::Found(_) | Search::NotFound(_) => None,
        };
        let passage =
            found.and_then(|found| found.passage.as_ref()).map(|passage| passage.text.as_str());
        assert_eq!(passage, Some(PASSAGE), "{name}");
        let cut =
            found.and_then(|found| found.reason.as_deref()).unwrap_or("all of it was compared");
        let rate = f64::from(u32::try_from(sentences).unwrap_or(u32::MAX)) / took.as_secs_f64();
        println!(
            "{name}: {:.3} s, {rate:.0} sentences a second ({cut}); {}",
            took.as_secs_f64(),
            memory()
        );
    }
}

/// Says how much memory the process has had at most, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or_else(
        || "memory unknown".to_owned(),
        |kilobytes| format!("{} MB at most", kilobytes * 1024 / 1_000_000),
    )
}
