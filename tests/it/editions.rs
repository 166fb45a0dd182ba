//! Translated quotations and the publisher's own edition in their language.

use serde_json::Value;

use crate::classes::{html, report};
use crate::http::{Act, Server};

const SAID: &str = "We will not close a single school in the region this year.";

fn russian(head: &str) -> String {
    format!(
        "<!doctype html><html lang=ru><head><title>Школы области</title>{head}</head><main><p>Министр провёл встречу с \
         учителями. «Мы не закроем в этом году ни одной школы в области», — сказал он. {}</p></main>",
        "Учителя задали министру много вопросов о строительстве и ремонте. ".repeat(20)
    )
}

fn english(words: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Schools</title><main><p>The minister met teachers. “{words}” he said. \
         {}</p></main>",
        "Teachers asked the minister many questions about building and repair. ".repeat(20)
    )
}

fn answer(path: &str) -> Act {
    const LINK: &str = "<link rel=alternate hreflang=en href=http://en.schools.example/told/7>";
    match path {
        "/told" => html("200 OK", "", &russian(LINK)),
        "/ru/twin" | "/ru/liar" => html("200 OK", "", &russian("")),
        "/told/7" | "/en/twin" => html("200 OK", "", &english(SAID)),
        "/en/liar" => html("200 OK", "", &english("We will close every school in the region.")),
        _ => html("404 Not Found", "", "<title>Not here</title><p>There is nothing."),
    }
}

fn translations(report: &Value) -> Vec<(&str, Option<&str>)> {
    let citations = report["documents"][0]["citations"].as_array().unwrap();
    citations
        .iter()
        .flat_map(|citation| citation["quotations"].as_array().unwrap())
        .map(|quotation| {
            let edition = &quotation["translation"]["edition"]["url"];
            (quotation["verdict"].as_str().unwrap(), edition.as_str())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edition_that_has_the_words_is_named() {
    let server = Server::start(|path, _| answer(path)).await;
    let text = format!(
        "He said: “{SAID}”[^1]\n\nHe said: “{SAID}”[^2]\n\nHe said: “{SAID}”[^3]\n\n\
         [^1]: http://ru.schools.example/told\n\n[^2]: http://news.schools.example/ru/twin\n\n\
         [^3]: http://news.schools.example/ru/liar\n"
    );
    let report = report(&server, &text, &[]).await;
    assert_eq!(
        translations(&report),
        [
            ("translated", Some("http://en.schools.example/told/7")),
            ("translated", Some("http://news.schools.example/en/twin")),
            ("translated", None),
        ]
    );
}
