//! Checks that the sources a report cites are there, and that they say the words it quotes.
#![allow(clippy::todo, reason = "scaffold")]
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
