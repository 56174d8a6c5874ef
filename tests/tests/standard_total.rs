//! Truncated and corrupted golden octets: the types of the standard decode a value or return an error,
//! with little memory.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use allocation_counter::measure;
use amqp_tests::facts::{Composite, Facts, Span, field_spans, size_span};
use amqp_tests::golden::{Golden, hex};
use amqp_types::{DecodeError, DecodeErrorKind};
use standard_types::{ARCHETYPES, COMPOSITES, Type, in_rust, named};

/// The memory that may be allocated for each octet, and in addition, as in `types_hostile`.
const OCTETS_FOR_AN_OCTET: u64 = 100;
const FREE: u64 = 32 * 1024;

/// Decodes octets as a type, and as each archetype that the type provides.
fn decode_as_all(composite: &Composite, octets: &[u8]) {
    let archetypes = composite.provides.iter().map(|archetype| named(ARCHETYPES, archetype));
    for own in archetypes.chain([named(COMPOSITES, composite.name)]) {
        total(own, octets);
    }
}

/// Checks that octets are an error, or a value that is equal after it is encoded and decoded again.
fn total(of: &Type, octets: &[u8]) {
    let mut outcome = Ok(());
    let cost = measure(|| outcome = (of.decode)(octets));
    let limit = octets.len() as u64 * OCTETS_FOR_AN_OCTET + FREE;
    assert!(cost.bytes_total <= limit, "{} {}: {cost:?}", of.name, hex(octets));
    match outcome {
        Ok(()) => {
            let again = (of.recode)(octets).expect("it was decoded a moment ago");
            let once_more = (of.recode)(&again);
            assert_eq!(once_more.as_ref(), Ok(&again), "{} {}", of.name, hex(octets));
        }
        Err(error) => {
            assert!(error.at() <= octets.len(), "{error}: {}", hex(octets));
            assert!(!error.to_string().is_empty());
        }
    }
}

fn path(error: &DecodeError) -> Vec<String> {
    error.fields().map(|field| format!("{}.{}", field.of, field.name)).collect()
}

/// The size of the outermost list is read before its fields, so truncated input is an error there.
#[test]
fn truncated_input_is_an_error_at_the_size_of_the_list() {
    let facts = Facts::of_the_standard();
    for golden in Golden::all() {
        let composite = facts.composite(golden.name).unwrap();
        let size = size_span(&golden.octets, 0);
        for len in 0..golden.octets.len() {
            let octets = &golden.octets[..len];
            decode_as_all(composite, octets);
            let error = (named(COMPOSITES, golden.name).decode)(octets).unwrap_err();
            assert!(path(&error).is_empty(), "{error}");
            if len >= size.end {
                let found = (error.kind(), error.at());
                assert_eq!(found, (DecodeErrorKind::SizeOverrun, size.start), "{}", hex(octets));
            } else {
                use DecodeErrorKind::{SizeOverrun, UnexpectedEnd};
                assert!(matches!(error.kind(), UnexpectedEnd | SizeOverrun), "{error}");
            }
        }
    }
}

/// Returns the positions of the sizes in the fields of a composite, including nested composites, with
/// the path of fields to each.
fn sizes_in_fields(facts: &Facts, octets: &[u8]) -> Vec<(Span, Vec<String>)> {
    let mut sizes = vec![];
    let Some(composite) = facts.composite_in(octets) else { return sizes };
    for (span, field) in field_spans(octets).into_iter().zip(&composite.fields) {
        let name = format!("{}.{}", in_rust(composite.name), field.name);
        sizes.push((size_span(octets, span.start), vec![name.clone()]));
        for (size, inner) in sizes_in_fields(facts, &octets[span.clone()]) {
            let size = span.start + size.start..span.start + size.end;
            sizes.push((size, [vec![name.clone()], inner].concat()));
        }
    }
    sizes
}

#[test]
fn a_size_that_exceeds_the_list_is_an_error_in_its_field() {
    let facts = Facts::of_the_standard();
    let mut found = 0;
    for golden in Golden::all() {
        for (size, fields) in sizes_in_fields(&facts, &golden.octets) {
            let mut octets = golden.octets.clone();
            octets[size.clone()].fill(0xff);
            let exceeds = size.len() == 4 || size.end + 0xff > octets.len();
            if size.is_empty() || !exceeds {
                continue;
            }
            found += 1;
            let error = (named(COMPOSITES, golden.name).decode)(&octets).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::SizeOverrun, "{error}: {}", hex(&octets));
            assert_eq!((error.at(), path(&error)), (size.start, fields), "{}", hex(&octets));
        }
    }
    assert!(found > 300, "{found}");
}

#[test]
fn octets_with_any_bit_flipped_are_a_value_or_an_error() {
    let facts = Facts::of_the_standard();
    for golden in Golden::all() {
        let composite = facts.composite(golden.name).unwrap();
        for bit in 0..golden.octets.len() * 8 {
            let mut octets = golden.octets.clone();
            octets[bit / 8] ^= 1 << (bit % 8);
            decode_as_all(composite, &octets);
        }
    }
}
