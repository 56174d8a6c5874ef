//! A program that runs in the background of a test.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);
/// The length of the part of a log that is printed when a test fails.
const TAIL_LINES: usize = 60;

/// A child process with its output in a file. Dropping this value sends SIGTERM, and kills the process if
/// it does not end in time.
#[derive(Debug)]
pub(super) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    /// The file with the id of the process that does the work, if the child is only a script that starts it.
    pid_file: Option<PathBuf>,
}

impl Process {
    /// Starts the process with stdout and stderr in the file `log`.
    pub(super) fn start(name: &str, command: &mut Command, log: PathBuf) -> Self {
        let file = File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let twin = file.try_clone().expect("no second handle on a log");
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(twin)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}: {command:?}"));
        Self { name: name.to_owned(), child, log, pid_file: None }
    }

    /// Says that the child is a script, and that the process that it starts writes its id to this file.
    pub(super) fn set_pid_file(&mut self, file: PathBuf) {
        self.pid_file = Some(file);
    }

    /// Returns the id of the process that does the work.
    ///
    /// # Panics
    ///
    /// Panics if the started process does not write its id in time.
    fn id(&self) -> String {
        const LIMIT: Duration = Duration::from_secs(20);
        let Some(file) = &self.pid_file else { return self.child.id().to_string() };
        let start = Instant::now();
        // RabbitMQ writes its id a moment after it listens.
        loop {
            match fs::read_to_string(file) {
                Ok(id) if !id.trim().is_empty() => return id.trim().to_owned(),
                _ => assert!(start.elapsed() < LIMIT, "{} has no process id", file.display()),
            }
            thread::sleep(PAUSE);
        }
    }

    /// Kills the process that does the work, and waits for the end of the child.
    pub(super) fn kill(&mut self) {
        signal("KILL", &self.id());
        // A script ends after the process that it started.
        let _ = self.child.wait();
    }

    /// Lets the process that does the work stand still, or go on.
    pub(super) fn freeze(&self, stands_still: bool) {
        signal(if stands_still { "STOP" } else { "CONT" }, &self.id());
    }

    /// Asks the child to end, and does not wait for it.
    pub(super) fn ask_to_end(&self) {
        signal("TERM", &self.child.id().to_string());
    }

    /// Waits until the log contains `text`.
    ///
    /// # Panics
    ///
    /// Panics if the process ends before that, or after `limit`.
    pub(super) fn wait_until_logged(&mut self, text: &str, limit: Duration) {
        let start = Instant::now();
        while !fs::read_to_string(&self.log).is_ok_and(|log| log.contains(text)) {
            if let Some(status) = self.child.try_wait().expect("no status of a child") {
                panic!("{} ended with {status} instead of logging {text}", self.name);
            }
            assert!(start.elapsed() < limit, "{} does not log {text} after {limit:?}", self.name);
            thread::sleep(PAUSE);
        }
    }

    /// Waits until connections to `address` are accepted.
    ///
    /// # Panics
    ///
    /// Panics if the process ends before that, or after `limit`.
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

/// Asks a child to end and waits for it. A child that takes too long is killed.
pub(super) fn stop(child: &mut Child) -> Option<ExitStatus> {
    // A healthy peer has taken up to 3 s.
    const LIMIT: Duration = Duration::from_secs(20);
    if let Ok(Some(status)) = child.try_wait() {
        return Some(status);
    }
    // The number is not reused before the status of the child has been read.
    signal("TERM", &child.id().to_string());
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

/// Sends a signal to a process. The standard library can only kill its own children.
fn signal(name: &str, id: &str) {
    // `kill` is built into the shell, but not always installed as a program.
    let _ = Command::new("sh").args(["-c", "kill -\"$0\" \"$1\"", name, id]).status();
}
