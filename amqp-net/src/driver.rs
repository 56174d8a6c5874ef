//! Connections that carry messages, on streams of tokio. [`proto::Connection`](crate::proto::Connection) makes all
//! decisions.
//!
//! A task for each connection reads and writes its stream ([`task`]). It shares the engine with the handles of the
//! user ([`core`]), which act on the engine under a short lock. What the engine reports is taken to the futures that
//! wait for it ([`state`]).

mod accept_error;
mod attach;
mod connect;
mod connect_error;
mod connection;
mod core;
mod credit;
mod delivery;
mod dispatcher;
mod ended;
#[cfg(feature = "broker")]
mod gate;
mod handles;
mod incoming;
mod link_error;
mod link_map;
mod link_registry;
mod listener;
mod log;
mod numbered;
mod receipt;
mod receiver;
mod receiver_builder;
mod remote_state;
mod request_error;
mod requester;
mod requester_builder;
mod send_error;
mod sender;
mod sender_builder;
mod server;
mod session;
mod state;
mod stream;
mod task;
#[cfg(feature = "rustls-no-provider")]
mod tls;
mod traced;
mod waiters;

pub use self::accept_error::AcceptError;
pub use self::connect::ConnectionBuilder;
pub use self::connect_error::ConnectError;
pub use self::connection::{Connection, ShutdownError, Stats};
pub use self::credit::Credit;
pub use self::delivery::{Delivery, DeliveryToken, OnDrop};
pub use self::dispatcher::{Dispatcher, Settled};
pub use self::ended::{Advice, EndReason, Ended, Scope};
pub use self::incoming::{
    IncomingConnection, IncomingReceiver, IncomingSender, IncomingSession, PeerRequest, Served,
};
pub use self::link_error::{AttachError, BeginError};
pub use self::listener::Listener;
pub use self::receipt::{BatchError, Receipt, Receipts};
pub use self::receiver::Receiver;
pub use self::receiver_builder::ReceiverBuilder;
pub use self::remote_state::RemoteState;
pub use self::request_error::RequestError;
pub use self::requester::Requester;
pub use self::requester_builder::RequesterBuilder;
pub use self::send_error::{Arrived, SendError, TrySubmitError};
pub use self::sender::{SendOptions, Sender};
pub use self::sender_builder::{Attaching, SenderBuilder};
pub use self::server::ServerSettings;
pub use self::session::Session;
#[cfg(feature = "rustls-no-provider")]
pub use self::tls::{TlsError, TlsErrorKind};
pub use self::traced::Direction;
