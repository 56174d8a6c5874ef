use amqp_types::{Composite, Decode, Encode, List, OneOf, Restricted, Uuid};

use crate::{both, reads, refuses};

#[derive(Debug, OneOf, PartialEq)]
enum MessageId<'a> {
    Ulong(u64),
    Uuid(Uuid),
    Binary(&'a [u8]),
    String(&'a str),
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:begin", code = 0x81)]
struct Begin {
    channel: Option<u16>,
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:end", code = 0x0000_1234_0000_0002)]
struct End<'a, T> {
    reason: &'a str,
    detail: T,
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(name = "com.example:mark")]
struct Mark(bool);

#[derive(Debug, OneOf, PartialEq)]
enum Performative<'a, T> {
    Begin(Begin),
    End(End<'a, T>),
    Mark(Mark),
}

/// A union of unions, one of which can be absent.
#[derive(Debug, OneOf, PartialEq)]
enum Anything<'a> {
    Performative(Performative<'a, u8>),
    Id(MessageId<'a>),
    Flag(Option<bool>),
    Items(List<u8>),
}

#[derive(Composite, Debug, PartialEq)]
struct Holder<'a> {
    id: Option<MessageId<'a>>,
    anything: Anything<'a>,
}

#[test]
fn by_primitive() {
    both(MessageId::Ulong(0), "44");
    both(MessageId::Ulong(7), "53 07");
    both(MessageId::Uuid(Uuid([1; 16])), &format!("98 {}", "01".repeat(16)));
    both(MessageId::Binary(b"a"), "a0 01 61");
    both(MessageId::String("a"), "a1 01 61");
    reads("b1 00000001 61", MessageId::String("a"));
    refuses::<MessageId<'static>>(
        "41",
        "expected ulong or uuid or binary or string, found boolean (octet 0)",
    );
}

#[test]
fn by_descriptor() {
    both(Performative::<u8>::Begin(Begin { channel: None }), "00 53 81 45");
    let end = || Performative::End(End { reason: "a", detail: 1u8 });
    both(end(), "00 80 0000123400000002 c0 06 02 a10161 5001");
    let name = crate::hex(b"com.example:end");
    reads(&format!("00 a30f {name} c0 06 02 a10161 5001"), end());
    let name = crate::hex(b"com.example:mark");
    both(Performative::<u8>::Mark(Mark(true)), &format!("00 a310 {name} 41"));
    refuses::<Performative<'static, u8>>(
        "00 53 10 45",
        "expected com.example:begin or com.example:end or com.example:mark, found a value \
         described by 0x10 (octet 0)",
    );
    refuses::<Performative<'static, u8>>(
        "00 80 0000123400000002 c0 04 01 a10161",
        "End.detail: a mandatory field is null or absent (octet 16)",
    );
}

#[test]
fn unions_can_be_nested() {
    both(
        Anything::Performative(Performative::Begin(Begin { channel: Some(1) })),
        "00 53 81 c0 04 01 600001",
    );
    both(Anything::Id(MessageId::Ulong(1)), "53 01");
    both(Anything::Flag(Some(true)), "41");
    both(Anything::Flag(None), "40");
    both(Anything::Items(List(vec![1])), "c0 03 01 5001");
}

/// A union that contains itself.
#[derive(Debug, OneOf, PartialEq)]
enum Nested<'a> {
    Text(&'a str),
    List(List<Self>),
}

/// A generic union that contains itself.
#[derive(Debug, OneOf, PartialEq)]
enum NestedOf<T> {
    Value(T),
    List(List<Self>),
}

#[test]
fn a_union_can_contain_itself() {
    let text = Nested::List(List(vec![Nested::Text("a"), Nested::List(List(vec![]))]));
    both(text, "c0 05 02 a10161 45");
    both(NestedOf::List(List(vec![NestedOf::Value(1u8)])), "c0 03 01 5001");
}

#[test]
fn a_union_is_absent_when_a_variant_is() {
    assert_eq!(Anything::absent(), Some(Anything::Flag(None)));
    assert_eq!(MessageId::absent(), None);
    both(Holder { id: None, anything: Anything::Flag(None) }, "45");
    both(
        Holder { id: Some(MessageId::Ulong(1)), anything: Anything::Id(MessageId::Ulong(2)) },
        "c0 05 02 5301 5302",
    );
}

#[test]
fn a_variant_is_encoded_as_its_field() {
    #[derive(OneOf)]
    enum Numbers {
        Small(u8),
        Large(u64),
    }
    assert_eq!(Numbers::Small(1).to_bytes().unwrap()[..], [0x50, 1]);
    assert_eq!(Numbers::Large(1).to_bytes().unwrap()[..], [0x53, 1]);
}
