//! Values of simple types, as application-properties have them (section 3.2.5).

use alloc::string::String;
use core::fmt;
use core::ops::Deref;

use bytes::Bytes;
use bytestring::ByteString;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::Failed;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Symbol, SymbolRef, Timestamp, Uuid};
use crate::reader::Reader;
use crate::value::{UnexpectedValue, Value, ValueRef};
use crate::view::{Owned, into_owned};
use crate::writer::Writer;

/// A [`Value`] of a simple type: any primitive type except list, map and array, and not described.
/// Application properties have such values (section 3.2.5).
///
/// Convert simple types with `from`, and any [`Value`] with `try_from`; convert back with `try_from` of the type.
/// The content can be read as that of a [`Value`], but not changed.
///
/// ```
/// use amqp_types::Value;
/// use amqp_types::messaging::SimpleValue;
///
/// let seven = SimpleValue::from(7u32);
/// assert_eq!(*seven, Value::Uint(7));
/// assert_eq!(seven.as_i64(), Some(7));
/// assert_eq!(SimpleValue::try_from(Value::Uint(7)), Ok(seven.clone()));
/// assert_eq!(u32::try_from(seven), Ok(7));
///
/// let error = SimpleValue::try_from(Value::List(vec![])).unwrap_err();
/// assert_eq!(error.to_string(), "expected a simple value, found list");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimpleValue(Value);

impl SimpleValue {
    /// The value that it is.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl Deref for SimpleValue {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl TryFrom<Value> for SimpleValue {
    type Error = UnexpectedValue;

    fn try_from(value: Value) -> Result<Self, UnexpectedValue> {
        match value.primitive() {
            Some(primitive) if Self::ACCEPTS.contains_primitive(primitive) => Ok(Self(value)),
            _ => Err(UnexpectedValue { expected: Self::ACCEPTS, value }),
        }
    }
}

impl From<SimpleValue> for Value {
    fn from(value: SimpleValue) -> Self {
        value.0
    }
}

impl<T: Into<Self>> From<Option<T>> for SimpleValue {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::default, Into::into)
    }
}

macro_rules! from {
    ($($type:ty)*) => {$(
        impl From<$type> for SimpleValue {
            fn from(value: $type) -> Self {
                Self(value.into())
            }
        }
    )*};
}

macro_rules! from_and_try_into {
    ($($type:ty)*) => {
        from!($($type)*);
        $(
            /// Returns the content of a value of exactly this type.
            impl TryFrom<SimpleValue> for $type {
                type Error = UnexpectedValue;

                fn try_from(value: SimpleValue) -> Result<Self, UnexpectedValue> {
                    value.0.try_into()
                }
            }
        )*
    };
}

from!(() &str SymbolRef<'_>);
from_and_try_into! {
    bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 Decimal32 Decimal64 Decimal128 char Timestamp Uuid
    Bytes ByteString String Symbol
}

impl fmt::Display for SimpleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Encode for SimpleValue {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

impl<'a> Decode<'a> for SimpleValue {
    const ACCEPTS: &'static Accepts = &Accepts::SIMPLE;

    #[inline]
    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
            Value::decode_value(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'a>) -> Result<Self, Failed> {
        match reader.peek_primitive() {
            Some(primitive) if Self::ACCEPTS.contains_primitive(primitive) => {
                Value::decode(reader).map(Self)
            }
            _ => reader.decode_slow(),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// A [`SimpleValue`] that borrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SimpleValueRef<'a>(ValueRef<'a>);

impl<'a> Deref for SimpleValueRef<'a> {
    type Target = ValueRef<'a>;

    fn deref(&self) -> &ValueRef<'a> {
        &self.0
    }
}

impl Owned for SimpleValue {
    type Ref<'a> = SimpleValueRef<'a>;

    fn from_ref(borrowed: SimpleValueRef<'_>) -> Self {
        Self(Value::from_ref(borrowed.0))
    }
}

into_owned!(SimpleValueRef -> SimpleValue);

impl Encode for SimpleValueRef<'_> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

impl<'a: 'b, 'b> Decode<'a> for SimpleValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::SIMPLE;

    #[inline]
    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
            ValueRef::decode_value(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }

    #[expect(clippy::inline_always, reason = "a call returns the value through memory")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'a>) -> Result<Self, Failed> {
        match reader.peek_primitive() {
            Some(primitive) if Self::ACCEPTS.contains_primitive(primitive) => {
                ValueRef::decode(reader).map(Self)
            }
            _ => reader.decode_slow(),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::format::Primitive;
    use crate::primitive::Map;
    use crate::testing::{encodes_to, refuses};
    use crate::value::ArrayValue;

    #[test]
    fn a_simple_value_is_encoded_as_its_value() {
        encodes_to(SimpleValue::from(()), "40");
        encodes_to(SimpleValue::from(None::<u8>), "40");
        encodes_to(SimpleValue::from(Some(7u8)), "50 07");
        encodes_to(SimpleValue::from("a"), "a1 01 61");
        encodes_to(SimpleValue::from(Bytes::from_static(b"a")), "a0 01 61");
        encodes_to(SimpleValue::from(Symbol::from_static("a")), "a3 01 61");
        assert!(SimpleValue::absent().unwrap().is_null());
        assert_eq!(SimpleValue::from(true).into_value(), Value::Boolean(true));
    }

    #[test]
    fn compounds_and_described_values_are_refused() {
        let array = ArrayValue::new(Primitive::Ubyte, Vec::new()).unwrap();
        for (value, octets, found) in [
            (Value::List(Vec::new()), "45", "list"),
            (Value::Map(Map::new()), "c1 01 00", "map"),
            (Value::Array(Box::new(array)), "e0 02 00 50", "array"),
            (Value::described(1u64, ()), "00 53 01 40", "a value described by 0x1"),
        ] {
            refuses::<SimpleValue>(
                octets,
                &format!("expected a simple value, found {found} (octet 0)"),
            );
            let error = SimpleValue::try_from(value.clone()).unwrap_err();
            assert_eq!(error.value, value);
        }
        let error = SimpleValue::try_from(Value::described(1u64, ())).unwrap_err();
        assert_eq!(error.to_string(), "expected a simple value, found a described value");
    }

    #[test]
    fn every_other_primitive_value_is_simple() {
        for value in [
            Value::Null,
            Value::Boolean(true),
            Value::Ubyte(1),
            Value::Ushort(1),
            Value::Uint(1),
            Value::Ulong(1),
            Value::Byte(1),
            Value::Short(1),
            Value::Int(1),
            Value::Long(1),
            Value::Float(1.0),
            Value::Double(1.0),
            Value::Decimal32(Decimal32::default()),
            Value::Decimal64(Decimal64::default()),
            Value::Decimal128(Decimal128::default()),
            Value::Char('a'),
            Value::Timestamp(Timestamp(1)),
            Value::Uuid(Uuid([1; 16])),
            Value::Binary(Bytes::new()),
            Value::String(ByteString::new()),
            Value::Symbol(Symbol::from_static("a")),
        ] {
            let simple = SimpleValue::try_from(value.clone()).unwrap();
            assert_eq!(*simple, value);
            let octets = value.to_bytes().unwrap();
            assert_eq!(simple.to_bytes().unwrap(), octets);
            assert_eq!(SimpleValue::from_bytes(&octets), Ok(simple));
        }
    }
}
