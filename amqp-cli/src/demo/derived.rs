//! The step that encodes and decodes a type of your own.

use amqp_types::{Composite, Decode, Encode, Multiple, SymbolRef, Timestamp};

use super::step::Step;

/// A composite type, as a user of the derives would write it. The text borrows from the octets.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
pub(super) struct Reading<'a> {
    sensor: &'a str,
    celsius: f32,
    taken: Option<Timestamp>,
    #[amqp(default = 1)]
    scale: u32,
    tags: Multiple<SymbolRef<'a>>,
}

/// The source of the type, as it is shown.
const SOURCE: &[&str] = &[
    "#[derive(Composite)]",
    "#[amqp(name = \"com.example:reading:list\", code = 0x0000_1234_0000_0001)]",
    "struct Reading<'a> {",
    "    sensor: &'a str,",
    "    celsius: f32,",
    "    taken: Option<Timestamp>,",
    "    #[amqp(default = 1)] scale: u32,",
    "    tags: Multiple<SymbolRef<'a>>,",
    "}",
];

/// The expected octets of [`reading`], part by part, and their meaning.
const PARTS: &[(&[u8], &str)] = &[
    (b"\x00\x80\x00\x00\x12\x34\x00\x00\x00\x01", "described by 0x0000_1234_0000_0001"),
    (b"\xc0\x17\x05", "list8: 23 octets follow, 5 items"),
    (b"\xa1\x06boiler", "sensor: str8-utf8 of 6 octets, \"boiler\""),
    (b"\x72\x42\x8f\x00\x00", "celsius: float 71.5"),
    (b"\x40", "taken: null, for None"),
    (b"\x40", "scale: null, since 1 is the default"),
    (b"\xa3\x05ready", "tags: one symbol needs no array"),
];

/// Returns the value that is shown.
pub(super) fn reading() -> Option<Reading<'static>> {
    Some(Reading {
        sensor: "boiler",
        celsius: 71.5,
        taken: None,
        scale: 1,
        tags: Multiple::one(SymbolRef::new("ready").ok()?),
    })
}

/// Encodes a value, explains its octets, and decodes them.
pub(crate) fn there_and_back() -> Step {
    let mut step = Step::new("A type of your own is encoded by to_bytes and decoded by from_bytes");
    for line in SOURCE {
        step.source(line);
    }
    let Some(reading) = step.must(reading().ok_or("\"ready\" is a symbol")) else {
        return step;
    };
    let Some(octets) = step.must(reading.to_bytes()) else {
        return step;
    };
    let mut rest = &*octets;
    for (part, meaning) in PARTS {
        let (octets, after) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
        step.octets("", octets, meaning);
        step.check(octets == *part, meaning);
        rest = after;
    }
    step.check(rest.is_empty(), "there are no more octets");
    if let Some(decoded) = step.must(Reading::from_bytes(&octets)) {
        step.check(decoded == reading, "the octets decode to the same value");
        step.says(&format_args!(
            "{} octets, from which from_bytes decodes an equal value that borrows its text: \
             \"{}\", {} degrees.",
            octets.len(),
            decoded.sensor,
            decoded.celsius,
        ));
    }
    step
}
