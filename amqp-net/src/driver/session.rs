//! A session that several links share.

use std::sync::Arc;

use amqp_types::messaging::{Source, Target, TargetArchetype};
use amqp_types::transport::{Begin, Error};

use super::attach::Parent;
use super::ended::Ended;
use super::handles::SessionHandle;
use super::receiver_builder::ReceiverBuilder;
use super::requester_builder::RequesterBuilder;
use super::sender_builder::SenderBuilder;

/// A session that several links share, for peers that limit the number of sessions. Links of one session also share
/// its window: one that is full holds up all of them, and on some brokers an error of one link ends all of them.
///
/// When the last handle, links included, is dropped, the session is ended in the background.
#[derive(Clone, Debug)]
pub struct Session {
    handle: Arc<SessionHandle>,
    peer: Arc<Begin>,
}

impl Session {
    pub(super) const fn new(handle: Arc<SessionHandle>, peer: Arc<Begin>) -> Self {
        Self { handle, peer }
    }

    fn parent(&self) -> Parent {
        Parent::Session(Arc::clone(&self.handle))
    }

    /// Attaches a sender: see [`Connection::sender`](super::Connection::sender).
    pub fn sender(&self, target: impl Into<Target>) -> SenderBuilder {
        SenderBuilder::new(self.parent(), TargetArchetype::from(target.into()))
    }

    /// Attaches a receiver: see [`Connection::receiver`](super::Connection::receiver).
    pub fn receiver(&self, source: impl Into<Source>) -> ReceiverBuilder {
        ReceiverBuilder::new(self.parent(), source.into())
    }

    /// Attaches a requester: see [`Connection::requester`](super::Connection::requester).
    pub fn requester(&self, target: impl Into<Target>) -> RequesterBuilder {
        RequesterBuilder::new(self.parent(), target.into())
    }

    /// Returns the begin of the peer.
    pub fn remote_begin(&self) -> &Begin {
        &self.peer
    }

    /// Waits for the end of the session, and returns the reason.
    pub async fn ended(&self) -> Ended {
        self.handle.ended().await
    }

    /// Ends the session and its links, and waits until the peer has agreed. The session is ended even if the future is
    /// dropped.
    ///
    /// # Errors
    ///
    /// Returns why the session ended if it was not this call that ended it.
    pub fn end(self) -> impl Future<Output = Result<(), Ended>> + Send {
        self.end_for(None)
    }

    /// Ends the session and tells the peer why, as [`end`](Self::end) does.
    ///
    /// # Errors
    ///
    /// Returns why the session ended if it was not this call that ended it.
    pub fn end_with(self, reason: Error) -> impl Future<Output = Result<(), Ended>> + Send {
        self.end_for(Some(reason))
    }

    fn end_for(self, reason: Option<Error>) -> impl Future<Output = Result<(), Ended>> + Send {
        let Self { handle, .. } = self;
        handle.connection.core.with(|state| state.end(handle.id, reason));
        async move { handle.ended().await.into_result() }
    }
}
