//! The `info` field of an error (section 2.8.14), whose keys some peers write as strings.

use core::borrow::Borrow;

use super::{Fields, SymbolOrString};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;
use crate::transparent::{container, container_ref};
use crate::value::ValueRef;
use crate::view::{Owned, into_owned};
use crate::writer::Writer;
use crate::{Map, MapRef, Restricted, Symbol, SymbolRef, Value};

/// Details of an error (section 2.8.14).
///
/// The standard requires symbols as keys, and they are encoded as symbols. String keys are accepted
/// when decoding, because some peers write them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(decode_with = decode_info)]
pub struct Info(pub Fields);

container!(Info(Fields));

fn decode_info<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'_, 'a>,
) -> Result<Fields, Failed> {
    let map = Map::<SymbolOrString, Value>::decode_value(constructor, reader)?;
    Ok(Fields(map.with_keys(|SymbolOrString(key)| key)))
}

/// An [`Info`] that borrows from the input. Its keys may be encoded as strings there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Restricted)]
pub struct InfoRef<'a>(pub MapRef<'a, InfoKeyRef<'a>, ValueRef<'a>>);

container_ref!(InfoRef(MapRef<'a, InfoKeyRef<'a>, ValueRef<'a>>));

impl Owned for Info {
    type Ref<'a> = InfoRef<'a>;

    fn from_ref(borrowed: InfoRef<'_>) -> Self {
        let owned =
            |(key, value): (InfoKeyRef<'_>, _)| (Symbol::from_ref(key.0), Value::from_ref(value));
        Self(Fields(Map::of_distinct(borrowed.iter().map(owned).collect())))
    }
}

into_owned!(InfoRef -> Info);

/// A key of an [`InfoRef`]: decoded from a symbol or an ASCII string, encoded as a symbol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InfoKeyRef<'a>(pub SymbolRef<'a>);

impl<'a: 'b, 'b> Decode<'a> for InfoKeyRef<'b> {
    const ACCEPTS: &'static Accepts = SymbolOrString::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if !<&str>::ACCEPTS.contains(&constructor) {
            return SymbolRef::decode_value(constructor, reader).map(Self);
        }
        let before = reader.remaining();
        let text = <&str>::decode_value(constructor, reader)?;
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
