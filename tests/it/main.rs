//! Tests of the whole program and of what holds for every part of it.

mod http;
mod hostile;
mod render;
mod sample;
