//! Listens for those who want the program to end: told once it ends a run with what is done, told twice it ends at once.

use std::io;
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
        let signals = {
            let _within = runtime.enter();
            Signals::listen()
        };
        runtime.spawn(async move {
            // Without signals the run simply goes on.
            if let Ok(mut signals) = signals {
                remark(signals.next().await.farewell());
                let _ = stop.send(true);
                signals.next().await;
                std::process::exit(Outcome::CouldNotRun.code().into());
            }
            // The sender must live as long as the run.
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

/// Who told the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// The person at the terminal, by Ctrl-C.
    Interrupt,
    /// The system or a supervisor, by SIGTERM.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has SIGTERM"))]
    Terminate,
}

impl Told {
    /// Returns what is said on standard error while what is open is finished.
    pub(crate) const fn farewell(self) -> &'static str {
        match self {
            Self::Interrupt => {
                "stopping, and keeping what is done; press Ctrl-C again to end at once"
            }
            Self::Terminate => "told to end (SIGTERM): stopping, and keeping what is done",
        }
    }
}

/// What those send who want the program to end.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Starts to listen, within a runtime: from now on nothing ends the program but what [`Self::next`] is followed by.
    ///
    /// # Errors
    ///
    /// When the system does not let a program listen.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits until somebody tells the program to end.
    pub(crate) async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.interrupt.recv() => Told::Interrupt,
            _ = self.terminate.recv() => Told::Terminate,
        }
    }
}

/// What those send who want the program to end.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Starts to listen when [`Self::next`] is first asked.
    ///
    /// # Errors
    ///
    /// None here: the form is that of Unix.
    #[expect(clippy::unnecessary_wraps, reason = "the form is that of Unix")]
    pub(crate) const fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits until somebody tells the program to end.
    pub(crate) async fn next(&mut self) -> Told {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Told::Interrupt
    }
}
