//! Symbols that some peers write as strings.

use bytestring::ByteString;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Primitive;
use crate::primitive::Symbol;
use crate::reader::Reader;

/// A symbol that is decoded from a symbol or an ASCII string.
///
/// It serves the fields in which existing peers write a string where the standard requires a
/// symbol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SymbolOrString(pub(crate) Symbol);

impl<'a> Decode<'a> for SymbolOrString {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Symbol).or(Primitive::String);

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if !ByteString::ACCEPTS.contains(&constructor) {
            return Symbol::decode_value(constructor, reader).map(Self);
        }
        let before = reader.remaining();
        let text = ByteString::decode_value(constructor, reader)?;
        Symbol::new(text).map(Self).map_err(|_| reader.error_in(before, DecodeErrorKind::NotAscii))
    }
}
