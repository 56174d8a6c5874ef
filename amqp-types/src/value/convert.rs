//! From Rust's types to values and back.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

use super::{ArrayValue, DescribedValue, Value, kinds};
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, SymbolRef, Timestamp, Uuid};

macro_rules! conversions {
    ($($variant:ident $doc:literal $type:ty, $borrowed:ty;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }

        /// Gives the content of a value of just this type; a value of any other type is given
        /// back.
        impl TryFrom<Value> for $type {
            type Error = Value;

            fn try_from(value: Value) -> Result<Self, Value> {
                match value {
                    Value::$variant(content) => Ok(content.into()),
                    other => Err(other),
                }
            }
        }
    )*};
}

kinds!(conversions);
conversions! {
    String "" String, ();
    Described "" Box<DescribedValue>, ();
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::Null
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<SymbolRef<'_>> for Value {
    fn from(symbol: SymbolRef<'_>) -> Self {
        Self::Symbol(symbol.to_symbol())
    }
}

impl From<ArrayValue> for Value {
    fn from(array: ArrayValue) -> Self {
        Self::Array(Box::new(array))
    }
}

impl From<DescribedValue> for Value {
    fn from(described: DescribedValue) -> Self {
        Self::Described(Box::new(described))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
