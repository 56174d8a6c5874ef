//! A running `amqp serve`, and clients of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use amqp_net::proto::ConnectionSettings;
use amqp_net::{ConnectError, Connection};

use super::amqp;

/// The second line of the output.
const NOTE: &str = "in memory: nothing outlives this process, not even durable messages";

/// A server whose lines are text.
pub(crate) struct Server {
    pub(crate) child: Process,
    pub(crate) stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts a server with more arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut server = Self::of(amqp(&["serve", "--listen", "127.0.0.1:0"]).args(arguments));
        assert_eq!(server.line(), NOTE);
        server
    }

    /// Starts a server with a limit of open files.
    pub(crate) fn with_open_files(max: usize) -> Self {
        let script = format!("ulimit -n {max} && exec \"$0\" serve --listen 127.0.0.1:0");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_amqp")]);
        Self::of(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = Process(command.spawn().unwrap());
        let mut stdout = BufReader::new(child.0.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on ").unwrap().trim_end().parse().unwrap();
        Self { child, stdout, address }
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Returns the URL for a user and a password, or an empty text.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("amqp://{user}{}", self.address)
    }

    /// Sends a signal and waits for the end. Returns the exit code and the rest of the output.
    pub(crate) fn stop(self, signal: &str) -> (Option<i32>, String, String) {
        self.signal(signal);
        self.ended()
    }

    /// Waits for the end. Returns the exit code and the rest of the output.
    pub(crate) fn ended(mut self) -> (Option<i32>, String, String) {
        let began = Instant::now();
        while self.child.0.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(10), "the server does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
        let (mut lines, mut errors) = (String::new(), String::new());
        self.stdout.read_to_string(&mut lines).unwrap();
        self.child.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.0.wait().unwrap().code(), lines, errors)
    }

    pub(crate) fn signal(&self, signal: &str) {
        let command = format!("kill -{signal} {}", self.child.0.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }
}

/// A process that is killed when it is dropped.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It is still running only if the test failed, or needs it no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a client until it is done.
pub(crate) fn client<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(20), future)
            .await
            .expect("the client waits in vain")
    })
}

/// Connects a client that is known as `me`.
pub(crate) async fn connect(url: &str) -> Result<Connection, ConnectError> {
    let builder = Connection::builder().settings(ConnectionSettings::new("me"));
    builder.connect(&url.parse().unwrap()).await
}
