//! Types that can be decoded.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem::needs_drop;

use bytes::Bytes;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decoder::Decoder;
use crate::error::{DecodeError, DecodeErrorKind, Failed};
use crate::reader::{Reader, in_own_place, push};

/// A type that can be decoded from an AMQP value, possibly borrowing from the input.
///
/// The derives implement it. By hand, use the decoding of another type, and record an error of your own at the octets
/// of the value:
///
/// ```
/// use amqp_types::{Accepts, Constructor, Decode, DecodeErrorKind, Failed, Reader};
///
/// /// An `int` of tenths of a degree, above absolute zero.
/// #[derive(Debug, PartialEq)]
/// struct Temperature {
///     tenths: i32,
/// }
///
/// impl<'de> Decode<'de> for Temperature {
///     const ACCEPTS: &'static Accepts = i32::ACCEPTS;
///
///     fn decode_value(
///         constructor: Constructor<'de>,
///         reader: &mut Reader<'_, 'de>,
///     ) -> Result<Self, Failed> {
///         let start = reader.remaining();
///         match i32::decode_value(constructor, reader)? {
///             tenths @ -2731.. => Ok(Self { tenths }),
///             _ => Err(reader.error_in(start, DecodeErrorKind::Invalid("below absolute zero"))),
///         }
///     }
/// }
///
/// assert_eq!(Temperature::from_bytes(&[0x54, 25]), Ok(Temperature { tenths: 25 }));
/// let error = Temperature::from_bytes(&[0x71, 0xff, 0xff, 0xf5, 0x54]).unwrap_err();
/// assert_eq!(error.to_string(), "below absolute zero (octet 1)");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from an AMQP value",
    label = "not an AMQP type",
    note = "for `Vec<u8>` use `Bytes` or `&[u8]`, for other sequences `List<T>` or `Array<T>`, for \
            maps `Map<K, V>`, for `usize` an integer with a width",
    note = "on a type of your own, derive `Composite` (a struct with fields), `Restricted` (a \
            newtype, or an enum of choices) or `OneOf` (an enum of types)"
)]
pub trait Decode<'de>: Sized {
    /// The constructors that this type can be decoded from.
    const ACCEPTS: &'static Accepts;

    /// Decodes the data after a constructor that has been read.
    ///
    /// # Errors
    ///
    /// Fails if the type does not accept the constructor, or the data is invalid. Record the error
    /// with [`Reader::error`], which returns the [`Failed`] to return here.
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed>;

    /// Decodes a constructor and the data after it.
    ///
    /// A type may override this with a match on its most common encodings that ends in
    /// [`Reader::decode_slow`].
    ///
    /// # Errors
    ///
    /// Fails if the input is not a value of this type.
    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        reader.decode_slow()
    }

    /// Decodes the data of an array's items, which share one constructor. `count` has been checked
    /// against the input. This method charges the budget for their memory.
    ///
    /// # Errors
    ///
    /// Fails as [`decode_value`](Self::decode_value) does.
    #[inline]
    fn decode_items(
        constructor: Constructor<'de>,
        count: usize,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Vec<Self>, Failed> {
        let mut items = reader.vec_with_capacity(count)?;
        for _ in 0..count {
            push(&mut items, Self::decode_value(constructor, reader)?);
        }
        Ok(items)
    }

    /// Returns the value of a field that is absent, because the list ends before it: the same as that of a
    /// field that is null. It is `None` if the type does not accept null; the field is then mandatory.
    #[inline]
    fn absent() -> Option<Self> {
        None
    }

    /// Decodes a value from all of an input.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the input is not exactly one value of this type.
    #[inline]
    fn from_bytes(input: &'de [u8]) -> Result<Self, DecodeError> {
        Decoder::new(input).decode()
    }

    /// Decodes a value from all of an input that can be shared: content that is backed by [`Bytes`]
    /// is not copied.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the input is not exactly one value of this type.
    #[inline]
    fn from_shared(input: &'de Bytes) -> Result<Self, DecodeError> {
        Decoder::shared(input).decode()
    }
}

impl<'de> Reader<'_, 'de> {
    /// Decodes a constructor and the data after it, in a function that is not inlined.
    /// [`Decode::decode`] calls it for all except the common encodings of a type.
    ///
    /// # Errors
    ///
    /// Fails if the input is not a value of this type.
    #[inline]
    pub fn decode_slow<T: Decode<'de>>(&mut self) -> Result<T, Failed> {
        self.rarely(decode_slow)
    }

    /// Decodes a `T` and converts it: the value of a variant to its union. A large `T` is decoded by a call.
    /// The derive of [`OneOf`](crate::OneOf) calls it.
    ///
    /// # Errors
    ///
    /// Fails if the input is not a `T`.
    #[expect(clippy::inline_always, reason = "the value is in memory if this is a call")]
    #[inline(always)]
    pub fn decode_as<T: Decode<'de>, U>(
        &mut self,
        convert: impl FnOnce(T) -> U,
    ) -> Result<U, Failed> {
        if size_of::<T>() > LARGE {
            in_own_place(self.outlined(|reader| decode_large(reader, convert)))
        } else {
            T::decode(self).map(convert)
        }
    }
}

/// A primitive type with encodings that are common in what peers send, and are decoded inline.
pub(crate) trait Common<'de>: Decode<'de> {
    /// Decodes a value that begins the input in one of the common encodings. Returns the value and
    /// the octets after it, or `None` for any other encoding and for invalid input.
    fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])>;

    /// Decodes a common encoding inline, and any other by a call.
    #[expect(clippy::inline_always, reason = "the cursor is in memory if this is a call")]
    #[inline(always)]
    fn decode_common(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        match Self::split_common(reader.remaining()) {
            Some((value, remaining)) => {
                reader.advance_to(remaining, 1);
                Ok(value)
            }
            None => reader.decode_slow(),
        }
    }
}

/// The size in octets above which the value of a variant is decoded by a call. A `PerformativeRef` that holds
/// a transfer is decoded fastest with this one: of its variants, only an attach is larger.
const LARGE: usize = 256;

#[inline(never)]
fn decode_large<'de, T: Decode<'de>, U>(
    reader: &mut Reader<'_, 'de>,
    convert: impl FnOnce(T) -> U,
) -> Result<U, Failed> {
    T::decode(reader).map(convert)
}

#[inline(never)]
fn decode_slow<'de, T: Decode<'de>>(reader: &mut Reader<'_, 'de>) -> Result<T, Failed> {
    let constructor = reader.constructor()?;
    T::decode_value(constructor, reader)
}

impl<'de> Decoder<'de> {
    /// Decodes a value from all of the input.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the input is not exactly one value of this type.
    #[inline]
    pub fn decode<T: Decode<'de>>(self) -> Result<T, DecodeError> {
        // The code for a type that owns something is long, because it may have to drop parts of the value. A
        // call takes little time beside it.
        if needs_drop::<T>() { self.decode_outlined() } else { self.read(decode_all) }
    }

    #[inline(never)]
    fn decode_outlined<T: Decode<'de>>(mut self) -> Result<T, DecodeError> {
        // A function that is passed to `read` would be compiled once more.
        match decode_all(&mut Reader::new(&mut self)) {
            Ok(value) => Ok(value),
            Err(failed) => Err(self.recorded_error(failed)),
        }
    }

    /// Decodes a value from the front of the input. Returns the value and its length in octets.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the input does not begin with a value of this type.
    #[inline]
    pub fn decode_prefix<T: Decode<'de>>(self) -> Result<(T, usize), DecodeError> {
        let len = self.input.len();
        self.read(|reader| {
            let value = T::decode(reader)?;
            Ok((value, len - reader.remaining().len()))
        })
    }
}

/// Decodes a value that is all of the input.
#[inline]
fn decode_all<'de, T: Decode<'de>>(reader: &mut Reader<'_, 'de>) -> Result<T, Failed> {
    // With `?`, the value would be made in memory, and copied.
    match T::decode(reader) {
        Ok(value) if reader.is_empty() => Ok(value),
        Ok(value) => {
            discard(value);
            Err(reader.error(DecodeErrorKind::LeftOver))
        }
        Err(failed) => Err(failed),
    }
}

/// Drops a value by a call. If it were dropped by the caller, its address would be taken there, and it would be
/// made in memory.
#[cold]
#[inline(never)]
fn discard<T>(_: T) {}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    const ACCEPTS: &'static Accepts = T::ACCEPTS;

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        reader.charge_octets(size_of::<T>())?;
        T::decode_value(constructor, reader).map(Self::new)
    }

    #[inline]
    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

/// A type that owns everything it decodes: its values outlive the input.
///
/// It is the bound of a function that returns a value of any such type:
///
/// ```
/// use std::io::{self, Read};
///
/// use amqp_types::DecodeOwned;
///
/// fn read<T: DecodeOwned>(mut input: impl Read) -> io::Result<T> {
///     let mut octets = Vec::new();
///     input.read_to_end(&mut octets)?;
///     T::from_bytes(&octets).map_err(io::Error::other)
/// }
///
/// assert_eq!(read::<String>(&b"\xa1\x02hi"[..])?, "hi");
/// # Ok::<(), io::Error>(())
/// ```
pub trait DecodeOwned: for<'de> Decode<'de> {}

impl<T: for<'de> Decode<'de>> DecodeOwned for T {}
