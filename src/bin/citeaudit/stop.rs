//! Listens for Ctrl-C: pressed once it ends a run with what is done, pressed twice it ends the program.

use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::command::Outcome;
use crate::trouble::remark;

/// How long is slept before the clock is looked at again: it may be set, and the machine may have slept too.
const NAP: Duration = Duration::from_mins(1);

/// Whether somebody told the program to stop.
pub(crate) struct Stop {
    told: watch::Receiver<bool>,
}

impl Stop {
    /// Starts to listen.
    pub(crate) fn listen(runtime: &Runtime) -> Self {
        let (stop, told) = watch::channel(false);
        runtime.spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                remark("stopping; press Ctrl-C again to end at once");
                let _ = stop.send(true);
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(Outcome::CouldNotRun.code().into());
                }
            }
            // Without signals the run simply goes on: the sender must live as long as it.
            std::future::pending::<()>().await;
        });
        Self { told }
    }

    /// Returns what turns true when the run is to stop.
    pub(crate) fn told(&self) -> watch::Receiver<bool> {
        self.told.clone()
    }

    /// Tells whether the run is to stop.
    pub(crate) fn is_told(&self) -> bool {
        *self.told.borrow()
    }

    /// Waits until a time, or until the run is to stop.
    pub(crate) async fn wait_until(&mut self, at: Timestamp) {
        while !self.is_told() {
            let left = Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            let told = self.told.changed();
            // Who cannot tell any more has ended with the runtime.
            let _ = tokio::time::timeout(left.min(NAP), told).await;
        }
    }
}
