//! `footer`: details that are known only at the end of a message (section 3.2.9).

use super::{AnnotationKey, AnnotationKeyRef, Annotations};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::definitions::{InfoKeyRef, SymbolOrString};
use crate::encode::Encode;
use crate::error::Failed;
use crate::format::Primitive;
use crate::reader::Reader;
use crate::transparent::{container, container_ref};
use crate::value::ValueRef;
use crate::view::{Owned, into_owned};
use crate::writer::Writer;
use crate::{Map, MapRef, Restricted, Value};

/// Details that are known only at the end of a message, such as a signature or a hash (section 3.2.9).
///
/// Its keys are encoded like those of other annotations. Keys that are strings are decoded too, because
/// some peers write them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:footer:map", code = 0x78, decode_with = lenient)]
pub struct Footer(pub Annotations);

container!(Footer(Annotations));

/// A [`Footer`] that borrows. Its keys may have been written as strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Restricted)]
#[amqp(name = "amqp:footer:map", code = 0x78)]
pub struct FooterRef<'a>(pub MapRef<'a, FooterKeyRef<'a>, ValueRef<'a>>);

container_ref!(FooterRef(MapRef<'a, FooterKeyRef<'a>, ValueRef<'a>>));

impl Owned for Footer {
    type Ref<'a> = FooterRef<'a>;

    fn from_ref(borrowed: FooterRef<'_>) -> Self {
        let owned = |(key, value): (FooterKeyRef<'_>, _)| {
            (AnnotationKey::from_ref(key.0), Value::from_ref(value))
        };
        Self(Annotations(Map::of_distinct(borrowed.iter().map(owned).collect())))
    }
}

into_owned!(FooterRef -> Footer);

fn lenient<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'_, 'a>,
) -> Result<Annotations, Failed> {
    let map = Map::<LenientKey, Value>::decode_value(constructor, reader)?;
    Ok(Annotations(map.with_keys(|LenientKey(key)| key)))
}

/// A key of annotations that may be a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LenientKey(AnnotationKey);

impl<'a> Decode<'a> for LenientKey {
    const ACCEPTS: &'static Accepts = &SymbolOrString::ACCEPTS.or(Primitive::Ulong);

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if u64::ACCEPTS.contains(&constructor) {
            return u64::decode_value(constructor, reader)
                .map(|key| Self(AnnotationKey::Ulong(key)));
        }
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, AnnotationKey::ACCEPTS));
        }
        SymbolOrString::decode_value(constructor, reader)
            .map(|SymbolOrString(key)| Self(AnnotationKey::Symbol(key)))
    }
}

/// A key of a [`FooterRef`]: a symbol may have been written as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FooterKeyRef<'a>(pub AnnotationKeyRef<'a>);

impl<'a: 'b, 'b> Decode<'a> for FooterKeyRef<'b> {
    const ACCEPTS: &'static Accepts = LenientKey::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if u64::ACCEPTS.contains(&constructor) {
            return u64::decode_value(constructor, reader)
                .map(|key| Self(AnnotationKeyRef::Ulong(key)));
        }
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, AnnotationKey::ACCEPTS));
        }
        InfoKeyRef::decode_value(constructor, reader)
            .map(|InfoKeyRef(key)| Self(AnnotationKeyRef::Symbol(key)))
    }
}

impl<'a, T: Into<AnnotationKeyRef<'a>>> From<T> for FooterKeyRef<'a> {
    fn from(key: T) -> Self {
        Self(key.into())
    }
}

impl Encode for FooterKeyRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Each key compared with all before it, this would take minutes.
    #[test]
    fn one_of_many_entries_is_read_at_once() {
        let entries = (0..200_000).map(|key| (AnnotationKey::Ulong(key), Value::Null));
        let footer = Footer(Annotations(Map::try_from(entries.collect::<Vec<_>>()).unwrap()));
        let octets = footer.to_bytes().unwrap();
        assert_eq!(Footer::from_bytes(&octets).unwrap(), footer);
    }
}
