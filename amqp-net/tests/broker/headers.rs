//! What is delivered: the bare message as it was sent, under a header of the broker.

use std::time::Duration;

use amqp_types::messaging::{
    Annotations, ApplicationProperties, Body, DeliveryAnnotations, EncodedMessage, Footer, Header,
    Message, MessageAnnotations, Properties, SimpleValue,
};
use amqp_types::transport::{AmqpError, MessageFormat, Milliseconds};
use amqp_types::{Bytes, Map, Symbol, Timestamp, Value};

use crate::common::{manual, next, rejection, send, soon, start, take_all};

fn annotations(name: &'static str) -> Annotations {
    Annotations(Map::from_iter([(Symbol::from_static(name).into(), Value::from("v"))]))
}

/// A message with all sections.
fn message(body: Body) -> Message {
    Message {
        header: Some(Header { durable: true, priority: 7, ..Header::default() }),
        delivery_annotations: Some(DeliveryAnnotations(annotations("x-opt-next"))),
        message_annotations: Some(MessageAnnotations(annotations("x-opt-all"))),
        properties: Some(Properties { subject: Some("s".into()), ..Properties::default() }),
        application_properties: Some(ApplicationProperties(Map::from_iter([(
            "key".into(),
            SimpleValue::from(7_u32),
        )]))),
        body,
        footer: Some(Footer(annotations("x-opt-end"))),
    }
}

#[tokio::test]
async fn the_bare_message_arrives_octet_for_octet() {
    let (_broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    let large = (0..10 << 20).map(|number: u32| number.to_le_bytes()[0]).collect::<Bytes>();
    for body in [
        Body::default(),
        Body::value("text"),
        Body::sequence(&[1_u64, 2, 3]),
        Body::Data(Bytes::from_static(b"data")),
        Body::Data(large),
    ] {
        let sent = message(body);
        let sent = EncodedMessage::new(sent.to_bytes().unwrap()).unwrap();
        soon(sender.send(&sent)).await.unwrap();
        let delivery = next(&receiver).await;
        let arrived = EncodedMessage::new(delivery.octets().clone()).unwrap();
        assert!(arrived.bare() == sent.bare(), "the bare message");
        assert_eq!(arrived.footer().unwrap(), sent.footer().unwrap());
        assert_eq!(arrived.message_annotations().unwrap(), sent.message_annotations().unwrap());
        // Those were for the broker.
        assert_eq!(arrived.delivery_annotations().unwrap(), None);
        let header = Header { first_acquirer: true, ..sent.header().unwrap().unwrap() };
        assert_eq!(arrived.header().unwrap(), Some(header));
        delivery.accept().unwrap();
    }
}

#[tokio::test]
async fn encodings_that_nobody_would_choose_are_kept() {
    let (_broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    // Properties as a long list with a long string, and two data sections, one empty.
    let properties = b"\0\x53\x73\xd0\0\0\0\x0d\0\0\0\x04\x40\x40\x40\xb1\0\0\0\x01s";
    let octets =
        [properties.as_slice(), b"\0\x53\x75\xa0\0", b"\0\x53\x75\xb0\0\0\0\x01x"].concat();
    let sent = EncodedMessage::new(octets.into()).unwrap();
    soon(sender.send(&sent)).await.unwrap();
    let delivery = next(&receiver).await;
    let arrived = EncodedMessage::new(delivery.octets().clone()).unwrap();
    assert_eq!(arrived.bare(), *sent.octets());
    assert_eq!(arrived.header().unwrap().map(|it| it.durable), Some(false));
}

#[tokio::test]
async fn what_is_no_message_is_rejected() {
    struct Raw(&'static [u8]);
    impl amqp_types::messaging::EncodeMessage for Raw {
        fn encode_message(
            &self,
            writer: &mut amqp_types::messaging::MessageWriter<'_>,
        ) -> Result<(), amqp_types::EncodeError> {
            // Octets of a section that is cut off are not accepted by `EncodedMessage`, but a broken section is.
            writer.encoded(&EncodedMessage::new(Bytes::from_static(self.0)).unwrap());
            Ok(())
        }
    }
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    // A header whose durable is a string, and properties whose user-id is a number.
    for octets in [
        &b"\0\x53\x70\xc0\x04\x01\xa1\x01x\0\x53\x77\x40"[..],
        b"\0\x53\x73\xc0\x04\x02\x40\x52\x01",
    ] {
        let error = rejection(soon(sender.send(&Raw(octets))).await);
        assert_eq!(error.condition, AmqpError::DecodeError.into(), "{error}");
    }
    assert_eq!(broker.queue("orders").unwrap().ready, 0);
}

fn with_ttl(ttl: u32) -> Message {
    Message {
        header: Some(Header { ttl: Some(Milliseconds(ttl)), ..Header::default() }),
        body: Body::value("m"),
        ..Message::default()
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_have_expired_are_not_delivered_and_take_no_room() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    soon(sender.send(&with_ttl(1000))).await.unwrap();
    soon(sender.send("stays")).await.unwrap();
    soon(sender.send(&with_ttl(5000))).await.unwrap();
    tokio::time::advance(Duration::from_secs(2)).await;
    let orders = broker.queue("orders").unwrap();
    assert_eq!(orders.ready, 2);
    let receiver = manual(&client, "orders").await;
    receiver.grant(2).unwrap();
    next(&receiver).await.accept().unwrap();
    let delivery = next(&receiver).await;
    let ttl = delivery.decode::<Message>().unwrap().header.unwrap().ttl.unwrap().0;
    assert!((2000..=3000).contains(&ttl), "what is left of it: {ttl}");
    // One that goes back too late is gone, too.
    tokio::time::advance(Duration::from_secs(4)).await;
    delivery.release().unwrap();
    soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert!(take_all(&receiver).await.is_empty());
    assert_eq!(broker.queue("orders").unwrap().octets, 0);
}

#[tokio::test]
async fn a_message_expires_at_its_absolute_time() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    for (at, ready) in [(1, 0), (i64::MAX, 1), (-1, 1)] {
        let properties =
            Properties { absolute_expiry_time: Some(Timestamp::from(at)), ..Properties::default() };
        let message = Message { properties: Some(properties), ..Message::default() };
        soon(sender.send(&message)).await.unwrap();
        assert_eq!(broker.queue("orders").unwrap().ready, ready, "{at}");
    }
}

#[tokio::test]
async fn the_message_format_is_kept() {
    let (_broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    let options = amqp_net::SendOptions::default().message_format(MessageFormat(0x8001_3700));
    let receipt = soon(sender.submit_with("m", options)).await.unwrap();
    soon(receipt).await.unwrap();
    assert_eq!(next(&receiver).await.message_format(), MessageFormat(0x8001_3700));
}

#[tokio::test]
async fn messages_can_be_looked_at_without_a_client() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let messages = broker.messages("orders");
    let texts: Vec<&str> = messages.iter().map(|it| it.view().decode().unwrap()).collect();
    assert_eq!(texts, ["a", "b"]);
    assert!(messages[0].header().unwrap().unwrap().first_acquirer);
    assert!(broker.messages("other").is_empty());
}

#[tokio::test]
async fn a_message_that_expires_is_a_change_to_wait_for() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let waiting = broker.until("orders", |it| it.ready == 0 && it.producers == 2);
    let expiring = async {
        let ttl = Some(Milliseconds(100));
        let header = Some(Header { ttl, ..Header::default() });
        soon(sender.send(&Message { header, ..message(Body::value("m")) })).await.unwrap();
        assert_eq!(broker.queue("orders").unwrap().ready, 1);
        soon(client.sender("orders").attach()).await.unwrap()
    };
    let (_, _second) = tokio::join!(soon(waiting), expiring);
}
