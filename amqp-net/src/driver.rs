//! The driver: runs the engine of [`proto`](crate::proto), which makes all decisions, on streams of tokio.

mod clock;
mod connect;
mod connect_error;
mod drive;
mod incoming;
mod input;
mod listener;
mod negotiated;
mod trace;

pub use connect::{connect, connect_with, negotiate};
pub use connect_error::ConnectError;
pub use incoming::Incoming;
pub use listener::Listener;
pub use negotiated::Negotiated;
