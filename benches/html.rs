//! How fast HTML pages are read: megabytes a second on one core.

use divan::Bencher;
use divan::counter::BytesCount;

use citeaudit::read::{Hint, read};

fn main() {
    divan::main();
}

/// Makes a page of a news site: navigation, scripts with data, an article with links and notes, comments.
fn page(kilobytes: usize) -> String {
    const SENTENCE: &str = "Officials said that a <a href=\"/topics/agreement?utm=1\">separate agreement</a> \
        on building a road bridge across the <em>border</em> river would be signed by the two ministries &mdash; \
        once technical surveys are complete.";
    let mut page = String::from(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Statements after the talks</title>\
         <meta property=\"article:published_time\" content=\"2024-06-19T12:00:00+03:00\">\
         <script>window.dataLayer=window.dataLayer||[];var cfg={\"a\":1,\"b\":[1,2,3]};</script>\
         <style>.a{color:#333}.b{margin:0 auto;padding:0}</style></head><body class=\"page layout-wide\">",
    );
    let mut number = 0;
    while page.len() < kilobytes * 1024 {
        number += 1;
        let card = format!(
            "<div class=\"row col-{number} card card--wide\" id=\"item-{number}\" data-id=\"{number}\">\n  <nav class=\"menu\">\
             <ul><li class=\"menu__item\"><a class=\"menu__link\" href=\"/news/{number}\">News</a></li></ul></nav>\n\
             <h2 class=\"card__title\">Heading {number}</h2>\n<p class=\"text\">{SENTENCE} {SENTENCE}</p>\n\
             <p>{SENTENCE}<sup id=\"r{number}\"><a href=\"#n{number}\">[{number}]</a></sup></p>\n\
             <img src=\"/i/{number}.jpg\" alt=\"A picture of the talks\" width=600 height=400>\n\
             <script>push({{\"event\":\"view\",\"title\":\"A title of several words here\",\"n\":{number}}});</script></div>\n",
        );
        page.push_str(&card);
    }
    page
}

#[divan::bench(args = [60, 1000])]
fn news_page(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let page = page(kilobytes);
    bencher
        .counter(BytesCount::of_str(&page))
        .bench(|| read(divan::black_box(page.as_bytes()), &Hint::default()));
}

#[divan::bench]
fn plain_article(bencher: Bencher<'_, '_>) {
    let sentence = "Participants also exchanged views on transport links, tourism and education, and agreed \
                    that joint working groups would report back before the end of the year. ";
    let paragraph = format!("<p>{}</p>\n", sentence.repeat(4));
    let page = format!("<!doctype html><title>A story</title>{}", paragraph.repeat(90));
    bencher
        .counter(BytesCount::of_str(&page))
        .bench(|| read(divan::black_box(page.as_bytes()), &Hint::default()));
}
