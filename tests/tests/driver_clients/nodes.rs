//! The nodes of the server, each of which does one thing with the links to it.

use std::sync::Arc;

use amqp_net::{
    Connection, Credit, Delivery, Ended, PeerRequest, Receiver, SendError, Sender, TrySubmitError,
};
use amqp_types::messaging::{Accepted, Body, Message, Modified};
use amqp_types::transport::{AmqpError, ConnectionError, Error, Fields, ReceiverSettleMode};
use amqp_types::{Bytes, Map, Symbol, Value};
use tokio::sync::Notify;

use crate::messages::{messages, named, subject};
use crate::seen::Seen;
use crate::text;

/// What a link belongs to.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) seen: Seen,
    pub(crate) case: String,
    pub(crate) connection: Connection,
    pub(crate) stop: Arc<Notify>,
}

/// The sizes of messages that go in both directions, of which the largest is given.
pub(crate) const fn sizes(largest: usize) -> [usize; 4] {
    [0, 1, 100 << 10, largest]
}

/// Serves a link until it ends.
pub(crate) async fn serve(request: PeerRequest, context: Context) {
    match request {
        PeerRequest::Receiver(link) => {
            let Some(target) = link.target().cloned() else { return };
            let node = target.address.as_deref().unwrap_or_default().to_owned();
            let second = link.attach().rcv_settle_mode == ReceiverSettleMode::Second;
            let credit = match &*node {
                "missing" => {
                    return link
                        .refuse(Error::new(AmqpError::NotFound, "there is no node missing"));
                }
                "slow" => Credit::Manual,
                _ => Credit::Auto(100),
            };
            let receiver = link.accept(target, credit).unwrap();
            let receiving = Receiving { context, node, second };
            // The end of the link is seen by the connection.
            let _ = receiving.serve(receiver).await;
        }
        PeerRequest::Sender(link) => {
            let Some(source) = link.source().cloned() else { return };
            let node = source.address.as_deref().unwrap_or_default().to_owned();
            if node == "missing" {
                return link.refuse(Error::new(AmqpError::NotFound, "there is no node missing"));
            }
            let sender = link.accept(source).unwrap();
            let sending = Sending { context, node };
            if let Err(error) = sending.serve(&sender).await {
                sending.add(format!("failed: {error}"));
            }
            sender.detached().await;
        }
        // The client is told that there are no transactions.
        other => drop(other),
    }
}

/// A link to a node that takes messages.
struct Receiving {
    context: Context,
    node: String,
    second: bool,
}

impl Receiving {
    fn add(&self, line: impl Into<String>) {
        self.context.seen.add(&self.context.case, &self.node, line);
    }

    async fn serve(&self, receiver: Receiver) -> Result<(), Ended> {
        let mut count = 0;
        loop {
            if self.node == "slow" {
                receiver.grant(1)?;
            }
            let Some(delivery) = receiver.recv().await? else { return Ok(()) };
            count += 1;
            let message: Message = delivery.decode().unwrap();
            match &*self.node {
                "sizes" => self.add(size(&message)),
                "stops" if count == 100 => self.context.stop.notify_one(),
                "stops" => {}
                _ if delivery.is_settled() => {
                    self.add(format!("settled {}", text::message(&message)));
                }
                _ => self.add(text::message(&message)),
            }
            match &*self.node {
                "outcomes" => settle(delivery, count)?,
                _ if self.second => {
                    delivery.settle_second(Accepted {}).await?;
                    self.add("settled by the sender");
                }
                _ if delivery.is_settled() => {}
                _ => delivery.accept()?,
            }
            match &*self.node {
                "link" if count == 2 => {
                    let reason = Error::new(AmqpError::ResourceDeleted, "the node is gone");
                    return receiver.close_with(reason).await;
                }
                "connection" if count == 2 => {
                    let reason = Error::new(ConnectionError::ConnectionForced, "time to go");
                    return self.context.connection.clone().close_with(reason).await;
                }
                _ => {}
            }
        }
    }
}

/// Returns the size of a message, if it has the right octets.
fn size(message: &Message) -> String {
    let octets = message.body.to_data().unwrap();
    let right = octets == text::pattern(octets.len());
    format!("{} {}", octets.len(), if right { "right" } else { "wrong" })
}

/// Gives each message another outcome.
fn settle(delivery: Delivery, count: usize) -> Result<(), Ended> {
    match count {
        1 => delivery.accept(),
        2 => delivery.reject(Some(Error::new(AmqpError::InvalidField, "no such item"))),
        3 => delivery.release(),
        _ => {
            let annotation = (Symbol::from_static("x-opt-why"), Value::from("tired"));
            delivery.modify(Modified {
                delivery_failed: Some(true),
                undeliverable_here: Some(true),
                message_annotations: Some(Fields(Map::from_iter([annotation]))),
            })
        }
    }
}

/// A link to a node that has messages.
struct Sending {
    context: Context,
    node: String,
}

impl Sending {
    fn add(&self, line: impl Into<String>) {
        self.context.seen.add(&self.context.case, &self.node, line);
    }

    async fn serve(&self, sender: &Sender) -> Result<(), SendError> {
        match &*self.node {
            // One after another, because outcomes may come in any order.
            "four" => {
                for number in 1..=4 {
                    self.send(sender, &numbered(number)).await?;
                }
            }
            "settled" => {
                for number in 1..=2 {
                    sender.send_settled(&numbered(number)).await?;
                }
            }
            "ten" => self.send_ten(sender).await?,
            "three" => {
                for number in 1..=3 {
                    drop(sender.submit(&numbered(number)).await?);
                }
            }
            "link" => {
                self.send_two(sender).await?;
                let reason = Error::new(AmqpError::ResourceDeleted, "the node is gone");
                let _ = sender.clone().close_with(reason).await;
            }
            "connection" => {
                self.send_two(sender).await?;
                let reason = Error::new(ConnectionError::ConnectionForced, "time to go");
                let _ = self.context.connection.clone().close_with(reason).await;
            }
            "stops" => loop {
                for _ in 0..100 {
                    sender.send(&numbered(0)).await?;
                }
                self.context.stop.notify_one();
            },
            node if node.starts_with("messages") => {
                let left_out = node.strip_prefix("messages/");
                for message in messages() {
                    if left_out != Some(&*subject(&message)) {
                        self.send(sender, &message).await?;
                    }
                }
            }
            node => {
                let largest = node.strip_prefix("sizes/").and_then(|size| size.parse().ok());
                for size in largest.map(sizes).unwrap_or_default() {
                    sender.send(&text::pattern(size)).await?;
                    self.add(format!("{size} accepted"));
                }
            }
        }
        Ok(())
    }

    /// Sends a message, and says what becomes of it.
    async fn send(&self, sender: &Sender, message: &Message) -> Result<(), SendError> {
        let outcome = sender.submit(message).await?.outcome().await?;
        self.add(format!("{} {}", subject(message), text::outcome(&outcome)));
        Ok(())
    }

    async fn send_two(&self, sender: &Sender) -> Result<(), SendError> {
        for number in 1..=2 {
            sender.send(&numbered(number)).await?;
        }
        Ok(())
    }

    /// Sends ten messages, and says after which of them there was no more credit.
    async fn send_ten(&self, sender: &Sender) -> Result<(), SendError> {
        for number in 1..=10 {
            let message = numbered(number);
            // The client may settle when it likes.
            match sender.try_submit(&message) {
                Ok(_) => {}
                Err(TrySubmitError::Full) => {
                    self.add(format!("stopped after {}", number - 1));
                    drop(sender.submit(&message).await?);
                }
                Err(TrySubmitError::Failed(error)) => return Err(error),
                Err(other) => panic!("{other}"),
            }
        }
        self.add("all sent");
        Ok(())
    }
}

/// Returns a message whose subject and body is this number.
pub(crate) fn numbered(number: usize) -> Message {
    named(&number.to_string(), Body::Data(Bytes::from(number.to_string())))
}
