//! Borrowed forms: for any octets, they decode the same value as the owned type, or fail with the same
//! error, and allocate nothing.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use std::hint::black_box;

use allocation_counter::measure;
use amqp_tests::facts::{Composite, Facts};
use amqp_tests::golden::{Golden, octets};
use amqp_types::messaging::{
    Annotations, ApplicationProperties, Body, EncodedMessage, Header, Message, MessageRef,
    NodeProperties, Properties, Rejected, Source, Target,
};
use amqp_types::transport::{
    AmqpError, Attach, DeliveryNumber, DeliveryTag, Disposition, Error, Fields, Flow, Handle, Info,
    Open, Performative, Role, Transfer,
};
use amqp_types::{Decode, DecodeError, DecodeErrorKind, Encode, Owned, Symbol, Value};
use standard_types::{ARCHETYPES, COMPOSITES, RESTRICTED, agree, named};

/// Decodes octets as the composite that they were made from, as each archetype that it provides, and as
/// any value.
fn agree_on(composite: &Composite, octets: &[u8]) {
    let archetypes = composite.provides.iter().map(|archetype| named(ARCHETYPES, archetype));
    for own in archetypes.chain([named(COMPOSITES, composite.name)]) {
        (own.agree)(octets);
    }
    agree::<Value>(octets);
}

#[test]
fn truncated_octets() {
    let facts = Facts::of_the_standard();
    for golden in Golden::all() {
        let composite = facts.composite(golden.name).unwrap();
        for cut in 0..=golden.octets.len() {
            agree_on(composite, &golden.octets[..cut]);
        }
    }
}

/// Counts and sizes that exceed any memory.
#[test]
fn truncated_input_with_huge_counts() {
    for count in ["00000100", "00ffffff", "ffffffff"] {
        for data in [
            format!("d0 ffffffff {count} 40"),
            format!("d1 ffffffff {count} a3 01 61 40"),
            format!("f0 ffffffff {count} a1 01 61"),
            format!("f0 ffffffff {count} 40"),
            format!("c0 ff ff d0 ffffffff {count} 45 45"),
        ] {
            let extension = format!("00 80 0000123400000001 {data}");
            for text in [
                format!("00 53 15 d0 ffffffff 00000006 41 43 40 40 {extension}"),
                format!("00 53 14 d0 ffffffff 0000000b 43 43 43 43 40 40 40 40 {extension}"),
                format!("00 53 13 d0 ffffffff 0000000b 40 40 40 40 40 40 40 40 40 40 {data}"),
                format!("00 53 10 d0 ffffffff 0000000a a1 01 61 40 40 40 40 40 40 40 {data}"),
            ] {
                let octets = octets(&text);
                for of in COMPOSITES.iter().chain(ARCHETYPES) {
                    (of.agree)(&octets);
                }
            }
        }
    }
    let truncated =
        octets("00 53 15 d0 ffffffff 00000006 41 43 40 40 00 a3 01 61 d0 ffffffff 00ffffff 40");
    let error = Disposition::from_bytes(&truncated).unwrap_err();
    assert_eq!((error.kind(), error.at()), (DecodeErrorKind::SizeOverrun, 4));
    assert_eq!(error.fields().count(), 0);
    // The outer list is complete, the one in its field is not.
    let truncated = octets("00 53 15 c0 0e 05 41 43 40 40 00 a3 01 61 d0 ffffffff");
    let error = Disposition::from_bytes(&truncated).unwrap_err();
    assert_eq!((error.kind(), error.at()), (DecodeErrorKind::SizeOverrun, 15));
    assert!(error.fields().map(|field| field.name).eq(["state"]), "{error}");
}

#[test]
fn octets_with_any_bit_flipped() {
    let facts = Facts::of_the_standard();
    for golden in Golden::all() {
        let composite = facts.composite(golden.name).unwrap();
        for bit in 0..golden.octets.len() * 8 {
            let mut octets = golden.octets.clone();
            octets[bit / 8] ^= 1 << (bit % 8);
            agree_on(composite, &octets);
        }
    }
}

#[test]
fn octets_of_any_other_type() {
    for golden in Golden::all() {
        for of in COMPOSITES.iter().chain(RESTRICTED).chain(ARCHETYPES) {
            (of.agree)(&golden.octets);
        }
    }
}

/// Checks that the owned message and the view decode the same sections, or fail with the same error.
fn agree_on_message(octets: &[u8]) {
    fn owned(octets: &[u8]) -> Result<Message, DecodeError> {
        let view = MessageRef::from_bytes(octets)?;
        Ok(Message {
            header: view.header()?,
            delivery_annotations: view.delivery_annotations()?.map(Owned::from_ref),
            message_annotations: view.message_annotations()?.map(Owned::from_ref),
            properties: view.properties()?.map(Owned::from_ref),
            application_properties: view.application_properties()?.map(Owned::from_ref),
            body: view.body().to_body(),
            footer: view.footer()?.map(Owned::from_ref),
        })
    }
    let message = Message::from_bytes(octets);
    assert_eq!(owned(octets), message, "{octets:02x?}");
    let encoded = EncodedMessage::new(octets.to_vec().into());
    assert_eq!(encoded.and_then(|encoded| encoded.to_message()), message);
}

#[test]
fn messages_whole_truncated_and_corrupted() {
    let octets = message().to_bytes().unwrap();
    for cut in 0..=octets.len() {
        agree_on_message(&octets[..cut]);
    }
    for bit in 0..octets.len() * 8 {
        let mut octets = octets.to_vec();
        octets[bit / 8] ^= 1 << (bit % 8);
        agree_on_message(&octets);
    }
}

#[test]
fn decoding_allocates_nothing() {
    fn free<T: Owned + Encode>(value: &T) {
        let octets = value.to_bytes().unwrap();
        let cost = measure(|| {
            black_box(&T::Ref::from_bytes(black_box(&octets)).unwrap());
        });
        assert_eq!(cost.count_total, 0, "{octets:02x?}");
    }
    let symbol = |text| Symbol::new(text).unwrap();
    let fields = || {
        let names = ["product", "version", "platform", "features", "a"];
        Fields(names.map(|name| (symbol(name), Value::from(name))).into_iter().collect())
    };
    free(&Open {
        hostname: Some("broker".into()),
        offered_capabilities: [symbol("a"), symbol("b")].into_iter().collect(),
        properties: Some(fields()),
        ..Open::new("container")
    });
    let source = Source {
        address: Some("queue".into()),
        outcomes: [symbol("amqp:accepted:list")].into_iter().collect(),
        dynamic_node_properties: Some(NodeProperties(fields())),
        ..Source::default()
    };
    free(&Attach {
        source: Some(source.into()),
        target: Some(Target { address: Some("queue".into()), ..Target::default() }.into()),
        ..Attach::new("link", Handle(1), Role::Sender)
    });
    free(&Transfer { delivery_tag: Some(DeliveryTag::from_static(b"tag")), ..Transfer::default() });
    free(&Flow { properties: Some(fields()), ..Flow::default() });
    let error =
        Error { info: Some(Info(fields())), ..Error::new(AmqpError::NotFound, "no such thing") };
    free(&Performative::Disposition(Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(1),
        last: None,
        settled: true,
        state: Some(Rejected::from(error).into()),
        batchable: false,
    }));

    let octets = message().to_bytes().unwrap();
    let cost = measure(|| {
        let message = MessageRef::from_bytes(black_box(&octets)).unwrap();
        let annotations = message.message_annotations().unwrap().unwrap();
        assert_eq!(annotations.iter().count(), 5);
        assert_eq!(
            message.body().data().unwrap().map(|part| part.unwrap().len()).sum::<usize>(),
            100
        );
    });
    assert_eq!(cost.count_total, 0);
}

/// Returns a message with all sections.
fn message() -> Message {
    let names = ["x-opt-b", "x-opt-a", "x-opt-d", "x-opt-c", "x-opt-e"];
    let annotations = names.map(|name| (Symbol::new(name).unwrap().into(), Value::from(name)));
    let annotations = Annotations(annotations.into_iter().collect());
    let properties = [("colour", Value::from("red")), ("count", 7u32.into())];
    Message {
        header: Some(Header { durable: true, ..Header::default() }),
        delivery_annotations: Some(annotations.clone().into()),
        message_annotations: Some(annotations.clone().into()),
        properties: Some(Properties {
            message_id: Some("id".into()),
            subject: Some("subject".into()),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties(
            properties
                .map(|(name, value)| (name.into(), value.try_into().unwrap()))
                .into_iter()
                .collect(),
        )),
        body: Body::Data(vec![7; 100].into()),
        footer: Some(annotations.into()),
    }
}
