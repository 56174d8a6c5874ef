//! Values that borrow.

mod array;
mod check;
mod codec;
mod described;
mod order;

pub use array::{ArrayValueDescriptors, ArrayValueItems, ArrayValueRef};
pub use described::DescribedValueRef;

use alloc::boxed::Box;

use super::{ArrayValue, DescribedValue, Value};
use crate::borrowed::{ListRef, MapRef, Owned};
use crate::format::Primitive;
use crate::primitive::{Decimal32, Decimal64, Decimal128, List, SymbolRef, Timestamp, Uuid};

/// A [`Value`] that borrows: any value of the type system.
///
/// What holds others has been checked, and reads them as they are asked for. It is 24 octets, and
/// decoding it allocates nothing but for the one case that [`MapRef`] names.
///
/// Values are equal as [`Value`]s are.
#[derive(Clone, Copy, Debug, Default)]
pub enum ValueRef<'a> {
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
    Binary(&'a [u8]),
    /// `string`
    String(&'a str),
    /// `symbol`
    Symbol(SymbolRef<'a>),
    /// `list`
    List(ListRef<'a, Self>),
    /// `map`
    Map(MapRef<'a, Self, Self>),
    /// `array`
    Array(ArrayValueRef<'a>),
    /// A value with a descriptor before it.
    Described(DescribedValueRef<'a>),
}

impl ValueRef<'_> {
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

impl Owned for Value {
    type Borrowed<'a> = ValueRef<'a>;

    fn from_borrowed(borrowed: ValueRef<'_>) -> Self {
        match borrowed {
            ValueRef::Null => Self::Null,
            ValueRef::Boolean(value) => Self::Boolean(value),
            ValueRef::Ubyte(value) => Self::Ubyte(value),
            ValueRef::Ushort(value) => Self::Ushort(value),
            ValueRef::Uint(value) => Self::Uint(value),
            ValueRef::Ulong(value) => Self::Ulong(value),
            ValueRef::Byte(value) => Self::Byte(value),
            ValueRef::Short(value) => Self::Short(value),
            ValueRef::Int(value) => Self::Int(value),
            ValueRef::Long(value) => Self::Long(value),
            ValueRef::Float(value) => Self::Float(value),
            ValueRef::Double(value) => Self::Double(value),
            ValueRef::Decimal32(value) => Self::Decimal32(value),
            ValueRef::Decimal64(value) => Self::Decimal64(value),
            ValueRef::Decimal128(value) => Self::Decimal128(value),
            ValueRef::Char(value) => Self::Char(value),
            ValueRef::Timestamp(value) => Self::Timestamp(value),
            ValueRef::Uuid(value) => Self::Uuid(value),
            ValueRef::Binary(value) => Self::Binary(Owned::from_borrowed(value)),
            ValueRef::String(value) => Self::String(Owned::from_borrowed(value)),
            ValueRef::Symbol(value) => Self::Symbol(Owned::from_borrowed(value)),
            ValueRef::List(items) => Self::List(List::from_borrowed(items).0),
            ValueRef::Map(entries) => Self::Map(Owned::from_borrowed(entries)),
            ValueRef::Array(array) => Self::Array(Box::new(ArrayValue::from_borrowed(array))),
            ValueRef::Described(described) => {
                Self::Described(Box::new(DescribedValue::from_borrowed(described)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
