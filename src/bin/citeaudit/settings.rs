//! The settings, in layers: `default.toml`, then `citeaudit.toml`, then the environment, then flags.
//! An unknown key is an error that names the nearest known one.

mod keys;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use citeaudit::history::KeepPages;
use citeaudit::locate::Model;
use toml::{Table, Value};

use crate::cli::FailOn;
use crate::trouble::Trouble;
use keys::{HOST, KEYS, check, check_hosts, kind, level, nearest, pages};

const DEFAULTS: &str = include_str!("default.toml");

/// Where settings are looked for when no file is named.
const FILE: &str = "citeaudit.toml";

/// What a variable's name starts with.
const PREFIX: &str = "CITEAUDIT_";

/// Variables that start with [`PREFIX`] and are no settings.
const NOT_SETTINGS: [&str; 2] = ["CITEAUDIT_CONFIG", "CITEAUDIT_TOKEN"];

/// What a run is told to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    pub(crate) fail_on: FailOn,
    pub(crate) max_concurrency: usize,
    pub(crate) host_concurrency: usize,
    /// Milliseconds.
    pub(crate) host_delay: u64,
    /// Seconds.
    pub(crate) timeout: f64,
    /// Seconds.
    pub(crate) connect_timeout: f64,
    pub(crate) max_retries: u32,
    pub(crate) max_body_bytes: u64,
    pub(crate) max_redirects: u32,
    pub(crate) user_agent: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) header: Vec<String>,
    pub(crate) cacert: Option<PathBuf>,
    pub(crate) insecure: bool,
    pub(crate) connect_to: Vec<String>,
    pub(crate) allow_private: bool,
    pub(crate) proxy: Option<String>,
    /// The base address of the web archive.
    pub(crate) archive: String,
    pub(crate) archive_key: Option<String>,
    pub(crate) archive_secret: Option<String>,
    /// How many pages one run hands in at most.
    pub(crate) archive_limit: usize,
    /// The file in which what was seen is remembered.
    pub(crate) store: Option<PathBuf>,
    pub(crate) keep_pages: KeepPages,
    pub(crate) notify: NotifySettings,
    pub(crate) no_archive: bool,
    pub(crate) registries: RegistrySettings,
    /// The addresses of `TimeGates`.
    pub(crate) timegate: Vec<String>,
    /// For how many pages archives are asked in one run.
    pub(crate) archive_lookups: usize,
    /// Milliseconds.
    pub(crate) archive_delay: u64,
    /// The directory of a sentence encoder.
    pub(crate) model: Option<PathBuf>,
    /// The address of a machine translator.
    pub(crate) translator: Option<String>,
    pub(crate) translator_key: Option<String>,
    /// What differs for some hosts, by name in lower case.
    pub(crate) hosts: BTreeMap<String, Host>,
}

/// What differs for one host. A key that is not given is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Host {
    pub(crate) headers: Vec<String>,
    pub(crate) concurrency: Option<usize>,
    /// Milliseconds.
    pub(crate) delay: Option<u64>,
    /// Seconds.
    pub(crate) timeout: Option<f64>,
    pub(crate) user_agent: Option<String>,
    pub(crate) accept: Option<String>,
}

/// Where identifiers are looked up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegistrySettings {
    /// Nowhere.
    pub(crate) none: bool,
    pub(crate) doi_handles: String,
    pub(crate) crossref: String,
    pub(crate) arxiv: String,
    pub(crate) pubmed: String,
}

/// Whom to tell what changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NotifySettings {
    pub(crate) webhook: Option<String>,
    pub(crate) webhook_secret: Option<String>,
    /// The address of the mail server, with name and password.
    pub(crate) smtp: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Vec<String>,
    /// A program and its arguments.
    pub(crate) command: Vec<String>,
    pub(crate) feed: Option<PathBuf>,
    pub(crate) template: Option<PathBuf>,
}

/// Returns the variables of the environment whose names and values are text.
pub(crate) fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Puts the layers together. `variables` are those of the environment; `flags` are settings as a table.
///
/// # Errors
///
/// When the file cannot be read or is no TOML, and when a key is unknown or holds the wrong kind of value.
pub(crate) fn load(
    file: Option<&Path>,
    variables: impl Iterator<Item = (String, String)>,
    flags: Table,
) -> anyhow::Result<Settings> {
    let mut table = parse(DEFAULTS, "default.toml")?;
    if let Some(path) = file.or_else(|| Path::new(FILE).is_file().then_some(Path::new(FILE))) {
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
        overlay(&mut table, parse(&text, &name)?, &name)?;
    }
    overlay(&mut table, environment(variables)?, "the environment")?;
    overlay(&mut table, flags, "the flags")?;
    Ok(Settings::of(&table))
}

fn parse(text: &str, name: &str) -> anyhow::Result<Table> {
    text.parse::<Table>().map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        Trouble::new(
            format!("cannot read `{name}`: {} (line {line})", error.message()),
            "the file must be TOML, one `key = value` a line",
        )
        .into()
    })
}

fn environment(variables: impl Iterator<Item = (String, String)>) -> anyhow::Result<Table> {
    let mut variables: Vec<_> = variables
        .filter(|(name, _)| name.starts_with(PREFIX) && !NOT_SETTINGS.contains(&name.as_str()))
        .collect();
    variables.sort();
    let mut table = Table::new();
    for (name, value) in variables {
        let key = name[PREFIX.len()..].to_ascii_lowercase().replace('_', "-");
        let kind = kind(&KEYS, &key).ok_or_else(|| {
            let nearest = nearest(&KEYS, &key);
            let nearest = nearest.to_ascii_uppercase().replace('-', "_");
            Trouble::new(
                format!("unknown setting `{name}` in the environment"),
                format!("the nearest known one is `{PREFIX}{nearest}`"),
            )
        })?;
        table.insert(key, kind.parse(&value));
    }
    Ok(table)
}

fn overlay(under: &mut Table, over: Table, name: &str) -> anyhow::Result<()> {
    for (key, value) in over {
        if key == HOST && matches!(value, Value::Table(_)) {
            check_hosts(&value, name)?;
        } else {
            check(&KEYS, &key, &value, &format!("`{name}`"))?;
        }
        under.insert(key, value);
    }
    Ok(())
}

impl Settings {
    /// Names the sentence encoder in the folder that is set; opens nothing yet.
    pub(crate) fn encoder(&self) -> Option<Arc<Model>> {
        self.model.clone().map(Model::at).map(Arc::new)
    }

    /// Reads a table in which every key without a default may be missing and every value has been checked.
    fn of(table: &Table) -> Self {
        let count = |key: &str| count(table, key).expect("it has a default");
        let seconds = |key: &str| seconds(table, key).expect("it has a default");
        let text = |key: &str| text(table, key);
        let switch = |key: &str| table.get(key).and_then(Value::as_bool) == Some(true);
        let list = |key: &str| list(table, key);
        let hosts = table.get(HOST).and_then(Value::as_table).into_iter().flatten();
        let hosts = hosts.filter_map(|(name, host)| {
            Some((name.to_ascii_lowercase(), Host::of(host.as_table()?)))
        });
        Self {
            fail_on: text("fail-on").as_deref().and_then(level).unwrap_or(FailOn::Error),
            max_concurrency: count("max-concurrency") as usize,
            host_concurrency: count("host-concurrency") as usize,
            host_delay: count("host-delay").into(),
            timeout: seconds("timeout"),
            connect_timeout: seconds("connect-timeout"),
            max_retries: count("max-retries"),
            max_body_bytes: count("max-body-bytes").into(),
            max_redirects: count("max-redirects"),
            user_agent: text("user-agent"),
            contact: text("contact"),
            exclude: list("exclude"),
            header: list("header"),
            cacert: text("cacert").map(PathBuf::from),
            insecure: switch("insecure"),
            connect_to: list("connect-to"),
            allow_private: switch("allow-private"),
            proxy: text("proxy"),
            archive: text("archive").expect("it has a default"),
            archive_key: text("archive-key"),
            archive_secret: text("archive-secret"),
            archive_limit: count("archive-limit") as usize,
            notify: NotifySettings {
                webhook: text("notify-webhook"),
                webhook_secret: text("notify-webhook-secret"),
                smtp: text("notify-smtp"),
                from: text("notify-from"),
                to: list("notify-to"),
                command: list("notify-command"),
                feed: text("notify-feed").map(PathBuf::from),
                template: text("notify-template").map(PathBuf::from),
            },
            store: text("store").map(PathBuf::from),
            keep_pages: text("keep-pages").as_deref().and_then(pages).unwrap_or(KeepPages::Latest),
            no_archive: switch("no-archive"),
            registries: RegistrySettings {
                none: switch("no-registries"),
                doi_handles: text("doi-handles").expect("it has a default"),
                crossref: text("crossref").expect("it has a default"),
                arxiv: text("arxiv").expect("it has a default"),
                pubmed: text("pubmed").expect("it has a default"),
            },
            timegate: list("timegate"),
            archive_lookups: count("archive-lookups") as usize,
            archive_delay: count("archive-delay").into(),
            model: text("model").map(PathBuf::from),
            translator: text("translator"),
            translator_key: text("translator-key"),
            hosts: hosts.collect(),
        }
    }
}

impl Host {
    fn of(table: &Table) -> Self {
        Self {
            headers: list(table, "headers"),
            concurrency: count(table, "concurrency").map(|n| n as usize),
            delay: count(table, "delay").map(u64::from),
            timeout: seconds(table, "timeout"),
            user_agent: text(table, "user-agent"),
            accept: text(table, "accept"),
        }
    }
}

fn count(table: &Table, key: &str) -> Option<u32> {
    table.get(key).and_then(Value::as_integer).and_then(|n| u32::try_from(n).ok())
}

fn seconds(table: &Table, key: &str) -> Option<f64> {
    match table.get(key)? {
        Value::Integer(n) => u32::try_from(*n).ok().map(f64::from),
        value => value.as_float(),
    }
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn list(table: &Table, key: &str) -> Vec<String> {
    let all = table.get(key).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(file: &str, variables: &[(&str, &str)], flags: &str) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, file).unwrap();
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(Some(&path), variables, flags.parse().unwrap())
            .map_err(|error| format!("{error:#}").replace(&path.display().to_string(), "c.toml"))
    }

    #[test]
    fn every_key_is_in_the_file_of_defaults_and_holds_what_it_must() {
        let defaults = parse(DEFAULTS, "default.toml").unwrap();
        for (key, kind) in KEYS {
            match defaults.get(key) {
                Some(value) => assert!(kind.fits(value), "{key}"),
                None => assert!(DEFAULTS.contains(&format!("\n# {key} = ")), "{key}"),
            }
        }
        assert!(defaults.keys().all(|key| kind(&KEYS, key).is_some()));
    }

    #[test]
    fn each_layer_overrides_the_one_below() {
        assert_eq!(loaded("", &[], "").unwrap().max_retries, 3);
        assert_eq!(loaded("max-retries = 2", &[], "").unwrap().max_retries, 2);
        let variables = [("CITEAUDIT_MAX_RETRIES", "4"), ("HOME", "/")];
        assert_eq!(loaded("max-retries = 3", &variables, "").unwrap().max_retries, 4);
        assert_eq!(
            loaded("max-retries = 3", &variables, "max-retries = 5").unwrap().max_retries,
            5
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_known_one() {
        assert_eq!(
            loaded("max-retry = 3", &[], "").unwrap_err(),
            "unknown setting `max-retry` in `c.toml`"
        );
        assert_eq!(nearest(&KEYS, "max-retry"), "max-retries");
        assert_eq!(nearest(&KEYS, "time_out"), "timeout");
        assert_eq!(
            loaded("", &[("CITEAUDIT_TIMEOUTS", "4")], "").unwrap_err(),
            "unknown setting `CITEAUDIT_TIMEOUTS` in the environment"
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named() {
        assert_eq!(
            loaded("timeout = \"long\"", &[], "").unwrap_err(),
            "setting `timeout` in `c.toml`: expected a number of seconds above 0, but got \"long\""
        );
        assert!(loaded("max-retries = -1", &[], "").is_err());
        assert!(loaded("", &[("CITEAUDIT_INSECURE", "perhaps")], "").is_err());
        assert!(loaded("timeout = nan", &[], "").is_err());
        assert!(loaded("fail-on = \"note\"", &[], "").is_err());
    }

    #[test]
    fn a_file_that_is_no_toml_is_named_with_the_line() {
        assert!(loaded("max-retries = 3\nx = = 3\n", &[], "").unwrap_err().ends_with("(line 2)"));
    }
    #[test]
    fn a_host_has_settings_of_its_own() {
        let file = "[host.\"Example.org\"]\nheaders = [\"x-key: 1\"]\nconcurrency = 1\ndelay = 500\ntimeout = 2";
        let settings = loaded(file, &[], "").unwrap();
        let host = &settings.hosts["example.org"];
        assert_eq!(host.headers, ["x-key: 1"]);
        assert_eq!((host.concurrency, host.delay, host.timeout), (Some(1), Some(500), Some(2.0)));
        assert_eq!((&host.user_agent, &host.accept), (&None, &None));
        assert_eq!(
            loaded("[host.\"a.org\"]\ndelays = 5", &[], "").unwrap_err(),
            "unknown setting `delays` in `[host.\"a.org\"]` of `c.toml`"
        );
        assert!(loaded("host = 5", &[], "").is_err());
        assert!(loaded("[host]\n\"a.org\" = 5", &[], "").is_err());
    }

    #[test]
    fn headers_of_a_host_are_not_repeated() {
        let error = loaded("[host.\"a.org\"]\nheaders = \"x-key: secret\"", &[], "").unwrap_err();
        assert!(!error.contains("secret"), "{error}");
        let error = loaded("header = \"x-key: secret\"", &[], "").unwrap_err();
        assert!(!error.contains("secret"), "{error}");
        let error = loaded("translator-key = 7357", &[], "").unwrap_err();
        assert!(!error.contains("7357"), "{error}");
    }
}
