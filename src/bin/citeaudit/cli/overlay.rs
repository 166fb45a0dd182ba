//! What the flags say, as settings: the uppermost layer.

use std::path::Path;

use clap::ValueEnum as _;

use super::{
    ArchiveArgs, CheckArgs, FailOn, FixArgs, HistoryArgs, ModelArgs, NetworkArgs, QuoteArgs,
    ServeArgs, TranslationArgs, WatchArgs,
};

impl CheckArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = fetching(&self.network, &self.archives);
        table.extend(self.translation.overlay());
        with_store(with_level(table, self.fail_on), self.store.as_deref())
    }
}

impl WatchArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let table = fetching(&self.network, &self.archives);
        with_store(with_level(table, self.fail_on), self.store.as_deref())
    }
}

impl ServeArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        fetching(&self.network, &self.archives)
    }
}

impl HistoryArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        with_store(toml::Table::new(), self.store.as_deref())
    }
}

fn fetching(network: &NetworkArgs, archives: &ArchiveArgs) -> toml::Table {
    let mut table = network.overlay();
    table.extend(archives.overlay());
    table
}

fn with_level(mut table: toml::Table, fail_on: Option<FailOn>) -> toml::Table {
    if let Some(fail_on) = fail_on {
        let value = fail_on.to_possible_value().map(|value| value.get_name().to_owned());
        table.insert("fail-on".into(), value.unwrap_or_default().into());
    }
    table
}

fn with_store(mut table: toml::Table, store: Option<&Path>) -> toml::Table {
    if let Some(store) = store {
        table.insert("store".into(), store.display().to_string().into());
    }
    table
}

impl ArchiveArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = toml::Table::new();
        if !self.archives.is_empty() {
            table.insert("timegate".to_owned(), self.archives.clone().into());
        }
        if self.no_archive {
            table.insert("no-archive".to_owned(), true.into());
        }
        table
    }
}

impl ModelArgs {
    /// Returns what the flag says, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = toml::Table::new();
        if let Some(model) = &self.model {
            table.insert("model".to_owned(), model.display().to_string().into());
        }
        table
    }
}

impl QuoteArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = self.network.overlay();
        table.extend(self.model.overlay());
        table
    }
}

impl TranslationArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = self.model.overlay();
        if let Some(translator) = &self.translator {
            table.insert("translator".to_owned(), translator.clone().into());
        }
        table
    }
}

impl FixArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        fetching(&self.network, &self.archives)
    }
}

impl NetworkArgs {
    /// Returns what the flags say, as settings.
    pub(crate) fn overlay(&self) -> toml::Table {
        let mut table = toml::Table::new();
        let mut put = |key: &str, value: Option<toml::Value>| {
            if let Some(value) = value {
                table.insert(key.to_owned(), value);
            }
        };
        let count = |n: Option<u32>| n.map(|n| i64::from(n).into());
        let list = |all: &[String]| (!all.is_empty()).then(|| all.to_vec().into());
        put("max-concurrency", count(self.max_concurrency));
        put("host-concurrency", count(self.host_concurrency));
        put("host-delay", count(self.host_delay));
        put("timeout", self.timeout.map(Into::into));
        put("connect-timeout", self.connect_timeout.map(Into::into));
        put("max-retries", count(self.max_retries));
        put("max-body-bytes", count(self.max_body_bytes));
        put("user-agent", self.user_agent.clone().map(Into::into));
        put("contact", self.contact.clone().map(Into::into));
        put("exclude", list(&self.exclude));
        put("header", list(&self.headers));
        put("cacert", self.cacert.as_ref().map(|path| path.display().to_string().into()));
        put("insecure", self.insecure.then(|| true.into()));
        put("connect-to", list(&self.connect_to));
        put("allow-private", self.allow_private.then(|| true.into()));
        put("proxy", self.proxy.clone().map(Into::into));
        table
    }
}
