//! Clients that want to open a connection.

use std::net::SocketAddr;
use std::sync::Arc;

use amqp_types::transport::{AmqpError, ConnectionError, Error, Fields, Info, Open};
use amqp_types::{Bytes, Map, Symbol, Value};

use super::Served;
use crate::driver::connection::Connection;
use crate::driver::handles::ConnectionHandle;
use crate::driver::link_registry::LinkRegistry;
use crate::driver::server::Client;
use crate::driver::state::State;
use crate::proto::{Authenticated, FrameWriteError, Identity};

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
    pub(in super::super) const fn new(
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

    /// Returns the address of the client, if a [`Listener`](crate::Listener) has accepted the connection.
    pub const fn remote_addr(&self) -> Option<SocketAddr> {
        self.client.remote_addr
    }

    /// Returns the certificates that the client has shown in the TLS handshake of
    /// [`ServerSettings`](crate::ServerSettings), in DER, its own first. They have been verified.
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
        Ok(Served::new(connection, client, self.registry.take()))
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
