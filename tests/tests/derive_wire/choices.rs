use amqp_types::{Composite, Restricted, Symbol, SymbolRef};

use crate::{both, reads, refuses};

#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
#[amqp(source = boolean)]
enum Role {
    #[amqp(value = false)]
    Sender,
    #[amqp(value = true)]
    Receiver,
}

#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
#[amqp(source = ubyte)]
enum SettleMode {
    Unsettled = 0,
    Settled = 1,
    #[amqp(value = 0x10)]
    Mixed,
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = ushort)]
enum Port {
    #[amqp(value = 5672)]
    Amqp,
    #[amqp(value = 5671)]
    Amqps,
    #[amqp(other)]
    Numbered(u16),
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = uint)]
enum Expiry {
    #[amqp(value = 0)]
    Now,
    #[amqp(value = 0xffff_ffff)]
    Never,
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = ulong)]
enum Large {
    #[amqp(value = 0xffff_ffff_ffff_ffff)]
    Most,
    #[amqp(other)]
    Less(u64),
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = short)]
enum Signed {
    Minus = -1,
    Least = -32768,
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = symbol)]
enum Condition<'a> {
    #[amqp(value = "amqp:not-found")]
    NotFound,
    #[amqp(value = "amqp:not-allowed")]
    NotAllowed,
    #[amqp(other)]
    Other(SymbolRef<'a>),
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = string, name = "com.example:colour", code = 0x90)]
enum Colour<T> {
    #[amqp(value = "rouge")]
    Red,
    #[amqp(value = "")]
    None,
    #[amqp(other)]
    Other(T),
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = symbol)]
enum Mechanism {
    #[amqp(value = "PLAIN")]
    Plain,
    #[amqp(value = "ANONYMOUS")]
    Anonymous,
}

#[derive(Composite, Debug, PartialEq)]
struct Attach<'a> {
    role: Role,
    #[amqp(default = SettleMode::Mixed)]
    mode: SettleMode,
    condition: Option<Condition<'a>>,
}

#[test]
fn each_source() {
    both(Role::Sender, "42");
    both(Role::Receiver, "41");
    reads("56 01", Role::Receiver);
    both(SettleMode::Settled, "50 01");
    both(SettleMode::Mixed, "50 10");
    both(Port::Amqp, "60 1628");
    both(Port::Amqps, "60 1627");
    both(Port::Numbered(1), "60 0001");
    both(Expiry::Now, "43");
    both(Expiry::Never, "70 ffffffff");
    both(Large::Most, "80 ffffffffffffffff");
    both(Large::Less(0), "44");
    both(Signed::Minus, "61 ffff");
    both(Signed::Least, "61 8000");
    both(Condition::NotFound, "a3 0e 616d71703a6e6f742d666f756e64");
    both(Condition::Other(SymbolRef::new("x").unwrap()), "a3 01 78");
    reads("b3 00000005 504c41494e", Mechanism::Plain);
}

#[test]
fn with_a_descriptor_choices_are_described() {
    both(Colour::<&str>::Red, "00 53 90 a1 05 726f756765");
    both(Colour::<&str>::None, "00 53 90 a1 00");
    both(Colour::Other("x"), "00 53 90 a1 01 78");
    both(Colour::Other(String::from("é")), "00 53 90 a1 02 c3a9");
    refuses::<Colour<&str>>("a1 00", "expected com.example:colour, found string (octet 0)");
}

#[test]
fn unknown_values_are_refused_or_kept() {
    refuses::<SettleMode>("50 03", "the value is not one of the type's choices (octet 1)");
    refuses::<Expiry>("52 01", "the value is not one of the type's choices (octet 1)");
    refuses::<Mechanism>("a3 01 78", "the value is not one of the type's choices (octet 1)");
    refuses::<Signed>("61 0000", "the value is not one of the type's choices (octet 1)");
    refuses::<SettleMode>("41", "expected ubyte, found boolean (octet 0)");
    refuses::<Condition<'static>>("a3 01 ff", "the symbol is not ASCII (octet 2)");
    reads("a3 01 78", Condition::Other(SymbolRef::new("x").unwrap()));
}

#[test]
fn in_a_composite() {
    let attach = |condition| Attach { role: Role::Sender, mode: SettleMode::Mixed, condition };
    both(attach(None), "c0 02 01 42");
    both(attach(Some(Condition::Other(SymbolRef::new("x").unwrap()))), "c0 06 03 42 40 a30178");
    refuses::<Attach<'static>>(
        "c0 04 02 42 5007",
        "Attach.mode: the value is not one of the type's choices (octet 5)",
    );
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(source = symbol)]
enum Owned {
    #[amqp(value = "a")]
    Known,
    #[amqp(other)]
    Other(Symbol),
}

#[test]
fn a_kept_value_can_own_its_content() {
    both(Owned::Known, "a3 01 61");
    both(Owned::Other(Symbol::from_static("b")), "a3 01 62");
}
