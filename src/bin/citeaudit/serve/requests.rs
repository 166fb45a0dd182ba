//! Answers requests: each function is one page, or one thing that a page asks for.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use citeaudit::source::LivenessClass;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::watch;
use url::form_urlencoded;

use super::jobs::{self, Begun, Progress};
use super::library::{DocumentId, ReportFile, document_name};
use super::{Server, metrics as numbers, pages, timeline};
use crate::{input, trouble};

/// How long a document may take to arrive.
const UPLOAD_LIMIT: Duration = Duration::from_mins(2);

/// The largest form of a log-in, in bytes.
const MAX_LOGIN_BYTES: usize = 4096;

/// An answer, or a status with words for the person who asked.
type Answer = Result<Response, (StatusCode, String)>;

type Shared = State<Arc<Server>>;

fn no_document() -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, "there is no such document\n".to_owned())
}

/// What is wrong with our own files is for whoever runs the server; a visitor learns that it is.
fn internal(error: impl Into<anyhow::Error>) -> (StatusCode, String) {
    trouble::tell(&error.into());
    let words = "the server could not do it; its standard error says why\n".to_owned();
    (StatusCode::INTERNAL_SERVER_ERROR, words)
}

pub(super) async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "there is no such page\n")
}

pub(super) async fn home(State(server): Shared) -> Answer {
    let documents = server.library.list().map_err(internal)?;
    let running = |id: &DocumentId| server.jobs.is_running(id);
    Ok(pages::home(&documents, running, server.max_upload_bytes).into_response())
}

pub(super) async fn document(State(server): Shared, Path(id): Path<String>) -> Answer {
    let id = DocumentId::parse(&id).ok_or_else(no_document)?;
    let card = server.library.card(&id).map_err(internal)?.ok_or_else(no_document)?;
    let (store, name) = (server.store.clone(), card.name.clone());
    let sources = tokio::task::spawn_blocking(move || timeline::of(&store, &name)).await;
    // A store that cannot be read costs the timeline, not the page.
    let sources = sources.map_err(anyhow::Error::from).and_then(|sources| sources);
    let sources = sources.inspect_err(trouble::tell).map_err(|error| format!("{error:#}"));
    Ok(pages::document(&id, &card, server.jobs.is_running(&id), sources).into_response())
}

/// Takes a document: its bytes are the body, its name is in the query. Begins to check it.
pub(super) async fn upload(
    State(server): Shared,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let query = query.unwrap_or_default();
    let name = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "name")
        .and_then(|(_, name)| document_name(&name))
        .ok_or((StatusCode::BAD_REQUEST, "the document has no name (?name=…)\n".to_owned()))?;
    let most = server.max_upload_bytes;
    let too_large =
        || (StatusCode::PAYLOAD_TOO_LARGE, format!("a document may have {most} bytes at most\n"));
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if declared.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > most as u64) {
        return Err(too_large());
    }
    let busy = "others are handing in documents; try again in a minute\n".to_owned();
    let _turn =
        server.uploads.try_acquire().map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, busy))?;
    let bytes = tokio::time::timeout(UPLOAD_LIMIT, to_bytes(body, most)).await;
    let bytes = bytes
        .map_err(|_| (StatusCode::REQUEST_TIMEOUT, "the document came too slowly\n".to_owned()))?
        .map_err(|_| too_large())?;
    let (own, path) = (Arc::clone(&server), std::path::PathBuf::from(&name));
    let added = tokio::task::spawn_blocking(move || {
        // What cannot be read must be told to the person who is there, and not be kept.
        let readable =
            input::submitted(&path, bytes.into()).map_err(|error| format!("{error:#}\n"));
        readable.map(|submitted| {
            // A client that does not wait for the answer has handed in a document all the same.
            let id = own.library.add(&name, &submitted.bytes, Timestamp::now())?;
            jobs::start(&own, &id);
            Ok::<_, io::Error>(id)
        })
    });
    let added = added.await.map_err(internal)?;
    let added = added.map_err(|why| (StatusCode::UNPROCESSABLE_ENTITY, why))?;
    let id = added.map_err(internal)?;
    let location = format!("/documents/{}", id.as_str());
    let body = json!({ "id": id.as_str(), "url": location }).to_string();
    let headers = [(header::LOCATION, location), (header::CONTENT_TYPE, "application/json".into())];
    Ok((StatusCode::CREATED, headers, body).into_response())
}

/// Begins to check a document again.
pub(super) async fn check(State(server): Shared, Path(id): Path<String>) -> Answer {
    let id = DocumentId::parse(&id).ok_or_else(no_document)?;
    server.library.card(&id).map_err(internal)?.ok_or_else(no_document)?;
    match jobs::start(&server, &id) {
        Begun::Now => Ok(StatusCode::ACCEPTED.into_response()),
        Begun::Before => {
            Err((StatusCode::CONFLICT, "the document is being checked already\n".to_owned()))
        }
    }
}

/// Tells how far the check of a document has come, until it is over.
pub(super) async fn events(State(server): Shared, Path(id): Path<String>) -> Answer {
    let id = DocumentId::parse(&id).ok_or_else(no_document)?;
    let progress = server
        .jobs
        .progress(&id)
        .ok_or((StatusCode::NOT_FOUND, "the document is not being checked\n".to_owned()))?;
    let events = told(progress, server.stop.clone());
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The first event says how far the check is; later ones what changed, of which a slow reader gets only the latest.
fn told(
    progress: watch::Receiver<Progress>,
    stop: watch::Receiver<bool>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((progress, stop, false), |(mut progress, mut stop, begun)| async move {
        if begun {
            if progress.borrow().is_over() {
                return None;
            }
            tokio::select! {
                changed = progress.changed() => changed.ok()?,
                _ = stop.wait_for(|&stop| stop) => return None,
            }
        }
        let event = event(&progress.borrow_and_update());
        Some((Ok(event), (progress, stop, true)))
    })
}

fn event(progress: &Progress) -> Event {
    let (name, data) = match progress {
        Progress::Waiting => ("waiting", json!({})),
        Progress::Checking { done, pages, last } => {
            let last = last.as_ref().map(|(url, class)| {
                let class = match class {
                    LivenessClass::Live => "live",
                    LivenessClass::Dead => "dead",
                    LivenessClass::Unchecked => "not checked",
                };
                json!({ "url": url, "state": class })
            });
            ("checking", json!({ "done": done, "pages": pages, "last": last }))
        }
        Progress::Finished => ("finished", json!({})),
        Progress::Failed(why) => ("failed", json!({ "why": why })),
    };
    Event::default().event(name).data(data.to_string())
}

/// The report is a page of its own, with its own policy; it runs apart from this server's pages, and can ask nothing of
/// them.
const REPORT_POLICY: &str = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn report_html(server: Shared, id: Path<String>) -> Answer {
    let mut response = report(server, id, ReportFile::Html, "text/html; charset=utf-8")?;
    let policy = HeaderValue::from_static(REPORT_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Shows link rot over time, as `citeaudit history --format html` does.
pub(super) async fn history(State(server): Shared, Path(id): Path<String>) -> Answer {
    let id = DocumentId::parse(&id).ok_or_else(no_document)?;
    let card = server.library.card(&id).map_err(internal)?.ok_or_else(no_document)?;
    let (store, name) = (server.store.clone(), card.name);
    let page = tokio::task::spawn_blocking(move || timeline::page(&store, &name)).await;
    let page = page.map_err(anyhow::Error::from).and_then(|page| page).map_err(internal)?;
    let none = || (StatusCode::NOT_FOUND, "nothing has been seen of it yet\n".to_owned());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, REPORT_POLICY),
    ];
    Ok((headers, page.ok_or_else(none)?).into_response())
}

pub(super) async fn report_json(server: Shared, id: Path<String>) -> Answer {
    report(server, id, ReportFile::Json, "application/json")
}

fn report(
    State(server): Shared,
    Path(id): Path<String>,
    file: ReportFile,
    media_type: &'static str,
) -> Answer {
    let id = DocumentId::parse(&id).ok_or_else(no_document)?;
    let none = || (StatusCode::NOT_FOUND, "there is no report yet\n".to_owned());
    let bytes = server.library.report(&id, file).map_err(internal)?.ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
}

pub(super) async fn login_page() -> Response {
    pages::login(None).into_response()
}

/// Gives a cookie for the token.
pub(super) async fn login(State(server): Shared, body: Body) -> Answer {
    let body = to_bytes(body, MAX_LOGIN_BYTES)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "that is no token\n".to_owned()))?;
    let given = form_urlencoded::parse(&body).find(|(key, _)| key == "token");
    let given = given.map(|(_, token)| token.trim().to_owned()).unwrap_or_default();
    let Some(token) = &server.access.token else { return Ok(Redirect::to("/").into_response()) };
    if !token.is(&given) {
        let page = pages::login(Some("That is not the token."));
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    }
    let cookie = format!("{}; HttpOnly; SameSite=Strict; Path=/", token.cookie());
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], pages::STYLE).into_response()
}

pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], pages::SCRIPT).into_response()
}

pub(super) async fn metrics(State(server): Shared) -> Answer {
    let text = numbers::text(&server).map_err(internal)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// Says whether the folder can be used.
pub(super) async fn health(State(server): Shared) -> Result<&'static str, (StatusCode, String)> {
    let listed: io::Result<_> = server.library.list();
    listed.map(|_| "ok\n").map_err(|error| {
        trouble::tell(&error.into());
        (StatusCode::SERVICE_UNAVAILABLE, "the documents cannot be read\n".to_owned())
    })
}
