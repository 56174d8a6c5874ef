//! Connections that go on, and connections and links that end.

use std::sync::Arc;
use std::time::Duration;

use amqp_net::proto::{ConnectionEnd, ConnectionSettings};
use amqp_net::{Advice, Arrived, Credit, EndReason, Ended, Receiver, Scope, SendError, Sender};
use tokio::time::{sleep, timeout};

use crate::broker::{Broker, Deleted, receive, soon};

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
            soon(session.end()).await.unwrap();
        } else {
            drop((sender, session));
        }
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

pub(crate) async fn a_killed_broker(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "killed", Credit::Auto(20)).await;
    let idle = connection.receiver(broker.address("killed")).credit(Credit::Manual);
    let idle = idle.await.unwrap();
    let session = connection.session().await.unwrap();
    // Operations of all kinds are pending.
    let waiting = tokio::spawn(async move { idle.recv().await.unwrap_err() });
    let detached = tokio::spawn({
        let sender = sender.clone();
        async move { sender.detached().await }
    });
    let ended = tokio::spawn(async move { session.ended().await });
    let closed = tokio::spawn({
        let connection = connection.clone();
        async move { connection.closed().await }
    });
    let receiving = tokio::spawn(receive_on(receiver));
    let senders: Vec<_> = (0..10).map(|_| tokio::spawn(send_on(sender.clone()))).collect();
    flowing().await;
    // Blocks the only thread, so that what is sent until then is on its way.
    broker.kill();

    let lost = |ended: &Ended| {
        assert!(matches!(ended.reason(), EndReason::Connection(ConnectionEnd::Lost(_))), "{ended}");
        assert_eq!((ended.scope(), ended.advice()), (Scope::Connection, Advice::Connect));
    };
    for pending in [waiting, detached, ended, closed] {
        lost(&soon(pending).await.unwrap());
    }
    let (count, ended) = soon(receiving).await.unwrap();
    assert!(count > 0);
    lost(&ended);
    for sending in senders {
        let error = soon(sending).await.unwrap();
        let SendError::Ended { why, .. } = &error else { panic!("{error}") };
        lost(why);
    }
    // What begins later fails at once.
    let error = sender.send("m").await.unwrap_err();
    let SendError::Ended { why, arrived: Arrived::No } = &error else { panic!("{error}") };
    lost(why);
    lost(connection.sender("q").await.unwrap_err().ended().unwrap());
}
