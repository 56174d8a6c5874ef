#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "AMQP 1.0 over a network. Without the feature `tokio`, this crate has only [`proto`], the engine."
)]

#[cfg(feature = "tokio")]
mod clock;
#[cfg(feature = "tokio")]
pub mod negotiation;
pub mod proto;

pub use amqp_types;
pub use amqp_types::transport::{ProtocolHeader, ProtocolId};
