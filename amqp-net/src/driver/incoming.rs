//! What clients ask of a server, each to be accepted or refused.

mod connection;
mod link;
mod session;

use std::sync::Arc;

use amqp_types::messaging::TargetArchetype;
use amqp_types::transport::Role;

pub use self::connection::IncomingConnection;
use self::link::IncomingLink;
pub use self::link::{IncomingReceiver, IncomingSender};
pub use self::session::IncomingSession;
use super::connection::Connection;
use super::ended::Ended;
use super::link_registry::{ClientKey, LinkRegistry};
use super::state::{Request, State};

/// A connection of a client that has been accepted, and what the client asks for. When it is dropped, further links of
/// the client are refused.
#[derive(Debug)]
pub struct Served {
    connection: Connection,
    client: ClientKey,
    registry: Option<Arc<LinkRegistry>>,
}

impl Served {
    const fn new(
        connection: Connection,
        client: ClientKey,
        registry: Option<Arc<LinkRegistry>>,
    ) -> Self {
        Self { connection, client, registry }
    }

    /// Returns the connection, over which links can also be attached from this side.
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Waits for the next link that the client wants to attach, or for a session if the server
    /// [asks for sessions](super::ServerSettings::ask_for_sessions). Returns `None` after the client, or this side, has
    /// closed the connection without an error. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns why the connection ended otherwise.
    pub async fn next(&mut self) -> Result<Option<PeerRequest>, Ended> {
        let handle = self.connection.handle();
        let request = handle
            .core
            .wait(
                |state| Some(&mut state.waiters),
                |state, _| match state.requests.as_mut()?.pop_front() {
                    Some(request) => Some(Ok(Some(request))),
                    None => match state.ended()? {
                        ended if ended.is_orderly() => Some(Ok(None)),
                        ended => Some(Err(ended.clone())),
                    },
                },
            )
            .await?;
        let (link, attach) = match request {
            None => return Ok(None),
            Some(Request::Link(link, attach)) => (link, attach),
            Some(Request::Session(id, begin)) => {
                let session = IncomingSession::new(Arc::clone(handle), id, begin);
                return Ok(Some(PeerRequest::Session(session)));
            }
        };
        let link = IncomingLink {
            handle: Arc::clone(handle),
            link,
            attach,
            answer: None,
            is_decided: false,
            client: self.client.clone(),
            registry: self.registry.clone(),
        };
        Ok(Some(match (link.attach.role, &link.attach.target) {
            (Role::Receiver, _) => PeerRequest::Sender(IncomingSender(link)),
            (Role::Sender, Some(TargetArchetype::Coordinator(_))) => {
                PeerRequest::Coordinator(IncomingReceiver(link))
            }
            (Role::Sender, _) => PeerRequest::Receiver(IncomingReceiver(link)),
        }))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.connection.handle().core.with(State::stop_serving);
    }
}

/// What a client asks for on its connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum PeerRequest {
    /// This side will send: the client is the receiver.
    Sender(IncomingSender),
    /// This side will receive: the client is the sender.
    Receiver(IncomingReceiver),
    /// The client wants to begin transactions.
    Coordinator(IncomingReceiver),
    /// The client has begun a session, if the server
    /// [asks for sessions](super::ServerSettings::ask_for_sessions).
    Session(IncomingSession),
}
