//! Maps with symbols for keys (sections 2.8.12 and 2.8.13).

use core::borrow::Borrow;

use crate::accepts::Accepts;
use crate::borrowed::Owned;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::lenient::LenientSymbol;
use crate::reader::Reader;
use crate::transparent::{transparent, transparent_ref};
use crate::value::ValueRef;
use crate::writer::Writer;
use crate::{Map, MapRef, Restricted, Symbol, SymbolRef, Value};

/// A language, as of BCP 47 (section 2.8.12).
pub type IetfLanguageTag = Symbol;

/// Named values, such as properties (section 2.8.13).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = FieldsRef)]
pub struct Fields(pub Map<Symbol, Value>);

/// More about an error (section 2.8.14).
///
/// Its keys are symbols and are written so. There are peers that write them as strings, and they
/// are read too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(decode_with = lenient)]
pub struct Info(pub Fields);

transparent!(Fields(Map<Symbol, Value>));
transparent!(Info(Fields));

/// An [`Info`] that borrows. Its keys may have been written as strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Restricted)]
pub struct InfoRef<'a>(pub MapRef<'a, InfoKeyRef<'a>, ValueRef<'a>>);

impl Owned for Info {
    type Borrowed<'a> = InfoRef<'a>;

    fn from_borrowed(borrowed: InfoRef<'_>) -> Self {
        let owned = |(key, value): (InfoKeyRef<'_>, _)| {
            (Symbol::from_borrowed(key.0), Value::from_borrowed(value))
        };
        Self(Fields(Map::of_distinct(borrowed.iter().map(owned).collect())))
    }
}

/// A key of an [`InfoRef`]: a symbol that may have been written as a string. It is written as the
/// symbol it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InfoKeyRef<'a>(pub SymbolRef<'a>);

impl<'a: 'b, 'b> Decode<'a> for InfoKeyRef<'b> {
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

impl Encode for InfoKeyRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl Borrow<str> for InfoKeyRef<'_> {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}

transparent_ref!(FieldsRef(MapRef<'a, SymbolRef<'a>, ValueRef<'a>>));
transparent_ref!(InfoRef(MapRef<'a, InfoKeyRef<'a>, ValueRef<'a>>));

fn lenient<'a>(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Fields, Failed> {
    let map = Map::<LenientSymbol, Value>::decode_data(constructor, reader)?;
    Ok(Fields(map.with_keys(|LenientSymbol(key)| key)))
}
