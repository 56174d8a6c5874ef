//! Hostile input: deep nesting, wrong counts, sizes without content. Memory and time must be bounded by a
//! small multiple of the size of the input, and the stack must suffice.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::thread;

use allocation_counter::{AllocationInfo, measure};
use amqp_types::messaging::{Accepted, EncodedMessage, Message, MessageRef, Properties};
use amqp_types::value::DescribedValue;
use amqp_types::{
    Array, Budget, ByteString, Bytes, Decode, DecodeErrorKind, Decoder, Encode, List, Map, MapRef,
    Multiple, Symbol, SymbolRef, Value, ValueRef,
};

/// The number of octets that may be allocated in total for each octet of input.
const OCTETS_FOR_AN_OCTET: u64 = 100;

/// The number of octets that may be allocated in addition, for zero-width items and the first items of large
/// types.
const FREE: u64 = 16 * 1024;

/// The stack size of the thread that decodes and drops a value.
const STACK: usize = 256 * 1024;

/// Decodes on a small stack, and checks the memory that was allocated.
fn decode<T>(octets: &[u8]) -> Result<(), DecodeErrorKind>
where
    T: for<'a> Decode<'a>,
{
    let run = || {
        let mut kind = Ok(());
        let cost: AllocationInfo = measure(|| {
            kind = T::from_bytes(octets).map(drop).map_err(|error| error.kind());
        });
        let limit = octets.len() as u64 * OCTETS_FOR_AN_OCTET + FREE;
        assert!(cost.bytes_total <= limit, "{} octets cost {cost:?}", octets.len());
        kind
    };
    thread::scope(|scope| {
        let small = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        small.unwrap().join().unwrap()
    })
}

/// Nests `inside` in `depth` compounds with correct sizes. Each has a format code, a size of four octets,
/// and `start`.
fn nested(depth: usize, code: u8, start: &[u8], inside: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(depth * (5 + start.len()) + inside.len());
    for level in 0..depth {
        let size = (depth - level - 1) * (5 + start.len()) + start.len() + inside.len();
        octets.push(code);
        octets.extend(u32::try_from(size).unwrap().to_be_bytes());
        octets.extend(start);
    }
    octets.extend(inside);
    octets
}

const DEEP: usize = 100_000;

#[test]
fn deeply_nested_lists() {
    let octets = nested(DEEP, 0xd0, &[0, 0, 0, 1], &[0x40]);
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooDeep));
}

#[test]
fn deeply_nested_maps_in_values_and_keys() {
    let in_values = nested(DEEP, 0xd1, &[0, 0, 0, 2, 0x40], &[0x40]);
    assert_eq!(decode::<Value>(&in_values), Err(DecodeErrorKind::TooDeep));
    let in_keys = nested(DEEP, 0xd1, &[0, 0, 0, 2], &[0x40]);
    assert_eq!(decode::<Value>(&in_keys), Err(DecodeErrorKind::TooDeep));
}

#[test]
fn deeply_nested_arrays() {
    // The item of each array is the data of the next one, after the constructor.
    let mut octets = vec![0xf0];
    for level in 0..DEEP {
        let size = (DEEP - level) * 9 - 4;
        octets.extend(u32::try_from(size).unwrap().to_be_bytes());
        octets.extend([0, 0, 0, 1, if level + 1 < DEEP { 0xf0 } else { 0x40 }]);
    }
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooDeep));
}

#[test]
fn deeply_nested_described_values() {
    let mut octets = [0x00, 0x44].repeat(DEEP);
    octets.push(0x40);
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooDeep));
    assert!(decode::<List<u8>>(&octets).is_err());
}

#[test]
fn deeply_nested_descriptors() {
    // Each descriptor is a described value.
    let mut octets = vec![0x00; DEEP];
    octets.extend([0x44; DEEP]);
    octets.extend([0x40; DEEP]);
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooDeep));
    assert!(decode::<Multiple<Symbol>>(&octets).is_err());
}

#[test]
fn deeply_nested_descriptors_of_array_items() {
    let mut octets = vec![0xf0];
    let size = 4 + 2 * DEEP + 1;
    octets.extend(u32::try_from(size).unwrap().to_be_bytes());
    octets.extend([0, 0, 0, 1]);
    octets.extend([0x00, 0x44].repeat(DEEP));
    octets.push(0x40);
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooDeep));
}

#[test]
fn messages_of_deeply_nested_descriptors() {
    fn check(octets: Vec<u8>) {
        let run = move || {
            let message = EncodedMessage::new(octets.clone().into());
            assert!(message.is_err() || message.unwrap().body().to_value::<Value>().is_err());
            assert!(
                Message::from_bytes(&octets).is_err() || MessageRef::from_bytes(&octets).is_ok()
            );
        };
        thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
    }
    for section in 0x70..0x79 {
        check([&[0x00, 0x53, section][..], &vec![0x00; DEEP]].concat());
        check([&[0x00, 0x53, section][..], &[0x00, 0x44].repeat(DEEP)].concat());
    }
    check(vec![0x00; DEEP]);
}

#[test]
fn the_maximum_depth_fits_the_stack() {
    let depth = 64;
    assert_eq!(decode::<Value>(&nested(depth, 0xd0, &[0, 0, 0, 1], &[0x40])), Ok(()));
    let maps = nested(depth, 0xd1, &[0, 0, 0, 2, 0x40], &[0x40]);
    assert_eq!(decode::<Value>(&maps), Ok(()));
    let mut described = [0x00, 0x44].repeat(depth);
    described.push(0x40);
    assert_eq!(decode::<Value>(&described), Ok(()));
}

/// The start of a map of this many keys, up to the value of the last one: the others are null.
fn large_map(keys: u32, last: &[u8]) -> Vec<u8> {
    let mut start = (keys * 2).to_be_bytes().to_vec();
    for key in 1..keys {
        start.extend([0xa1, 3, b'k', b'0' + u8::try_from(key / 10).unwrap()]);
        start.extend([b'0' + u8::try_from(key % 10).unwrap(), 0x40]);
    }
    start.extend(last);
    start
}

/// The table that finds duplicate keys in large maps is on the stack, but only once: large maps need hardly
/// more stack than small ones.
#[test]
fn large_maps_nested_deep_fit_the_stack() {
    // With a table on each level these would need 112 KiB more.
    const STACK: usize = if cfg!(debug_assertions) { 320 * 1024 } else { 128 * 1024 };
    fn on_small_stack(run: impl FnOnce() + Send) {
        thread::scope(|scope| {
            let small = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
            small.unwrap().join().unwrap();
        });
    }
    for keys in [16, 17, 128] {
        let octets = nested(64, 0xd1, &large_map(keys, &[0xa1, 0]), &[0x40]);
        on_small_stack(|| assert!(ValueRef::from_bytes(&octets).is_ok()));
        on_small_stack(|| {
            assert!(MapRef::<ValueRef<'_>, ValueRef<'_>>::from_bytes(&octets).is_ok());
        });
    }
}

#[test]
fn counts_without_items() {
    for code in [0xd0, 0xd1] {
        for size in [[0, 0, 0, 4], [0xff; 4]] {
            let octets = [[code].as_slice(), &size, &[0xff, 0xff, 0xff, 0xfe]].concat();
            assert!(decode::<Value>(&octets).is_err());
        }
    }
    for item in [0x50, 0x71, 0x80, 0xa1, 0xd0, 0xf0] {
        let octets = [0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, item];
        assert!(decode::<Value>(&octets).is_err());
        assert!(decode::<Array<u64>>(&octets).is_err());
        assert!(decode::<Array<List<u64>>>(&octets).is_err());
    }
}

#[test]
fn ten_octets_that_declare_many_zero_width_items() {
    for item in [0x40, 0x41, 0x42, 0x43, 0x44, 0x45] {
        let octets = [0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, item];
        assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooManyItems));
    }
    let octets = [0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x43];
    assert_eq!(decode::<Array<u32>>(&octets), Err(DecodeErrorKind::TooManyItems));
    assert_eq!(decode::<Multiple<u32>>(&octets), Err(DecodeErrorKind::TooManyItems));
}

#[test]
fn arrays_of_zero_width_items_share_one_budget() {
    // Each has as many items as a single one may have, but together they exceed the limit.
    let one = [0xe0, 2, 0xff, 0x40];
    let body = one.repeat(50_000);
    let mut octets = vec![0xd0];
    octets.extend(u32::try_from(4 + body.len()).unwrap().to_be_bytes());
    octets.extend(50_000u32.to_be_bytes());
    octets.extend(body);
    assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::TooManyItems));
}

#[test]
fn nested_lists_that_declare_all_remaining_octets() {
    // The sizes are correct, but each count declares an item for every octet after it.
    let depth = 60;
    let filler = vec![0x40; 20_000];
    let mut octets = Vec::new();
    for level in 0..depth {
        let size = (depth - level - 1) * 9 + 4 + filler.len();
        octets.push(0xd0);
        octets.extend(u32::try_from(size).unwrap().to_be_bytes());
        octets.extend(u32::try_from(size - 4).unwrap().to_be_bytes());
    }
    octets.extend(&filler);
    assert!(decode::<Value>(&octets).is_err());
    assert!(decode::<List<List<List<Value>>>>(&octets).is_err());
}

/// A type that takes hundreds of octets of memory even if all its fields are absent.
#[derive(amqp_types::Composite)]
struct Large {
    _a: Option<Value>,
    _b: Option<Value>,
    _c: Option<Value>,
    _d: Option<Value>,
    _e: Option<Value>,
    _f: Option<Value>,
    _g: Option<Value>,
    _h: Option<Value>,
}

#[test]
fn large_items_with_short_encodings() {
    let body = vec![0x45; 100_000];
    let mut octets = vec![0xd0];
    octets.extend(u32::try_from(4 + body.len()).unwrap().to_be_bytes());
    octets.extend(100_000u32.to_be_bytes());
    octets.extend(body);
    assert_eq!(decode::<List<Large>>(&octets), Err(DecodeErrorKind::TooManyOctets));
    let octets = [0xf0, 0, 0, 0, 5, 0, 0, 1, 0, 0x45];
    assert_eq!(decode::<Array<Large>>(&octets), Err(DecodeErrorKind::TooManyOctets));
}

/// Each item takes four octets of input and hundreds of memory. The vector is not reallocated.
#[test]
fn items_that_just_fit_the_budget() {
    let mut octets = vec![0xd0];
    octets.extend(u32::try_from(4 + 4 * 10_000).unwrap().to_be_bytes());
    octets.extend(10_000u32.to_be_bytes());
    octets.extend([0x00, 0x53, 0x73, 0x45].repeat(10_000));
    assert!(size_of::<Properties>() > 200);
    assert_eq!(decode::<List<Properties>>(&octets), Ok(()));
}

#[test]
fn a_long_descriptor_is_charged_for_each_array_item() {
    // Shared octets are not copied, but decoding them takes time.
    let name = vec![b'a'; 100_000];
    let mut octets = vec![0xf0];
    octets.extend(u32::try_from(4 + 1 + 5 + name.len() + 1 + 100_000).unwrap().to_be_bytes());
    octets.extend(100_000u32.to_be_bytes());
    octets.extend([0x00, 0xb3]);
    octets.extend(u32::try_from(name.len()).unwrap().to_be_bytes());
    octets.extend(name);
    octets.push(0x50);
    octets.extend(vec![7; 100_000]);
    let octets = Bytes::from(octets);
    let error = Array::<DescribedValue>::from_shared(&octets).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::TooManyOctets);
    assert!(Value::from_shared(&octets).is_ok());
}

#[test]
fn an_encoded_value_is_within_the_budget() {
    // The encoded value is shorter than this input, and must be within the budget for its length.
    let wide_list = [0xd0, 0, 0, 0, 0x0e, 0, 0, 0, 1, 0xf0, 0, 0, 0, 5, 0, 0, 1, 0, 0x40];
    let wide_descriptor =
        [[0xf0, 0, 0, 0, 0x0f, 0, 0, 1, 0, 0x00, 0x80].as_slice(), &[0, 0, 0, 0, 0, 0, 0, 1, 0x40]]
            .concat();
    let deep = nested(63, 0xd0, &[0, 0, 0, 1], &[0xe0, 5, 0, 0x00, 0x53, 0x00, 0x40]);
    // The encoded item has a size, and is still one level of nesting.
    let item_without_size = nested(62, 0xd0, &[0, 0, 0, 1], &[0xe0, 2, 1, 0x45]);
    let deeper = nested(63, 0xd0, &[0, 0, 0, 1], &[0xe0, 2, 1, 0x45]);
    assert_eq!(decode::<Value>(&deeper), Err(DecodeErrorKind::TooDeep));
    for octets in [wide_list.as_slice(), &wide_descriptor, &deep, &item_without_size] {
        let value = Value::from_bytes(octets).unwrap();
        let again = value.to_bytes().unwrap();
        assert!(again.len() <= octets.len());
        assert_eq!(Value::from_bytes(&again), Ok(value));
    }
}

#[test]
fn sizes_that_overrun_or_underrun_or_are_zero() {
    for code in [0xc0u8, 0xc1, 0xe0] {
        for size in [0, 1, 3, 200, 255] {
            for count in [0, 1, 2, 255] {
                let octets = [code, size, count, 0x50, 1];
                let outcome = decode::<Value>(&octets);
                // Correct sizes: a list and an array of one ubyte.
                let is_true = size == 3 && count == 1 && code != 0xc1;
                assert_eq!(outcome.is_ok(), is_true, "{octets:x?}");
            }
        }
        assert!(decode::<Value>(&[code, 0, 0]).is_err());
        assert!(decode::<Value>(&[code, 0]).is_err());
        assert!(decode::<Value>(&[code]).is_err());
    }
    for code in [0xd0, 0xd1, 0xf0] {
        for size in [0u32, 1, 3, 4, 5, 6, 9, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
            let octets = [[code].as_slice(), &size.to_be_bytes(), &[0, 0, 0, 1, 0x50]].concat();
            assert!(decode::<Value>(&octets).is_err(), "{octets:x?}");
        }
    }
    for code in [0xa0, 0xa1, 0xa3] {
        assert_eq!(decode::<Value>(&[code, 2, 0x61]), Err(DecodeErrorKind::SizeOverrun));
    }
    for code in [0xb0, 0xb1, 0xb3] {
        let octets = [code, 0xff, 0xff, 0xff, 0xff, 0x61];
        assert_eq!(decode::<Value>(&octets), Err(DecodeErrorKind::SizeOverrun));
    }
}

#[test]
fn keys_of_a_large_map_are_sorted() {
    // Unordered keys. A naive check would compare all pairs.
    let map: Map<u64, ()> =
        (0..100_000).rev().map(|key| (key, ())).collect::<Vec<_>>().try_into().unwrap();
    let octets = map.to_bytes().unwrap();
    assert_eq!(Map::<u64, ()>::from_bytes(&octets).unwrap().len(), 100_000);
    assert_eq!(decode::<Value>(&octets), Ok(()));
}

#[test]
fn legal_data_of_any_size_is_decoded() {
    let list = List((0..100_000).collect::<Vec<i32>>()).to_bytes().unwrap();
    assert_eq!(List::<i32>::from_bytes(&list).unwrap().len(), 100_000);
    assert_eq!(decode::<Value>(&list), Ok(()));
    let array = Array((0..1_000_000).collect::<Vec<u32>>()).to_bytes().unwrap();
    assert_eq!(Array::<u32>::from_bytes(&array).unwrap().len(), 1_000_000);
    assert_eq!(decode::<Value>(&array), Ok(()));
    let octets = Array(vec![0u8; 1_000_000]).to_bytes().unwrap();
    assert_eq!(decode::<Value>(&octets), Ok(()));
    let nulls = List(vec![(); 1_000_000]).to_bytes().unwrap();
    assert_eq!(decode::<Value>(&nulls), Ok(()));
}

#[test]
fn content_is_copied_at_most_once_for_each_octet() {
    // The items of an array share a descriptor, which must not be copied for each of them.
    let name = [b'a'; 200];
    let mut octets = vec![0xf0];
    octets.extend(u32::try_from(4 + 1 + 2 + name.len() + 1 + 250).unwrap().to_be_bytes());
    octets.extend(250u32.to_be_bytes());
    octets.extend([0x00, 0xa3, 200]);
    octets.extend(name);
    octets.push(0x50);
    octets.extend([7; 250]);
    assert_eq!(decode::<Value>(&octets), Ok(()));
}

#[test]
fn borrowed_decoding_allocates_nothing() {
    let string = "a string".to_bytes().unwrap();
    let binary = b"octets".as_slice().to_bytes().unwrap();
    let symbol = Symbol::from_static("symbol").to_bytes().unwrap();
    let shared = ByteString::from("shared").to_bytes().unwrap();
    // The first clone of `Bytes` from a vector allocates the reference count.
    let keep: Bytes = shared.clone();
    let cost = measure(|| {
        assert_eq!(<&str>::from_bytes(&string), Ok("a string"));
        assert_eq!(<&[u8]>::from_bytes(&binary), Ok(b"octets".as_slice()));
        assert_eq!(
            SymbolRef::from_bytes(&symbol),
            SymbolRef::new("symbol").map_err(|_| unreachable!())
        );
        assert_eq!(Option::<u32>::from_bytes(&[0x52, 1]), Ok(Some(1)));
        assert_eq!(ByteString::from_shared(&shared).unwrap(), "shared");
        assert_eq!(Multiple::<u32>::from_bytes(&[0x52, 1]).unwrap().as_slice(), [1]);
    });
    assert_eq!(cost.count_total, 0, "{cost:?}");
    drop(keep);
}

#[test]
fn what_is_nested_too_deep_is_reported_where_it_begins() {
    for (octets, position) in [
        (&[0xc0, 5, 2, 0xc0, 1, 0, 0x40][..], 3),
        (&[0xc0, 5, 2, 0xc1, 1, 0, 0x40], 3),
        (&[0xc0, 7, 3, 0x40, 0xe0, 2, 0, 0x40, 0x40], 4),
    ] {
        let decoder = || {
            let budget = Budget { depth: 1, ..Budget::for_input(octets.len()) };
            Decoder::new(octets).with_budget(budget)
        };
        for error in [
            decoder().decode::<Value>().unwrap_err(),
            decoder().decode::<ValueRef<'_>>().unwrap_err(),
            decoder().decode::<List<Value>>().unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.at()), (DecodeErrorKind::TooDeep, position));
        }
    }
}

#[test]
fn a_list_without_fields_is_a_level_of_nesting() {
    let octets = [0, 0x53, 0x24, 0x45];
    let accepted = |depth| {
        let budget = Budget { depth, ..Budget::for_input(octets.len()) };
        Decoder::new(&octets).with_budget(budget).decode::<Accepted>()
    };
    assert_eq!(accepted(1), Ok(Accepted {}));
    let error = accepted(0).unwrap_err();
    assert_eq!((error.kind(), error.at()), (DecodeErrorKind::TooDeep, 3));
}
