//! Agreeing on a protocol and its version with a peer, and nothing else: for programs that examine or replace what
//! follows. [`proto::Negotiation`](crate::proto::Negotiation) makes all decisions.

mod connect;
mod connect_error;
mod drive;
mod incoming;
mod input;
mod interrupted;
mod listener;
mod log;
mod negotiated;
mod output;

pub(crate) use drive::{close, run};
pub(crate) use input::poll_input;
pub(crate) use interrupted::again_if_interrupted;
pub(crate) use output::poll_write_all;

pub use connect::{connect, connect_with, negotiate};
pub use connect_error::ConnectError;
pub use incoming::Incoming;
pub use listener::Listener;
pub use negotiated::Negotiated;
