//! Checks that the sources a report cites are there, and that they say the words it quotes.
//!
//! A document goes through eight stages, each a module of its own, and comes out as a [`report::Report`]:
//! [`read`] → [`extract`] → [`resolve`] → [`fetch`] → [`assess`] → [`locate`] → [`judge`] → [`render`].
//! [`pipeline::check`] runs them in their order; each can be used alone. Between the stages go the nouns:
//! [`document`], [`citation`], [`target`], [`fetched`], [`source`], [`evidence`] and [`report`].
//!
//! Only [`fetch`], [`archive`] and [`notify`] open connections, and only [`history`] keeps anything. Everything from
//! documents and from the web is taken to be hostile, and what was not seen is never said: a quotation is
//! [`report::Verdict::Absent`] only of a page that was read whole.
//!
//! # What a document cites
//!
//! ```
//! use citeaudit::{pipeline, read};
//!
//! let report = "He said: “We are not asking anyone.”[1]\n\n[1] Tass.com/politics/1805115, June 20, 2024.\n";
//! let document = read::read(report.as_bytes(), &read::Hint::default())?;
//! let (citations, _) = pipeline::read_citations(&document);
//!
//! let [cited] = citations.as_slice() else { panic!("one note, one citation") };
//! assert_eq!(cited.citation.quotations[0].text, "We are not asking anyone.");
//! assert_eq!(cited.resolutions[0].target().unwrap().url().as_str(), "https://tass.com/politics/1805115");
//! # Ok::<(), read::ReadError>(())
//! ```
//!
//! # A whole check
//!
//! Here a recording answers; [`fetch::Http`] asks the web in its place.
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use citeaudit::fetch::{self, Limits, Recorded};
//! use citeaudit::pipeline::{self, Input};
//! use citeaudit::read;
//! use citeaudit::report::{Readiness, Verdict};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let path = "fixtures/documents/fairway.txt";
//! let document = read::read(&std::fs::read(path)?, &read::Hint { name: Some(path), ..Default::default() })?;
//! let input = Input { path: path.into(), sha256: String::new(), document };
//! let limits = Limits::from(&fetch::Settings::default());
//! let web = Arc::new(Recorded::open(Path::new("fixtures/web/fairway.warc.gz"), limits)?);
//!
//! // Nobody presses Ctrl-C here.
//! let (_interrupt, interrupted) = tokio::sync::watch::channel(false);
//! let (settings, at) = (pipeline::Settings::default(), jiff::Timestamp::now());
//! let check = pipeline::check(vec![input], &web, &settings, at, &|_| {}, interrupted);
//! let report = tokio::runtime::Runtime::new()?.block_on(check);
//!
//! let quotations = report.documents[0].citations.iter().flat_map(|citation| &citation.quotations);
//! let altered = quotations.filter(|checked| matches!(checked.verdict, Verdict::Altered(_)));
//! for checked in altered {
//!     let differences = &checked.matched.as_ref().expect("it has a passage").differences;
//!     println!("{}: {differences:?}", checked.quotation.position);
//! }
//! assert_eq!(report.readiness(), Readiness::NotReady);
//! # Ok(())
//! # }
//! ```

#![allow(clippy::todo, reason = "scaffold")]
pub mod baseline;
pub mod change;
pub mod citation;
pub mod document;
pub mod evidence;
pub mod fetched;
pub mod observation;
pub mod report;
pub mod source;
pub mod target;
pub mod timeline;

pub mod archive;
pub mod assess;
pub mod extract;
pub mod fetch;
pub mod fix;
pub mod history;
pub mod judge;
pub mod locate;
pub mod notify;
pub mod pipeline;
pub mod read;
pub mod render;
pub mod resolve;

pub mod text;
pub mod whole_file;
