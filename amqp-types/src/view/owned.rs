//! Types and their borrowed forms.

use alloc::boxed::Box;
use alloc::string::String;

use bytes::Bytes;
use bytestring::ByteString;

use crate::decode::Decode;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Symbol, SymbolRef, Timestamp, Uuid};

/// A type that owns its content, and has a form that borrows it from the input.
///
/// The borrowed form of an [`Open`](crate::transport::Open) is an
/// [`OpenRef`](crate::transport::OpenRef), that of a [`ByteString`](crate::ByteString) a `&str`, that
/// of a [`Map`](crate::Map) a [`MapRef`](crate::MapRef). It is decoded without counting references
/// and without allocation, except for [some maps](crate::MapRef), and checks everything that the
/// owned form checks, with the same errors. A type that owns nothing is its own borrowed form.
///
/// The derives generate the borrowed form of your own types: see `borrowed` at
/// [`Composite`](crate::Composite).
///
/// ```
/// use amqp_types::transport::{Open, OpenRef};
/// use amqp_types::{Decode, Encode, Owned};
///
/// let octets = Open::new("kiln-3").to_bytes()?;
/// let open = OpenRef::from_bytes(&octets)?;
/// assert_eq!(open.container_id, "kiln-3"); // a part of the octets
/// assert_eq!(open.into_owned(), Open::new("kiln-3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A borrowed form becomes the owned one by `from`, `into_owned` or `to_owned`, all of which copy; where the type is
/// generic, as in a [`ListRef`](crate::ListRef) of borrowed forms, by [`from_ref`](Self::from_ref). There is no cheap
/// way back: the borrowed form of a list or map is octets, which an owned one does not have. Encode the owned form
/// and decode the octets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no borrowed form",
    label = "not known to own its content, or to own nothing",
    note = "on a type of your own, derive `Composite`, `Restricted` or `OneOf` with \
            `#[amqp(borrowed = TypeRef)]`; with `borrowed = Self` if it owns nothing"
)]
pub trait Owned: Sized {
    /// The borrowed form.
    type Ref<'a>: Decode<'a> + Copy;

    /// Copies the content of a borrowed form.
    fn from_ref(borrowed: Self::Ref<'_>) -> Self;
}

macro_rules! owns_nothing {
    ($($type:ty)*) => {$(
        impl Owned for $type {
            type Ref<'a> = Self;

            #[inline]
            fn from_ref(borrowed: Self) -> Self {
                borrowed
            }
        }
    )*};
}

owns_nothing! {
    () bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 Decimal32 Decimal64 Decimal128 char Timestamp Uuid
}

impl Owned for Bytes {
    type Ref<'a> = &'a [u8];

    fn from_ref(borrowed: &[u8]) -> Self {
        Self::copy_from_slice(borrowed)
    }
}

impl Owned for ByteString {
    type Ref<'a> = &'a str;

    fn from_ref(borrowed: &str) -> Self {
        borrowed.into()
    }
}

impl Owned for String {
    type Ref<'a> = &'a str;

    fn from_ref(borrowed: &str) -> Self {
        borrowed.into()
    }
}

impl Owned for Symbol {
    type Ref<'a> = SymbolRef<'a>;

    fn from_ref(borrowed: SymbolRef<'_>) -> Self {
        borrowed.to_symbol()
    }
}

/// Implements the conversions of a borrowed form to the type that owns its content, as the derives do.
macro_rules! into_owned {
    ($borrowed:ident -> $owned:ident) => {
        impl From<$borrowed<'_>> for $owned {
            fn from(borrowed: $borrowed<'_>) -> Self {
                <Self as $crate::Owned>::from_ref(borrowed)
            }
        }

        impl $borrowed<'_> {
            #[doc = concat!("Copies the content into a [`", stringify!($owned), "`], which owns it.")]
            #[must_use]
            pub fn into_owned(self) -> $owned {
                self.into()
            }

            #[doc = concat!("Copies the content into a [`", stringify!($owned), "`], which owns it.")]
            ///
            /// In generic code, where this method is not known, `to_owned` is that of `ToOwned`, which copies the
            /// reference only.
            #[must_use]
            pub fn to_owned(&self) -> $owned {
                (*self).into()
            }
        }
    };
}
pub(crate) use into_owned;

into_owned!(SymbolRef -> Symbol);

impl<T: Owned> Owned for Option<T> {
    type Ref<'a> = Option<T::Ref<'a>>;

    fn from_ref(borrowed: Option<T::Ref<'_>>) -> Self {
        borrowed.map(T::from_ref)
    }
}

impl<T: Owned> Owned for Box<T> {
    type Ref<'a> = T::Ref<'a>;

    fn from_ref(borrowed: T::Ref<'_>) -> Self {
        Self::new(T::from_ref(borrowed))
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use core::any::Any;

    use super::*;
    use crate::transport::{Open, OpenRef};
    use crate::{Encode, Value, ValueRef};

    #[test]
    fn a_borrowed_form_becomes_the_owned_one_by_any_name() {
        let octets = Open::new("a").to_bytes().unwrap();
        let open = OpenRef::from_bytes(&octets).unwrap();
        let reference = &open;
        let all = [open.into_owned(), open.to_owned(), reference.to_owned(), open.into()];
        assert_eq!(all, [(); 4].map(|()| Open::new("a")));
        assert_eq!(ValueRef::String("a").into_owned(), Value::from("a"));
        assert_eq!(SymbolRef::from_static("a").to_owned(), Symbol::from_static("a"));
    }

    #[test]
    fn generic_code_gets_a_borrowed_form_again() {
        fn copied<T: Clone + 'static>(value: &T) -> Box<dyn Any> {
            Box::new(value.to_owned())
        }
        assert!(copied(&ValueRef::<'static>::Null).is::<ValueRef<'static>>());
    }
}
