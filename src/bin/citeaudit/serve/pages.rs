//! The pages, as HTML. Everything that comes from documents and sources is escaped by the templates.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::library::{Card, Checked, DocumentId};
use super::timeline::{SourceLine, day};

/// The style of the reports, and what the pages of the server add to it.
pub(super) const STYLE: &str = concat!(
    include_str!("../../../../templates/report.css"),
    include_str!("../../../../templates/serve/serve.css")
);

/// What the pages do when somebody is there.
pub(super) const SCRIPT: &str = include_str!("../../../../templates/serve/serve.js");

#[derive(Template)]
#[template(path = "serve/home.html")]
struct Home {
    documents: Vec<Line>,
    max_upload_bytes: usize,
    megabytes: usize,
}

/// A document in the list.
struct Line {
    id: String,
    name: String,
    running: bool,
    state: State,
}

/// What is said of a document.
struct State {
    class: &'static str,
    headline: String,
    detail: String,
    has_report: bool,
}

#[derive(Template)]
#[template(path = "serve/document.html")]
struct Document {
    id: String,
    name: String,
    running: bool,
    state: State,
    sources: Vec<SourceLine>,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "serve/login.html")]
struct Login {
    trouble: Option<&'static str>,
}

/// The list of all documents, and where another one is handed in.
pub(super) fn home(
    documents: &[(DocumentId, Card)],
    running: impl Fn(&DocumentId) -> bool,
    max_upload_bytes: usize,
) -> impl IntoResponse {
    let lines = documents.iter().map(|(id, card)| Line {
        id: id.as_str().to_owned(),
        name: card.name.clone(),
        running: running(id),
        state: state(card.checked.as_ref()),
    });
    let megabytes = max_upload_bytes / (1024 * 1024);
    page(&Home { documents: lines.collect(), max_upload_bytes, megabytes })
}

/// One document: its state, its sources over time.
pub(super) fn document(
    id: &DocumentId,
    card: &Card,
    running: bool,
    sources: Result<Vec<SourceLine>, String>,
) -> impl IntoResponse {
    let (sources, trouble) = match sources {
        Ok(sources) => (sources, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    page(&Document {
        id: id.as_str().to_owned(),
        name: card.name.clone(),
        running,
        state: state(card.checked.as_ref()),
        sources,
        trouble,
    })
}

/// Where the token is asked for.
pub(super) fn login(trouble: Option<&'static str>) -> impl IntoResponse {
    page(&Login { trouble })
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn state(checked: Option<&Checked>) -> State {
    let Some(checked) = checked else {
        return State {
            class: "none",
            headline: "Not checked yet".to_owned(),
            detail: String::new(),
            has_report: false,
        };
    };
    let headline = match (checked.errors, checked.warnings) {
        (0, 0)
            if checked.quotations == 0 && checked.live + checked.dead + checked.unchecked == 0 =>
        {
            "Nothing to check".to_owned()
        }
        (0, 0) => "Ready".to_owned(),
        (0, warnings) => counted(warnings, "warning"),
        (errors, 0) => counted(errors, "error"),
        (errors, warnings) => {
            format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
        }
    };
    let class = match (checked.errors, checked.warnings) {
        (0, 0) => "good",
        (0, _) => "warn",
        (_, _) => "bad",
    };
    let detail = format!(
        "{} · sources: {} live, {} dead, {} not checked · {}",
        counted(checked.quotations, "cited quotation"),
        checked.live,
        checked.dead,
        checked.unchecked,
        day(checked.at)
    );
    State { class, headline, detail, has_report: true }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
