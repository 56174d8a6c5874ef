use amqp_types::{Array, Composite, Multiple, Restricted, SymbolRef};

use crate::{both, reads, refuses};

#[derive(Clone, Composite, Debug, PartialEq)]
#[amqp(code = 0x24)]
struct Pair {
    first: Option<u8>,
    second: Option<u8>,
}

#[derive(Clone, Composite, Debug, PartialEq)]
#[amqp(source = map)]
struct Entry<'a> {
    a: &'a str,
}

#[derive(Clone, Debug, PartialEq, Restricted)]
struct Count(u32);

#[derive(Clone, Debug, PartialEq, Restricted)]
#[amqp(code = 0x77)]
struct Section<T>(T);

#[derive(Clone, Debug, PartialEq, Restricted)]
#[amqp(source = symbol)]
enum Capability<'a> {
    #[amqp(value = "queue")]
    Queue,
    #[amqp(other)]
    Other(SymbolRef<'a>),
}

#[derive(Clone, Debug, PartialEq, Restricted)]
#[amqp(source = ubyte, code = 0x78)]
enum Mode {
    First = 0,
    Second = 1,
}

/// A newtype can be derived even if the inner type cannot be an item of an array.
#[derive(Debug, PartialEq, Restricted)]
struct Perhaps(Option<u8>);

fn pair(first: Option<u8>, second: Option<u8>) -> Pair {
    Pair { first, second }
}

#[test]
fn of_composites() {
    let pairs = vec![pair(Some(1), None), pair(None, Some(2)), pair(None, None)];
    both(Array(pairs), "e0 10 03 00 53 24 c0 03 01 5001 04 02 40 5002 01 00");
    let entries = vec![Entry { a: "x" }, Entry { a: "" }];
    both(Array(entries), "e0 11 02 c1 07 02 a30161 a10178 06 02 a30161 a100");
    refuses::<Array<Pair>>(
        "e0 08 01 00 53 24 c0 02 01 41",
        "Pair.first: expected ubyte, found boolean (octet 9)",
    );
}

#[test]
fn of_composites_that_need_the_wide_format() {
    let long = "x".repeat(300);
    let entries = Array(vec![Entry { a: "y" }, Entry { a: Box::leak(long.into_boxed_str()) }]);
    let octets = amqp_types::Encode::to_bytes(&entries).unwrap();
    assert_eq!(octets[9], 0xd1);
    let octets = Box::leak(Box::new(octets));
    assert_eq!(<Array<Entry<'_>> as amqp_types::Decode>::from_bytes(octets), Ok(entries));
}

#[test]
fn of_newtypes() {
    both(Array(vec![Count(1), Count(2)]), "e0 0a 02 70 00000001 00000002");
    reads("e0 04 02 52 01 02", Array(vec![Count(1), Count(2)]));
    both(Array(vec![Count(1), Count(300)]), "e0 0a 02 70 00000001 0000012c");
    both(Array(vec![Section(1u8), Section(2)]), "e0 07 02 00 53 77 50 01 02");
    both(Array(vec![Section(Section("a"))]), "e0 0a 01 00 53 77 00 53 77 a1 01 61");
    both(Perhaps(None), "40");
}

#[test]
fn of_choices() {
    let other = Capability::Other(SymbolRef::new("x").unwrap());
    both(Array(vec![Capability::Queue, other]), "e0 0a 02 a3 05 7175657565 01 78");
    both(Array(vec![Mode::First, Mode::Second]), "e0 07 02 00 53 78 50 00 01");
    both(Multiple::one(Mode::First), "00 53 78 50 00");
    reads("e0 06 01 00 53 78 50 01", Multiple::one(Mode::Second));
    refuses::<Array<Mode>>(
        "e0 07 02 00 53 78 50 00 09",
        "the value is not one of the type's choices (octet 8)",
    );
}
