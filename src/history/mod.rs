//! Remembers observations over time, in one file. Looks at no page and passes no verdict; the clock is an argument.

mod store;

pub use store::{Opened, Store, StoreError};
