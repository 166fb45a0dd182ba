//! Tests of the whole program and of what holds for every part of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]
#![expect(clippy::print_stderr, reason = "a test that skips says so")]

mod archive;
mod archives;
mod bad_input;
mod cases;
mod classes;
mod cli;
mod editions;
mod forbidden;
mod hostile;
mod http;
mod limits;
mod notify;
mod parity;
mod pipeline;
mod registries;
mod render;
mod resume;
mod sample;
mod sarif;
mod serve;
mod signals;
mod tidy;
mod translator;
mod watch;
mod web;
