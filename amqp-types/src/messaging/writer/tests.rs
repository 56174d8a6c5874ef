use alloc::string::ToString;

use super::*;
use crate::messaging::{FooterRef, MessageRef};
use crate::testing::hex;
use crate::{Symbol, Value};

/// A message whose sections a function writes.
struct Written<F>(F);

impl<F: Fn(&mut MessageWriter<'_>)> EncodeMessage for Written<F> {
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        (self.0)(writer);
        Ok(())
    }
}

fn written(write: impl Fn(&mut MessageWriter<'_>)) -> Result<Bytes, EncodeError> {
    Written(write).to_message_bytes()
}

#[track_caller]
fn writes(octets: &str, write: impl Fn(&mut MessageWriter<'_>)) {
    assert_eq!(written(write).unwrap(), hex(octets));
}

#[test]
fn each_section_has_a_method() {
    writes(
        "005370 c0 02 01 41  005371 c1 01 00  005372 c1 01 00  005373 45  005374 c1 01 00 \
         005375 a0 01 61  005378 c1 01 00",
        |writer| {
            writer.header(&Header { durable: true, ..Header::default() });
            writer.delivery_annotations(&DeliveryAnnotations::default());
            writer.message_annotations(&MessageAnnotations::default());
            writer.properties(&Properties::default());
            writer.application_properties(&ApplicationProperties::default());
            writer.data(&Bytes::from_static(b"a"));
            writer.footer(&FooterRef::default());
        },
    );
    writes("005377 a1 01 61", |writer| writer.value("a"));
    writes("005376 c0 03 02 41 42", |writer| writer.sequence(&[true, false]));
    writes("005377 50 07", |writer| writer.body(&Body::value(&7u8)));
}

#[test]
fn a_body_can_have_several_sections() {
    writes("005375 a0 01 61  005375 a0 00  005375 a0 01 62", |writer| {
        writer.data(&b"a"[..]);
        writer.data(&Bytes::new());
        writer.data(&b"b".to_vec());
    });
    writes("005376 45 005376 c0 02 01 41", |writer| {
        writer.sequence::<bool>(&[]);
        writer.sequence(&[true]);
    });
}

#[test]
fn a_message_without_a_body_gets_a_null_value() {
    writes("005377 40", |_| {});
    writes("005370 45  005377 40", |writer| writer.header(&Header::default()));
    writes("005377 40  005378 c1 01 00", |writer| writer.footer(&Footer::default()));
    writes("005373 45  005377 40  005378 c1 01 00", |writer| {
        writer.properties(&Properties::default());
        writer.footer(&Footer::default());
    });
}

#[test]
fn sections_out_of_order_are_refused() {
    let refused: [fn(&mut MessageWriter<'_>); 8] = [
        |writer| {
            writer.properties(&Properties::default());
            writer.header(&Header::default());
        },
        |writer| {
            writer.header(&Header::default());
            writer.header(&Header::default());
        },
        |writer| {
            writer.value(&1u8);
            writer.value(&1u8);
        },
        |writer| {
            writer.data(&b"a"[..]);
            writer.value(&1u8);
        },
        |writer| {
            writer.footer(&Footer::default());
            writer.data(&b"a"[..]);
        },
        |writer| {
            writer.data(&b"a"[..]);
            writer.properties(&Properties::default());
        },
        |writer| {
            writer.header(&Header::default());
            writer.encoded(&EncodedMessage::new(Bytes::new()).unwrap());
        },
        |writer| {
            writer.encoded(&EncodedMessage::new(Bytes::new()).unwrap());
            writer.value(&1u8);
        },
    ];
    for write in refused {
        assert_eq!(written(write), Err(EncodeError::SectionOrder));
        let mut buffer = b"frame".to_vec();
        let error = MessageWriter::append(&mut buffer, &Written(write)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the sections of a message must be written in the standard's order, each at most once",
        );
        assert_eq!(buffer, b"frame");
    }
}

#[test]
fn errors_of_the_message_and_of_the_writer_are_returned() {
    struct Refused;
    impl EncodeMessage for Refused {
        fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
            writer.value("a");
            Err(EncodeError::NoValue)
        }
    }
    assert_eq!(Refused.to_message_bytes(), Err(EncodeError::NoValue));
    let mut buffer = MessageBuffer::new();
    buffer.encode("a").unwrap();
    assert_eq!(buffer.encode(&Refused), Err(EncodeError::NoValue));
    assert!(buffer.is_empty());
}

#[test]
fn an_encoded_message_is_written_as_it_is() {
    // Without a body, with a footer before the body, with long encodings.
    for octets in ["", "005378 d1 00000004 00000000 005377 40", "00 80 0000000000000075 a0 00"] {
        let octets = Bytes::from(hex(octets));
        let message = EncodedMessage::new(octets.clone()).unwrap();
        assert_eq!(message.to_message_bytes().unwrap(), octets);
        let mut buffer = MessageBuffer::new();
        buffer.set_default_header(&Header::default());
        buffer.encode(&message).unwrap();
        assert_eq!(concatenated(&buffer), octets);
    }
}

#[test]
fn a_default_header_is_written_unless_the_message_has_one() {
    let header = Header { durable: true, ..Header::default() };
    let mut buffer = MessageBuffer::new();
    buffer.set_default_header(&header);
    buffer.encode("a").unwrap();
    assert_eq!(concatenated(&buffer), hex("005370 c0 02 01 41  005377 a1 01 61"));
    buffer.encode(&Written(|_: &mut MessageWriter<'_>| {})).unwrap();
    assert_eq!(concatenated(&buffer), hex("005370 c0 02 01 41  005377 40"));
    let footer = Written(|writer: &mut MessageWriter<'_>| writer.footer(&Footer::default()));
    buffer.encode(&footer).unwrap();
    let expected = "005370 c0 02 01 41  005377 40  005378 c1 01 00";
    assert_eq!(concatenated(&buffer), hex(expected));
    let own = Written(|writer: &mut MessageWriter<'_>| {
        writer.header(&Header::default());
        writer.properties(&Properties::default());
        writer.value("a");
    });
    buffer.encode(&own).unwrap();
    assert_eq!(concatenated(&buffer), hex("005370 45  005373 45  005377 a1 01 61"));
}

fn concatenated(buffer: &MessageBuffer) -> Vec<u8> {
    let parts: Vec<_> = buffer.parts().collect();
    let octets: Vec<u8> = parts.iter().flat_map(AsRef::as_ref).copied().collect();
    assert_eq!(octets.len(), buffer.len());
    octets
}

#[test]
fn bytes_of_4_kib_are_linked_and_others_are_copied() {
    let footer = Footer(
        [(Symbol::from_static("a").into(), Value::Null)]
            .into_iter()
            .collect::<crate::Map<_, _>>()
            .into(),
    );
    let message = |content: &Bytes| {
        let content = content.clone();
        Written({
            let footer = footer.clone();
            move |writer: &mut MessageWriter<'_>| {
                writer.data(&content);
                writer.footer(&footer);
            }
        })
    };
    let mut buffer = MessageBuffer::new();
    let short = Bytes::from(vec![7; LINKED_FROM - 1]);
    buffer.encode(&message(&short)).unwrap();
    assert!(matches!(buffer.parts().collect::<Vec<_>>()[..], [MessagePart::Octets(_)]));

    let long = Bytes::from(vec![7; LINKED_FROM]);
    buffer.encode(&message(&long)).unwrap();
    assert_eq!(concatenated(&buffer), message(&long).to_message_bytes().unwrap());
    match buffer.parts().collect::<Vec<_>>()[..] {
        [MessagePart::Octets(before), MessagePart::Linked(linked), MessagePart::Octets(after)] => {
            assert_eq!(before, hex("005375 b0 00001000"));
            assert_eq!(linked.as_ptr(), long.as_ptr());
            assert_eq!(after, hex("005378 c1 05 02 a3 01 61 40"));
        }
        ref parts => panic!("{parts:?}"),
    }

    // A vector and a slice cannot be shared.
    let copied = Written(|writer: &mut MessageWriter<'_>| writer.data(&vec![7; LINKED_FROM]));
    buffer.encode(&copied).unwrap();
    assert!(matches!(buffer.parts().collect::<Vec<_>>()[..], [MessagePart::Octets(_)]));
    buffer.encode(&Written(|writer: &mut MessageWriter<'_>| writer.data(&long[..]))).unwrap();
    assert!(matches!(buffer.parts().collect::<Vec<_>>()[..], [MessagePart::Octets(_)]));
}

#[test]
fn several_links_stay_in_order_and_an_encoded_body_is_linked_too() {
    let long = [Bytes::from(vec![1; LINKED_FROM]), Bytes::from(vec![2; LINKED_FROM])];
    let several = Written(|writer: &mut MessageWriter<'_>| {
        for content in &long {
            writer.data(content);
        }
    });
    let mut buffer = MessageBuffer::new();
    buffer.encode(&several).unwrap();
    let octets = several.to_message_bytes().unwrap();
    assert_eq!(concatenated(&buffer), octets);
    let linked = buffer.parts().filter_map(|part| match part {
        MessagePart::Linked(content) => Some(content.as_ptr()),
        MessagePart::Octets(_) => None,
    });
    assert_eq!(linked.collect::<Vec<_>>(), long.each_ref().map(|content| content.as_ptr()));

    let message = MessageRef::from_shared(&octets).unwrap().to_encoded();
    buffer.encode(&message).unwrap();
    let parts: Vec<_> = buffer.parts().collect();
    assert!(matches!(parts[..], [MessagePart::Linked(all)] if all.as_ptr() == octets.as_ptr()));
    let message = message.to_message().unwrap();
    buffer.encode(&message).unwrap();
    let parts: Vec<_> = buffer.parts().collect();
    assert!(matches!(parts[..], [MessagePart::Linked(all)] if all.as_ptr() == octets.as_ptr()));
}

#[test]
fn what_is_relayed_follows_the_header_and_the_delivery_annotations_alone() {
    let kept = "005372 c1 01 00 005375 a0 01 61 005378 c1 01 00";
    let octets = ["005370 c0 02 01 41 005371 c1 01 00", kept].concat();
    let message = EncodedMessage::new(hex(&octets).into()).unwrap();
    let annotations = DeliveryAnnotations::default();
    writes(kept, |writer| writer.relayed(&message));
    writes(&["005370 45 005371 c1 01 00", kept].concat(), |writer| {
        writer.header(&Header::default());
        writer.delivery_annotations(&annotations);
        writer.relayed(&message);
    });
    let after_properties = written(|writer| {
        writer.properties(&Properties::default());
        writer.relayed(&message);
    });
    let before_a_body = written(|writer| {
        writer.relayed(&message);
        writer.value("more");
    });
    assert_eq!([after_properties, before_a_body], [(); 2].map(|()| Err(EncodeError::SectionOrder)));
}
