//! The peers themselves, without our own code: they start, communicate with each other, and end.

use amqp_tests::peers::{Client, Layer, Peer};

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
