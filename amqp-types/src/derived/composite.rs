//! Composites: each field is named once for each direction.

use crate::compound::{ListReader, ListWriter, MapWriter};
use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::{Failed, FieldNames};
use crate::format::Format;
use crate::writer::Writer;

/// A composite that is a list, decoded field by field.
pub trait DecodeFields<'de>: Decode<'de> {
    /// The names of the fields, in order.
    const NAMES: &'static FieldNames;

    /// Decodes the fields, in order.
    ///
    /// # Errors
    ///
    /// Fails if a field is invalid.
    fn decode_fields(fields: ListReader<'_, 'de>) -> Result<Self, Failed>;
}

/// A composite that is a list, encoded field by field.
pub trait ListFields {
    /// Writes the fields, in order.
    fn encode_fields(&self, fields: &mut ListWriter<'_>);
}

/// A composite that is a map, encoded field by field.
pub trait MapFields {
    /// Writes the fields, each after its key.
    fn encode_fields(&self, fields: &mut MapWriter<'_, '_>);
}

/// The key of a field in a map whose keys are symbols. The derive has checked that it is ASCII.
#[derive(Clone, Copy, Debug)]
pub struct SymbolKey(pub &'static str);

impl Encode for SymbolKey {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.variable(Format::Sym8, Format::Sym32, self.0.as_bytes());
    }
}

/// A value that is encoded by a function.
#[derive(Clone, Copy, Debug)]
pub struct EncodeWith<F>(pub F);

impl<F: Fn(&mut Writer<'_>)> Encode for EncodeWith<F> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        (self.0)(writer);
    }
}

/// Returns whether a field equals its default value and has the same encoding: `0.0` and `-0.0` are
/// equal and do not.
pub fn same_octets(value: &impl Encode, default: &impl Encode) -> bool {
    value.to_bytes().ok() == default.to_bytes().ok()
}
