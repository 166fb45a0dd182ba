//! How long it takes to look for quotations on a page whose text has been extracted.

use citeaudit::document::{Block, BlockKind, Document, DocumentFormat, Layer};
use citeaudit::locate::{Quotations, locate};
use citeaudit::read::{Hint, read};

fn main() {
    divan::main();
}

/// Words of a made-up language in the proportions of a real one: few are frequent, many are rare.
struct Writer(u64);

impl Writer {
    fn next(&mut self) -> u64 {
        // A linear congruential generator is random enough for text, and the same everywhere.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn word(&mut self) -> String {
        let spread = self.next() % 1_000;
        let rank = if spread < 500 { self.next() % 40 } else { self.next() % 9_000 };
        let syllables = ["ka", "ro", "ti", "men", "sul", "de", "va", "po", "ni", "gra"];
        let mut word = String::new();
        let mut rest = rank + 10;
        while rest > 0 {
            word.push_str(syllables[usize::try_from(rest % 10).expect("a digit")]);
            rest /= 10;
        }
        word
    }

    fn page(&mut self, bytes: usize) -> Document {
        let mut document = Document::empty(DocumentFormat::Text);
        while document.text.len() < bytes {
            let start = document.text.len();
            for sentence in 0..4 {
                for word in 0..12 + self.next() % 10 {
                    if word > 0 || sentence > 0 {
                        document.text.push(' ');
                    }
                    document.text.push_str(&self.word());
                }
                document.text.push('.');
            }
            document.blocks.push(Block {
                range: start..document.text.len(),
                kind: BlockKind::Paragraph,
                layer: Layer::Visible,
                note: None,
            });
            document.text.push_str("\n\n");
        }
        document
    }
}

/// Quotations of 30 words from all over a page: the first with a word changed, the second not on it at all.
fn quotations(page: &Document, count: usize) -> Vec<String> {
    let words: Vec<&str> = page.text.split_whitespace().collect();
    let mut quotations: Vec<String> = (0..count)
        .map(|number| {
            let first = (words.len() - 40) * number / count;
            words[first..first + 30].join(" ")
        })
        .collect();
    let mut changed: Vec<&str> = words[500..530].to_vec();
    changed[15] = "altogether";
    quotations[0] = changed.join(" ");
    if let Some(second) = quotations.get_mut(1) {
        "nobody has ever written these words in this order on any page of that language"
            .clone_into(second);
    }
    quotations
}

#[divan::bench(args = [1, 20, 100, 1_000], sample_count = 20)]
fn quotations_on_a_page_of_1_9_megabytes(bencher: divan::Bencher<'_, '_>, count: usize) {
    let page = Writer(7).page(1_900_000);
    let texts = quotations(&page, count);
    let prepared = Quotations::new(texts.iter().map(|text| (text.as_str(), None)));
    let cited: Vec<usize> = (0..count).collect();
    bencher.bench(|| locate(&prepared, &page, None, &cited));
}

#[divan::bench(sample_count = 20)]
fn a_quotation_of_100_kilobytes(bencher: divan::Bencher<'_, '_>) {
    let page = Writer(7).page(1_900_000);
    let mut text = page.text[300_000..400_000].to_owned();
    text.insert_str(50_000, " altogether ");
    let prepared = Quotations::new([(text.as_str(), None)]);
    bencher.bench(|| locate(&prepared, &page, None, &[0]));
}

#[divan::bench(sample_count = 20)]
fn a_page_of_one_repeated_word(bencher: divan::Bencher<'_, '_>) {
    let mut page = Document::empty(DocumentFormat::Text);
    page.text = "word ".repeat(380_000);
    page.blocks.push(Block {
        range: 0..page.text.len(),
        kind: BlockKind::Paragraph,
        layer: Layer::Visible,
        note: None,
    });
    let text = "word ".repeat(60) + "other";
    let prepared = Quotations::new([(text.as_str(), None)]);
    bencher.bench(|| locate(&prepared, &page, None, &[0]));
}

/// Pages of HTML, each with some of its own sentences as quotations.
fn batch(pages: usize) -> Vec<(String, Vec<String>)> {
    let mut writer = Writer(11);
    (0..pages)
        .map(|_| {
            let page = writer.page(40_000);
            let texts = quotations(&page, 7);
            let paragraphs: Vec<String> = page
                .blocks
                .iter()
                .map(|block| format!("<p class=\"text\">{}</p>\n", page.block_text(block)))
                .collect();
            let menu =
                "<li class=\"menu__item\"><a href=\"/news/today\">News</a></li>\n".repeat(300);
            let html = format!(
                "<!doctype html><title>A page</title><nav><ul>{menu}</ul></nav><main>{}</main>",
                paragraphs.concat()
            );
            (html, texts)
        })
        .collect()
}

/// What a batch is held against: the same pages parsed, and no more.
#[divan::bench(sample_count = 5)]
fn a_batch_of_100_pages_only_parsed_with_scraper(bencher: divan::Bencher<'_, '_>) {
    let batch = batch(100);
    bencher.bench(|| {
        for (html, _) in &batch {
            divan::black_box(scraper::Html::parse_document(html));
        }
    });
}

#[divan::bench(sample_count = 5)]
fn a_batch_of_100_pages_with_700_quotations(bencher: divan::Bencher<'_, '_>) {
    let batch = batch(100);
    bencher.bench(|| {
        for (html, texts) in &batch {
            let page = read(html.as_bytes(), &Hint::default()).expect("is a page");
            let prepared = Quotations::new(texts.iter().map(|text| (text.as_str(), None)));
            let cited: Vec<usize> = (0..texts.len()).collect();
            divan::black_box(locate(&prepared, &page, None, &cited));
        }
    });
}
