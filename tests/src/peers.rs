//! Real AMQP programs, started for one test and stopped with it, and our own program beside them.
//!
//! `tests/peers/install` installs them. Where one is missing a test says so and passes, unless
//! `AMQP_REQUIRE_PEERS=1` makes that a failure:
//!
//! ```no_run
//! use amqp_tests::peers::{Peer, amqp};
//!
//! let Some(broker) = Peer::rabbitmq_4() else { return };
//! let probe = amqp(&["probe", &broker.url()]);
//! assert_eq!(probe.code, 0, "{probe}");
//! ```

mod client;
mod codec;
mod installed;
mod output;
mod process;
mod program;
mod rabbitmq;
mod scratch;
mod server;

pub use client::{Client, Layer};
pub use codec::Codec;
pub use output::Output;
pub use program::{Serve, amqp};

use process::Process;
use scratch::Scratch;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// A program of others that listens on a loopback port of its own, until it is dropped.
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    // In the order in which they are to end; the folders that they write to come last.
    _processes: Vec<Process>,
    _scratch: Vec<Scratch>,
}

impl Peer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL: `amqp://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("amqp://{}", self.address)
    }
}

/// A loopback port that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("no free loopback port")
}
