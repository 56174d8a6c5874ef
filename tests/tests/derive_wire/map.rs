use amqp_types::{Composite, Multiple, Symbol};

use crate::{both, hex, reads, refuses};

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:settings:map", code = 0x70, source = map)]
struct Settings<'a, T> {
    max_size: u32,
    #[amqp(default = "none")]
    label: &'a str,
    next: Option<T>,
    #[amqp(rename = "x-tags")]
    tags: Multiple<Symbol>,
    #[amqp(skip)]
    seen: bool,
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(source = map, keys = string, strict)]
struct Point {
    x: i32,
    y: i32,
}

fn settings(max_size: u32) -> Settings<'static, u8> {
    Settings { max_size, label: "none", next: None, tags: Multiple::NONE, seen: false }
}

/// Returns a key of a map as a symbol, or as a string.
fn symbol(key: &str) -> String {
    format!("a3 {:02x} {}", key.len(), hex(key.as_bytes()))
}

fn string(key: &str) -> String {
    format!("a1 {:02x} {}", key.len(), hex(key.as_bytes()))
}

#[test]
fn nulls_and_defaults_are_omitted() {
    let max_size = symbol("max-size");
    both(settings(1), &format!("00 53 70 c1 0d 02 {max_size} 5201"));
    let tags = Multiple::one(Symbol::from_static("a"));
    let full = Settings { label: "b", next: Some(3), tags, ..settings(1) };
    let (label, next, tags) = (symbol("label"), symbol("next"), symbol("x-tags"));
    both(
        full,
        &format!("00 53 70 c1 2a 08 {max_size} 5201 {label} a10162 {next} 5003 {tags} a30161"),
    );
}

#[test]
fn fields_are_in_any_order_with_keys_that_are_symbols_or_strings() {
    let due = || Settings { next: Some(3), ..settings(1) };
    let (size, next) = (string("max-size"), symbol("next"));
    reads(&format!("00 53 70 c1 15 04 {next} 5003 {size} 5201"), due());
    let wide = format!("b3 00000004 {}", hex(b"next"));
    reads(&format!("00 53 70 d1 0000001b 00000004 {size} 5201 {wide} 5003"), due());
}

#[test]
fn a_null_is_an_absent_field() {
    let (size, label, next) = (symbol("max-size"), symbol("label"), symbol("next"));
    reads(&format!("00 53 70 c1 1c 06 {size} 5201 {label} 40 {next} 40"), settings(1));
}

#[test]
fn unknown_fields_are_ignored_unless_the_type_is_strict() {
    let (size, x, y, z) = (symbol("max-size"), string("x"), string("y"), string("z"));
    reads(&format!("00 53 70 c1 14 06 {z} 45 5001 41 {size} 5201"), settings(1));
    both(Point { x: 1, y: -1 }, &format!("c1 0b 04 {x} 5401 {y} 54ff"));
    refuses::<Point>(
        &format!("c1 0f 06 {x} 5401 {z} 41 {y} 54ff"),
        "the type is strict and has no such field (octet 8)",
    );
}

#[test]
fn unknown_keys_must_be_distinct() {
    let (known, text) = (format!("{} 43", symbol("max-size")), symbol("z"));
    let settings = |count: u8, unknown: &str| {
        let entries = format!("{known} {unknown}").replace(' ', "");
        format!("00 53 70 c1 {:02x} {count:02x} {entries}", entries.len() / 2 + 1)
    };
    for (count, unknown) in
        [(6, format!("{text} 40 {} 40", string("z"))), (6, "5201 40 43 40".into())]
    {
        reads(&settings(count, &unknown), self::settings(0));
    }
    // The same key in other encodings, and a list that contains it.
    for (unknown, octet) in [
        (format!("{text} 40 {text} 40"), 21),
        ("43 40 52 00 40".into(), 19),
        ("5207 40 45 40 70 00000007 40 43 40 43 40".into(), 22),
        ("c0020143 40 c003015200 40".into(), 22),
    ] {
        let count = if unknown.len() > 30 { 12 } else { 6 };
        refuses::<Settings<'static, u8>>(
            &settings(count, &unknown),
            &format!("the map has the same key twice (octet {octet})"),
        );
    }
    // These keys have not been decoded before.
    let broken = settings(6, "a1 01 ff 40 43 40");
    refuses::<Settings<'static, u8>>(&broken, "the string is not UTF-8 (octet 19)");
}

#[test]
fn errors_name_the_field() {
    let (x, y, size, next) = (string("x"), string("y"), symbol("max-size"), symbol("next"));
    refuses::<Point>(
        &format!("c1 06 02 {x} 5401"),
        "Point.y: a mandatory field is null or absent (octet 8)",
    );
    refuses::<Point>(
        &format!("c1 05 02 {y} 40"),
        "Point.y: a mandatory field is null or absent (octet 6)",
    );
    refuses::<Point>(
        &format!("c1 0b 04 {x} 5401 {x} 5401"),
        "Point.x: the field appears twice (octet 8)",
    );
    refuses::<Settings<'static, u8>>(
        &format!("00 53 70 c1 14 04 {size} 5201 {next} 41"),
        "Settings.next: expected ubyte, found boolean (octet 24)",
    );
    refuses::<Point>("c1 04 01 a10178", "the map has a key without a value (octet 3)");
    refuses::<Point>("45", "expected map, found list (octet 0)");
    refuses::<Settings<'static, u8>>("00 53 70 45", "expected map, found list (octet 3)");
}
