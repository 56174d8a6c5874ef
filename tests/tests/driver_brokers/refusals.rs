//! What a broker refuses, in its own words.

use std::sync::Arc;

use amqp_net::proto::Plain;
use amqp_net::{Advice, AttachError, Connection, Credit};
use amqp_types::transport::AmqpError;

use crate::broker::{Broker, soon};
use crate::kind::Login;

pub(crate) async fn a_wrong_password(broker: Arc<Broker>) {
    let wrong = Plain::new("guest", "wrong").unwrap();
    let connecting = Connection::builder().sasl(wrong).connect(broker.endpoint());
    let error = soon(connecting).await.unwrap_err();
    let words = match broker.kind.login {
        Login::Plain => {
            "the server does not accept the credentials; check the user and the password"
        }
        Login::Anonymous => "the server offers the SASL mechanisms ANONYMOUS, but not PLAIN",
    };
    assert!(error.to_string().contains(words), "{error}");
}

fn assert_not_found(error: &AttachError, words: &str) {
    let remote = error.ended().unwrap().remote().unwrap();
    assert_eq!(remote.condition, AmqpError::NotFound.into());
    assert_eq!(error.advice(), Advice::GiveUp);
    assert!(error.to_string().contains(words), "{error}");
}

pub(crate) async fn a_missing_queue(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let address = broker.kind.missing_address;
    let (sender_words, receiver_words) = broker.kind.missing;
    let sender = soon(connection.sender(address).attach()).await;
    let receiver = soon(connection.receiver(address).attach()).await.unwrap_err();
    assert_not_found(&receiver, receiver_words);
    match sender_words {
        Some(words) => assert_not_found(&sender.unwrap_err(), words),
        None => soon(sender.unwrap().send("lost")).await.unwrap(),
    }
    // Each refusal may end a session, after which the next one begins at once.
    for _ in 0..50 {
        let receiver = soon(connection.receiver(address).attach()).await.unwrap_err();
        assert_not_found(&receiver, receiver_words);
    }
    // Other links go on.
    let (sender, _receiver) = broker.links(&connection, "not-missing", Credit::default()).await;
    soon(sender.send("m")).await.unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn an_init_before_the_mechanisms(broker: Arc<Broker>) {
    let connecting = Connection::builder().pipeline_sasl().connect(broker.endpoint());
    match (soon(connecting).await, broker.kind.refuses_no_user) {
        (Ok(connection), None) => connection.close().await.unwrap(),
        (Err(error), Some(words)) => assert!(error.to_string().contains(words), "{error}"),
        (result, expected) => panic!("{:?} instead of {expected:?}", result.map(drop)),
    }
}
