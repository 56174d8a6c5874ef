//! Golden octets of every composite: they were generated once from the facts, and do not change.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use std::fmt::Debug;

use amqp_tests::facts::{Facts, Form, Naming, Width};
use amqp_tests::golden::Golden;
use amqp_types::messaging::{
    Accepted, FilterSet, Header, Outcome, Properties, Source, TerminusDurability,
    TerminusExpiryPolicy,
};
use amqp_types::transaction::{TransactionId, TransactionalState};
use amqp_types::transport::{
    AmqpError, Error, Fields, Flow, Handle, Info, Milliseconds, Open, ReceiverSettleMode, Seconds,
    SequenceNo, Transfer, TransferNumber,
};
use amqp_types::{ByteString, Bytes, DecodeOwned, Encode, Map, Multiple, Symbol, Timestamp, Value};
use standard_types::{COMPOSITES, named};

/// The forms, each with the value that it must be decoded to.
const FORMS: [(&str, &str); 6] = [
    ("minimal", "minimal"),
    ("nulls", "minimal"),
    ("full", "full"),
    ("symbolic", "full"),
    ("wide", "full"),
    ("widest", "full"),
];

#[test]
fn every_form_of_every_composite_is_decoded_equally_and_encoded_compactly() {
    let facts = Facts::of_the_standard();
    let all = Golden::all();
    assert_eq!(all.len(), facts.composites.len() * FORMS.len());
    for composite in &facts.composites {
        for (form, same_as) in FORMS {
            let golden = Golden::get(composite.name, form);
            let compact = Golden::get(composite.name, same_as);
            let again = (named(COMPOSITES, composite.name).recode)(&golden.octets);
            let again = again.unwrap_or_else(|error| panic!("{} {form}: {error}", composite.name));
            assert_eq!(again, compact.octets, "{} {form}", composite.name);
            assert!(golden.octets.len() >= compact.octets.len());
        }
    }
}

/// Checks that all forms of a composite are decoded to this value.
fn stands_for<T: DecodeOwned + Encode + PartialEq + Debug>(name: &str, full: &T) {
    for (form, _) in FORMS.iter().filter(|(_, same_as)| *same_as == "full") {
        assert_eq!(&T::from_bytes(&Golden::get(name, form).octets).unwrap(), full, "{name} {form}");
    }
    assert_eq!(full.to_bytes().unwrap(), Golden::get(name, "full").octets);
}

fn two_symbols() -> Multiple<Symbol> {
    [Symbol::from_static("a"), Symbol::from_static("com.example:b")].into_iter().collect()
}

fn fields() -> Fields {
    let inner = Map::try_from(vec![(Value::Ulong(1), Value::Boolean(false))]).unwrap();
    let entries = vec![
        (Symbol::from_static("product"), Value::String("été".into())),
        (Symbol::from_static(""), Value::Null),
        (Symbol::from_static("a"), Value::Map(inner)),
    ];
    Fields(Map::try_from(entries).unwrap())
}

fn error() -> Error {
    Error {
        condition: AmqpError::InternalError.into(),
        description: Some("été".into()),
        info: Some(Info(fields())),
    }
}

/// The string that all samples use.
fn text() -> ByteString {
    "été".into()
}

#[test]
fn an_open() {
    stands_for(
        "open",
        &Open {
            container_id: text(),
            hostname: Some(text()),
            max_frame_size: 1,
            channel_max: 1,
            idle_time_out: Some(Milliseconds(1)),
            outgoing_locales: two_symbols(),
            incoming_locales: two_symbols(),
            offered_capabilities: two_symbols(),
            desired_capabilities: two_symbols(),
            properties: Some(fields()),
        },
    );
}

#[test]
fn a_flow() {
    stands_for(
        "flow",
        &Flow {
            next_incoming_id: Some(TransferNumber(1)),
            incoming_window: 1,
            next_outgoing_id: TransferNumber(1),
            outgoing_window: 1,
            handle: Some(Handle(1)),
            delivery_count: Some(SequenceNo(1)),
            link_credit: Some(1),
            available: Some(1),
            drain: true,
            echo: true,
            properties: Some(fields()),
        },
    );
}

#[test]
fn a_transfer_in_a_transaction() {
    let transfer = |state| Transfer {
        handle: Handle(1),
        delivery_id: Some(amqp_types::transport::DeliveryNumber(1)),
        delivery_tag: Some(amqp_types::transport::DeliveryTag::from([1, 0, 0xff])),
        message_format: Some(amqp_types::transport::MessageFormat(1)),
        settled: Some(true),
        more: true,
        rcv_settle_mode: Some(ReceiverSettleMode::First),
        state: Some(state),
        resume: true,
        aborted: true,
        batchable: true,
    };
    let received = amqp_types::messaging::Received { section_number: 1, section_offset: 1 };
    stands_for("transfer", &transfer(received.into()));
    stands_for(
        "transactional-state",
        &TransactionalState {
            txn_id: TransactionId::from([1, 0, 0xff]),
            outcome: Some(Outcome::Accepted(Accepted {})),
        },
    );
}

#[test]
fn an_error() {
    stands_for("error", &error());
}

#[test]
fn a_header_and_properties() {
    stands_for(
        "header",
        &Header {
            durable: true,
            priority: 1,
            ttl: Some(Milliseconds(1)),
            first_acquirer: true,
            delivery_count: 1,
        },
    );
    stands_for(
        "properties",
        &Properties {
            message_id: Some(1.into()),
            user_id: Some(Bytes::from_static(&[0, 1, 0xff])),
            to: Some(text()),
            subject: Some(text()),
            reply_to: Some(text()),
            correlation_id: Some(1.into()),
            content_type: Some(Symbol::from_static("a")),
            content_encoding: Some(Symbol::from_static("a")),
            absolute_expiry_time: Some(Timestamp(1_351_468_800_000)),
            creation_time: Some(Timestamp(1_351_468_800_000)),
            group_id: Some(text()),
            group_sequence: Some(SequenceNo(1)),
            reply_to_group_id: Some(text()),
        },
    );
}

#[test]
fn a_source() {
    let filter = amqp_types::value::DescribedValue {
        descriptor: Value::Symbol(Symbol::from_static("apache.org:selector-filter:string")),
        value: Value::String("a = 1".into()),
    };
    let filters =
        vec![(Symbol::from_static("f"), Some(filter)), (Symbol::from_static("none"), None)];
    stands_for(
        "source",
        &Source {
            address: Some(text()),
            durable: TerminusDurability::Configuration,
            expiry_policy: TerminusExpiryPolicy::LinkDetach,
            timeout: Seconds(1),
            dynamic: true,
            dynamic_node_properties: Some(amqp_types::messaging::NodeProperties(fields())),
            distribution_mode: Some(amqp_types::messaging::DistributionMode::Move),
            filter: Some(FilterSet(Map::try_from(filters).unwrap())),
            default_outcome: Some(Outcome::Accepted(Accepted {})),
            outcomes: two_symbols(),
            capabilities: two_symbols(),
        },
    );
}

/// Prints the golden octets, to add a type or a form. Do not change existing ones.
#[test]
#[ignore = "prints the golden octets as the facts have them"]
fn print() {
    let facts = Facts::of_the_standard();
    let named = Form { naming: Naming::Name, width: Width::Compact };
    let wide = Form { naming: Naming::WideCode, width: Width::Compact };
    let widest = Form { naming: Naming::WideName, width: Width::Widest };
    for composite in &facts.composites {
        let full = facts.full(composite);
        let nulls = composite.with(facts.minimal_fields(composite));
        println!("\n{}", composite.name);
        println!("  minimal {}", facts.minimal(composite).hex(Form::COMPACT));
        println!("  nulls {}", nulls.hex(Form::COMPACT));
        println!("  full {}", full.hex(Form::COMPACT));
        println!("  symbolic {}", full.hex(named));
        println!("  wide {}", full.hex(wide));
        println!("  widest {}", full.hex(widest));
    }
}
