//! Runs the program as a user does.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

pub(crate) mod broker;
pub(crate) mod octets;
pub(crate) mod peer;
#[cfg(unix)]
pub(crate) mod server;

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;

/// Returns the command with these arguments.
pub(crate) fn amqp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amqp"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("the errors are UTF-8"),
        }
    }
}

/// Runs the program until it ends.
pub(crate) fn run(arguments: &[&str]) -> Run {
    amqp(arguments).output().expect("the program runs").into()
}

/// Runs the program with this standard input until it ends.
pub(crate) fn run_with_input(arguments: &[&str], input: impl Into<Vec<u8>>) -> Run {
    let input = input.into();
    let mut child = amqp(arguments).stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    // On a separate thread, because both sides would wait forever if both pipes were full.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program runs");
    // The program may end before it has read everything.
    let _ = writer.join().expect("the writer ends");
    output.into()
}
