//! Our own program, `amqp`.

use super::output::Output;
use super::process;
use serde_json::Value;
use std::env;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Runs `amqp` with these arguments until it ends.
pub fn amqp(arguments: &[&str]) -> Output {
    Output::of(built(), |command| command.args(arguments))
}

/// Runs a script of the shell until it ends. The variable `AMQP` is the path of `amqp`; others are given.
pub fn shell(script: &str, variables: &[(&str, &str)]) -> Output {
    Output::of("sh", |command| {
        command.args(["-c", script]).env("AMQP", built()).envs(variables.iter().copied())
    })
}

/// A running `amqp serve` on its own loopback port.
#[derive(Debug)]
pub struct Serve {
    child: Child,
    address: SocketAddr,
    lines: Receiver<String>,
}

impl Serve {
    /// How long a line may take to come.
    const LIMIT: Duration = Duration::from_secs(20);

    /// Starts the server and waits for its first line, which has its address.
    pub fn start() -> Self {
        let mut child = Command::new(built())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("amqp serve does not start");
        let stdout = child.stdout.take().expect("a child without the stdout that it was given");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut serve = Self { child, address: SocketAddr::from(([0; 4], 0)), lines };
        let first = serve.lines.recv_timeout(Self::LIMIT).expect("amqp serve says nothing");
        serve.address = first
            .strip_prefix("listening on ")
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("amqp serve began with {first:?}"));
        serve
    }

    /// Returns the address on which the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for a line with this text, and returns it and those before it.
    ///
    /// # Panics
    ///
    /// Panics if none comes.
    pub fn until(&self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        while !lines.last().is_some_and(|line: &String| line.contains(text)) {
            let next = self.lines.recv_timeout(Self::LIMIT);
            lines.push(next.unwrap_or_else(|_| panic!("no line says {text:?}: {lines:#?}")));
        }
        lines
    }

    /// Stops the server with SIGTERM, and returns the lines after its first.
    ///
    /// # Panics
    ///
    /// Panics if the server does not end with exit code 0.
    pub fn stop(mut self) -> Vec<String> {
        let status = process::stop(&mut self.child).expect("amqp serve does not end on SIGTERM");
        let lines: Vec<_> = self.lines.iter().collect();
        assert!(status.success(), "amqp serve ended with {status} after saying {lines:#?}");
        lines
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        process::stop(&mut self.child);
    }
}

/// Returns the path of the program. The first call builds it, because a test cannot depend on a binary of another
/// package.
fn built() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--quiet", "--package", "amqp-cli", "--bin", "amqp"])
            // Cargo's messages have the path of the program for every configuration of the target directory.
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo does not start");
        assert!(
            output.status.success(),
            "amqp does not build:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message.get("executable")?.as_str().map(str::to_owned))
            .expect("cargo built no program")
    })
}
