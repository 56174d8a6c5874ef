//! What clients ask of a server, each to be accepted or refused.

use std::net::SocketAddr;
use std::sync::Arc;

use amqp_types::messaging::{Source, SourceArchetype, Target, TargetArchetype};
use amqp_types::transport::{
    AmqpError, Attach, Begin, ConnectionError, Error, Fields, Info, Open, ReceiverSettleMode, Role,
};
use amqp_types::{Bytes, Map, Symbol, Value};

use super::attach;
use super::connection::Connection;
use super::credit::Credit;
use super::ended::Ended;
use super::handles::{ConnectionHandle, LinkHandle, SessionHandle, WhenDropped};
use super::link_error::AttachError;
use super::link_registry::{ClientKey, LinkRegistry};
use super::receiver::Receiver;
use super::receiver_builder::ReceiverBuilder;
use super::sender::Sender;
use super::sender_builder::SenderBuilder;
use super::server::Client;
use super::session::Session;
use super::state::{LinkState, Receiving, Request, Sending, State};
use crate::proto::{Authenticated, FrameWriteError, Identity, LinkId, SessionId};

/// A client that wants to open a connection. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a connection that is dropped is refused"]
pub struct IncomingConnection {
    handle: Arc<ConnectionHandle>,
    is_decided: bool,
    open: Arc<Open>,
    authenticated: Option<Authenticated>,
    client: Client,
    registry: Option<Arc<LinkRegistry>>,
}

impl IncomingConnection {
    pub(super) const fn new(
        handle: Arc<ConnectionHandle>,
        open: Arc<Open>,
        authenticated: Option<Authenticated>,
        client: Client,
        registry: Option<Arc<LinkRegistry>>,
    ) -> Self {
        Self { handle, is_decided: false, open, authenticated, client, registry }
    }

    /// Returns who the client is, or `None` if it did not begin with SASL.
    pub fn identity(&self) -> Option<&Identity> {
        self.authenticated.as_ref().map(Authenticated::identity)
    }

    /// Returns how the client was authenticated, or `None` if it did not begin with SASL.
    pub const fn authenticated(&self) -> Option<&Authenticated> {
        self.authenticated.as_ref()
    }

    /// Returns the address of the client, if a [`Listener`](super::Listener) has accepted the connection.
    pub const fn remote_addr(&self) -> Option<SocketAddr> {
        self.client.remote_addr
    }

    /// Returns the certificates that the client has shown in the TLS handshake of
    /// [`ServerSettings`](super::ServerSettings), in DER, its own first. They have been verified.
    pub fn certificates(&self) -> &[Bytes] {
        &self.client.certificates
    }

    /// Returns the open of the client.
    pub fn open(&self) -> &Open {
        &self.open
    }

    /// Accepts the client.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`] if the open of the server is larger than the client accepts. The client has been
    /// refused.
    pub fn accept(mut self) -> Result<Served, FrameWriteError> {
        self.handle.core.with(State::accept)?;
        self.is_decided = true;
        let connection = Connection::new(Arc::clone(&self.handle), Arc::clone(&self.open));
        let user = self.identity().and_then(Identity::name).map(str::to_owned);
        let client = (user, self.open.container_id.clone());
        Ok(Served { connection, client, registry: self.registry.take() })
    }

    /// Refuses the client, for this reason.
    pub fn refuse(mut self, reason: Error) {
        self.close(reason);
    }

    /// Refuses the client, and tells it to connect to another host.
    pub fn redirect(self, host: &str, port: u16) {
        let entries = [
            ("hostname", Value::from(host)),
            ("network-host", Value::from(host)),
            ("port", Value::from(port)),
        ];
        let entries = entries.map(|(name, value)| (Symbol::from_static(name), value));
        let info = Info(Fields(Map::from_iter(entries)));
        let reason = Error::new(ConnectionError::Redirect, "connect to another host");
        self.refuse(Error { info: Some(info), ..reason });
    }

    fn close(&mut self, reason: Error) {
        if !std::mem::replace(&mut self.is_decided, true) {
            self.handle.core.with(|state| state.close(Some(reason)));
        }
    }
}

impl Drop for IncomingConnection {
    fn drop(&mut self) {
        self.close(Error::new(AmqpError::NotAllowed, "the server does not take the connection"));
    }
}

/// A connection of a client that has been accepted, and what the client asks for. When it is dropped, further links of
/// the client are refused.
#[derive(Debug)]
pub struct Served {
    connection: Connection,
    client: ClientKey,
    registry: Option<Arc<LinkRegistry>>,
}

impl Served {
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
                let handle = Arc::clone(handle);
                let session = IncomingSession { handle, id, begin, is_decided: false };
                return Ok(Some(PeerRequest::Session(session)));
            }
        };
        let link = IncomingLink {
            handle: Arc::clone(handle),
            link,
            attach,
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

/// A session that a client has begun. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a session that is dropped is refused"]
pub struct IncomingSession {
    handle: Arc<ConnectionHandle>,
    id: SessionId,
    begin: Arc<Begin>,
    is_decided: bool,
}

impl IncomingSession {
    /// Returns the begin of the client.
    pub fn begin(&self) -> &Begin {
        &self.begin
    }

    /// Accepts the session. It goes on until it is ended, even if what is returned is dropped.
    pub fn accept(mut self) -> Session {
        self.is_decided = true;
        let connection = Arc::clone(&self.handle);
        let handle = SessionHandle { connection, id: self.id, when_dropped: WhenDropped::Forget };
        Session::new(Arc::new(handle), Arc::clone(&self.begin))
    }

    /// Refuses the session, for this reason, and all links in it.
    pub fn refuse(mut self, reason: Error) {
        self.end(reason);
    }

    fn end(&mut self, reason: Error) {
        if !std::mem::replace(&mut self.is_decided, true) {
            self.handle.core.with(|state| state.refuse_session(self.id, reason));
        }
    }
}

impl Drop for IncomingSession {
    fn drop(&mut self) {
        self.end(Error::new(AmqpError::NotAllowed, "the server does not take the session"));
    }
}

/// What the requests for senders and for receivers share.
#[derive(Debug)]
struct IncomingLink {
    handle: Arc<ConnectionHandle>,
    link: LinkId,
    attach: Box<Attach>,
    is_decided: bool,
    client: ClientKey,
    registry: Option<Arc<LinkRegistry>>,
}

impl IncomingLink {
    fn accept(
        mut self,
        answer: Attach,
        end: impl Into<LinkState>,
    ) -> Result<(Arc<LinkHandle>, Arc<Attach>, attach::LinkBuilder), AttachError> {
        let peer = Arc::new((*self.attach).clone());
        let attach = Attach { name: self.attach.name.clone(), ..answer.clone() };
        let accepted = self.handle.core.with(|state| {
            let accepted = state.accept_link(self.link, answer, Arc::clone(&peer), end.into());
            // Why the connection has ended says more than that the request has.
            let ended = state.ended().cloned();
            accepted.map_err(|error| ended.map_or_else(|| error.into(), AttachError::from))
        });
        accepted?;
        self.is_decided = true;
        if let Some(registry) = &self.registry {
            let link = (self.client.clone(), self.attach.name.clone(), self.role());
            registry.insert(link, &self.handle.core, self.link);
        }
        let id = self.link.session();
        let connection = Arc::clone(&self.handle);
        let when_dropped = WhenDropped::Nothing;
        let session = Arc::new(SessionHandle { connection, id, when_dropped });
        let again = attach::LinkBuilder::again(Arc::clone(&session), attach);
        Ok((Arc::new(LinkHandle { session, id: self.link }), peer, again))
    }

    /// Returns the end of the link at which this side is.
    fn role(&self) -> Role {
        match self.attach.role {
            Role::Sender => Role::Receiver,
            Role::Receiver => Role::Sender,
        }
    }

    /// Returns an answer that agrees to everything but the termini.
    fn answer(&self) -> Attach {
        Attach {
            snd_settle_mode: self.attach.snd_settle_mode,
            rcv_settle_mode: self.attach.rcv_settle_mode,
            source: self.attach.source.clone(),
            target: self.attach.target.clone(),
            ..Attach::new("", self.attach.handle, self.role())
        }
    }

    fn refuse(&mut self, reason: Error) {
        if !std::mem::replace(&mut self.is_decided, true) {
            self.handle.core.with(|state| state.detach(self.link, true, Some(reason)));
        }
    }
}

impl Drop for IncomingLink {
    fn drop(&mut self) {
        self.refuse(Error::new(AmqpError::NotAllowed, "the server does not take the link"));
    }
}

/// A link on which a client wants to receive. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a link that is dropped is refused"]
pub struct IncomingSender(IncomingLink);

impl IncomingSender {
    /// Returns the attach of the client.
    pub fn attach(&self) -> &Attach {
        &self.0.attach
    }

    /// Returns the source that the client wants. `None` if it is not a node.
    pub fn source(&self) -> Option<&Source> {
        match &self.0.attach.source {
            Some(SourceArchetype::Source(source)) => Some(source),
            _ => None,
        }
    }

    /// Accepts the link with this source, which has the address of a dynamic node, and the filters that are used.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the client has gone, or the source is too long for it.
    pub fn accept(self, source: impl Into<Source>) -> Result<Sender, AttachError> {
        let answer = Attach { source: Some(source.into().into()), ..self.0.answer() };
        self.accept_with(answer)
    }

    /// Accepts the link with the source that the client wants.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`], as [`accept`](Self::accept) does.
    pub fn accept_as_asked(self) -> Result<Sender, AttachError> {
        let mut answer = self.0.answer();
        // A link without a source would be a refusal.
        answer.source.get_or_insert_with(|| Source::default().into());
        self.accept_with(answer)
    }

    fn accept_with(self, answer: Attach) -> Result<Sender, AttachError> {
        let (link, peer, again) = self.0.accept(answer, Sending::default())?;
        Ok(Sender::new(link, peer, Arc::new(SenderBuilder::again(again))))
    }

    /// Refuses the link, for this reason.
    pub fn refuse(mut self, reason: Error) {
        self.0.refuse(reason);
    }
}

/// A link on which a client wants to send. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a link that is dropped is refused"]
pub struct IncomingReceiver(IncomingLink);

impl IncomingReceiver {
    /// Returns the attach of the client.
    pub fn attach(&self) -> &Attach {
        &self.0.attach
    }

    /// Returns the target that the client wants. `None` if it is not a node.
    pub fn target(&self) -> Option<&Target> {
        match &self.0.attach.target {
            Some(TargetArchetype::Target(target)) => Some(target),
            _ => None,
        }
    }

    /// Accepts the link with this target, which has the address of a dynamic node.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the client has gone, or the target is too long for it.
    pub fn accept(
        self,
        target: impl Into<TargetArchetype>,
        credit: Credit,
    ) -> Result<Receiver, AttachError> {
        let answer = Attach { target: Some(target.into()), ..self.0.answer() };
        self.accept_with(answer, credit)
    }

    /// Accepts the link with the target that the client wants.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`], as [`accept`](Self::accept) does.
    pub fn accept_as_asked(self, credit: Credit) -> Result<Receiver, AttachError> {
        let mut answer = self.0.answer();
        // A link without a target would be a refusal.
        answer.target.get_or_insert_with(|| Target::default().into());
        self.accept_with(answer, credit)
    }

    fn accept_with(self, answer: Attach, credit: Credit) -> Result<Receiver, AttachError> {
        let settles_second = answer.rcv_settle_mode == ReceiverSettleMode::Second;
        let receiving = Receiving::new(credit, settles_second);
        let (link, peer, again) = self.0.accept(answer, receiving)?;
        let builder = ReceiverBuilder::again(again, credit);
        Ok(Receiver::new(link, peer, Arc::new(builder)))
    }

    /// Refuses the link, for this reason.
    pub fn refuse(mut self, reason: Error) {
        self.0.refuse(reason);
    }
}
