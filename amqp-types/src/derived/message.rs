//! Structs that are whole messages: their fields are written to the sections of a message, and read
//! from them.

use crate::accepts::Accepts;
use crate::compound::{ListReader, ListWriter, MapReader, MapWriter};
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::descriptor::{Described, Descriptor};
use crate::error::{DecodeError, DecodeErrorKind, Failed, FieldAt, FieldNames};
use crate::messaging::{
    ApplicationProperties, BodyKind, FromDataBody, MessageAnnotations, MessageRef, MessageWriter,
    Place, Properties,
};
use crate::reader::Reader;

/// Writes sections of which each field of a struct is an entry. Null entries are omitted, and so is a
/// section without entries.
#[derive(Debug)]
pub struct EntryWriter<'m, 'w>(pub &'m mut MessageWriter<'w>);

impl EntryWriter<'_, '_> {
    /// Writes the properties, in the standard's order.
    #[inline]
    pub fn properties(self, write: impl FnOnce(&mut ListWriter<'_>)) {
        const EMPTY: usize = 1;
        let descriptor = &Properties::DESCRIPTOR;
        self.0.section_unless_empty(Place::Properties, descriptor, EMPTY, |writer| {
            writer.list(|fields| write(fields));
        });
    }

    /// Writes the application-properties.
    #[inline]
    pub fn application_properties(self, write: impl FnOnce(&mut MapWriter<'_, '_>)) {
        let descriptor = &ApplicationProperties::DESCRIPTOR;
        self.map(Place::ApplicationProperties, descriptor, write);
    }

    /// Writes the message-annotations.
    #[inline]
    pub fn message_annotations(self, write: impl FnOnce(&mut MapWriter<'_, '_>)) {
        self.map(Place::MessageAnnotations, &MessageAnnotations::DESCRIPTOR, write);
    }

    #[inline]
    fn map(
        self,
        place: Place,
        descriptor: &Descriptor,
        write: impl FnOnce(&mut MapWriter<'_, '_>),
    ) {
        const EMPTY: usize = 3;
        self.0.section_unless_empty(place, descriptor, EMPTY, |writer| {
            writer.map(|entries| write(entries));
        });
    }
}

/// Reads the fields of a struct from the sections of a message. Errors name the field, or the section
/// if they are in none.
#[derive(Clone, Copy, Debug)]
pub struct MessageReader<'de>(pub MessageRef<'de>);

impl<'de> MessageReader<'de> {
    /// Decodes a section, which is identified by the descriptor of its type. It is `None` if the message
    /// has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    #[inline]
    pub fn section<T: Decode<'de> + Described>(
        self,
        field: FieldAt,
    ) -> Result<Option<T>, DecodeError> {
        match Place::of_type::<T>().map(|place| self.0.section_octets(place)) {
            None | Some([]) => Ok(None),
            Some(section) => match self.0.decoder(section).decode() {
                Ok(decoded) => Ok(Some(decoded)),
                Err(error) => Err(error.in_field(field)),
            },
        }
    }

    /// Decodes fields that are entries of the properties, in the standard's order.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the function fails, or the section is invalid.
    #[inline]
    pub fn properties<T>(
        self,
        names: &'static FieldNames,
        read: impl FnOnce(&mut ListReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        let (descriptor, accepts) = (&Properties::DESCRIPTOR, Properties::ACCEPTS);
        self.entries(Place::Properties, |reader| {
            if reader.is_empty() {
                reader.enter()?;
                let mut list = ListReader::new(0, reader.at(reader.remaining()), names);
                let value = read(&mut list)?;
                list.finish()?;
                Ok(value)
            } else {
                reader.described_list(descriptor, accepts, names, read)
            }
        })
    }

    /// Decodes fields that are entries of the application-properties.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the function fails, or the section is invalid.
    #[inline]
    pub fn application_properties<T>(
        self,
        read: impl FnOnce(&mut MapReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        self.map(Place::ApplicationProperties, ApplicationProperties::ACCEPTS, read)
    }

    /// Decodes fields that are entries of the message-annotations.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the function fails, or the section is invalid.
    #[inline]
    pub fn message_annotations<T>(
        self,
        read: impl FnOnce(&mut MapReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        self.map(Place::MessageAnnotations, MessageAnnotations::ACCEPTS, read)
    }

    /// Decodes the value of the body.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body is not an `amqp-value` section, or cannot be decoded.
    #[inline]
    pub fn value<T: Decode<'de>>(self, field: FieldAt) -> Result<T, DecodeError> {
        if self.0.section_octets(Place::Body(BodyKind::Value)).is_empty() {
            return Self::mandatory(T::absent(), field);
        }
        let body = self.0.body();
        body.to_value().map_err(|error: DecodeError| {
            let is_null = body.is_null();
            let error = if is_null { Self::missing(error.at()) } else { error };
            error.in_field(field)
        })
    }

    /// Decodes the value of the body with a function. `null` returns the value of a body that is null or absent.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body is not an `amqp-value` section, if it is null and `null` returns
    /// `None`, or if the function fails.
    #[inline]
    pub fn value_with<T>(
        self,
        field: FieldAt,
        null: impl FnOnce() -> Option<T>,
        decode: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        if self.0.section_octets(Place::Body(BodyKind::Value)).is_empty() {
            return Self::mandatory(null(), field);
        }
        let value = self.0.body().read_value(|constructor, reader| {
            if constructor.is_null() { Ok(null()) } else { decode(constructor, reader).map(Some) }
        });
        Self::mandatory(value.map_err(|error| error.in_field(field))?, field)
    }

    /// Decodes the octets of the body. They are `None` if the body is null.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body does not consist of `data` sections, or cannot be decoded.
    #[inline]
    pub fn data<T: FromDataBody<'de>>(self, field: FieldAt) -> Result<Option<T>, DecodeError> {
        let body = self.0.body();
        if body.kind() == BodyKind::Value && body.is_null() {
            return Ok(None);
        }
        T::from_data_body(body).map(Some).map_err(|error| error.in_field(field))
    }

    /// Returns the value of a field, which must not be absent.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if it is.
    #[inline]
    pub fn mandatory<T>(value: Option<T>, field: FieldAt) -> Result<T, DecodeError> {
        value.ok_or_else(|| Self::missing(0).in_field(field))
    }

    #[cold]
    const fn missing(at: usize) -> DecodeError {
        DecodeError::new(DecodeErrorKind::MissingField, at)
    }

    #[inline]
    fn map<T>(
        self,
        place: Place,
        accepts: &'static Accepts,
        read: impl FnOnce(&mut MapReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        self.entries(place, |reader| {
            if reader.is_empty() {
                return reader.entries(0, reader.remaining(), read);
            }
            let constructor = reader.constructor()?;
            reader.map_fields(constructor, accepts, read)
        })
    }

    /// Decodes a section with a function, which gets no octets if the message has none.
    #[inline]
    fn entries<T>(
        self,
        place: Place,
        read: impl FnOnce(&mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        let section = match self.0.section_octets(place) {
            [] => self.0.octets().get(..0).unwrap_or_default(),
            section => section,
        };
        let decoded = self.0.decoder(section).read(|reader| {
            let entries = read(reader)?;
            reader.end()?;
            Ok(entries)
        });
        decoded.map_err(|error| match error.fields().next() {
            Some(_) => error,
            None => error.in_field(place.field()),
        })
    }
}
