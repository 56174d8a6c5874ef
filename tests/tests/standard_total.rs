//! Golden octets, cut and bent: whatever is done to them, the types of the standard read a value or
//! say what is wrong, and it costs little.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use allocation_counter::measure;
use amqp_tests::facts::{Composite, Facts, field_spans};
use amqp_tests::golden::{Golden, hex};
use amqp_types::{DecodeError, DecodeErrorKind};
use standard_types::{ARCHETYPES, COMPOSITES, Type, in_rust, named};

/// As in the tests of hostile input: what may be allocated for each octet, and beside that.
const OCTETS_FOR_AN_OCTET: u64 = 100;
const FREE: u64 = 32 * 1024;

/// Decodes octets as a type, and as each archetype that the type provides.
fn decode_as_all(composite: &Composite, octets: &[u8]) {
    let archetypes = composite.provides.iter().map(|archetype| named(ARCHETYPES, archetype));
    for own in archetypes.chain([named(COMPOSITES, composite.name)]) {
        total(own, octets);
    }
}

/// An error, or a value that stays what it is when it is written and read once more.
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

/// For each octet the fields that it is in, from the outermost composite inwards.
fn fields_of_octets(facts: &Facts, octets: &[u8]) -> Vec<Vec<String>> {
    let mut fields = vec![vec![]; octets.len()];
    let Some(composite) = facts.composite_in(octets) else { return fields };
    for (span, field) in field_spans(octets).into_iter().zip(&composite.fields) {
        let name = format!("{}.{}", in_rust(composite.name), field.name);
        let inner = fields_of_octets(facts, &octets[span.clone()]);
        for (path, inner) in fields[span].iter_mut().zip(inner) {
            *path = [vec![name.clone()], inner].concat();
        }
    }
    fields
}

fn path(error: &DecodeError) -> Vec<String> {
    error.fields().map(|field| format!("{}.{}", field.of, field.name)).collect()
}

#[test]
fn octets_cut_anywhere_are_an_error_that_names_the_field() {
    let facts = Facts::of_the_standard();
    let mut in_fields = 0;
    for golden in Golden::all() {
        let composite = facts.composite(golden.name).unwrap();
        let fields = fields_of_octets(&facts, &golden.octets);
        for (cut, expected) in fields.iter().enumerate() {
            let octets = &golden.octets[..cut];
            decode_as_all(composite, octets);
            let error = (named(COMPOSITES, golden.name).decode)(octets).unwrap_err();
            in_fields += usize::from(!expected.is_empty());
            let found = path(&error);
            assert!(
                found.starts_with(expected),
                "{} {} cut at {cut}: {error}, but it is in {expected:?}",
                golden.name,
                golden.form
            );
            if expected.is_empty() {
                assert_eq!(&found, expected, "{error}");
            }
            assert!(
                matches!(
                    error.kind(),
                    DecodeErrorKind::UnexpectedEnd
                        | DecodeErrorKind::SizeOverrun
                        | DecodeErrorKind::SizeUnderrun
                ),
                "{error}"
            );
        }
    }
    assert!(in_fields > 7_500, "{in_fields}");
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
