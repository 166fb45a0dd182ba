//! Tests of the whole program and of what holds for every part of it.

mod cases;
mod cli;
mod hostile;
mod http;
mod parity;
mod pipeline;
mod render;
mod resume;
mod sample;
mod tidy;
mod web;
