//! Properties of octets as a value of a type, or of any type.

use std::fmt::{Debug, Write};

use allocation_counter::measure;
use amqp_types::security::SaslMechanisms;
use amqp_types::{
    Budget, Bytes, Constructor, Decode, DecodeError, DecodeErrorKind, DecodeOwned, Decoder, Encode,
    EncodeError, Owned, Value,
};

use super::outline::Outline;
use super::types::TYPES;

/// Checks octets as a value of any type.
pub fn value(octets: &[u8]) {
    typed::<Value>(octets);
    let Ok((value, len)) = Decoder::new(octets).decode_prefix::<Value>() else {
        return;
    };
    let outline = Decoder::new(octets).read(|reader| Ok((reader.raw()?, reader.remaining())));
    let (prefix, rest) = octets.split_at(len);
    assert_eq!(outline, Ok((prefix, rest)), "where the value ends");
    let budget = Budget::for_input(octets.len());
    let alone = Decoder::new(prefix).with_budget(budget).decode();
    assert_eq!(alone, Ok(value), "the octets after the value make a difference");
}

/// Checks octets as a value of a type of the standard, which the first octet chooses, and of the types that
/// their descriptor names.
pub fn composite(octets: &[u8]) {
    let Some((choice, octets)) = octets.split_first() else {
        return;
    };
    let chosen = usize::from(*choice) % TYPES.len();
    for (index, of) in TYPES.iter().enumerate() {
        let described = constructor(octets).is_ok_and(|constructor| {
            constructor.is_described() && of.accepts.contains(&constructor)
        });
        if described || index == chosen {
            (of.check)(octets);
        }
    }
}

/// Decodes the constructor that the octets begin with.
#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "the method itself is not general enough: its reader has one lifetime"
)]
fn constructor(octets: &[u8]) -> Result<Constructor<'_>, DecodeError> {
    Decoder::new(octets).read(|reader| reader.constructor())
}

/// Checks octets as a value of this type.
pub(super) fn typed<T>(octets: &[u8])
where
    T: Owned + DecodeOwned + Encode + PartialEq + Debug,
    for<'a> T::Ref<'a>: Encode + Debug,
{
    let shared = Bytes::copy_from_slice(octets);
    let (of_borrowed, of_shared) =
        (bounded(octets, T::from_bytes), bounded(&shared, T::from_shared));
    assert_eq!(of_shared, of_borrowed, "sharing makes a difference");
    borrowed(octets, &of_borrowed);
    let value = match of_borrowed {
        Ok(value) => value,
        Err(error) => return sensible(&error, octets.len()),
    };
    let constructor = constructor(octets).expect("the value's own");
    assert!(T::ACCEPTS.contains(&constructor), "it decodes from what it does not accept");
    let outline = Outline::of(octets);
    if value.to_bytes() == Err(EncodeError::NoValue) {
        return assert!(
            T::ACCEPTS.overlaps(SaslMechanisms::ACCEPTS),
            "a value that is not written"
        );
    }

    let again = encoded(&value);
    if !outline.short_items {
        assert!(again.len() <= octets.len(), "not the most compact encoding");
    }
    assert_eq!(T::from_bytes(&again), Ok(value), "encoded and decoded");

    // As a value of any type a composite is nested deeper, because its descriptor and its list are levels.
    let any = |octets: &[u8]| {
        let budget = Budget::for_input(octets.len());
        let budget = Budget { depth: budget.depth * 2, ..budget };
        Decoder::new(octets).with_budget(budget).decode::<Value>()
    };
    let written = any(&again).expect("a value of some type");
    assert_eq!(encoded(&written), again, "one value, two encodings");
    // Unknown fields are ignored, and only their size is checked.
    if !outline.unknown_fields {
        any(octets).expect("a type takes nothing that is no value");
    }
}

/// Checks that the borrowed form is the same value, or fails with the same error.
fn borrowed<T>(octets: &[u8], owned: &Result<T, DecodeError>)
where
    T: Owned + Encode + PartialEq + Debug,
    for<'a> T::Ref<'a>: Encode + Debug,
{
    match (owned, T::Ref::from_bytes(octets)) {
        (Ok(owned), Ok(borrowed)) => {
            assert_eq!(borrowed.to_bytes(), owned.to_bytes(), "{borrowed:?}");
            assert_eq!(T::from_ref(borrowed), *owned);
        }
        // Borrowed content takes no memory, so decoding may continue to another error.
        (Err(owned), _) if owned.kind() == DecodeErrorKind::TooManyOctets => {}
        (Err(owned), Err(borrowed)) => assert_eq!(borrowed, *owned),
        (owned, borrowed) => panic!("{owned:?}, but {borrowed:?}"),
    }
}

/// Decodes, and checks the peak of the memory.
fn bounded<'a, O: AsRef<[u8]> + ?Sized, T>(octets: &'a O, decode: fn(&'a O) -> T) -> T {
    let mut decoded = None;
    let cost = measure(|| decoded = Some(decode(octets)));
    let limit = Budget::for_input(octets.as_ref().len()).octets;
    assert!(cost.bytes_max <= limit as u64, "{} octets cost {cost:?}", octets.as_ref().len());
    decoded.expect("it was decoded")
}

/// Checks that an error is at one of the octets, or right after the last one, and can be printed.
pub(super) fn sensible(error: &DecodeError, len: usize) {
    let mut sentence = String::new();
    write!(sentence, "{error}").expect("a string has room");
    assert!(error.at() <= len, "{sentence}, of {len}");
}

/// Returns the encoded value, which is the same in each kind of buffer.
pub(super) fn encoded<T: Encode>(value: &T) -> Bytes {
    let octets = value.to_bytes().expect("nothing here is so long");
    assert!(!octets.is_empty());

    let mut buffer = vec![0; octets.len()];
    assert_eq!(value.encode_to_slice(&mut buffer).as_deref(), Ok(&octets[..]));
    let short = buffer.split_last_mut().map_or(Default::default(), |(_, short)| short);
    let limit = short.len();
    let too_long = value.encode_to_slice(short).expect_err("a buffer too short by one");
    assert_eq!(too_long, EncodeError::TooLong { octets: octets.len(), limit });

    let mut after = vec![7];
    value.encode_to(&mut after).expect("nothing here is so long");
    assert_eq!(after.split_first(), Some((&7, &octets[..])));
    octets
}
