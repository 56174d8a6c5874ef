//! A message of your own: its fields are sections, properties and the body, one of several types.
//!
//! ```sh
//! cargo run --package amqp-derive --example order
//! ```

use amqp_types::messaging::{EncodeMessage, Message, MessageRef};
use amqp_types::{Composite, OneOf};

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:placed:list")]
struct Placed<'a> {
    article: &'a str,
    count: u32,
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:cancelled:list")]
struct Cancelled<'a> {
    reason: Option<&'a str>,
}

#[derive(Debug, OneOf, PartialEq)]
enum Event<'a> {
    Placed(Placed<'a>),
    Cancelled(Cancelled<'a>),
}

#[derive(Debug, Message, PartialEq)]
struct OrderEvent<'a> {
    #[amqp(property = group_id)]
    order: &'a str,
    #[amqp(property = group_sequence)]
    sequence: Option<u32>,
    #[amqp(application_property = "region")]
    region: Option<&'a str>,
    #[amqp(body)]
    event: Event<'a>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let placed = Event::Placed(Placed { article: "kettle", count: 2 });
    let cancelled = Event::Cancelled(Cancelled { reason: None });
    for (sequence, event) in (1..).zip([placed, cancelled]) {
        let message =
            OrderEvent { order: "7", sequence: Some(sequence), region: Some("north"), event };
        let octets = message.to_message_bytes()?;
        let decoded: OrderEvent<'_> = MessageRef::from_shared(&octets)?.decode()?;
        println!("{decoded:?}");
        assert_eq!(decoded, message);
    }
    Ok(())
}
