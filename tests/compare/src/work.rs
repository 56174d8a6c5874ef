//! The values that every peer encodes and decodes.

use amqp_types::messaging::{
    Accepted, ApplicationProperties, Body, DeliveryState, Header, Message, MessageAnnotations,
    Properties, SimpleValue, Source, Target,
};
use amqp_types::transport::{
    Attach, DeliveryNumber, DeliveryTag, Disposition, Fields, Flow, Handle, MessageFormat,
    Milliseconds, Open, ReceiverSettleMode, Role, SequenceNo, Transfer, TransferNumber,
};
use amqp_types::{
    Array, ByteString, Bytes, Composite, Decode, Encode, Map, Symbol, Timestamp, Uuid, Value,
};

pub const TRANSFER: &str = "a transfer";
pub const DISPOSITION: &str = "a disposition";
pub const FLOW: &str = "a flow";
pub const OPEN: &str = "b open";
pub const ATTACH: &str = "b attach";
pub const MESSAGE_1K: &str = "c message 1 KiB";
pub const MESSAGE_64K: &str = "c message 64 KiB";
pub const ARRAY: &str = "d array 1000 uint";
pub const LONGS: &str = "d list 1000 long";
pub const STRINGS: &str = "d list 1000 string";
pub const MAP: &str = "d map of 100";
pub const SHUFFLED_MAP: &str = "d map of 100 shuffled";
pub const STRUCT: &str = "e struct of 8 fields";
pub const FRAMES: &str = "f frames 256 octets";
pub const VARIED_TRANSFERS: &str = "v 512 transfers";
pub const VARIED_STRUCTS: &str = "v 512 structs";
pub const VARIED_FRAMES: &str = "v frames 256 octets";

/// The rows of the table, in order.
pub const ROWS: [&str; 17] = [
    TRANSFER,
    DISPOSITION,
    FLOW,
    OPEN,
    ATTACH,
    MESSAGE_1K,
    MESSAGE_64K,
    ARRAY,
    LONGS,
    STRINGS,
    MAP,
    SHUFFLED_MAP,
    STRUCT,
    FRAMES,
    VARIED_TRANSFERS,
    VARIED_STRUCTS,
    VARIED_FRAMES,
];

/// The number of values in a varied row.
const VARIED: u64 = 512;

/// A user-defined type that derives `Composite`.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001, borrowed = ReadingRef)]
pub struct Reading {
    pub sensor: u32,
    pub serial: u64,
    pub place: ByteString,
    pub valid: bool,
    pub offset: Option<i64>,
    pub value: f64,
    pub raw: Bytes,
    pub taken: Timestamp,
}

/// The output function of `SplitMix64`.
pub fn mix(index: u64) -> u64 {
    let mut z = index.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn octets(seed: u64, len: usize) -> Bytes {
    (0..).flat_map(|i| mix(seed + i).to_be_bytes()).take(len).collect::<Vec<u8>>().into()
}

fn letters(seed: u64, len: usize) -> ByteString {
    let letter = |i| char::from(b'a' + u8::try_from(mix(seed + i) % 26).unwrap());
    (0..).map(letter).take(len).collect::<String>().into()
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

fn uuid(seed: u64) -> Uuid {
    let mut octets = [0; 16];
    octets[..8].copy_from_slice(&mix(seed).to_be_bytes());
    octets[8..].copy_from_slice(&mix(seed + 1).to_be_bytes());
    Uuid(octets)
}

const NOW: i64 = 1_763_800_000_000;

pub fn transfer() -> Transfer {
    Transfer {
        handle: Handle(1),
        delivery_id: Some(DeliveryNumber(12345)),
        delivery_tag: Some(DeliveryTag::from_static(&[0, 0, 48, 57])),
        message_format: Some(MessageFormat(0)),
        settled: Some(false),
        ..Transfer::default()
    }
}

pub fn disposition() -> Disposition {
    Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(12_300),
        last: Some(DeliveryNumber(12_345)),
        settled: true,
        state: Some(DeliveryState::Accepted(Accepted {})),
        batchable: false,
    }
}

pub fn flow() -> Flow {
    Flow {
        next_incoming_id: Some(TransferNumber(12_345)),
        incoming_window: 2048,
        next_outgoing_id: TransferNumber(777),
        outgoing_window: 2048,
        handle: Some(Handle(1)),
        delivery_count: Some(SequenceNo(12_345)),
        link_credit: Some(500),
        available: Some(0),
        ..Flow::default()
    }
}

pub fn open() -> Open {
    let fields = [
        ("product", Value::String("amqp-test".into())),
        ("version", Value::String("0.1.0".into())),
        ("platform", Value::String("linux x86-64".into())),
        ("pid", Value::Uint(4242)),
        ("started-at", Value::Timestamp(Timestamp(NOW))),
        ("features", Value::Ulong(255)),
    ];
    Open {
        hostname: Some("broker.west.example.com".into()),
        max_frame_size: 65_536,
        channel_max: 1023,
        idle_time_out: Some(Milliseconds(30_000)),
        properties: Some(Fields(
            fields.map(|(key, value)| (symbol(key), value)).into_iter().collect(),
        )),
        ..Open::new("orders-service-container")
    }
}

pub fn attach() -> Attach {
    Attach {
        source: Some(
            Source { address: Some("queue/orders-west".into()), ..Source::default() }.into(),
        ),
        target: Some(Target { address: Some("orders-service".into()), ..Target::default() }.into()),
        initial_delivery_count: Some(SequenceNo(0)),
        max_message_size: Some(1_048_576),
        ..Attach::new("orders-service-sender-1", Handle(1), Role::Sender)
    }
}

pub fn message(body: usize) -> Message {
    let annotations = [
        ("x-opt-partition-key", "orders"),
        ("x-opt-routing-hint", "eu-west"),
        ("x-opt-schema", "com.example.order.v1"),
    ];
    let application: [(_, SimpleValue); 10] = [
        ("source", "orders-service1".into()),
        ("region", "europe-west1".into()),
        ("attempt", (-70_000i32).into()),
        ("number", mix(1).into()),
        ("amount", 1234.5678f64.into()),
        ("urgent", true.into()),
        ("items", 70_000u32.into()),
        ("client", (i64::MIN / 3).into()),
        ("trace", uuid(2).into()),
        ("received", Timestamp(NOW).into()),
    ];
    let annotations: Map<_, _> = annotations
        .map(|(key, value)| (symbol(key).into(), Value::Symbol(symbol(value))))
        .into_iter()
        .collect();
    let application: Map<ByteString, _> =
        application.map(|(key, value)| (key.into(), value)).into_iter().collect();
    Message {
        header: Some(Header {
            durable: true,
            priority: 5,
            ttl: Some(Milliseconds(60_000)),
            ..Header::default()
        }),
        message_annotations: Some(MessageAnnotations(annotations.into())),
        properties: Some(Properties {
            message_id: Some("order-00000012345".into()),
            to: Some("queue/orders-for-west".into()),
            subject: Some("order.created".into()),
            reply_to: Some("queue/order-answers1".into()),
            content_type: Some(symbol("application/octet-stream")),
            creation_time: Some(Timestamp(NOW)),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties(application)),
        body: Body::Data(octets(3, body)),
        ..Message::default()
    }
}

pub fn array() -> Array<u32> {
    (0..1000).map(|i| u32::try_from(mix(i) >> 32).unwrap()).collect()
}

pub fn longs() -> Value {
    let long = |i: u64| {
        let any = mix(i).cast_signed();
        Value::Long(if i.is_multiple_of(4) { any.rem_euclid(256) - 128 } else { any })
    };
    Value::List((0..1000).map(long).collect())
}

pub fn strings() -> Value {
    let string = |i: u64| letters(i * 100, 4 + usize::try_from(mix(i) % 20).unwrap());
    Value::List((0..1000).map(|i| Value::String(string(i))).collect())
}

fn entries() -> Vec<(Value, Value)> {
    let value = |i: u64| match i % 10 {
        0 => Value::Uint(u32::try_from(mix(i) % 65_536).unwrap()),
        1 => Value::Long(mix(i).cast_signed()),
        2 => Value::String(format!("value number {i}").into()),
        3 => Value::Symbol(symbol(&format!("sym:{i}"))),
        4 => Value::Boolean(i % 20 == 4),
        5 => Value::Double(f64::from(u32::try_from(i).unwrap()) / 3.0),
        6 => Value::Binary(octets(i, 16)),
        7 => Value::List(vec![
            Value::Int(i32::try_from(i).unwrap()),
            Value::String("nested".into()),
            Value::Boolean(true),
            Value::Null,
            Value::List(vec![
                Value::Ulong(i),
                Value::Ulong(mix(i)),
                Value::Ubyte(7),
                Value::Ushort(700),
            ]),
        ]),
        8 => Value::Timestamp(Timestamp(NOW + i.cast_signed())),
        _ => Value::Uuid(uuid(i)),
    };
    (0..100).map(|i| (Value::String(format!("key-{i:03}").into()), value(i))).collect()
}

pub fn map() -> Value {
    Value::Map(entries().into_iter().collect())
}

/// The same entries, with unordered keys.
pub fn shuffled_map() -> Value {
    let mut entries = entries();
    shuffle(&mut entries);
    Value::Map(entries.into_iter().collect())
}

fn shuffle<T>(items: &mut [T]) {
    for index in (1..items.len()).rev() {
        items.swap(index, usize::try_from(mix(index as u64) % (index as u64 + 1)).unwrap());
    }
}

pub fn reading() -> Reading {
    Reading {
        sensor: 0x1234_5678,
        serial: mix(4),
        place: "hall 3, kiln 7, port 021".into(),
        valid: true,
        offset: Some(-123_456_789),
        value: 1180.5,
        raw: octets(5, 32),
        taken: Timestamp(NOW),
    }
}

/// Random numbers for the fields of one value.
struct Choices {
    seed: u64,
    taken: u64,
}

impl Choices {
    fn next(&mut self) -> u64 {
        self.taken += 1;
        mix(self.seed * 1000 + self.taken)
    }

    /// Returns true with a probability of one in this many.
    fn one_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }

    /// Returns a number of any width: zero, one octet, two, or the maximum.
    fn number(&mut self, most: u64) -> u64 {
        let number = self.next();
        match self.next() % 8 {
            0 => 0,
            1..=3 => number % 256,
            4..=5 => number % 65_536,
            _ => number % (most + 1),
        }
    }

    fn uint(&mut self) -> u32 {
        u32::try_from(self.number(u32::MAX.into())).unwrap()
    }

    /// Returns a length up to this, rarely one that needs a size of four octets.
    fn len(&mut self, most: u64) -> usize {
        let len = if self.one_in(32) { 300 } else { self.next() % (most + 1) };
        usize::try_from(len).unwrap()
    }
}

/// Returns transfers of a connection with several links: first and later ones of a delivery, settled and
/// unsettled ones, with tags of different lengths.
pub fn varied_transfers() -> Vec<Transfer> {
    let transfer = |seed| {
        let mut choose = Choices { seed, taken: 0 };
        let first = !choose.one_in(5);
        let tag_len = [1, 4, 4, 8, 16, 16, 32, 20][usize::try_from(choose.next() % 8).unwrap()];
        let tag = octets(choose.next(), tag_len);
        Transfer {
            handle: Handle(
                u32::try_from(choose.next() % 8).unwrap() * u32::from(!choose.one_in(9)),
            ),
            delivery_id: first.then(|| DeliveryNumber(choose.uint())),
            delivery_tag: first.then(|| DeliveryTag::try_from(&tag[..]).unwrap()),
            message_format: (first && !choose.one_in(4))
                .then(|| MessageFormat(if choose.one_in(8) { 0x8001_3700 } else { 0 })),
            settled: [None, Some(false), Some(false), Some(true)]
                [usize::try_from(choose.next() % 4).unwrap()],
            more: choose.one_in(4),
            rcv_settle_mode: choose.one_in(6).then(|| {
                if choose.one_in(2) {
                    ReceiverSettleMode::Second
                } else {
                    ReceiverSettleMode::First
                }
            }),
            state: None,
            resume: choose.one_in(32),
            aborted: choose.one_in(32),
            batchable: choose.one_in(4),
        }
    };
    (0..VARIED).map(transfer).collect()
}

pub fn varied_readings() -> Vec<Reading> {
    let reading = |seed| {
        let mut choose = Choices { seed, taken: 500 };
        let place_len = choose.len(48);
        let raw_len = choose.len(64);
        Reading {
            sensor: choose.uint(),
            serial: choose.number(u64::MAX - 1),
            place: letters(choose.next() % 100_000, place_len),
            valid: choose.one_in(2),
            offset: (!choose.one_in(3)).then(|| match choose.number(1 << 48).cast_signed() {
                number if number % 2 == 0 => -number,
                number => number,
            }),
            value: f64::from(choose.uint()) / 8.0,
            raw: octets(choose.next() % 100_000, raw_len),
            taken: Timestamp(NOW + (choose.next() % 100_000_000).cast_signed()),
        }
    };
    (0..VARIED).map(reading).collect()
}

/// Returns about a MiB of transfer frames with payloads of 256 octets.
pub fn frames(row: &str) -> Vec<u8> {
    const COUNT: usize = 3679;
    let transfers = match row {
        FRAMES => vec![transfer()],
        _ => varied_transfers(),
    };
    let mut transfers: Vec<&Transfer> = transfers.iter().cycle().take(COUNT).collect();
    shuffle(&mut transfers);
    crate::peers::ours::write_frames(&transfers, &octets(6, 256))
}

/// Returns the octets of each value of a row, which every peer decodes.
pub fn references(row: &str) -> Vec<Vec<u8>> {
    fn of<T: Encode + for<'a> Decode<'a> + PartialEq + std::fmt::Debug>(value: &T) -> Vec<u8> {
        let octets = value.to_bytes().unwrap();
        assert_eq!(T::from_shared(&octets).unwrap(), *value);
        octets.to_vec()
    }
    vec![match row {
        TRANSFER => of(&transfer()),
        DISPOSITION => of(&disposition()),
        FLOW => of(&flow()),
        OPEN => of(&open()),
        ATTACH => of(&attach()),
        MESSAGE_1K => message(1024).to_bytes().unwrap().to_vec(),
        MESSAGE_64K => message(65_536).to_bytes().unwrap().to_vec(),
        ARRAY => of(&array()),
        LONGS => of(&longs()),
        STRINGS => of(&strings()),
        MAP => of(&map()),
        SHUFFLED_MAP => of(&shuffled_map()),
        STRUCT => of(&reading()),
        FRAMES | VARIED_FRAMES => frames(row),
        VARIED_TRANSFERS => return varied_transfers().iter().map(of).collect(),
        VARIED_STRUCTS => return varied_readings().iter().map(of).collect(),
        _ => unreachable!("no such row: {row}"),
    }]
}
