//! Opens what answers requests: the live web, a recording, or the web while it is recorded.

use citeaudit::fetch::Fetcher;
use citeaudit::fetched::{FetchFailure, Fetched};
use citeaudit::target::Target;
use jiff::Timestamp;

use crate::cli::NetworkArgs;
use crate::settings::Settings;

pub(crate) struct Network;

impl Network {
    pub(crate) fn open(_: &NetworkArgs, _: &Settings) -> anyhow::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn recorded_at(&self) -> Option<Timestamp> {
        None
    }

    pub(crate) fn close(self) -> anyhow::Result<()> {
        Ok(())
    }
}

impl Fetcher for Network {
    async fn fetch(&self, target: &Target) -> Fetched {
        Fetched {
            target: target.clone(),
            at: Timestamp::now(),
            took: std::time::Duration::ZERO,
            hops: Vec::new(),
            outcome: Err(FetchFailure::NotRecorded),
        }
    }
}
