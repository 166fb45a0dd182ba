//! Tests of the whole program and of what holds for every part of it.

mod hostile;
mod cases;
mod http;
mod render;
mod sample;
mod web;
