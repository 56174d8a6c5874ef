//! The content of values: how each kind is encoded, decoded, compared and converted.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

use super::{ArrayValue, ArrayValueRef, DescribedValue, DescribedValueRef, Value, ValueRef};
use crate::constructor::Constructor;
use crate::decode::{Decode, DecodeOwned};
use crate::encode::{ArrayItem, Encode, encode_outlined};
use crate::error::Failed;
use crate::format::Format;
use crate::primitive::{
    Decimal32, Decimal64, Decimal128, List, Map, Symbol, SymbolRef, Timestamp, Uuid, encode_list,
    encode_list_value, encode_map,
};
use crate::reader::Reader;
use crate::view::{ListRef, MapRef, Owned};
use crate::writer::Writer;

/// The content of a value, owned or borrowed.
pub(super) trait Content {
    /// The formats of the content as an item of an array.
    const FORMATS: &'static [Format];

    /// What is compared and hashed.
    type Key<'k>: Ord
    where
        Self: 'k;

    /// Returns what is compared and hashed.
    fn key(&self) -> Self::Key<'_>;

    /// As [`Encode::encode`].
    fn encode(&self, writer: &mut Writer<'_>);

    /// As [`ArrayItem::encode_value`].
    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool;
}

macro_rules! content {
    ($([$($lifetime:lifetime)?] $type:ty, $key:ty, |$self:ident| $by:expr;)*) => {$(
        impl$(<$lifetime>)? Content for $type {
            const FORMATS: &'static [Format] = <Self as ArrayItem>::FORMATS;

            type Key<'k> = $key where Self: 'k;

            #[inline]
            fn key(&self) -> Self::Key<'_> {
                let $self = self;
                $by
            }

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                Encode::encode(self, writer);
            }

            #[inline]
            fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                ArrayItem::encode_value(self, format, writer)
            }
        }
    )*};
}

// Floats and decimals are compared by their bits, floats in the order of `total_cmp`.
content! {
    [] bool, Self, |value| *value;
    [] u8, Self, |value| *value;
    [] u16, Self, |value| *value;
    [] u32, Self, |value| *value;
    [] u64, Self, |value| *value;
    [] i8, Self, |value| *value;
    [] i16, Self, |value| *value;
    [] i32, Self, |value| *value;
    [] i64, Self, |value| *value;
    [] f32, i32, |value| {
        let bits = value.to_bits().cast_signed();
        bits ^ ((bits >> 31) & i32::MAX)
    };
    [] f64, i64, |value| {
        let bits = value.to_bits().cast_signed();
        bits ^ ((bits >> 63) & i64::MAX)
    };
    [] Decimal32, u32, |value| value.to_bits();
    [] Decimal64, u64, |value| value.to_bits();
    [] Decimal128, u128, |value| value.to_bits();
    [] char, Self, |value| *value;
    [] Timestamp, Self, |value| *value;
    [] Uuid, Self, |value| *value;
    [] Bytes, &'k Self, |value| value;
    [] ByteString, &'k Self, |value| value;
    [] Symbol, &'k Self, |value| value;
    ['a] &'a [u8], Self, |value| value;
    ['a] &'a str, Self, |value| value;
    ['a] SymbolRef<'a>, Self, |value| *value;
}

/// The content of values that contain other values, which is encoded by a call.
macro_rules! compound {
    ($([$($lifetime:lifetime)?] $type:ty, $item:ty;)*) => {$(
        impl$(<$lifetime>)? Content for $type {
            const FORMATS: &'static [Format] = <$item as ArrayItem>::FORMATS;

            type Key<'k> = &'k Self where Self: 'k;

            fn key(&self) -> &Self {
                self
            }

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                encode_outlined::<$item>(self, writer);
            }

            fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                <$item as ArrayItem>::encode_value(self, format, writer)
            }
        }
    )*};
}

compound! {
    [] Box<ArrayValue>, ArrayValue;
    ['a] ListRef<'a, ValueRef<'a>>, Self;
    ['a] MapRef<'a, ValueRef<'a>, ValueRef<'a>>, Self;
    ['a] ArrayValueRef<'a>, Self;
}

impl Content for Vec<Value> {
    const FORMATS: &'static [Format] = <List<Value> as ArrayItem>::FORMATS;

    type Key<'k> = &'k Self;

    fn key(&self) -> &Self {
        self
    }

    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        #[inline(never)]
        fn encode(items: &[Value], writer: &mut Writer<'_>) {
            match items {
                [Value::String(_), ..] => encode_list(items.iter().map(Text), writer),
                _ => encode_list(items.iter(), writer),
            }
        }

        writer.outlined(|writer| encode(self, writer));
    }

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        encode_list_value(self.iter(), format, writer)
    }
}

impl Content for Map<Value, Value> {
    const FORMATS: &'static [Format] = <Self as ArrayItem>::FORMATS;

    type Key<'k> = &'k Self;

    fn key(&self) -> &Self {
        self
    }

    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        #[inline(never)]
        fn encode(map: &Map<Value, Value>, writer: &mut Writer<'_>) {
            encode_map(map.iter().map(|(key, value)| (Text(key), value)), writer);
        }

        writer.outlined(|writer| encode(self, writer));
    }

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        ArrayItem::encode_value(self, format, writer)
    }
}

/// A value that is most likely a string, as keys are, and items after a string. That is tested first, which takes
/// less time than a jump by the kind. Any other value is encoded by a call.
struct Text<'v>(&'v Value);

impl Encode for Text<'_> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        match self.0 {
            Value::String(text) => Encode::encode(text, writer),
            other => encode_outlined(other, writer),
        }
    }
}

/// Described values are not items of arrays: an [`ArrayValue`] holds its descriptors once.
macro_rules! described {
    ($([$($lifetime:lifetime)?] $type:ty, $item:ty;)*) => {$(
        impl$(<$lifetime>)? Content for $type {
            const FORMATS: &'static [Format] = &[];

            type Key<'k> = &'k Self where Self: 'k;

            fn key(&self) -> &Self {
                self
            }

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                encode_outlined::<$item>(self, writer);
            }

            fn encode_value(&self, _: Format, _: &mut Writer<'_>) -> bool {
                false
            }
        }
    )*};
}

described! {
    [] Box<DescribedValue>, DescribedValue;
    ['a] DescribedValueRef<'a>, Self;
}

/// The content of a value that owns it.
pub(super) trait OwnedContent: Sized {
    /// The borrowed content.
    type Ref<'a>;

    /// As [`Decode::decode_value`].
    fn decode_value<'de>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed>;

    /// As [`Owned::from_ref`].
    fn from_ref(borrowed: Self::Ref<'_>) -> Self;
}

impl<T: Owned + DecodeOwned> OwnedContent for T {
    type Ref<'a> = <T as Owned>::Ref<'a>;

    #[inline]
    fn decode_value<'de>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        Decode::decode_value(constructor, reader)
    }

    fn from_ref(borrowed: Self::Ref<'_>) -> Self {
        Owned::from_ref(borrowed)
    }
}

impl OwnedContent for Vec<Value> {
    type Ref<'a> = ListRef<'a, ValueRef<'a>>;

    #[inline]
    fn decode_value<'de>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        <List<Value> as Decode>::decode_value(constructor, reader).map(|List(items)| items)
    }

    fn from_ref(borrowed: Self::Ref<'_>) -> Self {
        <List<Value> as Owned>::from_ref(borrowed).0
    }
}
