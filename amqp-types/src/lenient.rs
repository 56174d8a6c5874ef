//! Symbols where some peers write strings.

use core::borrow::Borrow;

use bytestring::ByteString;

use crate::accepts::Accepts;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Primitive;
use crate::reader::Reader;
use crate::writer::Writer;
use crate::{Symbol, SymbolRef};

/// A symbol that may have been written as a string, in places where that is seen on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LenientSymbol(pub(crate) Symbol);

impl<'a> Decode<'a> for LenientSymbol {
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

/// A symbol that may have been written as a string, in places where that is seen on the wire: the
/// keys of an [`InfoRef`](crate::transport::InfoRef). It is written as the symbol it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LenientSymbolRef<'a>(pub SymbolRef<'a>);

impl<'a: 'b, 'b> Decode<'a> for LenientSymbolRef<'b> {
    const ACCEPTS: &'static Accepts = LenientSymbol::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !<&str>::ACCEPTS.admits(&constructor) {
            return SymbolRef::decode_data(constructor, reader).map(Self);
        }
        let before = reader.rest();
        let text = <&str>::decode_data(constructor, reader)?;
        let symbol = SymbolRef::new(text);
        symbol.map(Self).map_err(|_| reader.error_in(before, DecodeErrorKind::NotAscii))
    }
}

impl Encode for LenientSymbolRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl Borrow<str> for LenientSymbolRef<'_> {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}
