//! Connections that go on, and connections and links that end.

use std::sync::Arc;
use std::time::Duration;

use amqp_net::proto::{ConnectionEnd, ConnectionSettings, SessionEnd};
use amqp_net::{
    Advice, Arrived, Connection, Credit, EndReason, Ended, Receiver, Scope, SendError, Sender,
};
use amqp_types::messaging::{Source, Target, TerminusDurability};
use amqp_types::transport::Error;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::broker::{Broker, SOON, receive, soon};
use crate::kind::{Deleted, Stopped};

pub(crate) async fn a_silent_connection_stays_open(broker: Arc<Broker>) {
    let silence = Duration::from_secs(2);
    let settings = ConnectionSettings::new("client").idle_time_out(Some(silence));
    let connection = broker.connect_with(settings).await;
    let (sender, receiver) = broker.links(&connection, "silent", Credit::default()).await;
    let ended = timeout(Duration::from_secs(7), connection.closed()).await;
    assert!(ended.is_err(), "{ended:?}");
    soon(sender.send("m")).await.unwrap();
    receive(&receiver).await.accept().unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn many_links_in_turn(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let address = broker.queue(&connection, "in-turn").await;
    for count in 0..30 {
        // Each in a session of its own, and both in one.
        let sender = soon(connection.sender(&*address).attach()).await.unwrap();
        soon(sender.send("m")).await.unwrap();
        soon(sender.close()).await.unwrap();
        let session = soon(connection.session()).await.unwrap();
        let receiver = soon(session.receiver(&*address).attach()).await.unwrap();
        receive(&receiver).await.accept().unwrap();
        soon(receiver.close()).await.unwrap();
        let sender = soon(session.sender(&*address).attach()).await.unwrap();
        if count % 2 == 0 {
            match timeout(SOON, session.end()).await {
                Ok(ended) => ended.unwrap(),
                Err(_) => assert!(!broker.kind.answers_every_end, "the end is not answered"),
            }
        } else {
            drop((sender, session));
        }
    }
    connection.close().await.unwrap();
}

/// Some brokers answer a close as if the link were only suspended.
pub(crate) async fn durable_termini_that_are_closed(broker: Arc<Broker>) {
    let durable = TerminusDurability::UnsettledState;
    let connection = broker.connect().await;
    let address = broker.queue(&connection, "durable").await;
    for _ in 0..2 {
        let target = Target { durable, ..Target::new(&*address) };
        let sender = soon(connection.sender(target).name("to").attach()).await.unwrap();
        soon(sender.send("m")).await.unwrap();
        soon(sender.close()).await.unwrap();
        let source = Source { durable, ..Source::new(&*address) };
        let receiver = soon(connection.receiver(source).name("from").attach()).await.unwrap();
        receive(&receiver).await.accept().unwrap();
        soon(receiver.close()).await.unwrap();
    }
    connection.close().await.unwrap();
}

/// Sends until an error comes.
async fn send_on(sender: Sender) -> SendError {
    loop {
        if let Err(error) = sender.send("m").await {
            return error;
        }
    }
}

/// Receives and accepts until an error comes, and returns how many messages came as well.
async fn receive_on(receiver: Receiver) -> (usize, Ended) {
    let mut count = 0;
    loop {
        match receiver.recv().await {
            // An outcome may come too late.
            Ok(Some(delivery)) => drop(delivery.accept()),
            Ok(None) => panic!("the end has not been reported"),
            Err(ended) => return (count, ended),
        }
        count += 1;
    }
}

/// Waits until messages flow.
async fn flowing() {
    sleep(Duration::from_millis(300)).await;
}

pub(crate) async fn a_deleted_queue(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "deleted", Credit::default()).await;
    let sending = tokio::spawn(send_on(sender));
    let receiving = tokio::spawn(receive_on(receiver));
    flowing().await;
    broker.delete("deleted").await;
    let Deleted { scope, receiver: receiver_words, sender: sender_words } = broker.kind.deleted;
    let (count, ended) = soon(receiving).await.unwrap();
    assert!(count > 0);
    assert_eq!(ended.scope(), scope);
    assert!(ended.to_string().contains(receiver_words), "{ended}");
    if sender_words.is_empty() {
        let sent = timeout(Duration::from_millis(500), sending).await;
        assert!(sent.is_err(), "{sent:?}");
    } else {
        let error = soon(sending).await.unwrap().to_string();
        assert!(sender_words.iter().any(|words| error.contains(words)), "{error}");
    }
    if scope == Scope::Connection {
        soon(connection.closed()).await;
        return;
    }
    // Other links go on.
    let (sender, _receiver) = broker.links(&connection, "not-deleted", Credit::default()).await;
    soon(sender.send("m")).await.unwrap();
    connection.close().await.unwrap();
}

/// Operations of all kinds that are pending, and messages that flow.
struct Pending {
    sender: Sender,
    connection: Connection,
    /// Those that wait for a delivery, and for the end of a link, of a session and of the connection.
    waiting: [JoinHandle<Ended>; 4],
    receiving: JoinHandle<(usize, Ended)>,
    senders: Vec<JoinHandle<SendError>>,
}

/// The ends of these operations.
struct Outcome {
    sender: Sender,
    connection: Connection,
    /// Of those that waited and received.
    ended: Vec<Ended>,
    /// Of those that sent.
    errors: Vec<SendError>,
}

impl Pending {
    async fn new(broker: &Broker, connection: Connection, queue: &str) -> Self {
        let (sender, receiver) = broker.links(&connection, queue, Credit::Auto(20)).await;
        let idle = connection.receiver(broker.address(queue)).credit(Credit::Manual);
        let idle = idle.await.unwrap();
        let session = connection.session().await.unwrap();
        let waiting = [
            tokio::spawn(async move { idle.recv().await.unwrap_err() }),
            tokio::spawn({
                let sender = sender.clone();
                async move { sender.detached().await }
            }),
            tokio::spawn(async move { session.ended().await }),
            tokio::spawn({
                let connection = connection.clone();
                async move { connection.closed().await }
            }),
        ];
        let receiving = tokio::spawn(receive_on(receiver));
        let senders = (0..10).map(|_| tokio::spawn(send_on(sender.clone()))).collect();
        flowing().await;
        Self { sender, connection, waiting, receiving, senders }
    }

    /// Waits until all operations have ended.
    async fn end(self) -> Outcome {
        let Self { sender, connection, waiting, receiving, senders } = self;
        let mut ended = Vec::new();
        for pending in waiting {
            ended.push(soon(pending).await.unwrap());
        }
        let (count, end) = soon(receiving).await.unwrap();
        assert!(count > 0);
        ended.push(end);
        let mut errors = Vec::new();
        for sending in senders {
            errors.push(soon(sending).await.unwrap());
        }
        Outcome { sender, connection, ended, errors }
    }
}

impl Outcome {
    /// Checks the ends of all operations, and of those that begin now.
    async fn check(self, check: impl Fn(&Ended)) {
        self.ended.iter().for_each(&check);
        for error in &self.errors {
            let SendError::Ended { why, .. } = error else { panic!("{error}") };
            check(why);
        }
        let error = self.sender.send("m").await.unwrap_err();
        let SendError::Ended { why, arrived: Arrived::No } = &error else { panic!("{error}") };
        check(why);
        check(self.connection.sender("q").await.unwrap_err().ended().unwrap());
    }
}

pub(crate) async fn a_broker_that_stands_still(broker: Arc<Broker>) {
    let silence = Duration::from_secs(2);
    let settings = ConnectionSettings::new("client").idle_time_out(Some(silence));
    let connection = broker.connect_with(settings).await;
    let pending = Pending::new(&broker, connection, "still").await;
    broker.freeze(true);
    let outcome = pending.end().await;
    broker.freeze(false);
    let given_up = EndReason::Connection(ConnectionEnd::IdleTimedOut(silence));
    outcome.check(|ended| assert_eq!(*ended.reason(), given_up, "{ended}")).await;
    // Others connect again.
    soon(broker.connect()).await.close().await.unwrap();
}

pub(crate) async fn a_stopped_broker(broker: Arc<Broker>) {
    let pending = Pending::new(&broker, broker.connect().await, "stopped").await;
    broker.ask_to_end();
    let has_words = |error: &Option<Error>, words: &str| {
        error.as_ref().is_some_and(|error| error.to_string().contains(words))
    };
    let is_lost =
        |reason: &EndReason| matches!(reason, EndReason::Connection(ConnectionEnd::Lost(_)));
    let as_expected = |ended: &Ended| {
        let is_expected = match (ended.reason(), &broker.kind.stopped) {
            (EndReason::Connection(ConnectionEnd::ClosedByPeer(error)), Stopped::Closes(words))
            | (EndReason::Session(SessionEnd::EndedByPeer(error)), Stopped::EndsSessions(words)) => {
                has_words(error, words)
            }
            (reason, Stopped::EndsSessions(_) | Stopped::Ends) => is_lost(reason),
            _ => false,
        };
        assert!(is_expected, "{ended:?}");
    };
    pending.end().await.check(as_expected).await;
}

pub(crate) async fn a_killed_broker(broker: Arc<Broker>) {
    let pending = Pending::new(&broker, broker.connect().await, "killed").await;
    // Blocks the only thread, so that what is sent until then is on its way.
    broker.kill();
    let lost = |ended: &Ended| {
        assert!(matches!(ended.reason(), EndReason::Connection(ConnectionEnd::Lost(_))), "{ended}");
        assert_eq!((ended.scope(), ended.advice()), (Scope::Connection, Advice::Connect));
    };
    pending.end().await.check(lost).await;
}
