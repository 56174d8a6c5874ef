//! Types that can be encoded and decoded as whole messages.

use bytes::Bytes;

use super::{EncodedMessage, MESSAGE_FORMAT, MessageRef, MessageWriter};
use crate::Value;
use crate::definitions::MessageFormat;
use crate::error::{DecodeError, EncodeError};

/// A type whose values can be encoded as messages.
///
/// [`derive(Message)`](derive@super::Message) implements it for a struct. A [`Value`] and a `str` are
/// encoded as an `amqp-value` section, and [`Bytes`] as a `data` section.
///
/// ```
/// use amqp_types::EncodeError;
/// use amqp_types::messaging::{EncodeMessage, MessageWriter, Properties};
///
/// struct Greeting<'a> {
///     language: &'a str,
///     text: &'a str,
/// }
///
/// impl EncodeMessage for Greeting<'_> {
///     fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
///         writer.properties(&Properties {
///             subject: Some(self.language.into()),
///             ..Properties::default()
///         });
///         writer.value(self.text);
///         Ok(())
///     }
/// }
///
/// let octets = Greeting { language: "en", text: "hello" }.to_message_bytes()?;
/// assert_eq!(octets[..3], [0x00, 0x53, 0x73]);
/// # Ok::<(), EncodeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be encoded as a message",
    label = "not a message",
    note = "on a struct of your own, derive `amqp_types::messaging::Message`",
    note = "for a body alone use `Value`, `str` or `Bytes`"
)]
pub trait EncodeMessage {
    /// Writes all sections, in the standard's order. If no section of a body is written, a null value is added.
    ///
    /// An implementation must write the same octets each time: if a buffer has to grow, this method is called
    /// again.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded. Errors of the writer are reported by the
    /// caller, and need not be returned here.
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError>;

    /// Returns the message-format of the transfer that carries the message.
    #[inline]
    fn format(&self) -> MessageFormat {
        MESSAGE_FORMAT
    }

    /// Returns the encoded message.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded.
    #[inline]
    fn to_message_bytes(&self) -> Result<Bytes, EncodeError> {
        MessageWriter::to_bytes(self)
    }
}

/// A type that can be decoded from a message, possibly borrowing from its octets.
///
/// [`derive(Message)`](derive@super::Message) implements it for a struct. A [`Value`] and a `&str` are
/// decoded from an `amqp-value` section, and [`Bytes`] from `data` sections; the other sections are
/// ignored.
///
/// ```
/// use amqp_types::messaging::{EncodeMessage, MessageRef};
///
/// let octets = "hello".to_message_bytes()?;
/// let text: &str = MessageRef::from_shared(&octets)?.decode()?;
/// assert_eq!(text, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from a message",
    label = "not a message",
    note = "on a struct of your own, derive `amqp_types::messaging::Message`",
    note = "for a body alone use `Value`, `&str` or `Bytes`"
)]
pub trait DecodeMessage<'de>: Sized {
    /// Decodes a message, whose sections have been found.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the message is not one of this type.
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError>;
}

impl<T: EncodeMessage + ?Sized> EncodeMessage for &T {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        (**self).encode_message(writer)
    }

    #[inline]
    fn format(&self) -> MessageFormat {
        (**self).format()
    }
}

impl<'de> DecodeMessage<'de> for MessageRef<'de> {
    #[inline]
    fn decode_message(message: Self) -> Result<Self, DecodeError> {
        Ok(message)
    }
}

impl EncodeMessage for EncodedMessage {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        writer.encoded(self);
        Ok(())
    }
}

impl<'de> DecodeMessage<'de> for EncodedMessage {
    #[inline]
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError> {
        Ok(message.to_encoded())
    }
}

impl EncodeMessage for Value {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        writer.value(self);
        Ok(())
    }
}

impl<'de> DecodeMessage<'de> for Value {
    #[inline]
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError> {
        message.body().to_value()
    }
}

impl EncodeMessage for str {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        writer.value(self);
        Ok(())
    }
}

impl<'de> DecodeMessage<'de> for &'de str {
    #[inline]
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError> {
        message.body().to_value()
    }
}

impl EncodeMessage for Bytes {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        writer.data(self);
        Ok(())
    }
}

impl<'de> DecodeMessage<'de> for Bytes {
    #[inline]
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError> {
        message.body().to_data()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use core::fmt::Debug;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::messaging::{
        Annotations, ApplicationProperties, Body, DeliveryAnnotations, Footer, Header, Message,
        MessageAnnotations, MessageBuffer, Properties, SimpleValue,
    };
    use crate::testing::hex;
    use crate::{ByteString, Map, Symbol};

    #[track_caller]
    fn both<'de, T: EncodeMessage + DecodeMessage<'de> + Debug + PartialEq>(
        value: T,
        octets: &'de [u8],
    ) {
        assert_eq!(value.to_message_bytes().unwrap(), octets);
        assert_eq!(EncodeMessage::to_message_bytes(&&value).unwrap(), octets);
        assert_eq!(value.format(), MESSAGE_FORMAT);
        assert_eq!(MessageRef::from_bytes(octets).unwrap().decode::<T>(), Ok(value));
    }

    #[test]
    fn a_body_alone_is_a_message() {
        both(Value::Ubyte(7), &hex("005377 50 07"));
        both("a", &hex("005377 a1 01 61"));
        both(Bytes::from_static(b"a"), &hex("005375 a0 01 61"));
        both(Message::default(), &hex("005377 40"));
        let several = hex("005375 a0 01 61  005375 a0 01 62  005375 a0 00");
        let message = MessageRef::from_bytes(&several).unwrap();
        assert_eq!(message.decode(), Ok(Bytes::from_static(b"ab")));
        both(EncodedMessage::new(several.clone().into()).unwrap(), &several);
        let empty = MessageRef::from_bytes(&[]).unwrap();
        assert_eq!(empty.decode(), Ok(Value::Null));
    }

    #[test]
    fn another_body_is_refused() {
        let octets = hex("005370 45  005377 a1 01 61");
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert_eq!(
            message.decode::<Bytes>().unwrap_err().to_string(),
            "the body does not consist of data sections (octet 0)"
        );
        let octets = hex("005370 45  005377 50 07");
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert_eq!(
            message.decode::<&str>().unwrap_err().to_string(),
            "expected string, found ubyte (octet 7)"
        );
        let octets = hex("005375 a0 01 61");
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert_eq!(
            message.decode::<&str>().unwrap_err().to_string(),
            "the body is not an amqp-value section (octet 0)"
        );
    }

    fn annotations() -> impl Strategy<Value = Annotations> {
        vec((0u64..9, any::<u32>()), 0..4).prop_map(|entries| {
            let entries = entries.into_iter().map(|(key, value)| (key.into(), Value::Uint(value)));
            Annotations(entries.collect())
        })
    }

    fn body() -> impl Strategy<Value = Body> {
        let size = prop_oneof![0usize..300, 4090usize..4100];
        prop_oneof![
            size.prop_map(|len| Body::Data(vec![7; len].into())),
            any::<u32>().prop_map(|value| Body::value(&value)),
            vec(any::<bool>(), 0..9).prop_map(|values| Body::sequence(&values)),
            Just(Body::default()),
        ]
    }

    fn properties() -> impl Strategy<Value = Properties> {
        let text = || prop::option::of("[a-z]{0,9}".prop_map(ByteString::from));
        (text(), text(), any::<Option<u64>>()).prop_map(|(subject, group_id, id)| Properties {
            message_id: id.map(Into::into),
            content_type: group_id.as_ref().map(|id| Symbol::new(id.clone()).unwrap()),
            subject,
            group_id,
            ..Properties::default()
        })
    }

    prop_compose! {
        fn message()(
            header in any::<Option<(bool, u8, u32)>>(),
            delivery in prop::option::of(annotations()),
            marks in prop::option::of(annotations()),
            properties in prop::option::of(properties()),
            application in prop::option::of(vec(any::<u16>(), 0..20)),
            body in body(),
            footer in prop::option::of(annotations()),
        ) -> Message {
            let application = application.map(|values| {
                let entries = values.iter().enumerate();
                let entry = |(key, value): (usize, &u16)| {
                    (format!("{key}").into(), SimpleValue::from(*value))
                };
                ApplicationProperties(entries.map(entry).collect::<Map<_, _>>())
            });
            Message {
                header: header.map(|(durable, priority, delivery_count)| Header {
                    durable,
                    priority,
                    delivery_count,
                    ..Header::default()
                }),
                delivery_annotations: delivery.map(DeliveryAnnotations),
                message_annotations: marks.map(MessageAnnotations),
                properties,
                application_properties: application,
                body,
                footer: footer.map(Footer),
            }
        }
    }

    proptest! {
        #[test]
        fn a_message_is_decoded_to_itself(message in message()) {
            let octets = message.to_bytes().unwrap();
            prop_assert_eq!(&Message::from_bytes(&octets).unwrap(), &message);
            prop_assert_eq!(&Message::from_shared(&octets).unwrap(), &message);
            let mut buffer = MessageBuffer::new();
            buffer.encode(&message).unwrap();
            let parts: Vec<_> = buffer.parts().collect();
            prop_assert_eq!(parts.iter().flat_map(AsRef::as_ref).copied().collect::<Vec<_>>(), octets.clone());
            let encoded = EncodedMessage::new(octets.clone()).unwrap();
            prop_assert_eq!(encoded.to_message_bytes().unwrap(), octets.clone());
            prop_assert_eq!(encoded.view().to_encoded(), encoded);
        }

        #[test]
        fn owned_and_borrowed_forms_agree_on_truncated_and_corrupted_octets(
            message in message(), at in any::<prop::sample::Index>(), bit in 0u8..8, is_cut in any::<bool>()
        ) {
            let mut octets = message.to_bytes().unwrap().to_vec();
            let at = at.index(octets.len());
            if is_cut { octets.truncate(at) } else { octets[at] ^= 1 << bit }
            let view = MessageRef::from_bytes(&octets);
            let encoded = EncodedMessage::new(octets.clone().into());
            prop_assert_eq!(view.as_ref().err(), encoded.as_ref().err());
            if let (Ok(view), Ok(encoded)) = (view, encoded) {
                prop_assert_eq!(view.header(), encoded.header());
                prop_assert_eq!(view.properties().err(), encoded.properties().err());
                prop_assert_eq!(view.message_annotations().err(), encoded.message_annotations().err());
                prop_assert_eq!(view.application_properties().err(), encoded.application_properties().err());
                prop_assert_eq!(view.footer().err(), encoded.footer().err());
                prop_assert_eq!(view.body().to_body(), encoded.body());
                prop_assert_eq!(Message::from_bytes(&octets), encoded.to_message());
            }
        }
    }
}
