#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "AMQP 1.0 on the network. Without the feature `tokio` there is only [`proto`], the engine."
)]

#[cfg(feature = "tokio")]
mod driver;
pub mod proto;

pub use amqp_types;
pub use amqp_types::transport::{ProtocolHeader, ProtocolId};

#[cfg(feature = "tokio")]
pub use driver::{
    Arrival, ConnectError, Listener, ListenerSettings, Negotiated, Offered, connect, connect_with,
    negotiate, serve,
};
