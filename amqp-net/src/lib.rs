// The README's links lead to files. Here they lead to pages: of two definitions of a link, the first one counts.
#![cfg_attr(
    feature = "tokio",
    doc = "[delivery guarantees]: guide::delivery_guarantees\n\
           [servers]: guide::servers\n\
           [limits]: guide::limits\n\
           [brokers]: guide::brokers\n\n"
)]
#![cfg_attr(feature = "rustls", doc = "[tls]: guide::tls\n\n")]
#![cfg_attr(feature = "broker", doc = "[broker]: guide::broker\n[migrating]: guide::migrating\n\n")]
#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "AMQP 1.0 over a network. Without the feature `tokio`, this crate has only [`proto`], the engine."
)]
// docs.rs sets `docsrs`: items then have a badge with the feature that they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "tokio")]
mod acceptor;
#[cfg(feature = "tokio")]
mod address;
#[cfg(feature = "broker")]
pub mod broker;
#[cfg(feature = "tokio")]
mod clock;
#[cfg(feature = "tokio")]
mod driver;
#[cfg(feature = "tokio")]
mod endpoint;
#[cfg(test)]
mod error_chains;
pub mod guide;
#[cfg(feature = "tokio")]
pub mod negotiation;
pub mod proto;
#[cfg(feature = "rabbitmq")]
pub mod rabbitmq;

pub use amqp_types;
pub use amqp_types::transport::{ProtocolHeader, ProtocolId};

#[cfg(feature = "tokio")]
pub use driver::{
    AcceptError, Advice, Arrived, AttachError, Attaching, BatchError, BeginError, ConnectError,
    Connection, ConnectionBuilder, Credit, Delivery, DeliveryToken, Direction, Dispatcher,
    EndReason, Ended, IncomingConnection, IncomingReceiver, IncomingSender, IncomingSession,
    Listener, OnDrop, PeerRequest, Receipt, Receipts, Receiver, ReceiverBuilder, RemoteState,
    RequestError, Requester, RequesterBuilder, Scope, SendError, SendOptions, Sender,
    SenderBuilder, Served, ServerSettings, Session, Settled, ShutdownError, Stats, TrySubmitError,
};
#[cfg(feature = "rustls-no-provider")]
pub use driver::{TlsError, TlsErrorKind};
#[cfg(feature = "tokio")]
pub use endpoint::{Endpoint, UrlError};
#[cfg(feature = "tokio")]
pub use proto::Demand;
/// The version of rustls whose types are in the API.
#[cfg(feature = "rustls-no-provider")]
pub use tokio_rustls::rustls;
