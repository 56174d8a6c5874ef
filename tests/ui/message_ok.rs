use amqp_types::messaging::{Footer, Header, Message};
use amqp_types::{Bytes, DecodeError};

#[derive(Clone, Debug, Message, PartialEq)]
#[amqp(rename = "order")]
struct Order<T>
where
    T: Clone,
{
    #[amqp(header)]
    header: Option<Header>,
    #[amqp(footer)]
    footer: Footer,
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(application_property = "colour")]
    colour: Option<String>,
    #[amqp(annotation = "x-opt-size")]
    size: T,
    #[amqp(data)]
    octets: Bytes,
    #[amqp(skip)]
    note: String,
}

fn main() -> Result<(), DecodeError> {
    let order = Order {
        header: None,
        footer: Footer::default(),
        id: 7,
        colour: Some("red".into()),
        size: 3u8,
        octets: Bytes::from_static(b"octets"),
        note: String::new(),
    };
    let message = Message::from(&order);
    assert_eq!(Order::try_from(&message)?, order);
    assert_eq!(Order::try_from(message)?, order);
    Ok(())
}
