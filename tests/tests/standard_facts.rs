//! Checks the types of the standard against the facts: for each composite and each restricted type,
//! octets are generated from the facts alone, decoded, and encoded again.
//!
//! If the result is the same, each field was decoded at its position, as its type and completely.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use std::collections::BTreeSet;

use amqp_tests::facts::{Accepted, Composite, Datum, Facts, Field, Form, Restricted};
use amqp_tests::golden::hex;
use amqp_types::transport::{ErrorCondition, ProtocolHeader};
use amqp_types::{Bytes, Decode, DecodeError, DecodeErrorKind, Encode, messaging, transport};
use standard_types::{ARCHETYPES, COMPOSITES, RESTRICTED, Recode, Type, in_rust, named};

/// Returns every composite of the facts, with the codec of the Rust type of that name.
fn composites(facts: &Facts) -> impl Iterator<Item = (&Composite, Recode)> {
    facts.composites.iter().map(|composite| (composite, named(COMPOSITES, composite.name).recode))
}

/// Returns every restricted type of the facts, with the codec of the Rust type of that name.
fn restricted(facts: &Facts) -> impl Iterator<Item = (&Restricted, Recode)> {
    facts
        .restricted
        .iter()
        .map(|restricted| (restricted, named(RESTRICTED, restricted.name).recode))
}

/// Checks that octets are decoded, and encoded in the compact form of `expected`.
fn assert_recodes(recode: Recode, octets: &[u8], expected: &Datum, why: &str) {
    let expected = expected.octets(Form::COMPACT);
    match recode(octets) {
        Ok(again) => assert_eq!(hex(&again), hex(&expected), "{why}: {}", hex(octets)),
        Err(error) => panic!("{why}: {error}: {}", hex(octets)),
    }
}

/// Returns the fields with another value in one of them.
fn with(mut fields: Vec<Datum>, index: usize, value: Datum) -> Vec<Datum> {
    fields[index] = value;
    fields
}

/// Returns an error, which must name a field of the composite.
fn error_in(
    result: &Result<Bytes, DecodeError>,
    composite: &Composite,
    field: &Field,
) -> DecodeError {
    let place = format!("{}.{}", in_rust(composite.name), field.name);
    let Err(error) = result else { panic!("{place}: no error") };
    let named = error.fields().next().map(|field| format!("{}.{}", field.of, field.name));
    assert_eq!(named.as_deref(), Some(place.as_str()), "{error}");
    assert!(error.to_string().starts_with(&place), "{error}");
    *error
}

fn null_trimmed(mut fields: Vec<Datum>) -> Vec<Datum> {
    while fields.last() == Some(&Datum::Null) {
        fields.pop();
    }
    fields
}

#[test]
fn there_is_a_rust_type_for_each_type_of_the_standard() {
    let facts = Facts::of_the_standard();
    let names = |types: &[Type]| types.iter().map(|own| own.name).collect();
    let own: BTreeSet<_> = names(COMPOSITES);
    assert_eq!(own, facts.composites.iter().map(|composite| composite.name).collect());
    assert_eq!((own.len(), COMPOSITES.len(), facts.composites.len()), (33, 33, 33));
    let own: BTreeSet<_> = names(RESTRICTED);
    assert_eq!(own, facts.restricted.iter().map(|restricted| restricted.name).collect());
    assert_eq!((own.len(), RESTRICTED.len(), facts.restricted.len()), (39, 39, 39));
    let own: BTreeSet<_> = names(ARCHETYPES);
    assert_eq!(own, facts.archetypes());
    assert_eq!(facts.constants.len(), 13);
}

#[test]
fn every_field_round_trips_with_each_of_its_values() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        let whole = composite.with(full.clone());
        assert_recodes(recode, &whole.octets(Form::COMPACT), &whole, composite.name);
        for (index, field) in composite.fields.iter().enumerate() {
            let samples = facts.samples_for(composite, field);
            assert!(!samples.is_empty(), "{}.{}", composite.name, field.name);
            for sample in samples {
                let changed = composite.with(with(full.clone(), index, sample));
                let octets = changed.octets(Form::COMPACT);
                assert_recodes(recode, &octets, &changed, field.name);
            }
        }
    }
}

#[test]
fn every_encoding_is_decoded_and_the_compact_one_is_encoded() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        for datum in [facts.full(composite), facts.minimal(composite)] {
            for form in Form::all() {
                let why = format!("{} {form:?}", composite.name);
                assert_recodes(recode, &datum.octets(form), &datum, &why);
            }
        }
    }
    for (restricted, recode) in restricted(&facts) {
        for sample in facts.samples(restricted.name, None) {
            for form in Form::all() {
                let why = format!("{} {form:?}", restricted.name);
                assert_recodes(recode, &sample.octets(form), &sample, &why);
            }
        }
    }
}

/// Another code, another symbol, a descriptor of another type, and no descriptor are errors.
#[test]
fn a_composite_is_identified_only_by_its_descriptor() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let fields = Datum::List(facts.minimal_fields(composite));
        let mut wrong = vec![fields.clone()];
        for descriptor in [
            Datum::Uint(u32::try_from(composite.descriptor.code).unwrap()),
            Datum::string(composite.descriptor.name),
            Datum::symbol(&format!("{} ", composite.descriptor.name)),
            Datum::symbol(&composite.descriptor.name.to_uppercase()),
            Datum::Ulong(composite.descriptor.code | 1 << 32),
            Datum::Null,
        ] {
            wrong.push(Datum::Described(descriptor.into(), fields.clone().into()));
        }
        for other in facts.composites.iter().filter(|other| other.name != composite.name) {
            wrong.push(other.with(facts.minimal_fields(composite)));
        }
        // The right descriptor before a value that is not a list, or before another descriptor.
        let own = |value: Datum| Datum::Typed(composite.descriptor, value.into());
        wrong.extend([own(Datum::Map(vec![])), own(Datum::Null), own(facts.full(composite))]);
        for datum in wrong {
            for form in Form::all() {
                let error = recode(&datum.octets(form)).expect_err(composite.name);
                assert!(
                    matches!(error.kind(), DecodeErrorKind::UnexpectedType { .. }),
                    "{}: {error}",
                    composite.name
                );
                assert_eq!(error.fields().next(), None, "{error}");
            }
        }
    }
}

#[test]
fn a_minimal_composite_has_its_mandatory_fields() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let minimal = facts.minimal(composite);
        let nulls = composite.with(facts.minimal_fields(composite));
        assert_recodes(recode, &minimal.octets(Form::COMPACT), &minimal, composite.name);
        assert_recodes(recode, &nulls.octets(Form::COMPACT), &minimal, composite.name);
    }
}

#[test]
fn a_field_that_is_not_mandatory_can_be_null_or_absent() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate() {
            if field.mandatory {
                continue;
            }
            let null = with(full.clone(), index, Datum::Null);
            let expected = composite.with(null_trimmed(null.clone()));
            let octets = composite.with(null).octets(Form::COMPACT);
            assert_recodes(recode, &octets, &expected, field.name);

            let (before, after) = (&full[..index], &composite.fields[index..]);
            if after.iter().any(|field| field.mandatory) {
                continue;
            }
            let expected = composite.with(null_trimmed(before.to_vec()));
            let absent = composite.with(before.to_vec()).octets(Form::COMPACT);
            assert_recodes(recode, &absent, &expected, field.name);
            let nulls = [before.to_vec(), vec![Datum::Null; after.len()]].concat();
            let nulls = composite.with(nulls).octets(Form::COMPACT);
            assert_recodes(recode, &nulls, &expected, field.name);
        }
    }
}

#[test]
fn a_mandatory_field_that_is_null_or_absent_is_named() {
    let facts = Facts::of_the_standard();
    let mut mandatory = 0;
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate().filter(|(_, it)| it.mandatory) {
            mandatory += 1;
            let null = composite.with(with(full.clone(), index, Datum::Null));
            let absent = composite.with(full[..index].to_vec());
            for datum in [null, absent] {
                for form in Form::all() {
                    let error = error_in(&recode(&datum.octets(form)), composite, field);
                    assert_eq!(error.kind(), DecodeErrorKind::MissingField, "{error}");
                    assert_eq!(error.fields().count(), 1, "{error}");
                }
            }
        }
    }
    assert_eq!(mandatory, 25);
}

/// Each field with a value of each constructor: every primitive type, every described type of the
/// standard, an extension, and a reserved descriptor.
#[test]
fn a_value_of_another_type_is_an_error_that_names_the_field() {
    let facts = Facts::of_the_standard();
    let probes = facts.probes();
    let mut refused = 0;
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate() {
            let accepted = facts.accepted(field.of, field.requires);
            for (signature, probe) in &probes {
                let datum = composite.with(with(full.clone(), index, probe.clone()));
                let result = recode(&datum.octets(Form::COMPACT));
                if accepted.takes(*signature) {
                    // A value of the right type, but not always a valid one.
                    if let Err(error) = result {
                        let kind = error_in(&Err(error), composite, field).kind();
                        assert!(
                            kind == DecodeErrorKind::UnknownChoice
                                || has_keys(field) && unexpected(kind),
                            "{error}"
                        );
                    }
                    continue;
                }
                refused += 1;
                let error = error_in(&result, composite, field);
                assert!(unexpected(error.kind()), "{}: {probe:?}: {error}", field.name);
                assert_eq!(error.fields().count(), 1, "{error}");
            }
        }
    }
    assert!(refused > 5_000, "{refused}");
}

fn unexpected(kind: DecodeErrorKind) -> bool {
    matches!(kind, DecodeErrorKind::UnexpectedType { .. })
}

/// Whether the keys of a field that is a map have a certain type.
fn has_keys(field: &Field) -> bool {
    matches!(field.of, "fields" | "node-properties" | "filter-set" | "map")
}

#[test]
fn null_the_default_and_an_absent_field_are_equal() {
    let facts = Facts::of_the_standard();
    let mut defaults = 0;
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate() {
            let Some(default) = field.default.map(|text| facts.value(field.of, text)) else {
                continue;
            };
            defaults += 1;
            let null = composite.with(null_trimmed(with(full.clone(), index, Datum::Null)));
            let explicit = composite.with(with(full.clone(), index, default.clone()));
            let short = composite.with(null_trimmed(full[..index].to_vec()));
            let explicit_last = composite.with([&full[..index], &[default]].concat());
            for form in Form::all() {
                assert_recodes(recode, &null.octets(form), &null, field.name);
                assert_recodes(recode, &explicit.octets(form), &null, field.name);
                assert_recodes(recode, &short.octets(form), &short, field.name);
                assert_recodes(recode, &explicit_last.octets(form), &short, field.name);
            }
        }
    }
    assert_eq!(defaults, 27);
}

/// A field without a default distinguishes null from every value.
#[test]
fn a_field_without_a_default_is_omitted_only_if_null() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate() {
            if field.default.is_some() || field.multiple {
                continue;
            }
            let zero = match facts.accepted(field.of, None) {
                Accepted::Only(_) => match facts.samples(field.of, None).first() {
                    Some(Datum::Boolean(_)) => Datum::Boolean(false),
                    Some(Datum::Uint(_)) => Datum::Uint(0),
                    Some(Datum::Ulong(_)) => Datum::Ulong(0),
                    Some(Datum::Ushort(_)) => Datum::Ushort(0),
                    Some(Datum::Ubyte(_)) => Datum::Ubyte(0),
                    Some(Datum::String(_)) => Datum::string(""),
                    Some(Datum::Binary(_)) => Datum::Binary(vec![]),
                    Some(Datum::Map(_)) => Datum::Map(vec![]),
                    _ => continue,
                },
                Accepted::Any => continue,
            };
            let datum = composite.with(with(full.clone(), index, zero));
            assert_recodes(recode, &datum.octets(Form::COMPACT), &datum, field.name);
        }
    }
}

#[test]
fn multiple_fields_accept_null_one_value_or_an_array() {
    let facts = Facts::of_the_standard();
    let mut multiple = 0;
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate().filter(|(_, it)| it.multiple) {
            multiple += 1;
            let put = |value| composite.with(with(full.clone(), index, value));
            let symbols = |texts: &[&str]| {
                Datum::SymbolArray(texts.iter().map(|text| (*text).to_owned()).collect())
            };
            let one = put(Datum::symbol("b"));
            let two = put(symbols(&["b", "a"]));
            let none = composite.with(null_trimmed(with(full.clone(), index, Datum::Null)));
            for form in Form::all() {
                assert_recodes(recode, &one.octets(form), &one, field.name);
                assert_recodes(recode, &put(symbols(&["b"])).octets(form), &one, field.name);
                assert_recodes(recode, &two.octets(form), &two, field.name);
                let empty = put(symbols(&[])).octets(form);
                if field.mandatory {
                    // Decoded, but not encoded: see `standard_rules`.
                    (named(COMPOSITES, composite.name).decode)(&empty).expect(field.name);
                } else {
                    assert_recodes(recode, &empty, &none, field.name);
                    assert_recodes(recode, &put(Datum::Null).octets(form), &none, field.name);
                }
            }
            for wrong in [
                Datum::List(vec![Datum::symbol("b")]),
                Datum::List(vec![]),
                Datum::UintArray(vec![1, 2]),
                Datum::UintArray(vec![]),
                Datum::string("b"),
                Datum::Map(vec![(Datum::symbol("a"), Datum::symbol("b"))]),
                Datum::described("b", symbols(&["b"])),
                // Arrays of nulls, of arrays of symbols, and of described symbols.
                Datum::Octets(&[0xe0, 2, 1, 0x40]),
                Datum::Octets(&[0xe0, 6, 1, 0xe0, 3, 0, 0xa3, 0]),
                Datum::Octets(&[0xe0, 6, 1, 0, 0x44, 0xa3, 1, b'a']),
            ] {
                let error = error_in(&recode(&put(wrong).octets(Form::COMPACT)), composite, field);
                assert!(unexpected(error.kind()) || error.kind() == DecodeErrorKind::LeftOver);
            }
        }
    }
    assert_eq!(multiple, 13);
}

#[test]
fn unknown_fields_are_ignored() {
    let facts = Facts::of_the_standard();
    for (composite, recode) in composites(&facts) {
        let fields = facts.full_fields(composite);
        let more = facts.probes().into_iter().map(|(_, probe)| probe).chain([Datum::Null]);
        let longer = composite.with(fields.into_iter().chain(more).collect());
        for form in Form::all() {
            assert_recodes(recode, &longer.octets(form), &facts.full(composite), composite.name);
        }
    }
}

#[test]
fn a_restricted_type_is_encoded_as_its_source() {
    let facts = Facts::of_the_standard();
    let probes = facts.probes();
    for (restricted, recode) in restricted(&facts) {
        for sample in facts.samples(restricted.name, None) {
            assert_recodes(recode, &sample.octets(Form::COMPACT), &sample, restricted.name);
        }
        let accepted = facts.accepted(restricted.name, None);
        for (signature, probe) in &probes {
            let result = recode(&probe.octets(Form::COMPACT));
            if !accepted.takes(*signature) {
                let error = result.expect_err(restricted.name);
                assert!(unexpected(error.kind()), "{}: {error}", restricted.name);
            }
        }
        if accepted != Accepted::Any {
            assert!(recode(&[0x40]).is_err(), "{} takes null", restricted.name);
        }
        let Some(descriptor) = restricted.descriptor else { continue };
        // The source type without the descriptor, and the descriptor before another type.
        let other = Datum::Typed(descriptor, Datum::Ubyte(0).into()).octets(Form::COMPACT);
        let bare = facts.samples(restricted.source, None).swap_remove(0).octets(Form::COMPACT);
        assert!(recode(&bare).is_err(), "{}", restricted.name);
        assert_eq!(recode(&other).is_ok(), restricted.source == "*", "{}", restricted.name);
    }
}

#[test]
fn closed_types_have_only_their_choices_and_open_types_have_more() {
    let facts = Facts::of_the_standard();
    let mut choices = 0;
    for (restricted, recode) in restricted(&facts).filter(|(it, _)| !it.choices.is_empty()) {
        choices += restricted.choices.len();
        let known = facts.choices(restricted);
        for choice in &known {
            assert_recodes(recode, &choice.octets(Form::COMPACT), choice, restricted.name);
        }
        let open = ARCHETYPES.iter().any(|archetype| archetype.name == restricted.name);
        let others: Vec<_> = match &known[0] {
            Datum::Boolean(_) => vec![],
            Datum::Ubyte(_) => (0..=u8::MAX).map(Datum::Ubyte).collect(),
            Datum::Uint(_) => {
                (0..1_000).chain([1 << 8, 1 << 24, u32::MAX]).map(Datum::Uint).collect()
            }
            _ => {
                let mut texts = vec![String::new(), "other".into(), "amqp:other".into()];
                for (_, text) in &restricted.choices {
                    texts.extend([format!("{text} "), text.to_uppercase()]);
                    texts.push(text[1..].to_owned());
                }
                texts.iter().map(|text| Datum::symbol(text)).collect()
            }
        };
        for other in others.into_iter().filter(|other| !known.contains(other)) {
            match recode(&other.octets(Form::COMPACT)) {
                Ok(again) if open => assert_eq!(again, other.octets(Form::COMPACT)),
                Err(error) if !open => assert_eq!(error.kind(), DecodeErrorKind::UnknownChoice),
                unexpected => panic!("{} {other:?}: {unexpected:?}", restricted.name),
            }
        }
    }
    assert_eq!(choices, 54);
}

/// An unknown choice of a closed type is an error in the field.
#[test]
fn an_unknown_choice_in_a_field_is_an_error_that_names_it() {
    let facts = Facts::of_the_standard();
    let mut fields = 0;
    for (composite, recode) in composites(&facts) {
        let full = facts.full_fields(composite);
        for (index, field) in composite.fields.iter().enumerate() {
            let closed = facts.restricted(field.of).filter(|it| !it.choices.is_empty());
            let unknown = match closed.map(|restricted| restricted.source) {
                Some("ubyte") => Datum::Ubyte(99),
                Some("uint") => Datum::Uint(99),
                Some("symbol") => Datum::symbol("99"),
                _ => continue,
            };
            fields += 1;
            let datum = composite.with(with(full.clone(), index, unknown));
            let error = error_in(&recode(&datum.octets(Form::COMPACT)), composite, field);
            assert_eq!(error.kind(), DecodeErrorKind::UnknownChoice, "{error}");
        }
    }
    assert_eq!(fields, 8);
}

#[test]
fn an_archetype_accepts_only_the_types_that_provide_it() {
    let facts = Facts::of_the_standard();
    for &Type { name: archetype, recode, .. } in ARCHETYPES {
        let accepted = facts.accepted("*", Some(archetype));
        let mut taken = 0;
        for sample in facts.samples("*", Some(archetype)) {
            taken += 1;
            for form in Form::all() {
                assert_recodes(recode, &sample.octets(form), &sample, archetype);
            }
        }
        assert!(taken > 0, "{archetype}");
        for (signature, probe) in facts.probes() {
            if !accepted.takes(signature) {
                let error = recode(&probe.octets(Form::COMPACT)).expect_err(archetype);
                assert!(unexpected(error.kind()), "{archetype}: {error}");
            }
        }
        assert!(recode(&[0x40]).is_err(), "{archetype} takes null");
    }
}

#[test]
fn every_error_condition_has_a_variant() {
    let facts = Facts::of_the_standard();
    let mut seen = BTreeSet::new();
    for name in facts.providers("error-condition") {
        let of = facts.restricted(name).expect("conditions are symbols");
        for choice in facts.choices(of) {
            let octets = choice.octets(Form::COMPACT);
            let condition = ErrorCondition::from_bytes(&octets).unwrap();
            let (own, inner) = match &condition {
                ErrorCondition::Amqp(condition) => ("amqp-error", condition.to_bytes()),
                ErrorCondition::Connection(condition) => ("connection-error", condition.to_bytes()),
                ErrorCondition::Session(condition) => ("session-error", condition.to_bytes()),
                ErrorCondition::Link(condition) => ("link-error", condition.to_bytes()),
                ErrorCondition::Transaction(condition) => {
                    ("transaction-error", condition.to_bytes())
                }
                ErrorCondition::Other(_) => panic!("{choice:?} is one of the standard's"),
            };
            assert_eq!((own, &inner.unwrap()[..]), (name, &octets[..]));
            assert_eq!(Datum::symbol(&condition.to_string()), choice);
            assert_eq!(condition.to_bytes().unwrap(), octets);
            assert!(seen.insert(format!("{condition:?}")), "{condition:?} stands for two");
        }
    }
    assert_eq!(seen.len(), 28);
    let other = Datum::symbol("amqp:session:not-found").octets(Form::COMPACT);
    let condition = ErrorCondition::from_bytes(&other).unwrap();
    assert!(matches!(condition, ErrorCondition::Other(_)));
    assert_eq!(condition.to_bytes().unwrap(), other);
}

/// Of the constants, only the versions are on the wire, in protocol headers.
#[test]
fn constants() {
    use amqp_types::security::{
        SASL_MAJOR, SASL_MINOR, SASL_REVISION, TLS_MAJOR, TLS_MINOR, TLS_REVISION,
    };
    let facts = Facts::of_the_standard();
    let own: BTreeSet<(&str, u64)> = BTreeSet::from([
        ("PORT", transport::PORT.into()),
        ("SECURE-PORT", transport::SECURE_PORT.into()),
        ("MAJOR", transport::MAJOR.into()),
        ("MINOR", transport::MINOR.into()),
        ("REVISION", transport::REVISION.into()),
        ("MIN-MAX-FRAME-SIZE", transport::MIN_MAX_FRAME_SIZE.into()),
        ("MESSAGE-FORMAT", messaging::MESSAGE_FORMAT.0.into()),
        ("TLS-MAJOR", TLS_MAJOR.into()),
        ("TLS-MINOR", TLS_MINOR.into()),
        ("TLS-REVISION", TLS_REVISION.into()),
        ("SASL-MAJOR", SASL_MAJOR.into()),
        ("SASL-MINOR", SASL_MINOR.into()),
        ("SASL-REVISION", SASL_REVISION.into()),
    ]);
    assert_eq!(own, facts.constants.iter().copied().collect());
    for (header, prefix) in
        [(ProtocolHeader::AMQP, ""), (ProtocolHeader::TLS, "TLS-"), (ProtocolHeader::SASL, "SASL-")]
    {
        let version = ["MAJOR", "MINOR", "REVISION"].map(|part| {
            let name = format!("{prefix}{part}");
            let constant = facts.constants.iter().find(|(own, _)| *own == name);
            u8::try_from(constant.expect("a version").1).unwrap()
        });
        assert_eq!(header.to_bytes()[5..], version);
    }
}
