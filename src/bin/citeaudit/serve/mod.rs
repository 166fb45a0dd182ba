//! The local web page: documents with their state, reports and timelines, and checks that are asked for there.
//! Says nothing of its own about a citation: it shows what the library finds.

mod access;
mod connections;
mod jobs;
mod library;
mod metrics;
mod pages;
mod requests;
mod timeline;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use citeaudit::pipeline;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::command::Outcome;
use crate::network::Network;
use crate::notices::Notices;
use crate::stop::Signals;
use crate::trouble::remark;
use access::Access;
use connections::Door;
use jobs::Jobs;
use library::Library;

pub(crate) use access::Token;

/// How long connections that are open may go on when the server ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// How many documents are taken at once: each is held in memory until it has been read.
const UPLOADS_AT_ONCE: usize = 4;

/// What the server is told.
pub(crate) struct Settings {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The folder with the documents, their reports and the store.
    pub(crate) folder: PathBuf,
    /// What a request must bear.
    pub(crate) token: Option<Token>,
    /// The names under which it may be asked, beside addresses and `localhost`.
    pub(crate) hosts: Vec<String>,
    /// The largest document that is taken, in bytes.
    pub(crate) max_upload_bytes: usize,
    /// How documents are audited.
    pub(crate) plan: pipeline::Settings,
    /// Who is told what a check changed.
    pub(crate) notices: Option<Notices>,
}

/// What every request may need.
struct Server {
    access: Access,
    library: Library,
    jobs: Jobs,
    network: Arc<Network>,
    store: PathBuf,
    plan: pipeline::Settings,
    notices: Option<Notices>,
    max_upload_bytes: usize,
    uploads: Semaphore,
    /// Turns true when the server is to end.
    stop: watch::Receiver<bool>,
}

/// Serves until it is told to end; then what is being checked is ended with what is done.
///
/// # Errors
///
/// When the folder cannot be used, or the address is taken.
pub(crate) async fn serve(settings: Settings, network: Arc<Network>) -> anyhow::Result<()> {
    let folder = settings.folder.display().to_string();
    let library =
        Library::open(&settings.folder).with_context(|| format!("cannot use `{folder}`"))?;
    let (stopping, stop) = watch::channel(false);
    let server = Arc::new(Server {
        access: Access { token: settings.token, hosts: settings.hosts },
        library,
        jobs: Jobs::default(),
        network,
        store: store(&settings.folder),
        plan: settings.plan,
        notices: settings.notices,
        max_upload_bytes: settings.max_upload_bytes,
        uploads: Semaphore::new(UPLOADS_AT_ONCE),
        stop,
    });
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("cannot listen on {}", settings.address))?;
    let mut signals = Signals::listen().context("cannot listen for signals")?;
    remark(&format!("listening on http://{}", listener.local_addr()?));
    let serving = axum::serve(Door::new(listener), router(Arc::clone(&server)));
    let mut stop = server.stop.clone();
    let serving = serving.with_graceful_shutdown(async move {
        // The sender lives as long as the server.
        let _ = stop.wait_for(|&stop| stop).await;
    });
    let told = async {
        remark(signals.next().await.farewell());
        let _ = stopping.send(true);
        tokio::time::sleep(FAREWELL).await;
    };
    let ended = tokio::select! {
        ended = async { serving.await } => ended.context("the server failed"),
        () = told => Ok(()),
    };
    tokio::select! {
        () = server.jobs.settled() => ended,
        _ = signals.next() => std::process::exit(Outcome::CouldNotRun.code().into()),
    }
}

/// Returns where the store is: beside the documents.
pub(crate) fn store(folder: &Path) -> PathBuf {
    folder.join("history.sqlite")
}

fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route("/", get(requests::home))
        .route("/documents", post(requests::upload))
        .route("/documents/{id}", get(requests::document))
        .route("/documents/{id}/check", post(requests::check))
        .route("/documents/{id}/events", get(requests::events))
        .route("/documents/{id}/report", get(requests::report_html))
        .route("/documents/{id}/history", get(requests::history))
        .route("/documents/{id}/report.json", get(requests::report_json))
        .route("/login", get(requests::login_page).post(requests::login))
        .route("/style.css", get(requests::style))
        .route("/script.js", get(requests::script))
        .route("/metrics", get(requests::metrics))
        .route("/healthz", get(requests::health))
        .fallback(requests::nothing)
        .layer(from_fn_with_state(Arc::clone(&server), access::guard))
        .with_state(server)
}
