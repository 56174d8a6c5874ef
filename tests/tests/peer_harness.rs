//! The peers themselves, without our own code: they start, communicate with each other, and end.

use amqp_tests::peers::{Client, Layer, Peer};
use std::io::ErrorKind;
use std::net::TcpStream;

#[test]
fn proton_and_rhea_understand_each_other() {
    let (Some(proton), Some(rhea)) = (Peer::proton(&["ANONYMOUS"]), Peer::rhea()) else {
        return;
    };
    let (Some(proton_client), Some(rhea_client)) = (Client::proton(), Client::rhea()) else {
        return;
    };
    for (client, server) in [(proton_client, rhea), (rhea_client, proton)] {
        for layer in [Layer::Bare, Layer::Anonymous] {
            let run = client.run(server.address(), layer);
            assert!(run.code == 0 && run.stdout.starts_with("opened "), "{run}");
        }
    }
}

#[test]
fn rhea_requires_the_right_password() {
    let (Some(server), Some(client)) =
        (Peer::rhea_with_password("guest", "right"), Client::proton())
    else {
        return;
    };
    let right = client.run(server.address(), Layer::Plain("guest", "right"));
    assert_eq!((right.code, right.stdout.trim()), (0, "opened rhea-server"), "{right}");
    let wrong = client.run(server.address(), Layer::Plain("guest", "wrong"));
    assert!(wrong.code == 1 && wrong.stdout.starts_with("error: "), "{wrong}");
}

#[test]
fn proton_opens_a_connection_to_each_rabbitmq_that_can() {
    for broker in [Peer::rabbitmq_4, Peer::rabbitmq_3_with_amqp_1_0] {
        let (Some(broker), Some(client)) = (broker(), Client::proton()) else {
            continue;
        };
        for layer in [Layer::Anonymous, Layer::Plain("guest", "guest")] {
            let run = client.run(broker.address(), layer);
            assert!(run.code == 0 && run.stdout.starts_with("opened peer"), "{run}");
        }
    }
}

/// Both require a password, which tells their servers from others.
#[test]
fn proton_opens_a_connection_to_artemis_and_to_broker_j() {
    for broker in [Peer::artemis, Peer::broker_j] {
        let (Some(broker), Some(client)) = (broker(), Client::proton()) else {
            continue;
        };
        let right = client.run(broker.address(), Layer::Plain("guest", "guest"));
        assert!(right.code == 0 && right.stdout.starts_with("opened "), "{right}");
        let wrong = client.run(broker.address(), Layer::Plain("guest", "wrong"));
        assert!(wrong.code == 1 && wrong.stdout.starts_with("error: "), "{wrong}");
    }
}

/// A process that outlives a test would keep its port and its files.
#[test]
fn a_killed_server_is_gone() {
    for server in [Peer::rabbitmq_4, Peer::rabbitmq_3_with_amqp_1_0, Peer::artemis, Peer::broker_j]
    {
        let Some(mut server) = server() else { continue };
        server.kill();
        let error = TcpStream::connect(server.address()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
}
