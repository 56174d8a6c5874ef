extern crate amqp_types as renamed;

use renamed::{
    ByteString, Composite, Constructor, Decode, Encode, Failed, List, Map, MapRef, OneOf, Owned,
    Reader, Restricted, Symbol, SymbolRef,
};

/// The borrowed form has the same docs.
#[derive(Clone, Composite, Debug, Default, PartialEq)]
#[amqp(crate = renamed, source = map, keys = string, strict, borrowed = ReadingRef)]
pub struct Reading {
    pub sensor: ByteString,
    #[amqp(default, rename = "x-place")]
    pub place: Place,
    pub tags: Option<List<Symbol>>,
    #[amqp(default = "C".into())]
    pub unit: ByteString,
    #[amqp(default = SymbolRef::from_static("en").into())]
    pub language: Symbol,
    #[amqp(skip)]
    pub note: Vec<u32>,
}

#[derive(Clone, Copy, Composite, Debug, Default, PartialEq)]
#[amqp(crate = renamed, borrowed = Self)]
pub struct Place {
    pub hall: u8,
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(crate = renamed, name = "com.example:names", decode_with = not_empty, borrowed = NamesRef)]
struct Names(Map<Symbol, Symbol>);

fn not_empty<'de, T: Decode<'de>>(
    constructor: Constructor<'de>,
    reader: &mut Reader<'_, 'de>,
) -> Result<T, Failed> {
    T::decode_value(constructor, reader)
}

#[derive(Debug, PartialEq, OneOf)]
#[amqp(crate = renamed, borrowed = ReportRef)]
enum Report {
    Reading(Reading),
    Names(Names),
    Mode(Mode),
}

#[derive(Debug, PartialEq, Restricted)]
#[amqp(crate = renamed, source = symbol, borrowed = ModeRef)]
enum Mode {
    #[amqp(value = "slow")]
    Slow,
    #[amqp(other)]
    Other(Symbol),
}

fn main() {
    let symbol = |text| Symbol::new(text).unwrap();
    let reading = Reading {
        sensor: "kiln 3".into(),
        place: Place { hall: 7 },
        tags: Some(List(vec![symbol("a"), symbol("b")])),
        unit: "C".into(),
        language: symbol("en"),
        note: vec![],
    };
    let octets = reading.to_bytes().unwrap();
    let borrowed = ReadingRef::from_bytes(&octets).unwrap();
    assert_eq!((borrowed.sensor, borrowed.place), ("kiln 3", Place { hall: 7 }));
    assert_eq!((borrowed.unit, borrowed.language.as_str()), ("C", "en"));
    assert_eq!(borrowed.to_bytes().unwrap(), octets);
    assert_eq!(Reading::from_ref(borrowed), reading);

    let names = Report::Names(Names([(symbol("a"), symbol("b"))].into_iter().collect()));
    let octets = names.to_bytes().unwrap();
    let ReportRef::Names(borrowed) = ReportRef::from_bytes(&octets).unwrap() else { panic!() };
    let map: MapRef<'_, SymbolRef<'_>, SymbolRef<'_>> = borrowed.0;
    assert_eq!(map.get("a").unwrap(), "b");
    assert_eq!(Report::from_ref(ReportRef::Names(borrowed)), names);

    assert_eq!(ModeRef::from_bytes(b"\xa3\x04slow"), Ok(ModeRef::Slow));
    assert!(matches!(ModeRef::from_bytes(b"\xa3\x01x"), Ok(ModeRef::Other(x)) if x == "x"));

    // Errors use the same name for both forms.
    let error = ReadingRef::from_bytes(b"\xc1\x01\x00").unwrap_err();
    assert_eq!(Reading::from_bytes(b"\xc1\x01\x00"), Err(error));
    assert!(error.to_string().starts_with("Reading.sensor: "));
}
