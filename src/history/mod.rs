//! Remembers observations over time, in one file, and finds what they changed. Looks at no page and passes no verdict;
//! the clock is an argument.

mod changes;
mod due;
mod store;

pub use changes::{Past, told_once};
pub use due::{State, Turn, state};
pub use store::{KeepPages, KnownDocument, KnownSource, Opened, Store, StoreError};
