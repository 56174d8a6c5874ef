//! Symbols that some peers write as strings.

use bytestring::ByteString;

use crate::accepts::Accepts;
use crate::codec::Decode;
use crate::constructor::Constructor;
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

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !ByteString::ACCEPTS.admits(&constructor) {
            return Symbol::decode_data(constructor, reader).map(Self);
        }
        let before = reader.rest();
        let text = ByteString::decode_data(constructor, reader)?;
        Symbol::new(text).map(Self).map_err(|_| reader.error_in(before, DecodeErrorKind::NotAscii))
    }
}
