//! Properties of octets as a message.

use amqp_types::messaging::{Body, BodyKind, EncodedMessage, Message, MessageRef, Section};
use amqp_types::{Bytes, Decode, DecodeError, DecodeErrorKind, Decoder, Owned, Value};

use super::typed::{encoded, sensible};

/// Checks octets as a message.
pub fn message(octets: &[u8]) {
    let shared = Bytes::copy_from_slice(octets);
    let message = match EncodedMessage::new(shared.clone()) {
        Ok(message) => message,
        Err(error) => {
            assert_eq!(Message::from_shared(&shared), Err(error));
            return sensible(&error, octets.len());
        }
    };
    assert_eq!(message.octets(), octets);
    bare(&message);
    body(&message);
    decoded(&message);
}

/// Checks that the bare message is a message with the same sections.
fn bare(message: &EncodedMessage) {
    let bare = message.bare();
    let alone = EncodedMessage::new(bare.clone()).expect("whole sections in their order");
    assert_eq!(alone.bare(), bare);
    assert_eq!(alone.body(), message.body());
    assert_eq!(alone.properties().ok(), message.properties().ok());
    assert_eq!(alone.application_properties().ok(), message.application_properties().ok());
    assert_eq!(alone.header(), Ok(None));
    assert_eq!(alone.footer(), Ok(None));
    // It is one part of the message, or two if a footer between them precedes the body.
    let all = message.octets();
    let contains = |part: &[u8]| part.is_empty() || all.windows(part.len()).any(|own| own == part);
    let two = || {
        let mut splits = (0..bare.len()).map(|at| bare.split_at(at));
        splits.any(|(first, second)| contains(first) && all.ends_with(second))
    };
    assert!(contains(&bare) || two());
}

/// Checks that the body can be decoded as its own kind only.
fn body(message: &EncodedMessage) {
    let body = message.body();
    let kind = body.kind();
    let (data, sequence, value) = (body.to_data(), body.to_sequence(), body.to_value::<Value>());
    assert!(data.is_err() || kind == BodyKind::Data);
    assert!(sequence.is_err() || kind == BodyKind::Sequence);
    assert!(value.is_err() || kind == BodyKind::Value);
    let len = message.octets().len();
    data.err().iter().chain(&sequence.err()).for_each(|error| sensible(error, len));
    if let Some(error) = value.err() {
        sensible(&error, len);
    }
}

/// Checks that the sections are those of the message, and can be encoded and decoded again.
fn decoded(message: &EncodedMessage) {
    let octets = message.octets();
    let decoded = message.to_message();
    assert_eq!(Message::from_bytes(octets), decoded);
    let borrowed = MessageRef::from_bytes(octets).and_then(owned);
    // Borrowed content takes no memory.
    let spent = |error: &DecodeError| error.kind() == DecodeErrorKind::TooManyOctets;
    assert!(borrowed == decoded || decoded.as_ref().is_err_and(spent), "{borrowed:?}");
    let errors = [
        message.header().err(),
        message.delivery_annotations().err(),
        message.message_annotations().err(),
        message.properties().err(),
        message.application_properties().err(),
        message.footer().err(),
    ];
    assert_eq!(decoded.as_ref().err(), errors.iter().flatten().next());
    errors.iter().flatten().for_each(|error| sensible(error, octets.len()));
    let Ok(decoded) = decoded else {
        return;
    };

    // A body whose end cannot be found includes the footer, once that comes after it.
    if decoded.footer.is_some() && !can_be_read(&decoded.body) {
        return;
    }
    let again = decoded.to_bytes().expect("nothing here is so long");
    let message = EncodedMessage::new(again.clone()).expect("sections in their order");
    assert_eq!(message.body(), decoded.body, "a body goes on octet for octet");
    let read = message.to_message();
    assert_eq!(read.as_ref(), Ok(&decoded), "encoded and decoded");
    assert_eq!(read.map(|read| read.to_bytes()), Ok(Ok(again.clone())));
    sections(&again);
}

fn can_be_read(body: &Body) -> bool {
    match body.kind() {
        BodyKind::Data => body.to_data().is_ok(),
        BodyKind::Sequence => body.to_sequence().is_ok(),
        BodyKind::Value => body.to_value::<Value>().is_ok(),
    }
}

/// Copies all sections of a view.
fn owned(view: MessageRef<'_>) -> Result<Message, DecodeError> {
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

/// Checks that each section can be decoded by itself, and that all of them together are the message.
fn sections(octets: &Bytes) {
    let mut written = Vec::new();
    let all = Decoder::new(octets).read(|reader| {
        while !reader.is_empty() {
            // The body has not been decoded, and even its size may be wrong.
            match Section::from_bytes(reader.raw()?) {
                Ok(section) => written.extend_from_slice(&encoded(&section)),
                Err(error) => return Err(reader.error(error.kind())),
            }
        }
        Ok(())
    });
    assert!(all.is_err() || !written.is_empty(), "there is always a body");
}
