//! A server with queues in memory.
//!
//! Requires PLAIN, as guest with the password guest. A queue is created when a link is attached to it. The node `missing`
//! ends its links with an error, and the node `outcomes` gives each of four messages another outcome.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use fe2o3_amqp::acceptor::{
    ConnectionAcceptor, LinkAcceptor, LinkEndpoint, ListenerSessionHandle, SaslPlainMechanism,
    SessionAcceptor,
};
use fe2o3_amqp::{Delivery, Receiver, Sender};
use fe2o3_amqp_types::definitions::{AmqpError, Error, Fields};
use fe2o3_amqp_types::messaging::{Body, Modified, Outcome};
use serde_amqp::Value;
use serde_amqp::primitives::Symbol;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::messages::Whole;

#[derive(Default)]
struct Queue {
    messages: RefCell<VecDeque<Whole>>,
    added: Notify,
}

type Queues = Rc<RefCell<HashMap<String, Rc<Queue>>>>;

/// Serves clients until the process is killed.
pub async fn serve(address: &str) {
    let listener = TcpListener::bind(address).await.expect("the address is free");
    let queues = Queues::default();
    let tasks = tokio::task::LocalSet::new();
    tasks
        .run_until(async {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::task::spawn_local(connection(stream, Rc::clone(&queues)));
            }
        })
        .await;
}

async fn connection(stream: TcpStream, queues: Queues) {
    let acceptor = ConnectionAcceptor::builder()
        .container_id("fe2o3-server")
        .sasl_acceptor(SaslPlainMechanism::new("guest", "guest"))
        .build();
    let Ok(mut connection) = acceptor.accept(stream).await else { return };
    while let Ok(session) = SessionAcceptor::new().accept(&mut connection).await {
        tokio::task::spawn_local(links(session, Rc::clone(&queues)));
    }
}

async fn links(mut session: ListenerSessionHandle, queues: Queues) {
    while let Ok(link) = LinkAcceptor::new().accept(&mut session).await {
        let queue = |address: Option<&str>| {
            let name = address.unwrap_or_default().to_owned();
            Rc::clone(queues.borrow_mut().entry(name).or_default())
        };
        match link {
            LinkEndpoint::Receiver(receiver) => {
                let target = receiver.target().as_ref().and_then(|it| it.address.clone());
                match target.as_deref() {
                    Some("missing") => drop(receiver.close_with_error(missing()).await),
                    Some("outcomes") => drop(tokio::task::spawn_local(outcomes(receiver))),
                    node => drop(tokio::task::spawn_local(receive(receiver, queue(node)))),
                }
            }
            LinkEndpoint::Sender(sender) => {
                let source = sender.source().as_ref().and_then(|it| it.address.clone());
                match source.as_deref() {
                    Some("missing") => drop(sender.close_with_error(missing()).await),
                    node => drop(tokio::task::spawn_local(send(sender, queue(node)))),
                }
            }
        }
    }
}

fn missing() -> Error {
    Error::new(AmqpError::NotFound, "there is no node missing".to_owned(), None)
}

async fn receive(mut receiver: Receiver, queue: Rc<Queue>) {
    while let Ok(delivery) = receiver.recv::<Body<Value>>().await {
        if receiver.accept(&delivery).await.is_err() {
            return;
        }
        queue.messages.borrow_mut().push_back(delivery.into_message());
        queue.added.notify_one();
    }
}

async fn outcomes(mut receiver: Receiver) {
    for number in 1.. {
        let Ok(delivery): Result<Delivery<Body<Value>>, _> = receiver.recv().await else { return };
        let settled = match number {
            1 => receiver.accept(&delivery).await,
            2 => {
                let why = "no such item".to_owned();
                receiver.reject(&delivery, Error::new(AmqpError::InvalidField, why, None)).await
            }
            3 => receiver.release(&delivery).await,
            _ => {
                let annotation = (Symbol::from("x-opt-why"), Value::from("tired"));
                let modified = Modified {
                    delivery_failed: Some(true),
                    undeliverable_here: Some(true),
                    message_annotations: Some(Fields::from_iter([annotation])),
                };
                receiver.modify(&delivery, modified).await
            }
        };
        if settled.is_err() {
            return;
        }
    }
}

/// Sends the messages of a queue. One that is released or modified is sent again; a rejected one is dropped.
async fn send(mut sender: Sender, queue: Rc<Queue>) {
    loop {
        let next = queue.messages.borrow_mut().pop_front();
        let Some(message) = next else {
            tokio::select! {
                () = queue.added.notified() => continue,
                _ = sender.on_detach() => return,
            }
        };
        match sender.send(message.clone()).await {
            Ok(Outcome::Accepted(_) | Outcome::Rejected(_)) => {}
            Ok(Outcome::Released(_) | Outcome::Modified(_)) => {
                queue.messages.borrow_mut().push_front(message);
            }
            Err(_) => {
                queue.messages.borrow_mut().push_front(message);
                return;
            }
        }
    }
}
