//! A program that runs beside a test.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);
/// How much of a log is worth printing when a test fails.
const TAIL_LINES: usize = 60;

/// A child process with its output in a file. Ends with this value: first asked to, then forced.
#[derive(Debug)]
pub(super) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it with stdout and stderr in the file `log`.
    pub(super) fn start(name: &str, command: &mut Command, log: PathBuf) -> Self {
        let file = File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let twin = file.try_clone().expect("no second handle on a log");
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(twin)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}: {command:?}"));
        Self { name: name.to_owned(), child, log }
    }

    /// Waits until something takes connections at `address`.
    ///
    /// # Panics
    ///
    /// If the process ends before, or `limit` passes.
    pub(super) fn wait_until_listening(&mut self, address: SocketAddr, limit: Duration) {
        let start = Instant::now();
        while TcpStream::connect_timeout(&address, limit).is_err() {
            if let Some(status) = self.child.try_wait().expect("no status of a child") {
                panic!("{} ended with {status} instead of listening on {address}", self.name);
            }
            assert!(
                start.elapsed() < limit,
                "{} does not listen on {address} after {limit:?}",
                self.name
            );
            thread::sleep(PAUSE);
        }
    }

    fn log_tail(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        let skipped = lines.len().saturating_sub(TAIL_LINES);
        lines.get(skipped..).unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        stop(&mut self.child);
        if thread::panicking() {
            eprintln!(
                "the log of {}, {}, ends like this:\n{}",
                self.name,
                self.log.display(),
                self.log_tail()
            );
        }
    }
}

/// Asks a child to end and waits for that; one that takes too long is killed.
pub(super) fn stop(child: &mut Child) -> Option<ExitStatus> {
    // The longest that a healthy peer was seen to take is 3 s.
    const LIMIT: Duration = Duration::from_secs(20);
    if let Ok(Some(status)) = child.try_wait() {
        return Some(status);
    }
    // The standard library knows no SIGTERM. A shell does, by itself: not every machine has a program for it.
    // The number is not reused before the status of the child has been read.
    let _ = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &child.id().to_string()]).status();
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(PAUSE);
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}
