use std::fmt::Write;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use super::*;

#[test]
fn names_are_those_of_the_standard() {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/facts.txt");
    // The package by itself is tested without.
    let Ok(facts) = std::fs::read_to_string(facts) else { return };
    let (mut due, mut lines) = (Vec::new(), facts.lines().peekable());
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split(' ').collect();
        let (["composite", name, _, code, ..] | ["restricted", name, _, "described", _, code, ..]) =
            *words.as_slice()
        else {
            continue;
        };
        let mut fields = String::new();
        while let Some(field) = lines.next_if(|line| line.starts_with("  ")) {
            write!(fields, " {}", field.split_whitespace().next().unwrap()).unwrap();
        }
        due.push((u64::from_str_radix(&code[2..], 16).unwrap(), format!("{name}:{fields}")));
    }
    due.sort();
    let known = TYPES.iter().map(|known| {
        let fields = known.fields.unwrap_or_default();
        let fields: String = fields.iter().flat_map(|field| [" ", field]).collect();
        (known.descriptor.code().unwrap(), format!("{}:{fields}", known.name()))
    });
    assert_eq!(known.collect::<Vec<_>>(), due);
}

#[test]
fn choices_are_those_of_the_standard() {
    let value = |source, value: &str| match source {
        "boolean" => Value::Boolean(value == "true"),
        "ubyte" => Value::Ubyte(value.parse().unwrap()),
        _ => Value::Uint(value.parse().unwrap()),
    };
    for (field, source, choices) in [
        ("role", "boolean", "sender false receiver true"),
        ("snd-settle-mode", "ubyte", "unsettled 0 settled 1 mixed 2"),
        ("rcv-settle-mode", "ubyte", "first 0 second 1"),
        ("durable", "uint", "none 0 configuration 1 unsettled-state 2"),
        ("code", "ubyte", "ok 0 auth 1 sys 2 sys-perm 3 sys-temp 4"),
    ] {
        let words: Vec<&str> = choices.split(' ').collect();
        for pair in words.chunks(2) {
            assert_eq!(choice(field, &value(source, pair[1])), Some(pair[0]));
        }
    }
    assert_eq!(choice("snd-settle-mode", &Value::Ubyte(3)), None);
    // A header's `durable` is a boolean and means what it says.
    assert_eq!(choice("durable", &Value::Boolean(true)), None);
}

#[test]
fn by_either_descriptor() {
    let symbol = |name| Value::Symbol(crate::Symbol::from_static(name));
    for (descriptor, name) in [
        (Value::Ulong(0x10), Some("open")),
        (symbol("amqp:open:list"), Some("open")),
        (symbol("amqp:amqp-value:*"), Some("amqp-value")),
        (Value::Ulong(0x468c_0000_0004), Some("selector-filter")),
        (symbol("amqp:sql-filter"), Some("sql-filter")),
        (Value::Uint(0x10), None),
        (Value::from("amqp:open:list"), None),
        (Value::Ulong(0x1c), None),
    ] {
        assert_eq!(KnownType::of(&descriptor).map(KnownType::name), name);
    }
}

#[test]
fn no_two_types_share_a_descriptor() {
    let all: Vec<&KnownType> = TYPES.iter().chain(&filters::FILTERS).collect();
    for (index, one) in all.iter().enumerate() {
        for other in &all[index + 1..] {
            assert!(!one.descriptor.overlaps(&other.descriptor), "{}", one.name());
        }
    }
}
