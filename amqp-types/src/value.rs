//! Values whose types are known only when they are decoded.

mod array;
mod common;
mod content;
mod convert;
mod decode;
mod described;
mod get;
mod text;

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

pub use self::array::{
    ArrayValue, ArrayValueDescriptors, ArrayValueItems, ArrayValueRef, MixedArray,
};
use self::content::OwnedContent;
pub use self::convert::UnexpectedValue;
pub use self::described::{DescribedValue, DescribedValueRef};
pub use self::get::ValueKey;
use crate::decode::{Decode, DecodeOwned};
use crate::encode::Encode;
use crate::error::DecodeError;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, SymbolRef, Timestamp, Uuid};
use crate::view::{ListRef, MapRef, Owned, into_owned};

/// The kinds of values except null: the variant, and its content in a [`Value`] and in a [`ValueRef`].
/// The types and all matches over them are generated from this table.
macro_rules! kinds {
    ($make:ident) => {
        $make! {
            Boolean "`boolean`" bool, bool;
            Ubyte "`ubyte`" u8, u8;
            Ushort "`ushort`" u16, u16;
            Uint "`uint`" u32, u32;
            Ulong "`ulong`" u64, u64;
            Byte "`byte`" i8, i8;
            Short "`short`" i16, i16;
            Int "`int`" i32, i32;
            Long "`long`" i64, i64;
            Float "`float`" f32, f32;
            Double "`double`" f64, f64;
            Decimal32 "`decimal32`" Decimal32, Decimal32;
            Decimal64 "`decimal64`" Decimal64, Decimal64;
            Decimal128 "`decimal128`" Decimal128, Decimal128;
            Char "`char`" char, char;
            Timestamp "`timestamp`" Timestamp, Timestamp;
            Uuid "`uuid`" Uuid, Uuid;
            Binary "`binary`" Bytes, &'a [u8];
            String "`string`" ByteString, &'a str;
            Symbol "`symbol`" Symbol, SymbolRef<'a>;
            List "`list`" Vec<Value>, ListRef<'a, ValueRef<'a>>;
            Map "`map`" Map<Value, Value>, MapRef<'a, ValueRef<'a>, ValueRef<'a>>;
            Array "`array`" Box<ArrayValue>, ArrayValueRef<'a>;
        }
    };
}
use kinds;

macro_rules! values {
    ($($variant:ident $doc:literal $owned:ty, $borrowed:ty;)*) => {
        /// Any value of the type system.
        ///
        /// It keeps all content: the order of maps, the item type of arrays (of empty ones too),
        /// descriptors. Only the choice of encodings is not kept: a decoded value may be encoded to
        /// other octets, which decode to the same value.
        ///
        /// Its content is read by a match, by `try_from` of exactly its type, or by functions such as
        /// [`as_str`](Self::as_str) and [`get`](Self::get). [`as_i64`](Self::as_i64) and
        /// [`as_u64`](Self::as_u64) read an integer of any width, because peers choose their own.
        ///
        /// Values are equal if they are of the same type and have the same content; floats and
        /// decimals are compared by their bits, so that a value that holds a NaN equals itself.
        #[derive(Clone, Debug, Default)]
        pub enum Value {
            /// `null`
            #[default]
            Null,
            $(#[doc = $doc] $variant($owned),)*
            /// A value with a descriptor before it.
            Described(Box<DescribedValue>),
        }

        /// A [`Value`] that borrows: any value of the type system.
        ///
        /// All of it is validated when it is decoded. Lists, maps, arrays and described values decode their
        /// content as it is read. A `ValueRef` takes 32 octets. Decoding allocates only for some maps: see
        /// [`MapRef`].
        ///
        /// Values are equal as [`Value`]s are.
        #[derive(Clone, Copy, Debug, Default)]
        pub enum ValueRef<'a> {
            /// `null`
            #[default]
            Null,
            $(#[doc = $doc] $variant($borrowed),)*
            /// A value with a descriptor before it.
            Described(DescribedValueRef<'a>),
        }
    };
}

kinds!(values);

impl Value {
    /// Creates a described value.
    #[must_use]
    pub fn described(descriptor: impl Into<Self>, value: impl Into<Self>) -> Self {
        Self::Described(Box::new(DescribedValue {
            descriptor: descriptor.into(),
            value: value.into(),
        }))
    }

    /// Converts any type that can be encoded to a value, by encoding and decoding it.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the value cannot be encoded or is nested too deep.
    pub fn from_encode<T: Encode + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        let octets = value.to_bytes().map_err(DecodeError::unwritten)?;
        Self::from_shared(&octets)
    }

    /// Converts the value to any type that can be decoded, by encoding and decoding it.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the type does not accept the value, or the value is too long to be
    /// encoded.
    pub fn to_type<T: DecodeOwned>(&self) -> Result<T, DecodeError> {
        let octets = self.to_bytes().map_err(DecodeError::unwritten)?;
        T::from_shared(&octets)
    }
}

impl Owned for Value {
    type Ref<'a> = ValueRef<'a>;

    fn from_ref(borrowed: ValueRef<'_>) -> Self {
        macro_rules! from_ref {
            ($($variant:ident $doc:literal $owned:ty, $borrowed:ty;)*) => {
                match borrowed {
                    ValueRef::Null => Self::Null,
                    $(ValueRef::$variant(content) => Self::$variant(OwnedContent::from_ref(content)),)*
                    ValueRef::Described(content) => Self::Described(OwnedContent::from_ref(content)),
                }
            };
        }
        kinds!(from_ref)
    }
}

into_owned!(ValueRef -> Value);

#[cfg(test)]
mod tests;
