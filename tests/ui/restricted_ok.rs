use amqp_types::{Decode, Encode, Restricted, SymbolRef};

#[derive(Restricted)]
struct Milliseconds(u32);

#[derive(Restricted)]
#[amqp(code = 0x77)]
struct Section<T>(T);

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = boolean)]
enum Role {
    #[amqp(value = false)]
    Sender,
    #[amqp(value = true)]
    Receiver,
}

#[derive(Restricted)]
#[amqp(source = symbol)]
enum Mechanism<'a> {
    #[amqp(value = "PLAIN")]
    Plain,
    #[amqp(other)]
    Other(SymbolRef<'a>),
}

fn main() {
    assert_eq!(Milliseconds(1).to_bytes().unwrap()[..], [0x52, 1]);
    assert_eq!(
        Section(Milliseconds(1)).to_bytes().unwrap()[..],
        [0, 0x53, 0x77, 0x52, 1]
    );
    assert_eq!(Role::from_bytes(&[0x41]), Ok(Role::Receiver));
    assert_eq!(Role::Sender.to_bytes().unwrap()[..], [0x42]);
    let other = Mechanism::from_bytes(&[0xa3, 1, b'X']);
    assert!(matches!(other, Ok(Mechanism::Other(_))));
    assert_eq!(Mechanism::Plain.to_bytes().unwrap()[..], *b"\xa3\x05PLAIN");
}
