//! Runs the two programs of a case.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::Result;
use crate::columns::{Column, End};
use crate::programs::Programs;
use crate::rows::Row;

/// How long the programs of one run may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How many messages a sender leaves unsettled.
const WINDOW: &str = "1000";

/// What one run measured.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Messages or connections a second.
    pub rate: f64,
    /// The processor time of the sender and of the receiver, in microseconds for each message or connection.
    pub cpu: [f64; 2],
    /// The most memory of the sender and of the receiver, in MiB.
    pub peak: [f64; 2],
    /// The median and the 99th percentile of the time that each takes, in microseconds, if it was measured.
    pub times: Option<[f64; 2]>,
}

/// Runs one case.
///
/// # Errors
///
/// Returns an error with what a program wrote to its standard error, if one fails or takes too long.
pub fn run(programs: &Programs, column: &Column, row: Row, messages: u64) -> Result<Sample> {
    let deadline = Instant::now() + LIMIT;
    let count = messages.to_string();
    let one_core = matches!(row, Row::RoundTrips { .. });
    let start = |end: &End, words: &[String]| Program::start(programs, end, words, one_core);
    let (server, client) = words(column, row, &count);
    let (server_end, client_end) = if column.receiver.program.listens() {
        (&column.receiver, &column.sender)
    } else {
        (&column.sender, &column.receiver)
    };
    let (server, port) = start(server_end, &server)?.port(deadline)?;
    let client: Vec<String> = client.iter().map(|word| word.replace("PORT", &port)).collect();
    let client = match start(client_end, &client)?.finish(deadline) {
        Ok(client) => client,
        // The reason may be what the other one says.
        Err(error) => return Err(format!("{error}{}", server.stop()).into()),
    };
    let server = server.finish(deadline)?;
    let [sender, receiver] =
        if column.receiver.program.listens() { [client, server] } else { [server, client] };
    // The receiver's clock where there is one, and else that of the client.
    let result = if matches!(row, Row::Messages { .. }) { &receiver } else { &sender };
    let rate = result.field("messages")? / result.field("seconds")?;
    let cpu = |output: &Output| {
        Ok::<f64, Box<dyn std::error::Error>>(output.field("cpu")? * 1e6 / messages as f64)
    };
    let times = match row {
        Row::Messages { .. } => None,
        _ => Some([sender.field("p50_us")?, sender.field("p99_us")?]),
    };
    Ok(Sample {
        rate,
        cpu: [cpu(&sender)?, cpu(&receiver)?],
        peak: [sender.field("peak_kib")? / 1024.0, receiver.field("peak_kib")? / 1024.0],
        times,
    })
}

/// Returns the command lines of the end that listens and of the one that connects to its `PORT`.
fn words(column: &Column, row: Row, count: &str) -> (Vec<String>, Vec<String>) {
    let (server, client) = match row {
        Row::Messages { size, settled } => {
            let mode = if settled { "settled" } else { "unsettled" };
            if column.receiver.program.listens() {
                let server = format!("recv {count} {size} {mode}");
                (server, format!("send PORT {count} {size} {mode} {WINDOW}"))
            } else {
                let server = format!("offer {count} {size} {mode} {WINDOW}");
                (server, format!("fetch PORT {count} {size} {mode}"))
            }
        }
        Row::Handshakes => (format!("hs-server {count}"), format!("hs-client PORT {count}")),
        Row::RoundTrips { size } => {
            (format!("recv {count} {size} unsettled"), format!("ping PORT {count} {size}"))
        }
    };
    let split = |line: String| line.split(' ').map(str::to_owned).collect();
    (split(server), split(client))
}

/// A program that runs. It is stopped when this is dropped.
struct Program {
    command: String,
    child: Child,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

/// The lines that a program printed.
struct Output {
    command: String,
    lines: Vec<String>,
}

impl Program {
    fn start(programs: &Programs, end: &End, words: &[String], one_core: bool) -> Result<Self> {
        let path = programs.path(end.program);
        let mut command = if one_core {
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.args(end.flags).args(words).stdin(Stdio::null());
        let name = format!("{:?} {} {}", end.program, end.flags.join(" "), words.join(" "));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("starting {command:?}: {error}"))?;
        let output = child.stdout.take().ok_or("the output is not piped")?;
        let mut errors = child.stderr.take().ok_or("the errors are not piped")?;
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                let _ = send.send(line);
            }
        });
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Self { command: name, child, lines, errors: Some(errors) })
    }

    /// Returns the port on which the program listens.
    fn port(self, deadline: Instant) -> Result<(Self, String)> {
        let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        match line.as_deref().map(|line| line.strip_prefix("PORT ")) {
            Ok(Some(port)) => {
                let port = port.to_owned();
                Ok((self, port))
            }
            _ => {
                let command = self.command.clone();
                self.finish(deadline)?;
                Err(format!("{command}: it should print PORT, but printed {line:?}").into())
            }
        }
    }

    /// Stops the program, and returns what it wrote to its standard error.
    fn stop(mut self) -> String {
        // If it has already ended, there is nothing to stop.
        let _ = self.child.kill();
        let errors = self.errors.take().map(|errors| errors.join().unwrap_or_default());
        match errors {
            Some(errors) if !errors.is_empty() => format!("; {}:\n{errors}", self.command),
            _ => String::new(),
        }
    }

    /// Waits until the program ends.
    fn finish(mut self, deadline: Instant) -> Result<Output> {
        let mut lines = Vec::new();
        let ended = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break true,
                Err(RecvTimeoutError::Timeout) => break false,
            }
        };
        if !ended {
            self.child.kill()?;
        }
        let status = self.child.wait()?;
        if ended && status.success() {
            return Ok(Output { command: self.command.clone(), lines });
        }
        let errors = self.errors.take().map(|errors| errors.join().unwrap_or_default());
        let errors = errors.unwrap_or_default();
        let what = if ended { status.to_string() } else { format!("took more than {LIMIT:?}") };
        Err(format!(
            "{}: {what}; it printed {lines:?} and to its standard error:\n{errors}",
            self.command
        )
        .into())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // If it has already ended, there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Output {
    /// Returns a number that the program printed as `name=number`.
    fn field(&self, name: &str) -> Result<f64> {
        let mut words = self.lines.iter().flat_map(|line| line.split(' '));
        let found = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let found = found.ok_or_else(|| format!("{} did not print {name}", self.command))?;
        Ok(found.parse()?)
    }
}
