//! The handle of a connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amqp_types::messaging::{Source, Target, TargetArchetype};
use amqp_types::transport::{Error, Open};
use tokio::time::timeout;

use super::attach::{Parent, begin};
use super::connect::ConnectionBuilder;
use super::connect_error::ConnectError;
use super::ended::Ended;
use super::handles::ConnectionHandle;
use super::link_error::BeginError;
use super::receiver_builder::ReceiverBuilder;
use super::requester_builder::RequesterBuilder;
use super::sender_builder::SenderBuilder;
use super::session::Session;
use crate::proto::{ConnectionStats, SessionSettings};

/// A connection, over which messages are sent and received.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::Connection;
///
/// let connection = Connection::connect("amqp://guest:guest@localhost:5672").await?;
/// let sender = connection.sender("orders").await?;
/// sender.send("tea").await?;
/// let receiver = connection.receiver("orders").await?;
/// if let Some(delivery) = receiver.recv().await? {
///     println!("an order of {}", delivery.decode::<&str>()?);
///     delivery.accept()?;
/// }
/// connection.close().await?;
/// # Ok(())
/// # }
/// ```
///
/// It is cheap to clone. When the last handle is dropped, with the links, receipts and deliveries of the connection,
/// it is closed in the background.
#[derive(Clone, Debug)]
pub struct Connection {
    handle: Arc<ConnectionHandle>,
    peer: Arc<Open>,
}

impl Connection {
    pub(super) const fn new(handle: Arc<ConnectionHandle>, peer: Arc<Open>) -> Self {
        Self { handle, peer }
    }

    /// Connects to a URL such as `amqp://user:password@host:5672/vhost`: see [`Endpoint`](crate::Endpoint).
    ///
    /// A user in the URL is authenticated with `PLAIN`; without one, the client is anonymous. `amqps://` needs the feature
    /// `rustls`, and accepts the certificates that the platform trusts. For anything else there is the
    /// [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// Returns a [`ConnectError`] if the URL is wrong, or there is no open connection within 30 seconds.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::builder().connect(&url.parse()?).await
    }

    /// Returns a builder with the defaults.
    pub fn builder() -> ConnectionBuilder {
        ConnectionBuilder::new()
    }

    /// Begins a session that several links share. [`sender`](Self::sender) and [`receiver`](Self::receiver) of a
    /// connection begin one for each link.
    ///
    /// # Errors
    ///
    /// Returns a [`BeginError`] if no more sessions can exist at once, or the connection ends.
    pub async fn session(&self) -> Result<Session, BeginError> {
        self.session_with(SessionSettings::default()).await
    }

    /// Begins a session with these settings.
    ///
    /// # Errors
    ///
    /// Returns a [`BeginError`], as [`session`](Self::session) does.
    pub async fn session_with(&self, settings: SessionSettings) -> Result<Session, BeginError> {
        let session = begin(Arc::clone(&self.handle), settings)?;
        let peer = session.begun().await?;
        Ok(Session::new(session, peer))
    }

    pub(super) const fn handle(&self) -> &Arc<ConnectionHandle> {
        &self.handle
    }

    fn parent(&self) -> Parent {
        Parent::Connection(Arc::clone(&self.handle))
    }

    /// Attaches a sender to a node, in a session of its own, so that other links are not held up by an error or a
    /// full window. Await the result.
    pub fn sender(&self, target: impl Into<Target>) -> SenderBuilder {
        SenderBuilder::new(self.parent(), TargetArchetype::from(target.into()))
    }

    /// Attaches a receiver to a node, in a session of its own. Await the result.
    pub fn receiver(&self, source: impl Into<Source>) -> ReceiverBuilder {
        ReceiverBuilder::new(self.parent(), source.into())
    }

    /// Attaches a requester to a node: a sender for requests and a receiver for the responses, in a session of their
    /// own. Await the result.
    pub fn requester(&self, target: impl Into<Target>) -> RequesterBuilder {
        RequesterBuilder::new(self.parent(), target.into())
    }

    /// Returns the open of the peer: its limits, capabilities and properties, such as the product.
    pub fn remote_open(&self) -> &Open {
        &self.peer
    }

    /// Returns what the connection has done so far, and what it holds now.
    pub fn stats(&self) -> Stats {
        self.handle.core.with(|state| state.stats())
    }

    /// Waits for the end of the connection, and returns the reason.
    pub async fn closed(&self) -> Ended {
        self.handle.ended().await
    }

    /// Closes the connection, and waits until the peer has agreed. The connection is closed even if the future is dropped.
    /// Messages that have been sent and are not settled may arrive or not: [`shutdown`](Self::shutdown) waits for them.
    ///
    /// # Errors
    ///
    /// Returns why the connection ended if it was not this call that ended it.
    pub fn close(self) -> impl Future<Output = Result<(), Ended>> + Send {
        self.close_for(None)
    }

    /// Closes the connection and tells the peer why, as [`close`](Self::close) does.
    ///
    /// # Errors
    ///
    /// Returns why the connection ended if it was not this call that ended it.
    pub fn close_with(self, reason: Error) -> impl Future<Output = Result<(), Ended>> + Send {
        self.close_for(Some(reason))
    }

    fn close_for(self, reason: Option<Error>) -> impl Future<Output = Result<(), Ended>> + Send {
        self.handle.core.with(|state| state.close(reason));
        async move { self.closed().await.into_result() }
    }

    /// Ends the connection at once, without a close and without waiting for the peer, to which it looks like a network
    /// that fails.
    pub fn abort(self) {
        self.handle.core.with(super::state::State::abort);
    }

    /// Waits until all messages that were sent have been settled by their receivers, then closes the connection. After
    /// `within` it is closed in any case. If the future is dropped, it waits no longer, and the connection is closed when
    /// its last handle is dropped.
    ///
    /// # Errors
    ///
    /// Returns [`ShutdownError`] if messages were not settled in time, or the connection ended before.
    pub async fn shutdown(self, within: Duration) -> Result<(), ShutdownError> {
        let core = &self.handle.core;
        let settled = core.wait(
            |state| Some(&mut state.settling),
            |state, _| (state.unsettled() == 0 || state.ended().is_some()).then_some(()),
        );
        let _ = timeout(within, settled).await;
        let unsettled = core.with(|state| {
            let unsettled = state.unsettled();
            state.close(None);
            unsettled
        });
        let ended = self.closed().await;
        if unsettled == 0 && ended.fault().is_none() {
            Ok(())
        } else {
            Err(ShutdownError { unsettled, ended })
        }
    }
}

/// Counts of what a connection has done so far, and of what it holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The counts of the engine.
    pub connection: ConnectionStats,
    /// The number of messages that wait until they can be sent.
    pub waiting: usize,
    /// The number of receipts whose outcome has not been returned.
    pub receipts: usize,
    /// The number of deliveries that have been received and not been taken.
    pub queued: usize,
    /// The number of deliveries whose state at the sender is kept.
    pub states: usize,
    /// How often the lock of the connection has been taken.
    pub locks: u64,
    /// How often a waiting future, or the task of the connection, has been woken.
    pub wakes: u64,
}

/// Why a connection was not shut down as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutdownError {
    /// The number of messages that were sent and not settled. Each may have arrived.
    pub unsettled: usize,
    /// How the connection ended.
    pub ended: Ended,
}

impl std::error::Error for ShutdownError {}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unsettled {
            0 => self.ended.fmt(f),
            1 => {
                write!(f, "a message was not settled, and may have arrived or not: {}", self.ended)
            }
            unsettled => write!(
                f,
                "{unsettled} messages were not settled, and may have arrived or not: {}",
                self.ended
            ),
        }
    }
}
