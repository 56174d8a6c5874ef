//! All five kinds, where the crate has another name.

use amqp::{Composite, Layout, OneOf, Restricted};

#[derive(Layout)]
#[amqp(crate = amqp, prefix = b"AMQP")]
pub struct Header {
    pub id: u8,
}

#[derive(Composite)]
#[amqp(crate = ::amqp, code = 0x10)]
pub struct List<'a, T> {
    pub text: &'a str,
    #[amqp(default = 1)]
    pub count: u32,
    pub value: T,
}

#[derive(Composite)]
#[amqp(crate = amqp, source = map, strict)]
pub struct Map {
    pub value: Option<u8>,
}

#[derive(Restricted)]
#[amqp(crate = amqp)]
pub struct Newtype<T>(pub T);

#[derive(Restricted)]
#[amqp(crate = amqp, code = 0x11)]
pub struct Described(pub u8);

#[derive(Restricted)]
#[amqp(crate = amqp, source = symbol, name = "com.example:choice")]
pub enum Choice {
    #[amqp(value = "a")]
    A,
    #[amqp(value = "b")]
    B,
}

#[derive(Restricted)]
#[amqp(crate = amqp, source = ubyte)]
pub enum Open {
    #[amqp(value = 1)]
    One,
    #[amqp(other)]
    Other(u8),
}

#[derive(OneOf)]
#[amqp(crate = amqp)]
pub enum Union<'a> {
    List(List<'a, u8>),
    Described(Described),
    Choice(Choice),
    Open(Open),
}

/// A path of more than one segment will do.
pub mod wire {
    pub use amqp;
}

#[derive(Composite)]
#[amqp(crate = crate::wire::amqp)]
pub struct Nested {
    pub map: Map,
}

#[cfg(test)]
mod tests {
    use amqp::{Decode, Encode};

    use super::*;

    #[test]
    fn the_output_uses_the_given_path_of_the_crate() {
        assert_eq!(Header { id: 3 }.to_bytes(), *b"AMQP\x03");
        let list = Union::List(List {
            text: "a",
            count: 1,
            value: 2,
        });
        let octets = list.to_bytes().unwrap();
        assert!(matches!(
            Union::from_bytes(&octets),
            Ok(Union::List(List { count: 1, .. }))
        ));
        assert_eq!(
            Newtype(Described(1)).to_bytes().unwrap()[..],
            [0, 0x53, 0x11, 0x50, 1]
        );
        assert!(Nested::from_bytes(b"\xc0\x04\x01\xc1\x01\x00").is_ok());
    }
}
