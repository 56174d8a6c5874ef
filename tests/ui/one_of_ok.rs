use amqp_types::{Composite, Decode, Encode, OneOf};

#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0x11)]
struct Begin {
    channel: Option<u16>,
}

#[derive(Debug, OneOf, PartialEq)]
enum Anything<'a, T> {
    Begin(Begin),
    Text(&'a str),
    Else(T),
}

fn main() {
    let begin = Anything::<u8>::Begin(Begin { channel: None });
    assert_eq!(begin.to_bytes().unwrap()[..], [0, 0x53, 0x11, 0x45]);
    assert_eq!(Anything::from_bytes(&[0x50, 1]), Ok(Anything::Else(1u8)));
    assert_eq!(
        Anything::<u8>::from_bytes(b"\xa1\x01a"),
        Ok(Anything::Text("a"))
    );
}
