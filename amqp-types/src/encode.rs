//! Types that can be encoded.

use alloc::boxed::Box;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::format::Format;
use crate::writer::{self, Buffer, Writer};

pub use crate::bulk::Bulk;

/// A type whose values can be encoded as AMQP values.
///
/// The derives implement it. By hand, use the encoding of another type:
///
/// ```
/// use amqp_types::{Encode, Writer};
///
/// /// An `int` of tenths of a degree.
/// struct Temperature {
///     tenths: i32,
/// }
///
/// impl Encode for Temperature {
///     fn encode(&self, writer: &mut Writer<'_>) {
///         self.tenths.encode(writer);
///     }
/// }
///
/// assert_eq!(Temperature { tenths: 25 }.to_bytes()?[..], [0x54, 25]);
/// # Ok::<(), amqp_types::EncodeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be encoded as an AMQP value",
    label = "not an AMQP type",
    note = "for `Vec<u8>` use `Bytes` or `&[u8]`, for other sequences `List<T>` or `Array<T>`, for \
            maps `Map<K, V>`, for `usize` an integer with a width",
    note = "on a type of your own, derive `Composite` (a struct with fields), `Restricted` (a \
            newtype, or an enum of choices) or `OneOf` (an enum of types)"
)]
pub trait Encode {
    /// Writes the value in its most compact encoding: a constructor, then the data. Only the numbers of an
    /// array have their full width.
    ///
    /// An implementation must write the same octets each time: if a buffer has to grow, this method is called
    /// again. If the length then differs, encoding fails with [`EncodeError::Changed`]. Do expensive work, such
    /// as encoding a message that is content of this value, before.
    fn encode(&self, writer: &mut Writer<'_>);

    /// Returns whether the value is encoded as null. A composite omits the nulls at its end.
    #[inline]
    fn is_null(&self) -> bool {
        false
    }

    /// Appends the encoded value to a `Vec<u8>` or a `BytesMut`. A buffer that is used again need not
    /// allocate again.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the value cannot be encoded; the buffer is then unchanged.
    #[inline]
    fn encode_to<B: Buffer>(&self, buffer: &mut B) -> Result<(), EncodeError> {
        Writer::append(buffer, |writer| self.encode(writer)).map(drop)
    }

    /// Encodes the value into a fixed buffer, without allocation. Returns the part that the value
    /// takes.
    ///
    /// # Errors
    ///
    /// Returns [`EncodeError::TooLong`] if the buffer is too short, with the length that it must
    /// have, or another [`EncodeError`] if the value cannot be encoded.
    #[inline]
    fn encode_to_slice<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let len = Writer::fill(buffer, |writer| self.encode(writer))?;
        Ok(buffer.get_mut(..len).unwrap_or_default())
    }

    /// Returns the encoded value.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the value cannot be encoded.
    #[inline]
    fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        writer::to_bytes(|writer| self.encode(writer))
    }
}

/// A type whose values can be items of an array, where all items share one constructor
/// (section 1.6.24).
///
/// ```
/// use amqp_types::{Array, ArrayItem, Encode, Format, Writer};
///
/// /// An `int` of tenths of a degree.
/// struct Temperature {
///     tenths: i32,
/// }
///
/// impl Encode for Temperature {
///     fn encode(&self, writer: &mut Writer<'_>) {
///         self.tenths.encode(writer);
///     }
/// }
///
/// impl ArrayItem for Temperature {
///     const FORMATS: &'static [Format] = i32::FORMATS;
///
///     fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
///         self.tenths.encode_value(format, writer)
///     }
/// }
///
/// let array = Array::from([Temperature { tenths: 25 }]);
/// assert_eq!(array.to_bytes()?, Array::from([25i32]).to_bytes()?);
/// # Ok::<(), amqp_types::EncodeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an item of an AMQP array",
    label = "not known to be encoded after one constructor",
    note = "items of an array share one constructor, so `Option<T>`, unions and `Value` cannot be \
            items; `List<T>` takes any type",
    note = "on a type of your own, derive `Composite` or `Restricted`; if its `Encode` is written by hand, \
            implement `ArrayItem` by hand too"
)]
pub trait ArrayItem: Encode + Sized {
    /// The formats that an array of these items can use, the most compact first. The last one fits
    /// every value.
    const FORMATS: &'static [Format];

    /// How all items are converted at once, in the last of the [`FORMATS`](Self::FORMATS). Only the
    /// numbers of this crate have such a conversion.
    const BULK: Option<Bulk<Self>> = None;

    /// Writes the constructor that the items share: the format code, and the type's descriptor
    /// before it if the type has one.
    #[inline]
    fn encode_constructor(format: Format, writer: &mut Writer<'_>) {
        writer.format(format);
    }

    /// Writes the data of one item in one of the [`FORMATS`](Self::FORMATS). Returns whether the item
    /// fits the format. If it does not, the octets that were written are removed.
    #[must_use]
    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool;
}

impl<T: Encode + ?Sized> Encode for &T {
    #[expect(
        clippy::inline_always,
        reason = "only a call, inlined where the type's own function is"
    )]
    #[inline(always)]
    fn encode(&self, writer: &mut Writer<'_>) {
        (**self).encode(writer);
    }

    #[inline]
    fn is_null(&self) -> bool {
        (**self).is_null()
    }
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    /// Writes the value by a call: boxed values are large and rare.
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        encode_outlined::<T>(self, writer);
    }

    #[inline]
    fn is_null(&self) -> bool {
        (**self).is_null()
    }
}

/// Writes a value by a call.
#[inline]
pub(crate) fn encode_outlined<T: Encode + ?Sized>(value: &T, writer: &mut Writer<'_>) {
    #[inline(never)]
    fn encode<T: Encode + ?Sized>(value: &T, writer: &mut Writer<'_>) {
        value.encode(writer);
    }

    writer.outlined(|writer| encode(value, writer));
}
