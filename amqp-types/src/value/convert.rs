//! From Rust's types to values and back.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;
use bytestring::ByteString;

use super::{ArrayValue, DescribedValue, Value, kinds};
use crate::accepts::Accepts;
use crate::format::Primitive;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, SymbolRef, Timestamp, Uuid};

/// The error of converting a [`Value`] or a [`SimpleValue`](crate::messaging::SimpleValue) of another type. It
/// contains the value.
///
/// ```
/// use amqp_types::Value;
///
/// let error = String::try_from(Value::Uint(7)).unwrap_err();
/// assert_eq!(error.to_string(), "expected string, found uint");
/// assert_eq!(error.value, Value::Uint(7));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnexpectedValue {
    /// The types that were expected.
    pub expected: &'static Accepts,
    /// The value that was found.
    pub value: Value,
}

impl fmt::Display for UnexpectedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.value.primitive().map_or("a described value", |found| found.name());
        write!(f, "expected {}, found {found}", self.expected)
    }
}

impl core::error::Error for UnexpectedValue {}

macro_rules! conversion {
    ($variant:ident, $type:ty, $expected:expr) => {
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }

        /// Returns the content of a value of exactly this type.
        impl TryFrom<Value> for $type {
            type Error = UnexpectedValue;

            fn try_from(value: Value) -> Result<Self, UnexpectedValue> {
                match value {
                    Value::$variant(content) => Ok(content.into()),
                    value => Err(UnexpectedValue { expected: &const { $expected }, value }),
                }
            }
        }
    };
}

macro_rules! conversions {
    ($($variant:ident $doc:literal $type:ty, $borrowed:ty;)*) => {
        $(conversion!($variant, $type, Accepts::primitive(Primitive::$variant));)*
    };
}

kinds!(conversions);
conversion!(String, String, Accepts::primitive(Primitive::String));
conversion!(Described, Box<DescribedValue>, Accepts::any_described());

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
