//! Remembers observations over time, in one file. Looks at no page and passes no verdict; the clock is an argument.

mod due;
mod store;

pub use due::{Standing, State, Streak, Turn, state};
pub use store::{Opened, Store, StoreError};
