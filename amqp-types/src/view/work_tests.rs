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
use crate::definitions::{Fields, Handle, Milliseconds, Outcome, Role};
use crate::error::Failed;
use crate::extension::filter::SelectorFilter;
use crate::messaging::{
    Accepted, AnnotationsRef, ApplicationPropertiesRef, Body, EncodedMessage, FilterSet, Footer,
    Header, Message, MessageAnnotations, MessageRef, Properties, Source, Target,
};
use crate::reader::Reader;
use crate::transport::{Attach, AttachRef, Open, OpenRef};
use crate::value::{DescribedValueRef, ValueRef};
use crate::view::distinct::ShortKeys;
use crate::view::map::{FEW, MANY};
use crate::view::{ArrayRef, ListRef, MapRef, MultipleRef, Owned};
use crate::{Bytes, Encode, Map, Multiple, Symbol, Value, work};

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

fn measure(works: &mut Vec<Work>, what: &'static str, function: impl FnOnce()) {
    let ((), units) = work::of(function);
    works.push(Work { what, units });
}

/// Decodes octets as all types that they can be, and reads the values.
fn all(octets: &[u8]) -> Vec<Work> {
    let mut works = Vec::new();
    let mut add = |what, function: &dyn Fn()| measure(&mut works, what, function);
    add("ValueRef", &|| drop(ValueRef::from_bytes(octets)));
    add("Value", &|| drop(Value::from_bytes(octets)));
    if let Ok(value) = ValueRef::from_bytes(octets) {
        add("walk", &|| walk(value));
        add("Debug", &|| drop(format!("{value:?}")));
        add("eq", &|| assert_eq!(value, value));
        add("from_ref", &|| drop(Value::from_ref(value)));
        add("encode", &|| drop(Encode::to_bytes(&value)));
    }
    if let Ok(value) = Value::from_bytes(octets) {
        add("eq of Value", &|| assert!(value == value.clone()));
        add("encode of Value", &|| drop(Encode::to_bytes(&value)));
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
    works
}

/// Asks for each section of a message, and reads the results.
fn walk_message(message: MessageRef<'_>) {
    drop((message.header(), message.properties()));
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
    let body = message.body();
    if let Ok(value) = body.to_value::<ValueRef<'_>>() {
        walk(value);
    }
    drop((body.to_value::<Value>(), body.to_sequence()));
}

/// Decodes octets as a message in each form, and asks for each section.
fn messages(octets: &[u8]) -> Vec<Work> {
    let shared = Bytes::copy_from_slice(octets);
    let mut works = Vec::new();
    let mut add = |what, function: &dyn Fn()| measure(&mut works, what, function);
    let own = |message: Message| {
        drop((message.body.to_value::<Value>(), message.body.to_sequence()));
        drop(message.to_bytes());
    };
    add("Message", &|| drop(Message::from_bytes(octets).map(own)));
    add("Message, shared", &|| drop(Message::from_shared(&shared).map(own)));
    add("MessageRef", &|| drop(MessageRef::from_bytes(octets).map(walk_message)));
    add("MessageRef, shared", &|| drop(MessageRef::from_shared(&shared).map(walk_message)));
    add("EncodedMessage", &|| {
        let Ok(message) = EncodedMessage::new(shared.clone()) else { return };
        drop((message.header(), message.delivery_annotations(), message.message_annotations()));
        drop((message.properties(), message.application_properties(), message.footer()));
        drop((message.body().to_value::<Value>(), message.body().to_sequence()));
    });
    add("to_message", &|| drop(EncodedMessage::new(shared.clone()).map(|own| own.to_message())));
    works
}

/// Decodes octets as a performative in each form, and reads the maps in it.
fn performatives(octets: &[u8]) -> Vec<Work> {
    let shared = Bytes::copy_from_slice(octets);
    let mut works = Vec::new();
    let mut add = |what, function: &dyn Fn()| measure(&mut works, what, function);
    add("Open", &|| drop(Open::from_bytes(octets).map(|open| open.to_bytes())));
    add("Open, shared", &|| drop(Open::from_shared(&shared)));
    add("OpenRef", &|| {
        let Ok(open) = OpenRef::from_bytes(octets) else { return };
        let properties = open.properties.iter().flat_map(|properties| properties.iter());
        properties.for_each(|(_, value)| walk(value));
        drop((open.to_bytes(), Open::from_ref(open)));
    });
    add("Attach", &|| drop(Attach::from_bytes(octets).map(|attach| attach.to_bytes())));
    add("Attach, shared", &|| drop(Attach::from_shared(&shared)));
    add("AttachRef", &|| {
        let Ok(attach) = AttachRef::from_bytes(octets) else { return };
        let properties = attach.properties.iter().flat_map(|properties| properties.iter());
        properties.for_each(|(_, value)| walk(value));
        drop((attach.to_bytes(), Attach::from_ref(attach)));
    });
    works
}

/// Decodes a large input, as few types because it takes long.
fn large(octets: &[u8]) -> Vec<Work> {
    let mut works = Vec::new();
    let mut add = |what, function: &dyn Fn()| measure(&mut works, what, function);
    add("ValueRef", &|| drop(ValueRef::from_bytes(octets)));
    add("Value", &|| drop(Value::from_bytes(octets)));
    add("MapRef<Text>", &|| drop(MapRef::<Text<'_>, ValueRef<'_>>::from_bytes(octets)));
    works
}

/// Decodes a large message, in one form because it takes long.
fn large_messages(octets: &[u8]) -> Vec<Work> {
    let mut works = Vec::new();
    let view = || drop(MessageRef::from_bytes(octets).map(walk_message));
    measure(&mut works, "MessageRef", view);
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
    map_to(keys, &[0x40])
}

/// A map of these keys, which have the same value.
fn map_to(keys: &[Vec<u8>], value: &[u8]) -> Vec<u8> {
    let entries: Vec<u8> = keys.iter().flat_map(|key| key.iter().chain(value).copied()).collect();
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

/// Prints and returns the most units for an octet that some inputs take.
fn worst(inputs: &[(String, Vec<u8>)], decode: fn(&[u8]) -> Vec<Work>) -> f64 {
    let mut worst = 0.0f64;
    for (name, octets) in inputs {
        for work in decode(octets) {
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

fn symbols(names: &[&'static str]) -> Multiple<Symbol> {
    names.iter().map(|name| Symbol::from_static(name)).collect()
}

fn fields(entries: &[(&'static str, Value)]) -> Fields {
    let entries = entries.iter().cloned();
    Fields(entries.map(|(name, value)| (Symbol::from_static(name), value)).collect())
}

/// Performatives like those that brokers and clients send.
fn ordinary_performatives() -> Vec<(String, Vec<u8>)> {
    let open = Open {
        hostname: Some("broker.example.com".into()),
        max_frame_size: 65536,
        channel_max: 8191,
        idle_time_out: Some(Milliseconds(60_000)),
        offered_capabilities: symbols(&["ANONYMOUS-RELAY", "SHARED-SUBS", "DELAYED_DELIVERY"]),
        desired_capabilities: symbols(&["ANONYMOUS-RELAY", "SOLE-CONNECTION-FOR-CONTAINER"]),
        properties: Some(fields(&[
            ("product", Value::String("broker".into())),
            ("version", Value::String("4.1.2".into())),
            ("platform", Value::String("Erlang/OTP 27.3".into())),
            ("copyright", Value::String("Copyright (c) 2007-2025 the owners".into())),
            ("node", Value::String("broker@host-1".into())),
        ])),
        ..Open::new("2c0b8a6e-3f0e-4a3b-9f6b-0e9f3f1f4b7d")
    };
    let mut filter = FilterSet::default();
    filter
        .set(Symbol::from_static("jms-selector"), &SelectorFilter("colour = 'red'".into()))
        .unwrap();
    let attach = Attach {
        source: Some(
            Source {
                address: Some("/queues/orders".into()),
                filter: Some(filter),
                default_outcome: Some(Outcome::Accepted(Accepted {})),
                outcomes: symbols(&[
                    "amqp:accepted:list",
                    "amqp:rejected:list",
                    "amqp:released:list",
                    "amqp:modified:list",
                ]),
                capabilities: symbols(&["queue"]),
                ..Source::default()
            }
            .into(),
        ),
        target: Some(Target { address: Some("receiver-1".into()), ..Target::default() }.into()),
        max_message_size: Some(1 << 20),
        offered_capabilities: symbols(&["SHARED-SUBS"]),
        properties: Some(fields(&[("paused", Value::Boolean(false)), ("priority", Value::Int(5))])),
        ..Attach::new("receiver-1-orders", Handle(0), Role::Receiver)
    };
    vec![
        ("open".into(), open.to_bytes().unwrap().to_vec()),
        ("short open".into(), Open::new("client").to_bytes().unwrap().to_vec()),
        ("attach".into(), attach.to_bytes().unwrap().to_vec()),
    ]
}

/// Messages like those that brokers and clients send.
fn ordinary_messages() -> Vec<(String, Vec<u8>)> {
    let annotations = [
        ("x-opt-sequence-number", Value::Long(55)),
        ("x-opt-offset", Value::String("4294967296".into())),
        ("x-opt-enqueued-time", Value::Long(1_700_000_000_000)),
        ("x-opt-partition-key", Value::String("customer-17".into())),
    ];
    let annotations = annotations.map(|(name, value)| (Symbol::from_static(name).into(), value));
    let message = Message {
        header: Some(Header { durable: true, ..Header::default() }),
        message_annotations: Some(MessageAnnotations(crate::messaging::Annotations(
            annotations.into_iter().collect(),
        ))),
        properties: Some(Properties {
            message_id: Some("id-1234567890".into()),
            to: Some("/queues/orders".into()),
            subject: Some("order".into()),
            content_type: Some(Symbol::from_static("application/json")),
            ..Properties::default()
        }),
        application_properties: Some(crate::messaging::ApplicationProperties(
            [("tenant", "example"), ("region", "eu-central-1"), ("trace", "00-4bf92f3577b34da6")]
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )),
        body: Body::value(&"{\"order\": 17, \"items\": [1, 2, 3]}"),
        footer: Some(Footer(crate::messaging::Annotations(
            [(Symbol::from_static("x-opt-hash").into(), Value::Ulong(0x1234_5678))]
                .into_iter()
                .collect(),
        ))),
        ..Message::default()
    };
    let sequence = Message { body: Body::sequence(&[1u32, 2, 3, 4, 5]), ..message.clone() };
    let plain = Message { body: Body::value(&"hello"), ..Message::default() };
    vec![
        ("message".into(), message.to_bytes().unwrap().to_vec()),
        ("message with a sequence".into(), sequence.to_bytes().unwrap().to_vec()),
        ("message of a value".into(), plain.to_bytes().unwrap().to_vec()),
    ]
}

/// A value after a small descriptor.
fn section(code: u8, value: &[u8]) -> Vec<u8> {
    [&[0, 0x53, code], value].concat()
}

/// The codes of the sections that hold maps, and of the bodies.
const MAPS: [u8; 4] = [0x71, 0x72, 0x74, 0x78];
const SEQUENCE: u8 = 0x76;
const VALUE: u8 = 0x77;

/// Puts a value into each section of a message: as the body, under a key, and as the section if it is a
/// map. In a message with all of these, the octets are shared by several sections.
fn in_messages(name: &str, value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let body = section(VALUE, &[0x40]);
    let mut messages = vec![
        (format!("{name}, as a body"), section(VALUE, value)),
        (format!("{name}, in a sequence"), section(SEQUENCE, &list(&[value.to_vec()]))),
    ];
    let mut in_map = |name: String, map: &[u8]| {
        for code in MAPS {
            let before = section(code, map);
            messages
                .push((format!("{name} of section {code:02x}"), [before, body.clone()].concat()));
        }
        // A footer may come before the body.
        let all = [0x71, 0x72, 0x74, VALUE, 0x78].map(|code| section(code, map)).concat();
        messages.push((format!("{name} of all sections"), all));
    };
    let key = [text(0xa3, "x-opt-key"), string("key")];
    in_map(format!("{name}, in an entry"), &map_to(&key[..1], value));
    if value.first() == Some(&0xd1) {
        in_map(format!("{name}, as the map"), value);
    }
    messages
}

/// Puts a value into performatives: under a key of the properties and of a filter, and as the properties
/// if it is a map.
fn in_performatives(name: &str, value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let entry = map_to(&[text(0xa3, "key")], value);
    let null = vec![0x40];
    let open = |properties: &[u8]| {
        let mut fields = vec![null.clone(); 10];
        fields[0] = string("container");
        fields[9] = properties.to_vec();
        section(0x10, &list(&fields))
    };
    let attach = |filter: &[u8]| {
        let mut source = vec![null.clone(); 8];
        source[7] = filter.to_vec();
        let source = section(0x28, &list(&source));
        let fields = [string("link"), vec![0x43], vec![0x41], null.clone(), null.clone(), source];
        section(0x12, &list(&fields))
    };
    let mut performatives = vec![
        (format!("{name}, in an entry of an open"), open(&entry)),
        (format!("{name}, in a filter of an attach"), attach(&entry)),
    ];
    if value.first() == Some(&0xd1) {
        performatives.push((format!("{name}, as the properties of an open"), open(value)));
        performatives.push((format!("{name}, as the filters of an attach"), attach(value)));
    }
    performatives
}

/// Returns texts of at most two octets whose search starts in as few slots of a table as possible.
fn colliding<const SLOTS: usize>(count: usize) -> Vec<String> {
    let chars = || (1..=127u8).map(char::from);
    let pairs = chars().flat_map(|a| chars().map(move |b| String::from_iter([a, b])));
    let mut texts: Vec<String> = chars().map(String::from).chain(pairs).collect();
    texts.sort_by_key(|text| ShortKeys::<SLOTS>::slot_of(text.as_bytes()));
    texts.truncate(count);
    texts
}

/// The first search that a colliding text needs ends at once, and each further one takes about as many steps as
/// there are texts before it.
#[test]
fn texts_collide() {
    fn check<const SLOTS: usize>() {
        let most = ShortKeys::<SLOTS>::MOST;
        let texts = colliding::<SLOTS>(most);
        let keys: Vec<_> = texts.iter().map(|own| string(own)).collect();
        let ((), units) = work::of(|| {
            let mut table = ShortKeys::<SLOTS>::new(most, &keys.concat());
            for key in &keys {
                table.add(key);
            }
            assert!(table.are_distinct());
        });
        assert!(units >= most * most * 2 / 5, "{units} steps for {most} texts");
    }
    check::<FEW>();
    check::<MANY>();
}

/// Maps whose keys collide in the table that finds duplicates of short keys.
fn colliding_maps() -> Vec<(String, Vec<u8>)> {
    // These differ in the middle only, so that their fingerprints are equal.
    let equal = |i: usize| format!("aaaaaaaa{i:03}aaaaaaaa");
    let mut inputs = Vec::new();
    for code in [0xa1, 0xa3] {
        let table = |count: usize| -> Vec<Vec<u8>> {
            let texts = if count <= ShortKeys::<FEW>::MOST {
                colliding::<FEW>(count)
            } else {
                colliding::<MANY>(count)
            };
            texts.iter().map(|own| text(code, own)).collect()
        };
        for count in [ShortKeys::<FEW>::MOST, 17, ShortKeys::<MANY>::MOST] {
            let keys = table(count);
            inputs.push((format!("{count} keys {code:x} in few slots"), map(&keys)));
            // The table is filled for nothing, and the keys are then sorted.
            let mut unsure = keys[..count - 2].to_vec();
            unsure.extend([1, 0].map(|i| text(code, &equal(i))));
            inputs.push((format!("{count} keys {code:x}, two fingerprints equal"), map(&unsure)));
            let same: Vec<_> = (0..count).rev().map(|i| text(code, &equal(i))).collect();
            inputs.push((format!("{count} keys {code:x} of one fingerprint"), map(&same)));
            let mut nested = map(&unsure);
            for levels in 2..=3 {
                let shared = if count == ShortKeys::<MANY>::MOST { &keys[..] } else { &unsure };
                nested = map_to(shared, &nested);
                if nested.len() < 200_000 {
                    inputs.push((
                        format!("{levels} levels of {count} keys {code:x}"),
                        nested.clone(),
                    ));
                }
            }
        }
    }
    inputs
}

/// Maps whose keys are lists that hold maps, on three levels: comparing keys decodes all that is in them.
fn levels_of_keys() -> Vec<u8> {
    let mut inner = list(&vec![descriptors(50, 1); 2]);
    for _ in 0..3 {
        let key = |last| list(&[inner.clone(), vec![0x50, last]]);
        inner = map(&(0..16).rev().map(key).collect::<Vec<_>>());
    }
    inner
}

/// Inputs of about a MiB.
fn large_inputs() -> Vec<(String, Vec<u8>)> {
    let prefix = "a".repeat(100);
    let long: Vec<_> = (0..10_000).rev().map(|i| string(&format!("{prefix}{i:05}"))).collect();
    let keys: Vec<_> = colliding::<MANY>(128).iter().map(|own| string(own)).collect();
    let nested = map_to(&keys[..20], &map_to(&keys[..80], &map(&keys)));
    vec![
        ("10000 long strings".into(), map(&long)),
        ("levels of colliding keys".into(), nested),
        ("levels of keys that hold values".into(), levels_of_keys()),
    ]
}

fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut inputs = colliding_maps();
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

fn worst_ordinary() -> f64 {
    let values = worst(&ordinary(), all);
    let messages = worst(&ordinary_messages(), messages);
    let performatives = worst(&ordinary_performatives(), performatives);
    std::println!("ordinary {values:.2}, {messages:.2}, {performatives:.2}\n");
    values.max(messages).max(performatives)
}

#[test]
fn hostile_input_costs_at_most_four_times_the_work_of_ordinary_input() {
    let ordinary = worst_ordinary();
    let hostile = worst(&hostile(), all);
    std::println!("hostile {hostile:.2}");
    assert!(MOST <= 4.0 * ordinary, "{ordinary}");
    assert!(hostile <= MOST, "{hostile} units an octet, where {ordinary} are ordinary");
}

#[test]
fn large_hostile_input_costs_no_more_than_hostile_input_may() {
    let inputs = large_inputs();
    assert!(inputs.iter().all(|(_, octets)| octets.len() >= 800_000));
    let large = worst(&inputs, large);
    std::println!("large {large:.2}");
    assert!(large <= MOST, "{large} units an octet");
}

/// Hostile values are decoded in messages if they are decoded alone, so that the other tests measure that.
#[test]
fn hostile_values_are_decoded_in_messages_and_performatives() {
    let mut decoded = 0;
    for (name, value) in hostile() {
        if ValueRef::from_bytes(&value).is_err() {
            continue;
        }
        decoded += 1;
        let entry = map_to(&[text(0xa3, "key")], &value);
        let octets =
            [section(0x72, &entry), section(VALUE, &value), section(0x78, &entry)].concat();
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert!(message.message_annotations().unwrap().is_some(), "{name}");
        assert!(message.body().to_value::<ValueRef<'_>>().is_ok(), "{name}");
        assert!(message.footer().unwrap().is_some(), "{name}");
        let open = &in_performatives(&name, &value)[0].1;
        assert!(OpenRef::from_bytes(open).unwrap().properties.is_some(), "{name}");
    }
    std::println!("{decoded} values are decoded");
    assert!(decoded > 50, "{decoded}");
}

#[test]
fn hostile_values_in_messages_and_performatives_cost_no_more_than_hostile_input_may() {
    let body = [("large levels of keys, as a body".into(), section(VALUE, &levels_of_keys()))];
    let (mut in_message, mut in_performative) = (worst(&body, large_messages), 0.0f64);
    for (name, value) in hostile() {
        if value.len() > 60_000 {
            continue;
        }
        // More forms of longer ones take long, and show nothing new.
        let few = |mut inputs: Vec<_>| {
            inputs.truncate(if value.len() > 10_000 { 1 } else { inputs.len() });
            inputs
        };
        in_message = in_message.max(worst(&few(in_messages(&name, &value)), messages));
        in_performative =
            in_performative.max(worst(&few(in_performatives(&name, &value)), performatives));
    }
    std::println!("messages {in_message:.2}, performatives {in_performative:.2}");
    assert!(in_message <= MOST, "{in_message} units an octet");
    assert!(in_performative <= MOST, "{in_performative} units an octet");
}
