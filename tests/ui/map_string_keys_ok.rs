//! Keys that are strings may contain any characters.
use amqp_types::{Composite, Decode, Encode};

#[derive(Composite, Debug, PartialEq)]
#[amqp(source = map, keys = string)]
struct Sizes {
    #[amqp(rename = "größe")]
    size: u32,
}

fn main() {
    let sizes = Sizes { size: 1 };
    assert_eq!(Sizes::from_bytes(&sizes.to_bytes().unwrap()), Ok(sizes));
}
