//! Everything that can wait.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use amqp_net::{
    Arrived, AttachError, BeginError, Ended, Receipts, RequestError, Scope, SendError,
    ShutdownError,
};
use amqp_types::messaging::Accepted;
use amqp_types::transport::{Flow, TransferNumber};
use futures_core::Stream;
use tokio::task::JoinHandle;

use super::world::World;
use crate::common::script::credit;
use crate::common::settle;

/// Something that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A message that waits for credit.
    Send,
    /// A message that waits for its outcome.
    Outcome,
    /// A receipt of a message.
    Receipt,
    /// The receipts of several messages.
    Receipts,
    /// Several messages that wait for credit.
    SendAll,
    Request,
    Receive,
    ReceiveMany,
    /// A receiver as a stream.
    Next,
    Drain,
    SettleSecond,
    RemoteState,
    SenderProperties,
    ReceiverProperties,
    SenderDetached,
    ReceiverDetached,
    Detach,
    CloseLink,
    Attach,
    AttachRequester,
    SessionEnded,
    EndSession,
    /// A link in a session of its own.
    AttachAlone,
    Begin,
    Closed,
    Close,
    Shutdown,
}

/// What an operation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Sender,
    Receiver,
    Requester,
    Session,
    Connection,
}

/// How an operation has ended.
#[derive(Debug)]
pub(crate) enum Got {
    Done,
    Ended(Ended),
    Sent(Ended, Arrived),
    Shutdown(ShutdownError),
}

impl Got {
    pub(crate) const fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Done => None,
            Self::Ended(ended) | Self::Sent(ended, _) => Some(ended),
            Self::Shutdown(error) => Some(&error.ended),
        }
    }

    /// Checks whether the peer may have the message.
    pub(crate) fn check_arrived(&self, operation: Operation) {
        let expected = match operation {
            Operation::Send | Operation::SendAll => Some(Arrived::No),
            Operation::Outcome | Operation::Receipt | Operation::Receipts | Operation::Request => {
                Some(Arrived::Perhaps)
            }
            _ => None,
        };
        match self {
            Self::Sent(_, arrived) => assert_eq!(Some(*arrived), expected, "{operation:?}"),
            _ => assert_eq!(expected, None, "{operation:?}: {self:?}"),
        }
    }
}

impl<T> From<Result<T, Ended>> for Got {
    fn from(result: Result<T, Ended>) -> Self {
        result.map_or_else(Self::Ended, |_| Self::Done)
    }
}

impl<T> From<Result<T, SendError>> for Got {
    fn from(result: Result<T, SendError>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(SendError::Ended { why, arrived }) => Self::Sent(why, arrived),
            Err(other) => panic!("{other}"),
        }
    }
}

impl<T> From<Result<T, RequestError>> for Got {
    fn from(result: Result<T, RequestError>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(RequestError::Send(error)) => Err::<T, _>(error).into(),
            Err(other) => panic!("{other}"),
        }
    }
}

impl<T> From<Result<T, AttachError>> for Got {
    fn from(result: Result<T, AttachError>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(error) => match error.ended() {
                Some(ended) => Self::Ended(ended.clone()),
                None => panic!("{error}"),
            },
        }
    }
}

impl<T> From<Result<T, BeginError>> for Got {
    fn from(result: Result<T, BeginError>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(BeginError::Ended(ended)) => Self::Ended(ended),
            Err(error) => panic!("{error}"),
        }
    }
}

impl Operation {
    pub(crate) const ALL: [Self; 27] = [
        Self::Send,
        Self::Outcome,
        Self::Receipt,
        Self::Receipts,
        Self::SendAll,
        Self::Request,
        Self::Receive,
        Self::ReceiveMany,
        Self::Next,
        Self::Drain,
        Self::SettleSecond,
        Self::RemoteState,
        Self::SenderProperties,
        Self::ReceiverProperties,
        Self::SenderDetached,
        Self::ReceiverDetached,
        Self::Detach,
        Self::CloseLink,
        Self::Attach,
        Self::AttachRequester,
        Self::SessionEnded,
        Self::EndSession,
        Self::AttachAlone,
        Self::Begin,
        Self::Closed,
        Self::Close,
        Self::Shutdown,
    ];

    pub(crate) const fn level(self) -> Level {
        match self {
            Self::Send
            | Self::Outcome
            | Self::Receipt
            | Self::Receipts
            | Self::SendAll
            | Self::SenderProperties
            | Self::SenderDetached
            | Self::Detach
            // Which waits for the outcome of a message.
            | Self::Shutdown => Level::Sender,
            Self::Request => Level::Requester,
            Self::Receive
            | Self::ReceiveMany
            | Self::Next
            | Self::Drain
            | Self::SettleSecond
            | Self::RemoteState
            | Self::ReceiverProperties
            | Self::ReceiverDetached
            | Self::CloseLink => Level::Receiver,
            Self::Attach | Self::AttachRequester | Self::SessionEnded | Self::EndSession => {
                Level::Session
            }
            Self::AttachAlone | Self::Begin | Self::Closed | Self::Close => Level::Connection,
        }
    }

    /// Whether it ends something itself.
    pub(crate) const fn ends_something(self) -> bool {
        matches!(
            self,
            Self::Detach | Self::CloseLink | Self::EndSession | Self::Close | Self::Shutdown
        )
    }

    /// Returns its time limit, if it has one, and what is then gone.
    pub(crate) const fn time_limit(self) -> Option<(Duration, Option<Scope>)> {
        let answer = Duration::from_secs(30);
        Some(match self {
            Self::Attach | Self::AttachRequester | Self::Detach | Self::CloseLink => {
                (answer, Some(Scope::Link))
            }
            Self::Begin | Self::AttachAlone | Self::EndSession => (answer, Some(Scope::Session)),
            Self::Close => (Duration::from_secs(5), Some(Scope::Connection)),
            Self::Drain => (answer, None),
            _ => return None,
        })
    }

    /// Begins it, and lets it wait.
    pub(crate) async fn start(self, world: &mut World) -> JoinHandle<Got> {
        if matches!(self, Self::Outcome | Self::Receipt | Self::Receipts | Self::Shutdown) {
            // A transfer has come from the peer.
            let flow = Flow { next_outgoing_id: TransferNumber(1), ..credit(1) };
            world.script().send(&flow, b"").await;
            settle().await;
        }
        let begun = self.begin(world);
        settle().await;
        begun
    }

    /// Begins it.
    pub(crate) fn begin(self, world: &mut World) -> JoinHandle<Got> {
        let World { client, session, sender, receiver, delivery, requester, .. } = world;
        let (client, session, sender) = (client.clone(), session.clone(), sender.clone());
        let requester = Arc::clone(requester);
        // One that is taken must be held by nothing else.
        let receiver = receiver.clone().filter(|_| !matches!(self, Self::CloseLink | Self::Next));
        match self {
            Self::Send | Self::Outcome => {
                tokio::spawn(async move { sender.send("m").await.into() })
            }
            Self::Receipt => tokio::spawn(async move {
                match sender.submit("m").await {
                    Ok(receipt) => receipt.await.into(),
                    Err(error) => Err::<(), _>(error).into(),
                }
            }),
            Self::Receipts | Self::SendAll => tokio::spawn(async move {
                let mut receipts = Receipts::new();
                let count = if self == Self::Receipts { 1 } else { 3 };
                match sender.submit_all(vec!["m"; count], &mut receipts).await {
                    Ok(()) => receipts.accepted().await.map_err(|error| error.error).into(),
                    Err(error) => Err::<(), _>(error).into(),
                }
            }),
            Self::Request => tokio::spawn(async move { requester.request("m").await.into() }),
            Self::Receive => tokio::spawn(async move { receiver.unwrap().recv().await.into() }),
            Self::ReceiveMany => {
                tokio::spawn(
                    async move { receiver.unwrap().recv_many(&mut Vec::new(), 9).await.into() },
                )
            }
            Self::Next => {
                let mut stream = world.take_receiver();
                tokio::spawn(async move {
                    let next = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await;
                    next.map_or(Got::Done, Got::from)
                })
            }
            Self::Drain => tokio::spawn(async move { receiver.unwrap().drain().await.into() }),
            Self::SettleSecond => {
                let delivery = delivery.take().unwrap();
                tokio::spawn(async move { delivery.settle_second(Accepted {}).await.into() })
            }
            Self::RemoteState => {
                let delivery = delivery.take().unwrap();
                tokio::spawn(async move { delivery.remote_state_changed().await.into() })
            }
            Self::SenderProperties => {
                tokio::spawn(async move { sender.properties_changed().await.into() })
            }
            Self::ReceiverProperties => {
                tokio::spawn(async move { receiver.unwrap().properties_changed().await.into() })
            }
            Self::SenderDetached => {
                tokio::spawn(async move { Got::Ended(sender.detached().await) })
            }
            Self::ReceiverDetached => {
                tokio::spawn(async move { Got::Ended(receiver.unwrap().detached().await) })
            }
            Self::Detach => {
                let detaching = sender.detach();
                tokio::spawn(async move { detaching.await.into() })
            }
            Self::CloseLink => {
                let closing = world.take_receiver().close();
                tokio::spawn(async move { closing.await.into() })
            }
            Self::Attach => {
                tokio::spawn(async move { session.sender("other").attach().await.into() })
            }
            Self::AttachRequester => {
                tokio::spawn(async move { session.requester("other").attach().await.into() })
            }
            Self::SessionEnded => tokio::spawn(async move { Got::Ended(session.ended().await) }),
            Self::EndSession => tokio::spawn(async move { session.end().await.into() }),
            Self::AttachAlone => {
                tokio::spawn(async move { client.receiver("other").attach().await.into() })
            }
            Self::Begin => tokio::spawn(async move { client.session().await.into() }),
            Self::Closed => tokio::spawn(async move { Got::Ended(client.closed().await) }),
            Self::Close => tokio::spawn(async move { client.close().await.into() }),
            Self::Shutdown => tokio::spawn(async move {
                let receipt = match sender.submit("m").await {
                    Ok(receipt) => receipt,
                    Err(error) => return Err::<(), _>(error).into(),
                };
                let result = client.shutdown(Duration::from_secs(3600)).await;
                drop(receipt);
                result.map_or_else(Got::Shutdown, |()| Got::Done)
            }),
        }
    }
}
