//! Types that are whole messages: which field is which part.

use bytes::Bytes;

use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::{DecodeError, DecodeErrorKind, FieldAt};
use crate::messaging::{AnnotationKey, Body, Message, Properties, SimpleValue};
use crate::primitive::Symbol;
use crate::value::Value;

/// A message that is put together from fields.
#[derive(Debug, Default)]
pub struct MessageWriter {
    /// What is set at once: sections and the body.
    pub message: Message,
    /// Properties that are set one by one.
    pub properties: Properties,
}

impl MessageWriter {
    /// Adds an application property, unless it is null.
    pub fn application_property<T: Into<SimpleValue>>(&mut self, key: &'static str, field: T) {
        let value = field.into();
        if !value.is_null() {
            let section = self.message.application_properties.get_or_insert_default();
            section.insert(key.into(), value);
        }
    }

    /// Adds a message annotation, unless it is null. The derive has checked that its key is a
    /// symbol.
    pub fn annotation<T: Into<Value>>(&mut self, key: &'static str, field: T) {
        let value = field.into();
        if !value.is_null() {
            let section = self.message.message_annotations.get_or_insert_default();
            section.insert(Symbol::from_static(key).into(), value);
        }
    }

    /// The message. Sections without anything in them are left out.
    #[must_use]
    pub fn finish(mut self) -> Message {
        if self.properties != Properties::default() {
            self.message.properties = Some(self.properties);
        }
        self.message
    }
}

/// What a field is in a message: a section, or one of the properties.
#[must_use]
pub fn part<T: Into<P>, P>(field: Option<T>) -> Option<P> {
    field.map(Into::into)
}

/// A field that is a whole section.
#[must_use]
pub fn section<T: From<S>, S>(section: Option<S>) -> Option<T> {
    section.map(T::from)
}

/// A body of octets; the value null without any.
pub fn data<T: Into<Bytes>>(field: Option<T>) -> Body {
    field.map_or_else(Body::default, |octets| Body::Data(octets.into()))
}

/// A field that is there, which it must be.
///
/// # Errors
///
/// [`DecodeErrorKind::MissingField`].
pub fn due<T>(field: Option<T>, place: FieldAt) -> Result<T, DecodeError> {
    field.ok_or_else(|| DecodeError::new(DecodeErrorKind::MissingField, 0).in_field(place))
}

/// Reads one of the properties.
///
/// # Errors
///
/// If the field's type does not read it, or does not do without it.
pub fn property<T: for<'a> Decode<'a>, P: Encode>(
    message: &Message,
    of: impl FnOnce(&Properties) -> Option<&P>,
    place: FieldAt,
) -> Result<T, DecodeError> {
    read(message.properties.as_ref().and_then(of), place)
}

/// Reads an application property.
///
/// # Errors
///
/// As [`property`].
pub fn application_property<T: for<'a> Decode<'a>>(
    message: &Message,
    key: &'static str,
    place: FieldAt,
) -> Result<T, DecodeError> {
    read(message.application_properties.as_ref().and_then(|section| section.get(key)), place)
}

/// Reads a message annotation.
///
/// # Errors
///
/// As [`property`].
pub fn annotation<T: for<'a> Decode<'a>>(
    message: &Message,
    key: &'static str,
    place: FieldAt,
) -> Result<T, DecodeError> {
    let key = AnnotationKey::from(Symbol::from_static(key));
    read(message.message_annotations.as_ref().and_then(|section| section.get(&key)), place)
}

/// Reads the value of the body.
///
/// # Errors
///
/// If the body is no value, or the field's type does not read it; if it is null, and the field's
/// type does not do without.
pub fn body<T: for<'a> Decode<'a>>(message: &Message, place: FieldAt) -> Result<T, DecodeError> {
    if message.body.is_null() {
        return due(T::absent(), place);
    }
    message.body.to_value().map_err(|error| error.in_field(place))
}

/// Reads the octets of the body, unless it is null.
///
/// # Errors
///
/// If the body is neither null nor made of octets.
pub fn octets<T: From<Bytes>>(message: &Message, place: FieldAt) -> Result<Option<T>, DecodeError> {
    if message.body.is_null() {
        return Ok(None);
    }
    match message.body.to_data() {
        Ok(octets) => Ok(Some(octets.into())),
        Err(error) => Err(error.in_field(place)),
    }
}

/// Reads what may be absent or null, which are one thing, by way of its octets.
fn read<T: for<'a> Decode<'a>, P: Encode>(
    part: Option<&P>,
    place: FieldAt,
) -> Result<T, DecodeError> {
    let Some(part) = part.filter(|part| !part.is_null()) else {
        return due(T::absent(), place);
    };
    let octets = part.to_bytes().map_err(DecodeError::unwritten);
    octets.and_then(|octets| T::from_shared(&octets)).map_err(|error| error.in_field(place))
}
