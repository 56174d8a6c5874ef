//! Maps with symbols for keys (sections 2.8.12 and 2.8.13).

use crate::borrowed::Owned;
use crate::codec::Decode;
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::lenient::{LenientSymbol, LenientSymbolRef};
use crate::reader::Reader;
use crate::transparent::{transparent, transparent_ref};
use crate::value::ValueRef;
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
pub struct InfoRef<'a>(pub MapRef<'a, LenientSymbolRef<'a>, ValueRef<'a>>);

impl Owned for Info {
    type Borrowed<'a> = InfoRef<'a>;

    fn from_borrowed(borrowed: InfoRef<'_>) -> Self {
        let owned = |(key, value): (LenientSymbolRef<'_>, _)| {
            (Symbol::from_borrowed(key.0), Value::from_borrowed(value))
        };
        Self(Fields(Map::of_distinct(borrowed.iter().map(owned).collect())))
    }
}

transparent_ref!(FieldsRef(MapRef<'a, SymbolRef<'a>, ValueRef<'a>>));
transparent_ref!(InfoRef(MapRef<'a, LenientSymbolRef<'a>, ValueRef<'a>>));

fn lenient<'a>(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Fields, Failed> {
    let map = Map::<LenientSymbol, Value>::decode_data(constructor, reader)?;
    Ok(Fields(map.with_keys(|LenientSymbol(key)| key)))
}
