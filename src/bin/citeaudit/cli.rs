//! The command line: its flags and their help, nothing else.

mod overlay;

use std::net::SocketAddr;
use std::path::PathBuf;

use citeaudit::render::{self, ReportFormat};
use citeaudit::report::{Level, Rule};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Checks that the sources a report cites are there, and that they say the words it quotes.
#[derive(Debug, Parser)]
#[command(name = "citeaudit", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 could not run.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit documents: every link, every quotation, every date
    Check(CheckArgs),
    /// List citations, quotations and resolved references, offline
    Extract(ExtractArgs),
    /// Resolve references to addresses, offline
    Resolve(ResolveArgs),
    /// Check one quotation against one page, or many with --batch
    Quote(QuoteArgs),
    /// Mend the addresses of a text, Markdown or HTML document where that is safe
    Fix(FixArgs),
    /// Show documents, their reports and their sources over time on a local web page
    Serve(ServeArgs),
    /// Look again at the sources that are due, and tell what changed
    Watch(WatchArgs),
    /// Show what became of the sources of a document, or of one source
    History(HistoryArgs),
    /// Explain what a rule means and what to do about its findings
    Explain(ExplainArgs),
    /// Print a script of completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// The flags of `check`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct CheckArgs {
    /// The documents; `-` is standard input
    #[arg(required = true, value_name = "DOC")]
    pub(crate) documents: Vec<PathBuf>,
    /// Format of the report on standard output [default: terminal]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    pub(crate) format: Option<ReportFormat>,
    /// Write the report to a file too, in the format of its extension; can be repeated
    #[arg(short, long = "output", value_name = "PATH")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Exit with 1 when a finding is at or above this level [default: error]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// Fail only over what a report in JSON or a store does not know already; the rest are notes
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Remember what was seen of each source and quotation, for `watch` and `history`
    #[arg(long)]
    pub(crate) remember: bool,
    /// Remember it in this file instead of one in the user's folder for data
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Ask the web archive to take copies of live sources of which it has none
    #[arg(long, conflicts_with = "replay")]
    pub(crate) archive_missing: bool,
    /// Show no progress
    #[arg(long)]
    pub(crate) no_progress: bool,
    /// Show findings without wordings; no progress
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show every quotation in full
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) archives: ArchiveArgs,
    #[command(flatten)]
    pub(crate) translation: TranslationArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The flags that say where archived copies are looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Archived copies of what is gone or lacks a quotation")]
pub(crate) struct ArchiveArgs {
    /// Ask an archive with the Memento protocol (RFC 7089) first; the page's address is added to this one; can be repeated
    #[arg(long = "archive", value_name = "URL")]
    pub(crate) archives: Vec<String>,
    /// Ask no archive
    #[arg(long, conflicts_with = "archives")]
    pub(crate) no_archive: bool,
}

/// The flags that say what helps with pages in another language than the quotation.
#[derive(Debug, Args)]
#[command(next_help_heading = "Quotations whose page is in another language")]
pub(crate) struct TranslationArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Have their passages translated by a `LibreTranslate` server; with --replay it is not asked
    #[arg(long, value_name = "URL")]
    pub(crate) translator: Option<String>,
}

/// The flag that names a sentence encoder.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// Compare them by multilingual-e5-small in this folder where the built-in encoder does not know the language
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
}

/// The flags that say how pages are fetched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct NetworkArgs {
    /// Answer every request from a recording and open no connection
    #[arg(long, value_name = "FILE.warc.gz", conflicts_with = "record")]
    pub(crate) replay: Option<PathBuf>,
    /// Record all requests and answers as WARC
    #[arg(long, value_name = "FILE.warc.gz")]
    pub(crate) record: Option<PathBuf>,
    /// Requests at once
    #[arg(long, value_name = "N")]
    pub(crate) max_concurrency: Option<u32>,
    /// Requests at once to one host
    #[arg(long, value_name = "N")]
    pub(crate) host_concurrency: Option<u32>,
    /// Milliseconds between two requests to one host
    #[arg(long, value_name = "MS")]
    pub(crate) host_delay: Option<u32>,
    /// Seconds for one request, its body included
    #[arg(long, value_name = "S")]
    pub(crate) timeout: Option<f64>,
    /// Seconds to connect
    #[arg(long, value_name = "S")]
    pub(crate) connect_timeout: Option<f64>,
    /// Tries after the first one
    #[arg(long, value_name = "N")]
    pub(crate) max_retries: Option<u32>,
    /// Bytes of a body that are read, decoded
    #[arg(long, value_name = "N")]
    pub(crate) max_body_bytes: Option<u32>,
    /// What is said to servers of who asks
    #[arg(long, value_name = "TEXT")]
    pub(crate) user_agent: Option<String>,
    /// An address at which those who run a server can complain; it is told to them
    #[arg(long, value_name = "URL|MAIL")]
    pub(crate) contact: Option<String>,
    /// Ask for no address in which this is found; can be repeated
    #[arg(long, value_name = "REGEX")]
    pub(crate) exclude: Vec<String>,
    /// A header field to send; can be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// Trust the certificates in a PEM file too
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Accept any certificate
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// Connect to another address than the host's, as curl does; can be repeated
    #[arg(long, value_name = "HOST:PORT:ADDR:PORT")]
    pub(crate) connect_to: Vec<String>,
    /// Ask private and local addresses too
    #[arg(long)]
    pub(crate) allow_private: bool,
    /// Send all requests through a proxy
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Settings file [default: citeaudit.toml, if there is one]
    #[arg(short, long, value_name = "FILE", env = "CITEAUDIT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// The flags of `extract`.
#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// The documents; `-` is standard input
    #[arg(required = true, value_name = "DOC")]
    pub(crate) documents: Vec<PathBuf>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: PartFormat,
}

/// The flags of `resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The references; without any, one a line is read from standard input
    #[arg(value_name = "REF")]
    pub(crate) references: Vec<String>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: PartFormat,
}

/// The flags of `quote`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct QuoteArgs {
    /// The page: a file or an address
    #[arg(
        long,
        value_name = "FILE|URL",
        required_unless_present_any = ["batch", "selfcheck"],
        conflicts_with_all = ["batch", "selfcheck"]
    )]
    pub(crate) page: Option<String>,
    /// The quotation
    #[arg(
        value_name = "TEXT",
        required_unless_present_any = ["batch", "selfcheck"],
        conflicts_with_all = ["batch", "selfcheck"]
    )]
    pub(crate) text: Option<String>,
    /// The media type of the page, as a server would declare it
    #[arg(long, value_name = "TYPE", conflicts_with_all = ["batch", "selfcheck"])]
    pub(crate) content_type: Option<String>,
    /// Read one JSON object a line from standard input: id, page, quote and, if known, `content_type`
    #[arg(long)]
    pub(crate) batch: bool,
    /// Read the same lines, forge every quotation that stands on its page word by word, and say what was caught
    #[arg(long, conflicts_with = "batch")]
    pub(crate) selfcheck: bool,
    /// With --selfcheck: take the quotations from a report of `check --format json` instead of standard input
    #[arg(long, value_name = "REPORT.json", requires = "selfcheck")]
    pub(crate) from: Option<PathBuf>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: PartFormat,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The flags of `fix`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without --output and --in-place a patch is written to standard output. Changes are listed on \
    standard error.\nExit codes: 0 done; 1 something is left to be done by hand; 2 could not run."
)]
pub(crate) struct FixArgs {
    /// The document
    #[arg(value_name = "DOC")]
    pub(crate) document: PathBuf,
    /// Write the mended copy to a file
    #[arg(short, long, value_name = "PATH", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,
    /// Change the document itself
    #[arg(long)]
    pub(crate) in_place: bool,
    /// Show no progress
    #[arg(long)]
    pub(crate) no_progress: bool,
    #[command(flatten)]
    pub(crate) archives: ArchiveArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The flags of `serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; anywhere but on this machine a token is needed
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8642")]
    pub(crate) listen: SocketAddr,
    /// Folder with the documents, their reports and what was seen of their sources
    #[arg(long, value_name = "DIR", default_value = "citeaudit-data")]
    pub(crate) data: PathBuf,
    /// What every request must bear; better given as a variable than as a flag
    #[arg(long, value_name = "TOKEN", env = "CITEAUDIT_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// A name under which the server is asked, beside addresses and `localhost`; can be repeated
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// Bytes of the largest document that is taken
    #[arg(long, value_name = "N", default_value_t = 32 * 1024 * 1024)]
    pub(crate) max_upload_bytes: u32,
    #[command(flatten)]
    pub(crate) archives: ArchiveArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The flags of `watch`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without --every it looks once at what is due and ends, for cron, timers and CI.\n\
    Exit codes: 0 no new problem; 1 new problems: sources that died, words that changed; 2 could not run."
)]
pub(crate) struct WatchArgs {
    /// The documents whose sources are looked at [default: all that are known]
    #[arg(value_name = "DOC")]
    pub(crate) documents: Vec<PathBuf>,
    /// Stay, and look again after this span (30m, 6h, 7d) or at the times of a cron expression ("0 6 * * 1")
    #[arg(long, value_name = "SPAN|CRON")]
    pub(crate) every: Option<String>,
    /// The store [default: one in the user's folder for data]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Format of what changed
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: PartFormat,
    /// "never" makes new problems end with 0 too
    #[arg(long, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// Show no progress
    #[arg(long)]
    pub(crate) no_progress: bool,
    /// Show one line for each change
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show the sources too that are dead as before
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) archives: ArchiveArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The flags of `history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The document, or the address of a source; without it, the documents that are known are listed
    #[arg(value_name = "DOC|URL")]
    pub(crate) subject: Option<String>,
    /// The store [default: one in the user's folder for data]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Format of the timeline [default: by the extension of --output, or else terminal]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<HistoryFormat>,
    /// Write it to a file
    #[arg(short, long, value_name = "PATH", requires = "subject")]
    pub(crate) output: Option<PathBuf>,
    /// Show every look
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Settings file [default: citeaudit.toml, if there is one]
    #[arg(short, long, value_name = "FILE", env = "CITEAUDIT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// A format of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistoryFormat {
    /// For a person
    Terminal,
    /// For programs
    Json,
    /// For a browser, with a chart
    Html,
}

impl From<HistoryFormat> for render::TimelineFormat {
    fn from(format: HistoryFormat) -> Self {
        match format {
            HistoryFormat::Terminal => Self::Terminal,
            HistoryFormat::Json => Self::Json,
            HistoryFormat::Html => Self::Html,
        }
    }
}

/// The flags of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule; without one, all are listed
    #[arg(value_name = "RULE", value_parser = rule_parser())]
    pub(crate) rule: Option<Rule>,
}

/// The flags of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// A format of what is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartFormat {
    /// For a person
    Terminal,
    /// For programs
    Json,
}

impl From<PartFormat> for render::PartFormat {
    fn from(format: PartFormat) -> Self {
        match format {
            PartFormat::Terminal => Self::Terminal,
            PartFormat::Json => Self::Json,
        }
    }
}

/// The level from which findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Nothing does
    Never,
}

impl FailOn {
    /// Tells whether a finding of a level fails the run.
    pub(crate) fn fails(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Never => false,
        }
    }
}

fn format_parser() -> impl TypedValueParser<Value = ReportFormat> {
    PossibleValuesParser::new(ReportFormat::ALL.map(ReportFormat::name)).map(|name| {
        ReportFormat::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .expect("the parser accepts only names of formats")
    })
}

fn rule_parser() -> impl TypedValueParser<Value = Rule> {
    PossibleValuesParser::new(Rule::ALL.map(|rule| rule.info().id)).map(|id| {
        Rule::ALL
            .into_iter()
            .find(|rule| rule.info().id == id)
            .expect("the parser accepts only ids of rules")
    })
}

#[cfg(test)]
mod tests;
