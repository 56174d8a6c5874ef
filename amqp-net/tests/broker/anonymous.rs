//! Links without a target address: each message goes by its `to`.

use amqp_net::broker::Broker;
use amqp_types::messaging::{Message, Target};
use amqp_types::transport::AmqpError;

use crate::common::{connect, rejection, soon, start};

#[derive(Debug, Message)]
struct Letter<'a> {
    #[amqp(property = to)]
    to: Option<&'a str>,
    #[amqp(body)]
    text: &'a str,
}

const fn letter<'a>(to: Option<&'a str>, text: &'a str) -> Letter<'a> {
    Letter { to, text }
}

fn texts(broker: &Broker, address: &str) -> Vec<String> {
    let messages = broker.messages(address);
    messages.iter().map(|it| it.view().decode::<&str>().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_message_goes_to_its_address() {
    let (broker, client) = start().await;
    let relay = soon(client.sender(Target::default()).attach()).await.unwrap();
    assert_eq!(relay.target().unwrap().address, None);
    let letters = [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("topic/t", "5")];
    let letters = letters.map(|(to, text)| letter(Some(to), text));
    let mut receipts = amqp_net::Receipts::new();
    soon(relay.submit_all(&letters, &mut receipts)).await.unwrap();
    soon(receipts.accepted()).await.unwrap();
    assert_eq!(texts(&broker, "a"), ["1", "2", "4"]);
    assert_eq!(texts(&broker, "b"), ["3"]);
}

#[tokio::test]
async fn a_message_without_an_address_that_is_known_is_rejected_and_the_link_lives() {
    let broker = Broker::builder().auto_create(false).queue("known").start_in_memory().unwrap();
    let client = connect(&broker).await;
    let relay = soon(client.sender(Target::default()).attach()).await.unwrap();
    let long = "x".repeat(2000);
    for (to, condition, sentence) in [
        (
            None,
            AmqpError::PreconditionFailed,
            "the link has no target address, and the message has no property `to`",
        ),
        (Some("unknown"), AmqpError::NotFound, "there is no queue or topic `unknown`"),
        (Some(""), AmqpError::InvalidField, "the address is empty; name a queue, such as `orders`"),
        (Some("a\nb"), AmqpError::InvalidField, "the address \"a\\nb\" has a control character"),
        (
            Some(&*long),
            AmqpError::InvalidField,
            "the address has 2000 octets, and 1024 are allowed",
        ),
    ] {
        let error = rejection(soon(relay.send(&letter(to, "m"))).await);
        assert_eq!(error.condition, condition.into());
        assert_eq!(error.description.as_deref(), Some(sentence));
    }
    soon(relay.send(&letter(Some("known"), "m"))).await.unwrap();
    assert_eq!(texts(&broker, "known"), ["m"]);
    assert_eq!(broker.queues().len(), 1);
}

#[tokio::test]
async fn a_settled_message_that_cannot_be_taken_ends_its_link() {
    let (_broker, client) = start().await;
    let relay = soon(client.sender(Target::default()).attach()).await.unwrap();
    soon(relay.send_settled(&letter(None, "m"))).await.unwrap();
    let ended = soon(relay.detached()).await;
    assert_eq!(ended.remote().unwrap().condition, AmqpError::PreconditionFailed.into());
}

#[tokio::test]
async fn a_new_queue_does_not_take_the_place_of_one_to_which_a_message_is_on_its_way() {
    let broker = Broker::builder().max_queues(1).start_in_memory().unwrap();
    let client = connect(&broker).await;
    let relay = soon(client.sender(Target::default()).attach()).await.unwrap();
    // They come at once.
    let first = soon(relay.submit(&letter(Some("a"), "1"))).await.unwrap();
    let second = soon(relay.submit(&letter(Some("b"), "2"))).await.unwrap();
    soon(first).await.unwrap();
    let refused = rejection(soon(second).await);
    assert_eq!(refused.condition, AmqpError::ResourceLimitExceeded.into());
    assert_eq!(texts(&broker, "a"), ["1"]);
}
