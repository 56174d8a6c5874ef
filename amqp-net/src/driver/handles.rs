//! What the handles of the user keep alive.

use std::sync::Arc;

use amqp_types::transport::{Attach, Begin, Error, Fields, Open};

use super::core::Core;
use super::ended::Ended;
use super::state::State;
use crate::proto::{LinkId, SessionId};

/// A connection. When it is dropped, with the last handle, the connection is closed in the background.
#[derive(Debug)]
pub(super) struct ConnectionHandle {
    pub(super) core: Arc<Core>,
}

impl ConnectionHandle {
    /// Waits for the open of the peer.
    pub(super) async fn opened(&self) -> Result<Arc<Open>, Ended> {
        self.core
            .wait(
                |state| Some(&mut state.waiters),
                |state, _| match state.ended() {
                    Some(ended) => Some(Err(ended.clone())),
                    None => state.peer.clone().map(Ok),
                },
            )
            .await
    }

    /// Waits for the end of the connection.
    pub(super) async fn ended(&self) -> Ended {
        self.core.wait(|state| Some(&mut state.waiters), |state, _| state.ended().cloned()).await
    }
}

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        self.core.with(|state| state.close(None));
    }
}

/// A session. When it is dropped, with the last handle, the session is ended in the background.
#[derive(Debug)]
pub(super) struct SessionHandle {
    pub(super) connection: Arc<ConnectionHandle>,
    pub(super) id: SessionId,
    pub(super) when_dropped: WhenDropped,
}

/// What happens to a session when its last handle is dropped.
#[derive(Clone, Copy, Debug)]
pub(super) enum WhenDropped {
    /// It is ended: this side has begun it.
    End,
    /// It is forgotten: the peer has begun it, and the user has accepted it.
    Forget,
    /// Nothing: this is the handle of a link that the peer has attached.
    Nothing,
}

impl SessionHandle {
    /// Waits for the begin of the peer.
    pub(super) async fn begun(&self) -> Result<Arc<Begin>, Ended> {
        let id = self.id;
        self.wait(move |state| match state.session_end(id) {
            Some(ended) => Some(Err(ended)),
            None => state.session(id)?.peer.clone().map(Ok),
        })
        .await
    }

    /// Waits for the end of the session.
    pub(super) async fn ended(&self) -> Ended {
        let id = self.id;
        self.wait(move |state| state.session_end(id)).await
    }

    /// Waits for something that happens to the session.
    async fn wait<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let id = self.id;
        self.connection
            .core
            .wait(
                move |state| state.session(id).map(|session| &mut session.waiters),
                move |state, _| look(state),
            )
            .await
    }
}

impl Drop for SessionHandle {
    fn drop(&mut self) {
        let core = &self.connection.core;
        match self.when_dropped {
            WhenDropped::End => drop(core.with(|state| state.drop_session(self.id))),
            WhenDropped::Forget => drop(core.with(|state| state.forget_session(self.id))),
            WhenDropped::Nothing => {}
        }
    }
}

/// A link. When it is dropped, with the last handle, receipt and delivery, the link is closed in the background.
#[derive(Debug)]
pub(super) struct LinkHandle {
    // Dropped after `LinkHandle::drop` has closed the link, because a session ends after its links.
    pub(super) session: Arc<SessionHandle>,
    pub(super) id: LinkId,
}

impl LinkHandle {
    pub(super) fn core(&self) -> &Core {
        &self.session.connection.core
    }

    /// Waits for the attach of the peer.
    pub(super) async fn attached(&self) -> Result<Arc<Attach>, Ended> {
        let id = self.id;
        self.wait(move |state| match state.link_end(id) {
            Some(ended) => Some(Err(ended)),
            None => state.link(id)?.peer.clone().map(Ok),
        })
        .await
    }

    /// Waits for properties of the link that the peer sends.
    pub(super) async fn properties_changed(&self) -> Result<Fields, Ended> {
        let id = self.id;
        self.wait(move |state| state.take_properties(id)).await
    }

    /// Detaches the link at once, and waits until the peer has answered. Returns why the link ended.
    pub(super) fn detach(
        self: Arc<Self>,
        closed: bool,
        error: Option<Error>,
    ) -> impl Future<Output = Ended> {
        self.core().with(|state| state.detach(self.id, closed, error));
        async move { self.ended().await }
    }

    /// Waits for the end of the link.
    pub(super) async fn ended(&self) -> Ended {
        let id = self.id;
        self.wait(move |state| state.link_end(id)).await
    }

    /// Waits for something that happens to the link.
    async fn wait<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let id = self.id;
        self.core()
            .wait(
                move |state| state.link(id).map(|link| &mut link.waiters),
                move |state, _| look(state),
            )
            .await
    }
}

impl Drop for LinkHandle {
    fn drop(&mut self) {
        drop(self.core().with(|state| state.forget_link(self.id)));
    }
}
