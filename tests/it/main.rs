//! Tests of the whole program and of what holds for every part of it.

mod http;
mod render;
mod sample;
