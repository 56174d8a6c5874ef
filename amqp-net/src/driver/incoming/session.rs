//! Sessions that a client has begun.

use std::sync::Arc;

use amqp_types::transport::{AmqpError, Begin, Error};

use crate::driver::handles::{ConnectionHandle, SessionHandle, WhenDropped};
use crate::driver::session::Session;
use crate::proto::SessionId;

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
    pub(super) const fn new(
        handle: Arc<ConnectionHandle>,
        id: SessionId,
        begin: Arc<Begin>,
    ) -> Self {
        Self { handle, id, begin, is_decided: false }
    }

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
