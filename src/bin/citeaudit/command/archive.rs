//! `check --archive-missing`: asks the web archive to take copies of live sources of which it has none.

use std::sync::Arc;

use citeaudit::archive::{Archive, Keys, Pace, SaveError, save};
use citeaudit::fetch::{Fetcher as _, Service, is_public};
use citeaudit::report::Report;
use citeaudit::resolve::mementos::Wayback;
use citeaudit::source::{ArchivedCopy, Liveness};
use url::Url;

use crate::network::{self, Network};
use crate::settings::Settings;
use crate::trouble::{Trouble, remark};

/// The archive and who asks it, set up before anything is checked: what is wrong with them must not cost a run.
pub(super) struct Archiving {
    wayback: Wayback,
    archive: Archive,
    limit: usize,
    service: Service,
}

/// Whether the archive did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archived {
    /// It did, as far as it could: some pages cannot be captured.
    Done,
    /// There was trouble with the archive itself, and pages are left.
    Trouble,
}

impl Archiving {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// When there are no keys, or the archive's address is none.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let (Some(access), Some(secret)) =
            (settings.archive_key.clone(), settings.archive_secret.clone())
        else {
            return Err(Trouble::new(
                "--archive-missing needs the keys of an account with the archive",
                "set CITEAUDIT_ARCHIVE_KEY and CITEAUDIT_ARCHIVE_SECRET; https://archive.org/account/s3.php gives them",
            )
            .into());
        };
        let wrong = || {
            Trouble::new(
                format!("`archive`: expected an address, but got `{}`", settings.archive),
                "write it as https://web.archive.org",
            )
        };
        let base = Url::parse(&settings.archive).map_err(|_| wrong())?;
        let wayback = Wayback::at(&base).ok_or_else(wrong)?;
        let mut url = base;
        url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().push("save");
        let archive = Archive { save: url, keys: Keys { access, secret }, pace: Pace::default() };
        let service = network::service(settings)?;
        Ok(Self { wayback, archive, limit: settings.archive_limit, service })
    }

    /// Notes on each live source the copy that the archive has, or has taken now, and tells on standard error what it
    /// did and could not do. Ends early on Ctrl-C.
    ///
    /// # Errors
    ///
    /// When the threads that it needs cannot be started.
    pub(super) fn run(
        &self,
        report: &mut Report,
        network: &Arc<Network>,
    ) -> anyhow::Result<Archived> {
        let runtime = super::runtime()?;
        runtime.block_on(async {
            tokio::select! {
                archived = self.archive(report, network) => Ok(archived),
                _ = tokio::signal::ctrl_c() => {
                    remark("stopped; the archive may still take copies of pages that it has taken on");
                    Ok(Archived::Trouble)
                }
            }
        })
    }

    async fn archive(&self, report: &mut Report, network: &Arc<Network>) -> Archived {
        let mut told = Archived::Done;
        let mut missing = Vec::new();
        let mut known = 0;
        for (index, page) in candidates(report) {
            match self.newest(network, &page).await {
                Ok(Some(copy)) => {
                    report.sources[index].archived_copy = Some(copy);
                    known += 1;
                }
                Ok(None) => missing.push((index, page)),
                Err(why) => {
                    remark(&format!("warning: cannot look up archived copies of `{page}`: {why}"));
                    told = Archived::Trouble;
                }
            }
        }
        let left = missing.len().saturating_sub(self.limit);
        missing.truncate(self.limit);
        let pages: Vec<Url> = missing.iter().map(|(_, page)| page.clone()).collect();
        let mut taken = 0;
        for ((index, page), saved) in
            missing.iter().zip(save(&self.service, &self.archive, &pages).await)
        {
            let copy = saved.and_then(|capture| {
                let copy = self.wayback.copy(&capture.stamp, &capture.original);
                copy.ok_or_else(|| SaveError::Unreachable("no copy is named".to_owned()))
            });
            match copy {
                Ok(copy) => {
                    report.sources[*index].archived_copy = Some(copy);
                    taken += 1;
                }
                Err(error) => {
                    remark(&format!("warning: `{page}` was not archived: {error}"));
                    if error.is_of_archive() {
                        told = Archived::Trouble;
                    }
                }
            }
        }
        let failed = pages.len() - taken;
        remark(&format!(
            "archive: {taken} copies taken, {known} there already, {failed} not taken"
        ));
        if left > 0 {
            remark(&format!("archive: {left} pages are left for the next run (`archive-limit`)"));
        }
        told
    }

    /// Looks up the newest copy of a page.
    async fn newest(
        &self,
        network: &Arc<Network>,
        page: &Url,
    ) -> Result<Option<ArchivedCopy>, String> {
        let fetched = network.fetch(&self.wayback.question(page, None)).await;
        match fetched.outcome {
            Ok(answer) if answer.status == 200 => {
                let copies = self.wayback.copies(&answer.body, None);
                Ok(copies.into_iter().next().map(|memento| memento.copy))
            }
            Ok(answer) => Err(format!("status {}", answer.status)),
            Err(failure) => Err(failure.to_string()),
        }
    }
}

/// Returns the sources that are worth a copy and may be named to an archive.
fn candidates(report: &Report) -> Vec<(usize, Url)> {
    let all = report.sources.iter().enumerate();
    let wanted = all
        .filter(|(_, source)| source.liveness == Liveness::Live && source.archived_copy.is_none());
    wanted
        .map(|(index, source)| (index, source.target.url().clone()))
        .filter(|(_, page)| is_public(page))
        .collect()
}
