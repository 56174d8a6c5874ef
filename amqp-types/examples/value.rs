//! Decodes octets of an unknown type, prints them, and reads what a peer has put into a map.
//!
//! ```sh
//! cargo run --package amqp-types --example value
//! ```

use amqp_types::transport::{Attach, Handle, Role};
use amqp_types::{Decode, Encode, Map, Symbol, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A type that the standard defines is printed with the names of its fields.
    let octets = Attach::new("orders", Handle(0), Role::Receiver).to_bytes()?;
    println!("{}", Value::from_bytes(&octets)?);

    // Peers choose the width of integers, and whether a key is a symbol or a string.
    let key = Symbol::from_static("attempts");
    let options = Map::from([(key.into(), 3i8.into()), ("nodes".into(), vec!["a".into()].into())]);
    let octets = Value::Map(options).to_bytes()?;
    let options = Value::from_bytes(&octets)?;
    println!("attempts: {:?}", options.get("attempts").and_then(Value::as_u64));
    println!("first node: {:?}", options.get("nodes").and_then(|nodes| nodes.get(0)?.as_str()));

    // A conversion that fails says why, and contains the value.
    if let Err(error) = Map::<Value, Value>::try_from(Value::from("a")) {
        println!("{error}: {}", error.value);
    }
    Ok(())
}
