//! Everything that ends a link, a session or a connection.

use amqp_net::EndReason;
use amqp_net::proto::{ConnectionEnd, LinkEnd, SessionEnd};
use amqp_types::transport::{
    AmqpError, Attach, Close, Detach, End as SessionEndFrame, Error, Handle, Open, Performative,
    Role, Transfer,
};

use super::operation::{Got, Level, Operation};
use super::world::{HANDLES, RECEIVER, SENDER, World};
use crate::common::fault::Fault;
use crate::common::settle;

/// How something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    LinksByPeer {
        error: bool,
    },
    /// This side closes the sender.
    SenderHere,
    /// The peer violates the standard on the receiver.
    ReceiverByViolation,
    SessionByPeer {
        error: bool,
    },
    SessionHere,
    SessionByViolation,
    ConnectionByPeer {
        error: bool,
    },
    ConnectionHere,
    ConnectionByViolation,
    /// The stream ends without a close.
    Stream,
    Reset,
}

fn why(is_given: bool) -> Option<Error> {
    is_given.then(|| Error::new(AmqpError::ResourceDeleted, "gone"))
}

impl End {
    pub(crate) const ALL: [Self; 14] = [
        Self::LinksByPeer { error: true },
        Self::LinksByPeer { error: false },
        Self::SenderHere,
        Self::ReceiverByViolation,
        Self::SessionByPeer { error: true },
        Self::SessionByPeer { error: false },
        Self::SessionHere,
        Self::SessionByViolation,
        Self::ConnectionByPeer { error: true },
        Self::ConnectionByPeer { error: false },
        Self::ConnectionHere,
        Self::ConnectionByViolation,
        Self::Stream,
        Self::Reset,
    ];

    /// Whether it ends what an operation waits for.
    pub(crate) fn concerns(self, operation: Operation) -> bool {
        // What the peer does wrong with something that is being ended is discarded.
        let is_discarded = match operation {
            Operation::CloseLink => self == Self::ReceiverByViolation,
            Operation::EndSession => self == Self::SessionByViolation,
            Operation::Close => self == Self::ConnectionByViolation,
            _ => false,
        };
        let level = operation.level();
        !is_discarded
            && match self {
                Self::LinksByPeer { .. } => {
                    matches!(level, Level::Sender | Level::Receiver | Level::Requester)
                }
                Self::SenderHere => level == Level::Sender,
                Self::ReceiverByViolation => level == Level::Receiver,
                Self::SessionByPeer { .. } | Self::SessionHere | Self::SessionByViolation => {
                    level != Level::Connection
                }
                _ => true,
            }
    }

    /// Whether it can happen while an operation waits. Nothing is sent for a part of what is being closed.
    pub(crate) const fn is_possible(self, operation: Operation) -> bool {
        match operation {
            Operation::EndSession => !matches!(self, Self::SenderHere),
            Operation::Close => !matches!(self, Self::SenderHere | Self::SessionHere),
            _ => true,
        }
    }

    /// Lets it happen, and answers what this side sends because of it.
    pub(crate) async fn happen(self, world: &mut World, operation: Operation) {
        match self {
            Self::LinksByPeer { error } => {
                for handle in 0..HANDLES {
                    let detach = Detach { handle: Handle(handle), closed: true, error: why(error) };
                    world.script().send(&detach, b"").await;
                }
                settle().await;
            }
            Self::SenderHere => {
                let closing = tokio::spawn(world.sender.clone().close());
                settle().await;
                world.answer_sender().await;
                settle().await;
                assert!(closing.is_finished());
            }
            Self::ReceiverByViolation => {
                let transfer = Transfer { handle: Handle(RECEIVER), ..Transfer::default() };
                world.script().send(&transfer, b"").await;
            }
            Self::SessionByPeer { error } => {
                world.script().send(&SessionEndFrame { error: why(error) }, b"").await;
            }
            Self::SessionHere => {
                let ending = tokio::spawn(world.session.clone().end());
                let is_end = |frame| matches!(frame, Performative::End(_)).then_some(());
                world.script().until(is_end).await;
                world.script().send(&SessionEndFrame::default(), b"").await;
                settle().await;
                assert!(ending.is_finished());
            }
            Self::SessionByViolation => {
                let again = Attach::new("again", Handle(SENDER), Role::Receiver);
                world.script().send(&again, b"").await;
            }
            Self::ConnectionByPeer { error } => {
                world.script().send(&Close { error: why(error) }, b"").await;
            }
            Self::ConnectionHere => {
                let closing = tokio::spawn(world.client.clone().close());
                world.answer_close().await;
                settle().await;
                assert!(closing.is_finished());
            }
            Self::ConnectionByViolation => {
                world.script().send(&Open::new("again"), b"").await;
            }
            Self::Stream => world.script = None,
            Self::Reset => world.control.set(Fault::Reset),
        }
        settle().await;
        // A shutdown that has nothing left to wait for closes the connection.
        let is_part = !matches!(
            self,
            Self::ConnectionByPeer { .. }
                | Self::ConnectionHere
                | Self::ConnectionByViolation
                | Self::Stream
                | Self::Reset
        );
        if operation == Operation::Shutdown && is_part && self.concerns(operation) {
            world.answer_close().await;
        }
    }

    /// Whether it is the reason.
    pub(crate) fn is_reason(self, reason: &EndReason) -> bool {
        match (self, reason) {
            (Self::SenderHere, EndReason::Link(LinkEnd::Detached { closed: true }))
            | (Self::ReceiverByViolation, EndReason::Link(LinkEnd::Violation { .. }))
            | (Self::SessionHere, EndReason::Session(SessionEnd::Ended))
            | (Self::SessionByViolation, EndReason::Session(SessionEnd::Violation { .. }))
            | (Self::ConnectionHere, EndReason::Connection(ConnectionEnd::Closed))
            | (
                Self::ConnectionByViolation,
                EndReason::Connection(ConnectionEnd::Violation { .. }),
            )
            | (Self::Stream | Self::Reset, EndReason::Connection(ConnectionEnd::Lost(_))) => true,
            (
                Self::LinksByPeer { error: is_given },
                EndReason::Link(LinkEnd::DetachedByPeer { closed: true, error }),
            )
            | (
                Self::SessionByPeer { error: is_given },
                EndReason::Session(SessionEnd::EndedByPeer(error)),
            )
            | (
                Self::ConnectionByPeer { error: is_given },
                EndReason::Connection(ConnectionEnd::ClosedByPeer(error)),
            ) => *error == why(is_given),
            _ => false,
        }
    }

    /// Checks how an operation has ended because of it.
    pub(crate) fn check(self, operation: Operation, got: &Got) {
        let is_done = match operation {
            // This side asked for this end or for one that includes it. Which side was first does not matter.
            Operation::Detach => matches!(
                self,
                Self::LinksByPeer { error: false }
                    | Self::SenderHere
                    | Self::SessionHere
                    | Self::ConnectionHere
            ),
            Operation::CloseLink => matches!(
                self,
                Self::LinksByPeer { error: false } | Self::SessionHere | Self::ConnectionHere
            ),
            Operation::EndSession => matches!(
                self,
                Self::SessionByPeer { error: false } | Self::SessionHere | Self::ConnectionHere
            ),
            Operation::Close => {
                matches!(self, Self::ConnectionByPeer { error: false } | Self::ConnectionHere)
            }
            // Nothing is left to wait for.
            Operation::Shutdown => matches!(
                self,
                Self::LinksByPeer { .. }
                    | Self::SenderHere
                    | Self::SessionByPeer { .. }
                    | Self::SessionHere
                    | Self::SessionByViolation
            ),
            _ => false,
        };
        if is_done {
            assert!(matches!(got, Got::Done), "{operation:?} after {self:?}: {got:?}");
            return;
        }
        let ended = got.ended().unwrap_or_else(|| panic!("{operation:?} after {self:?}: {got:?}"));
        assert!(self.is_reason(ended.reason()), "{operation:?} after {self:?}: {ended}");
        got.check_arrived(operation);
        if let Got::Shutdown(error) = got {
            assert_eq!(error.unsettled, 1, "{self:?}");
        }
    }
}
