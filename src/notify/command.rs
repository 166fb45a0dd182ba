//! Runs a program that reads a message as JSON on its standard input.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{self, Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::channel::DeliveryError;
use super::message::Message;

/// How often it is looked whether a program has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// A program that reads JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its path, or its name to be looked up in `PATH`.
    pub program: PathBuf,
    /// What it is given.
    pub arguments: Vec<String>,
    /// How long it may run.
    pub limit: Duration,
}

pub(super) async fn deliver(command: &Command, message: &Message) -> Result<(), DeliveryError> {
    let (command, json) = (command.clone(), message.json.clone());
    let program = command.program.clone();
    match tokio::task::spawn_blocking(move || run(&command, json)).await {
        Ok(result) => result,
        Err(error) => Err(DeliveryError::Start { program, source: std::io::Error::other(error) }),
    }
}

fn run(command: &Command, json: String) -> Result<(), DeliveryError> {
    let program = &command.program;
    let start = |source| DeliveryError::Start { program: program.clone(), source };
    let mut runner = process::Command::new(program);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut runner, 0);
    let mut child = runner
        .args(&command.arguments)
        .stdin(Stdio::piped())
        // Standard output carries the report, and nothing else.
        .stdout(Stdio::null())
        .spawn()
        .map_err(start)?;
    if let Some(mut input) = child.stdin.take() {
        // A program may end without reading; that is no failure. It may also never read: the writer then ends with it.
        std::thread::spawn(move || input.write_all(json.as_bytes()));
    }
    match ended(&mut child, command.limit).map_err(start)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(DeliveryError::Ended { program: program.clone(), status }),
        None => Err(DeliveryError::Late { program: program.clone(), limit: command.limit }),
    }
}

/// Waits for a program; ends it when its time is over.
fn ended(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            end(child);
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(GLANCE);
    }
}

/// Ends a program and all that it has started: a shell's programs would go on without it, and hold open what it wrote to.
fn end(child: &mut Child) {
    // It may have ended by itself in the meantime.
    #[cfg(unix)]
    let _ = rustix::process::kill_process_group(
        rustix::process::Pid::from_child(child),
        rustix::process::Signal::KILL,
    );
    let _ = child.kill();
}
