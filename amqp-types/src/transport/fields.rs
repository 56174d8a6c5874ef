//! Maps with symbols for keys (sections 2.8.12 and 2.8.13).

use crate::codec::Decode;
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::lenient::LenientSymbol;
use crate::reader::Reader;
use crate::transparent::transparent;
use crate::{Map, Restricted, Symbol, Value};

/// A language, as of BCP 47 (section 2.8.12).
pub type IetfLanguageTag = Symbol;

/// Named values, such as properties (section 2.8.13).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
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

fn lenient<'a>(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Fields, Failed> {
    let map = Map::<LenientSymbol, Value>::decode_data(constructor, reader)?;
    Ok(Fields(map.with_keys(|LenientSymbol(key)| key)))
}
