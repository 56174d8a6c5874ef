//! The driver: the engine's stages on streams of tokio's. It decides nothing.

mod client;
mod drive;
mod error;
mod listener;
mod negotiated;
mod server;
mod trace;

pub use client::{connect, connect_with, negotiate};
pub use error::ConnectError;
pub use listener::{Arrival, Listener, ListenerSettings};
pub use negotiated::{Negotiated, Offered};
pub use server::serve;

/// The time now, as the runtime tells it. Nothing else reads a clock.
fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}
