//! Encodes a message with all it may carry, and decodes only what is of interest, without a copy.
//!
//! ```sh
//! cargo run --package amqp-types --example message
//! ```

use amqp_types::messaging::{ApplicationProperties, Header, Message, MessageRef, Properties};
use amqp_types::{Timestamp, ValueRef};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let message = Message {
        header: Some(Header { durable: true, ..Header::default() }),
        properties: Some(Properties {
            message_id: Some("order-7".into()),
            creation_time: Some(Timestamp(1_311_704_463_521)),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties::from([
            ("colour".into(), "red".into()),
            ("size".into(), 3u8.into()),
        ])),
        ..Message::value("two kettles")
    };
    let octets = message.to_bytes()?;
    println!("{} octets", octets.len());

    // The view finds the sections, and decodes one when it is requested.
    let view = MessageRef::from_shared(&octets)?;
    if let Some(created) = view.properties()?.and_then(|properties| properties.creation_time) {
        println!("created at {created}");
    }
    for (name, value) in view.application_properties()?.into_iter().flatten() {
        match *value {
            ValueRef::String(text) => println!("{name}: {text}"),
            _ => println!("{name}: {:?}", value.as_i64()),
        }
    }
    println!("body: {}", view.body().to_value::<&str>()?);
    Ok(())
}
