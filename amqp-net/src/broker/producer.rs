//! A link on which a client sends.

use std::sync::Arc;

use amqp_types::messaging::Outcome;
use amqp_types::transport::{AmqpError, Error};
use bytestring::ByteString;
use tokio::task::JoinSet;

use super::failure::MessageFault;
use super::message::Message;
use super::node::Node;
use super::shared::{Shared, raised};
use crate::clock;
use crate::{Connection, Delivery, DeliveryToken, Receiver};

/// A link on which a client sends.
#[derive(Debug)]
pub(super) struct Producer {
    shared: Arc<Shared>,
    connection: Connection,
    /// `None` if each message says where it goes.
    node: Option<Arc<Node>>,
    /// The node to which the last message without a node of the link went.
    last: Option<Arc<Node>>,
    /// Outcomes that are told late.
    late: JoinSet<()>,
}

/// The number of messages that are taken at once.
const BATCH: usize = 256;

/// A message that has come, and what becomes of it.
struct Arrived {
    token: DeliveryToken,
    fate: Fate,
}

enum Fate {
    /// It is in its node.
    Taken,
    Late(std::time::Duration),
    Refused(Error),
    Settled(Outcome),
    /// Its outcome is not told, because the link or the connection ends.
    Untold,
}

/// Why a link is to end.
enum End {
    /// With this error.
    Detach(Error),
    /// With its connection.
    Disconnect,
}

impl Producer {
    /// Attaches a producer to a node, if it has one.
    pub(super) fn new(
        shared: Arc<Shared>,
        connection: Connection,
        node: Option<Arc<Node>>,
    ) -> Result<Self, Error> {
        if let Some(node) = &node {
            node.add_producer()?;
        }
        Ok(Self { shared, connection, node, last: None, late: JoinSet::new() })
    }

    /// Takes messages until the link ends. Returns the error of the broker with which it ended it, if it did.
    pub(super) async fn run(mut self, link: Receiver) -> Option<Error> {
        let mut deleted = self.node.as_ref().map(|node| node.watch());
        let mut batch = Vec::new();
        loop {
            let received = tokio::select! {
                received = link.recv_many(&mut batch, BATCH) => received,
                Some(_) = self.late.join_next() => continue,
                Some(()) = async {
                    raised(deleted.as_mut()?).await;
                    Some(())
                } => {
                    let gone = self.node.as_ref()?.gone();
                    let _ = link.close_with(gone.clone()).await;
                    return Some(gone);
                }
            };
            if !matches!(received, Ok(1..)) {
                return None;
            }
            let (arrived, mut end) = self.take(batch.drain(..));
            if let Some(End::Disconnect) = end {
                // Before the deliveries are dropped, which would release them.
                self.connection.clone().abort();
                return None;
            }
            let mut untold = Vec::new();
            for arrived in arrived {
                match arrived.fate {
                    Fate::Untold => untold.push(arrived.token),
                    fate => {
                        if let Err(error) = self.answer(arrived.token, fate) {
                            end.get_or_insert(End::Detach(error));
                        }
                    }
                }
            }
            if let Some(End::Detach(error)) = end {
                let closing = link.close_with(error.clone());
                // Now that the link is detached, they are not released.
                drop(untold);
                let _ = closing.await;
                return Some(error);
            }
        }
    }

    /// Puts messages where they go. After an end, the rest is not taken.
    fn take(&mut self, deliveries: impl Iterator<Item = Delivery>) -> (Vec<Arrived>, Option<End>) {
        let now = clock::now();
        let mut arrived: Vec<Arrived> = Vec::new();
        // Those that go to the same node, at these indices, are put there together.
        let mut run: Option<(Arc<Node>, Vec<Message>, Vec<usize>)> = None;
        let mut end = None;
        for delivery in deliveries {
            let format = delivery.message_format();
            let (octets, token) = delivery.split();
            if end.is_some() {
                arrived.push(Arrived { token, fate: Fate::Untold });
                continue;
            }
            let mut fate = Fate::Taken;
            let message = Message::new(octets, format, now).and_then(|message| {
                if let Some(node) = self.known_node(&message) {
                    return Ok((node, message));
                }
                // First, because a node that is made can take the place of one that is empty.
                publish(run.take(), &mut arrived);
                let node = self.find_node(&message)?;
                Ok((node, message))
            });
            let fault = if self.shared.failures.is_empty() {
                None
            } else {
                let address = message.as_ref().ok().map(|(node, _)| &*node.address);
                self.shared.failures.message(address)
            };
            match fault {
                None => {}
                Some(MessageFault::Delay(by)) => fate = Fate::Late(by),
                Some(MessageFault::Settle(outcome)) => {
                    arrived.push(Arrived { token, fate: Fate::Settled(outcome) });
                    continue;
                }
                Some(MessageFault::Detach(error)) => {
                    arrived.push(Arrived { token, fate: Fate::Untold });
                    end = Some(End::Detach(error));
                    continue;
                }
                Some(MessageFault::Disconnect) => {
                    arrived.push(Arrived { token, fate: Fate::Untold });
                    end = Some(End::Disconnect);
                    continue;
                }
            }
            match message {
                Err(error) => fate = Fate::Refused(error),
                Ok((node, message)) => {
                    if !run.as_ref().is_some_and(|(of, ..)| Arc::ptr_eq(of, &node)) {
                        publish(run.replace((node, Vec::new(), Vec::new())), &mut arrived);
                    }
                    if let Some((_, messages, indices)) = &mut run {
                        messages.push(message);
                        indices.push(arrived.len());
                    }
                }
            }
            arrived.push(Arrived { token, fate });
        }
        publish(run, &mut arrived);
        (arrived, end)
    }

    /// Returns the node to which a message goes, if it is that of the link, or that of the last message.
    fn known_node(&self, message: &Message) -> Option<Arc<Node>> {
        if self.node.is_some() {
            return self.node.clone();
        }
        let is_same = |last: &&Arc<Node>| Some(&last.address) == message.to().as_ref();
        self.last.as_ref().filter(is_same).filter(|last| !last.is_deleted()).cloned()
    }

    /// Returns the node to which a message says that it goes.
    fn find_node(&mut self, message: &Message) -> Result<Arc<Node>, Error> {
        let to: ByteString = message.to().ok_or_else(|| {
            let what = "the link has no target address, and the message has no property `to`";
            Error::new(AmqpError::PreconditionFailed, what)
        })?;
        let node = self.shared.node(&to, None)?;
        self.last = Some(Arc::clone(&node));
        Ok(node)
    }

    /// Tells the client the outcome of a message.
    ///
    /// # Errors
    ///
    /// Returns the error with which the link is to end, because a message that came settled was refused.
    fn answer(&mut self, token: DeliveryToken, fate: Fate) -> Result<(), Error> {
        // If the link has ended, nobody waits for the outcome.
        let _ = match fate {
            Fate::Taken => token.accept(),
            Fate::Late(by) => {
                self.late.spawn(async move {
                    tokio::time::sleep(by).await;
                    let _ = token.accept();
                });
                Ok(())
            }
            Fate::Refused(error) if token.is_settled() => return Err(error),
            Fate::Refused(error) => token.reject(Some(error)),
            Fate::Settled(outcome) => token.settle(outcome),
            Fate::Untold => Ok(()),
        };
        Ok(())
    }
}

/// Puts messages in a node, and notes those that it refuses.
fn publish(run: Option<(Arc<Node>, Vec<Message>, Vec<usize>)>, arrived: &mut [Arrived]) {
    let Some((node, messages, indices)) = run else { return };
    let mut results = Vec::with_capacity(messages.len());
    node.publish(messages.into_iter(), &mut results);
    for (index, result) in indices.into_iter().zip(results) {
        if let (Err(error), Some(arrived)) = (result, arrived.get_mut(index)) {
            arrived.fate = Fate::Refused(error);
        }
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        if let Some(node) = &self.node {
            node.remove_producer();
        }
    }
}
