//! The borrowed forms of the primitive types, and of what holds one thing.

use alloc::boxed::Box;
use alloc::string::String;

use bytes::Bytes;
use bytestring::ByteString;

use super::Owned;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Symbol, SymbolRef, Timestamp, Uuid};

macro_rules! owns_nothing {
    ($($type:ty)*) => {$(
        impl Owned for $type {
            type Borrowed<'a> = Self;

            #[inline]
            fn from_borrowed(borrowed: Self) -> Self {
                borrowed
            }
        }
    )*};
}

owns_nothing! {
    () bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 Decimal32 Decimal64 Decimal128 char Timestamp Uuid
}

impl Owned for Bytes {
    type Borrowed<'a> = &'a [u8];

    fn from_borrowed(borrowed: &[u8]) -> Self {
        Self::copy_from_slice(borrowed)
    }
}

impl Owned for ByteString {
    type Borrowed<'a> = &'a str;

    fn from_borrowed(borrowed: &str) -> Self {
        borrowed.into()
    }
}

impl Owned for String {
    type Borrowed<'a> = &'a str;

    fn from_borrowed(borrowed: &str) -> Self {
        borrowed.into()
    }
}

impl Owned for Symbol {
    type Borrowed<'a> = SymbolRef<'a>;

    fn from_borrowed(borrowed: SymbolRef<'_>) -> Self {
        borrowed.to_symbol()
    }
}

impl<T: Owned> Owned for Option<T> {
    type Borrowed<'a> = Option<T::Borrowed<'a>>;

    fn from_borrowed(borrowed: Option<T::Borrowed<'_>>) -> Self {
        borrowed.map(T::from_borrowed)
    }
}

impl<T: Owned> Owned for Box<T> {
    type Borrowed<'a> = T::Borrowed<'a>;

    fn from_borrowed(borrowed: T::Borrowed<'_>) -> Self {
        Self::new(T::from_borrowed(borrowed))
    }
}
