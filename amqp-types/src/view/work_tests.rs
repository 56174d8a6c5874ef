//! The work of decoding a value and then reading all of it is bounded in proportion to the input.

#![allow(
    clippy::cast_precision_loss,
    clippy::eq_op,
    clippy::too_many_lines,
    clippy::type_complexity,
    dropping_copy_types,
    reason = "what is decoded is of no use here, and numbers are small"
)]

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_assert, prop_oneof, proptest};

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::error::Failed;
use crate::messaging::{AnnotationsRef, ApplicationPropertiesRef, Message, MessageRef};
use crate::reader::Reader;
use crate::value::{DescribedValueRef, ValueRef};
use crate::view::{ArrayRef, ListRef, MapRef, MultipleRef, Owned};
use crate::{Map, Value, work};

/// Reads a value with all its content.
fn walk(value: ValueRef<'_>) {
    match value {
        ValueRef::List(list) => list.iter().for_each(walk),
        ValueRef::Map(map) => map.iter().for_each(|(key, value)| {
            walk(key);
            walk(value);
        }),
        ValueRef::Array(array) => {
            array.descriptors().for_each(walk);
            array.iter().for_each(walk);
        }
        ValueRef::Described(described) => walk_described(described),
        _ => {}
    }
}

fn walk_described(described: DescribedValueRef<'_>) {
    walk(described.descriptor());
    walk(described.value());
}

/// An operation on octets, and its work.
struct Work {
    what: &'static str,
    units: usize,
}

/// A key that counts the octets that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Text<'a>(&'a str);

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        work::compare(self.0.as_bytes(), other.0.as_bytes());
        self.0.cmp(other.0)
    }
}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'de: 'a, 'a> Decode<'de> for Text<'a> {
    const ACCEPTS: &'static Accepts = <&str>::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        Decode::decode_value(constructor, reader).map(Text)
    }
}

/// A union with a described value, a map and others.
#[derive(Clone, Copy, Debug, PartialEq, crate::OneOf)]
enum Union<'a> {
    Map(MapRef<'a, ValueRef<'a>, ValueRef<'a>>),
    List(ListRef<'a, ValueRef<'a>>),
    Described(DescribedValueRef<'a>),
    Text(&'a str),
}

/// Decodes octets as all types that they can be, and reads the values.
fn all(octets: &[u8]) -> Vec<Work> {
    fn measure(works: &mut Vec<Work>, what: &'static str, function: impl FnOnce()) {
        let ((), units) = work::of(function);
        works.push(Work { what, units });
    }
    let mut works = Vec::new();
    let mut add = |what, function: &dyn Fn()| measure(&mut works, what, function);
    add("ValueRef", &|| drop(ValueRef::from_bytes(octets)));
    add("Value", &|| drop(Value::from_bytes(octets)));
    if let Ok(value) = ValueRef::from_bytes(octets) {
        add("walk", &|| walk(value));
        add("Debug", &|| drop(format!("{value:?}")));
        add("eq", &|| assert_eq!(value, value));
        add("from_ref", &|| drop(Value::from_ref(value)));
        add("encode", &|| drop(crate::Encode::to_bytes(&value)));
    }
    if let Ok(value) = Value::from_bytes(octets) {
        add("eq of Value", &|| assert!(value == value.clone()));
        add("encode of Value", &|| drop(crate::Encode::to_bytes(&value)));
    }
    add("MapRef<Text>", &|| drop(MapRef::<Text<'_>, ValueRef<'_>>::from_bytes(octets)));
    add("Map<Text>", &|| drop(Map::<Text<'_>, Value>::from_bytes(octets)));
    add("AnnotationsRef", &|| drop(AnnotationsRef::from_bytes(octets)));
    add("ApplicationPropertiesRef", &|| drop(ApplicationPropertiesRef::from_bytes(octets)));
    add("ArrayRef<DescribedValueRef>", &|| {
        if let Ok(array) = ArrayRef::<DescribedValueRef<'_>>::from_bytes(octets) {
            array.iter().for_each(walk_described);
        }
    });
    add("ArrayRef<ValueRef>", &|| {
        if let Ok(array) = ArrayRef::<ValueRef<'_>>::from_bytes(octets) {
            array.iter().for_each(walk);
        }
    });
    add("Array<Value>", &|| drop(crate::Array::<Value>::from_bytes(octets)));
    add("MultipleRef<DescribedValueRef>", &|| {
        if let Ok(several) = MultipleRef::<DescribedValueRef<'_>>::from_bytes(octets) {
            several.iter().for_each(walk_described);
        }
    });
    add("Union", &|| drop(Union::from_bytes(octets)));
    add("MultipleRef<Union>", &|| {
        if let Ok(several) = MultipleRef::<Union<'_>>::from_bytes(octets) {
            several.iter().for_each(|one| drop(format!("{one:?}")));
        }
    });
    add("ListRef<Union>", &|| drop(ListRef::<Union<'_>>::from_bytes(octets)));
    add("Message", &|| drop(Message::from_bytes(octets)));
    add("MessageRef", &|| {
        let Ok(message) = MessageRef::from_bytes(octets) else { return };
        for annotations in [
            message.message_annotations().ok().flatten().map(|own| *own),
            message.delivery_annotations().ok().flatten().map(|own| *own),
        ] {
            annotations.iter().flat_map(|own| own.iter()).for_each(|(_, value)| walk(value));
        }
        if let Ok(Some(properties)) = message.application_properties() {
            properties.iter().for_each(|(_, value)| walk(*value));
        }
        if let Ok(Some(footer)) = message.footer() {
            footer.iter().for_each(|(_, value)| walk(value));
        }
        if let Ok(value) = message.body().to_value::<ValueRef<'_>>() {
            walk(value);
        }
    });
    works
}

/// A compound with sizes of four octets.
fn compound(code: u8, count: usize, items: &[u8]) -> Vec<u8> {
    let mut octets = vec![code];
    octets.extend(u32::try_from(items.len() + 4).unwrap().to_be_bytes());
    octets.extend(u32::try_from(count).unwrap().to_be_bytes());
    octets.extend(items);
    octets
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    compound(0xd0, items.len(), &items.concat())
}

/// A map of these keys, whose values are null.
fn map(keys: &[Vec<u8>]) -> Vec<u8> {
    let entries: Vec<u8> = keys.iter().flat_map(|key| key.iter().chain(&[0x40]).copied()).collect();
    compound(0xd1, keys.len() * 2, &entries)
}

/// An array of maps or lists that are written with sizes of four octets.
fn array(constructor: &[u8], items: &[Vec<u8>]) -> Vec<u8> {
    let data = items.iter().flat_map(|item| &item[1..]).copied();
    let octets: Vec<u8> = constructor.iter().copied().chain(data).collect();
    compound(0xf0, items.len(), &octets)
}

fn text(code: u8, text: &str) -> Vec<u8> {
    if let Ok(len) = u8::try_from(text.len()) {
        return [&[code, len], text.as_bytes()].concat();
    }
    let len = u32::try_from(text.len()).unwrap().to_be_bytes();
    [&[code | 0x10][..], &len, text.as_bytes()].concat()
}

fn string(content: &str) -> Vec<u8> {
    text(0xa1, content)
}

/// A value whose descriptor is described, whose descriptor is described, and so on.
fn descriptors(depth: usize, last: u8) -> Vec<u8> {
    let mut octets = vec![0; depth];
    octets.extend([0x53, last]);
    octets.extend(vec![0x40; depth]);
    octets
}

/// A value that is described many times.
fn described(depth: usize, last: u8) -> Vec<u8> {
    let mut octets = [0, 0x44].repeat(depth);
    octets.extend([0x53, last]);
    octets
}

fn units_for_octet(octets: &[u8], work: &Work) -> f64 {
    work.units as f64 / octets.len() as f64
}

/// Prints and returns the worst of some inputs.
fn worst(inputs: &[(String, Vec<u8>)]) -> f64 {
    let mut worst = 0.0f64;
    for (name, octets) in inputs {
        for work in all(octets) {
            let units = units_for_octet(octets, &work);
            if units > 6.0 {
                std::println!("{units:7.2}  {name} ({} octets): {}", octets.len(), work.what);
            }
            worst = worst.max(units);
        }
    }
    worst
}

fn ordinary() -> Vec<(String, Vec<u8>)> {
    let names = ["x-opt-partition-key", "x-opt-sequence-number", "x-opt-enqueued-time", "subject"];
    let keys = |count: usize| -> Vec<Vec<u8>> {
        (0..count).map(|i| string(&format!("application-property-{i:04}"))).collect()
    };
    let shuffled = |count: usize| -> Vec<Vec<u8>> {
        let keys = keys(count);
        // No count here is a multiple of this prime.
        (0..count).map(|i| keys[i * 7919 % count].clone()).collect()
    };
    let nulls = vec![vec![0x40]; 100];
    vec![
        ("list of numbers".into(), list(&vec![vec![0x54, 7]; 100])),
        ("list of nulls".into(), list(&nulls)),
        ("list of strings".into(), list(&vec![string("hello"); 100])),
        (
            "list of described lists".into(),
            list(&vec![[&[0, 0x53, 0x70, 0xc0, 3, 2][..], &[0x41, 0x42]].concat(); 100]),
        ),
        ("map of 4".into(), map(&names.map(string))),
        ("map of 16 keys in order".into(), map(&keys(16))),
        ("map of 16 keys in no order".into(), map(&shuffled(16))),
        ("map of 100 keys in no order".into(), map(&shuffled(100))),
        ("map of 1000 keys in no order".into(), map(&shuffled(1000))),
        ("array of maps".into(), array(&[0xd1], &vec![map(&shuffled(8)); 20])),
        (
            "array of described lists".into(),
            array(&[0, 0x53, 0x70, 0xd0], &vec![list(&nulls[..3]); 20]),
        ),
    ]
}

fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for (name, item) in [
        ("descriptors 59 deep", descriptors as fn(usize, u8) -> Vec<u8>),
        ("described 59 times", described),
    ] {
        for items in [1, 5] {
            let key = |levels: usize, last: u8| {
                let mut values = vec![item(59 - levels * 2, 1); items - 1];
                values.push(item(59 - levels * 2, last));
                list(&values)
            };
            let descending =
                |levels| (0..16).rev().map(|last| key(levels, last)).collect::<Vec<_>>();
            let one = map(&descending(1));
            inputs.push((format!("list, {name}, {items}"), key(0, 1)));
            inputs.push((format!("one level of keys, {name}, {items}"), one.clone()));
            let mut inner = one;
            for levels in 2..=3 {
                // Maps that differ only in their key.
                let keys: Vec<_> =
                    (0..16u8).rev().map(|last| list(&[inner.clone(), vec![0x50, last]])).collect();
                inner = map(&keys);
                if inner.len() < 200_000 {
                    inputs
                        .push((format!("{levels} levels of keys, {name}, {items}"), inner.clone()));
                }
            }
        }
        inputs.push((format!("500 of {name}"), list(&vec![item(59, 1); 500])));
        inputs.push((format!("one of {name}"), item(59, 1)));
        inputs.push((
            format!("array of {name}"),
            array(&[&[0][..], &item(50, 1), &[0xd0]].concat(), &vec![list(&[vec![0x40]]); 100]),
        ));
    }
    for depth in [2, 5, 20, 50] {
        for constructor in [
            [&[0, 0x44].repeat(depth)[..], &[0x50]].concat(),
            [&[0][..], &descriptors(depth, 1), &[0x50]].concat(),
            [&[0][..], &described(depth, 1), &[0x50]].concat(),
            [&[0][..], &list(&vec![vec![0x40]; depth]), &[0x50]].concat(),
        ] {
            for count in [20, 1000] {
                let octets: Vec<u8> = constructor.iter().copied().chain(vec![7; count]).collect();
                let name =
                    format!("{count} items of {depth} descriptors {:02x?}", &constructor[..3]);
                inputs.push((name, compound(0xf0, count, &octets)));
            }
        }
    }
    for count in [2usize, 16, 17, 128, 129, 1000] {
        let prefix = "a".repeat(100);
        let shuffled = |code: u8| -> Vec<_> {
            (0..count).rev().map(|i| text(code, &format!("{prefix}{i:05}"))).collect()
        };
        inputs.push((format!("{count} long strings"), map(&shuffled(0xa1))));
        inputs.push((format!("{count} long symbols"), map(&shuffled(0xa3))));
        let nulls: Vec<_> = (0..count)
            .rev()
            .map(|i| {
                let mut items = vec![vec![0x40]; 200];
                items.push([&[0x70][..], &u32::try_from(i).unwrap().to_be_bytes()].concat());
                list(&items)
            })
            .collect();
        inputs.push((format!("{count} lists of nulls"), map(&nulls)));
    }
    inputs
}

/// Returns nested descriptors, lists and maps with few different leaves, so that keys are nearly equal.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(vec![0x40]),
        (0u8..4).prop_map(|number| vec![0x50, number]),
        (0u8..4).prop_map(|number| string(&format!("{:a<40}{number}", ""))),
    ];
    leaf.prop_recursive(6, 200, 16, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(descriptor, value)| [
                &[0],
                &descriptor[..],
                &value
            ]
            .concat()),
            (inner.clone(), 1usize..40, 0u8..4).prop_map(|(inner, depth, last)| {
                [vec![0; depth], inner, vec![0x40; depth - 1], vec![0x50, last]].concat()
            }),
            vec(inner.clone(), 0..16).prop_map(|items| list(&items)),
            vec(inner, 0..16).prop_map(|keys| map(&keys)),
        ]
    })
}

proptest! {
    #[test]
    fn nested_input_is_within_the_bound_of_hostile_input(octets in nested()) {
        for work in all(&octets) {
            // The first few octets cost a little each time that they are decoded.
            let units = work.units as f64 / (octets.len() + 16) as f64;
            prop_assert!(units <= MOST, "{units} units an octet: {}", work.what);
        }
    }
}

/// Four times the units for an octet that the worst ordinary input takes.
const MOST: f64 = 39.0;

#[test]
fn hostile_input_costs_at_most_four_times_the_work_of_ordinary_input() {
    let ordinary = worst(&ordinary());
    std::println!("ordinary {ordinary:.2}\n");
    let hostile = worst(&hostile());
    std::println!("hostile {hostile:.2}");
    assert!(MOST <= 4.0 * ordinary, "{ordinary}");
    assert!(hostile <= MOST, "{hostile} units an octet, where {ordinary} are ordinary");
}
