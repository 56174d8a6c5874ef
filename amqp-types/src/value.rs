//! Values whose types are known only when they are read.

mod array;
mod borrowed;
mod codec;
mod convert;
mod encode;
mod order;

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

pub use self::array::{ArrayValue, MixedArray};
pub use self::borrowed::{
    ArrayValueDescriptors, ArrayValueItems, ArrayValueRef, DescribedValueRef, ValueRef,
};
use crate::codec::{Decode, DecodeOwned, Encode};
use crate::error::DecodeError;
use crate::format::Primitive;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, Timestamp, Uuid};

/// Any value of the type system.
///
/// It keeps all that the wire says: the order of maps, the item type of arrays (of empty ones
/// too), descriptors. A value that was decoded encodes to octets that decode to the same value.
///
/// Values are equal if they are of the same type and have the same content; floats and decimals are
/// compared by their bits, so that a value with a NaN in it equals itself.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `boolean`
    Boolean(bool),
    /// `ubyte`
    Ubyte(u8),
    /// `ushort`
    Ushort(u16),
    /// `uint`
    Uint(u32),
    /// `ulong`
    Ulong(u64),
    /// `byte`
    Byte(i8),
    /// `short`
    Short(i16),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
    /// `decimal32`
    Decimal32(Decimal32),
    /// `decimal64`
    Decimal64(Decimal64),
    /// `decimal128`
    Decimal128(Decimal128),
    /// `char`
    Char(char),
    /// `timestamp`
    Timestamp(Timestamp),
    /// `uuid`
    Uuid(Uuid),
    /// `binary`
    Binary(Bytes),
    /// `string`
    String(ByteString),
    /// `symbol`
    Symbol(Symbol),
    /// `list`
    List(Vec<Self>),
    /// `map`
    Map(Map<Self, Self>),
    /// `array`
    Array(Box<ArrayValue>),
    /// A value with a descriptor before it.
    Described(Box<DescribedValue>),
}

/// A value and its descriptor (section 1.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DescribedValue {
    /// What the value is: by the standard a symbol or a ulong, on the wire anything.
    pub descriptor: Value,
    /// The value that is described.
    pub value: Value,
}

impl Value {
    /// A described value.
    #[must_use]
    pub fn described(descriptor: impl Into<Self>, value: impl Into<Self>) -> Self {
        Self::Described(Box::new(DescribedValue {
            descriptor: descriptor.into(),
            value: value.into(),
        }))
    }

    /// The value of any type that can be written, by way of its octets.
    ///
    /// # Errors
    ///
    /// If it is nested too deep, or cannot be written.
    pub fn of<T: Encode + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        let octets = value.to_bytes().map_err(DecodeError::unwritten)?;
        Self::from_shared(&octets)
    }

    /// The value as any type that reads it, by way of its octets.
    ///
    /// # Errors
    ///
    /// If that type does not read it, or it is too long to be written.
    pub fn to_type<T: DecodeOwned>(&self) -> Result<T, DecodeError> {
        let octets = self.to_bytes().map_err(DecodeError::unwritten)?;
        T::from_shared(&octets)
    }

    /// The primitive type; none if the value is described.
    #[must_use]
    pub const fn primitive(&self) -> Option<Primitive> {
        Some(match self {
            Self::Null => Primitive::Null,
            Self::Boolean(_) => Primitive::Boolean,
            Self::Ubyte(_) => Primitive::Ubyte,
            Self::Ushort(_) => Primitive::Ushort,
            Self::Uint(_) => Primitive::Uint,
            Self::Ulong(_) => Primitive::Ulong,
            Self::Byte(_) => Primitive::Byte,
            Self::Short(_) => Primitive::Short,
            Self::Int(_) => Primitive::Int,
            Self::Long(_) => Primitive::Long,
            Self::Float(_) => Primitive::Float,
            Self::Double(_) => Primitive::Double,
            Self::Decimal32(_) => Primitive::Decimal32,
            Self::Decimal64(_) => Primitive::Decimal64,
            Self::Decimal128(_) => Primitive::Decimal128,
            Self::Char(_) => Primitive::Char,
            Self::Timestamp(_) => Primitive::Timestamp,
            Self::Uuid(_) => Primitive::Uuid,
            Self::Binary(_) => Primitive::Binary,
            Self::String(_) => Primitive::String,
            Self::Symbol(_) => Primitive::Symbol,
            Self::List(_) => Primitive::List,
            Self::Map(_) => Primitive::Map,
            Self::Array(_) => Primitive::Array,
            Self::Described(_) => return None,
        })
    }
}
