#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "AMQP 1.0 over a network. Without the feature `tokio`, this crate has only [`proto`], the engine."
)]

#[cfg(feature = "tokio")]
mod driver;
pub mod proto;

pub use amqp_types;
pub use amqp_types::transport::{ProtocolHeader, ProtocolId};

#[cfg(feature = "tokio")]
pub use driver::{ConnectError, Incoming, Listener, Negotiated, connect, connect_with, negotiate};
