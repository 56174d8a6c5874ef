//! Starts brokers, clients and our own program for a single test, and stops them when it ends.
//!
//! `tests/peers/install` installs them. If one is missing, a test prints this and passes, unless
//! `AMQP_REQUIRE_PEERS=1` makes it a failure:
//!
//! ```no_run
//! use amqp_tests::peers::{Peer, amqp};
//!
//! let Some(broker) = Peer::rabbitmq_4() else { return };
//! let probe = amqp(&["probe", &broker.url()]);
//! assert_eq!(probe.code, 0, "{probe}");
//! ```

mod artemis;
mod broker_j;
mod capture;
mod case_client;
mod certificates;
mod client;
mod codec;
mod installed;
mod output;
mod process;
mod program;
mod rabbitmq;
mod scratch;
mod server;

pub use capture::{Capture, CaptureFile};
pub use case_client::CaseClient;
pub use certificates::Certificates;
pub use client::{Client, Layer};
pub use codec::Codec;
pub use output::Output;
pub use program::{Serve, amqp, shell};

use process::Process;
use scratch::Scratch;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;

/// A server of another implementation, which listens on its own loopback port until it is dropped.
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    /// How to run the command line of RabbitMQ.
    control: Option<rabbitmq::Control>,
    // Fields are dropped in this order: processes first, then the folders that they write to.
    processes: Vec<Process>,
    scratch: Vec<Scratch>,
}

impl Peer {
    fn new(address: SocketAddr, processes: Vec<Process>, scratch: Vec<Scratch>) -> Self {
        Self { address, control: None, processes, scratch }
    }

    /// Returns the address on which the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address as a URL: `amqp://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("amqp://{}", self.address)
    }

    /// Kills the server, so that its connections end without a close. Returns after its end.
    pub fn kill(&mut self) {
        self.processes.iter_mut().for_each(Process::kill);
    }

    /// Lets the server stand still, or go on: it keeps its connections, and neither reads nor writes.
    pub fn freeze(&self, stands_still: bool) {
        self.processes.iter().for_each(|process| process.freeze(stands_still));
    }

    /// Asks the server to end, as an operator does, and does not wait for it.
    pub fn ask_to_end(&self) {
        self.processes.iter().for_each(Process::ask_to_end);
    }
}

/// The size in octets of the largest frames that brokers are told to accept, where they can be told: more than they do
/// without that.
const MAX_FRAME_SIZE: u32 = 1 << 20;

/// Returns a command for a Java virtual machine that is small and starts quickly.
fn java() -> Command {
    let mut java = Command::new("java");
    java.args(["-Xms32m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    java
}

/// Returns a loopback port that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("no free loopback port")
}
