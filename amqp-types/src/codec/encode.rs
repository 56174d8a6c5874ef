//! Writing values.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::writer::{Buffer, Rest, Unwritten, Writer};

/// A type whose values can be written as AMQP values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as an AMQP value",
    label = "not an AMQP type",
    note = "for `Vec<u8>` use `Bytes` or `&[u8]`, for other sequences `List<T>` or `Array<T>`, for \
            maps `Map<K, V>`, for `usize` an integer with a width",
    note = "on a type of your own, derive `Composite` (a struct with fields), `Restricted` (a \
            newtype, or an enum of choices) or `OneOf` (an enum of types)"
)]
pub trait Encode {
    /// The most octets that a value can take, where there is such a bound: an array of this
    /// length on the stack has room for every value.
    const MAX_LEN: Option<usize> = None;

    /// Writes the value in its most compact encoding: the constructor, then the data.
    fn encode(&self, writer: &mut Writer<'_>);

    /// Writes what [`encode`](Self::encode) writes, in less code where that would be much, and not as fast.
    #[doc(hidden)]
    #[inline]
    fn encode_small(&self, writer: &mut Writer<'_>) {
        self.encode(writer);
    }

    /// Puts the octets that [`encode`](Self::encode) writes at the front of the room that is left, moves
    /// it on behind them, and says so. If not, what it moved the rest on by does not count, and `encode`
    /// writes the value from where the rest began.
    ///
    /// It is for values that need not look at what else is written.
    #[doc(hidden)]
    #[inline]
    fn put(&self, _: &mut Rest<'_>) -> bool {
        false
    }

    /// Whether the value is written as null. A composite leaves out the nulls at its end.
    #[inline]
    fn is_null(&self) -> bool {
        false
    }

    /// Whether another value is written in the same octets: it may be equal and yet not the same, as
    /// `0.0` and `-0.0` are. A field that is the same as its default is left out.
    #[doc(hidden)]
    #[inline]
    fn is_same(&self, other: &Self) -> bool
    where
        Self: PartialEq,
    {
        self == other
    }

    /// The value's octets.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] says what in the value cannot be written.
    #[inline]
    fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        to_bytes(Self::MAX_LEN.unwrap_or(128), &Small(self))
    }

    /// Appends the value's octets to a `Vec<u8>` or a `BytesMut`. One that is used again need not
    /// allocate again.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] as in [`to_bytes`](Self::to_bytes); the buffer is then as it was.
    #[inline]
    fn encode_to(&self, octets: &mut impl Buffer) -> Result<(), EncodeError> {
        match Writer::append_once(octets, |writer| self.encode(writer)) {
            Ok(_) => Ok(()),
            Err(Unwritten::Cannot(error)) => Err(error),
            // Not in a loop, around which the compiler would get ready for a second time.
            Err(Unwritten::NoRoom { octets: len }) => append_in(octets, len, &Small(self)),
        }
    }

    /// Writes the value's octets into a fixed buffer, without allocation, and gives the part that
    /// they took.
    ///
    /// # Errors
    ///
    /// [`EncodeError::TooLong`] if the buffer is too short, which says how long it must be; otherwise as
    /// in [`to_bytes`](Self::to_bytes).
    #[inline]
    fn encode_to_slice<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let mut writer = Writer::fixed(buffer);
        self.encode(&mut writer);
        let len = writer.finish()?;
        Ok(buffer.get_mut(..len).unwrap_or_default())
    }
}

/// A value's octets. This is one function for all types: what there is for each is to write it.
#[inline(never)]
fn to_bytes(capacity: usize, value: &dyn Write) -> Result<Bytes, EncodeError> {
    let mut octets = Vec::with_capacity(capacity);
    Writer::append(&mut octets, |writer| value.write(writer))?;
    Ok(Bytes::from(octets))
}

/// Appends a value's octets once there is room for so many.
#[cold]
#[inline(never)]
fn append_in(
    buffer: &mut impl Buffer,
    octets: usize,
    value: &dyn Write,
) -> Result<(), EncodeError> {
    Writer::append_in(buffer, octets, |writer| value.write(writer)).map(drop)
}

/// A value of any type, to be written. The table of a closure would be larger.
trait Write {
    fn write(&self, writer: &mut Writer<'_>);
}

/// Written in little code.
struct Small<'v, T: ?Sized>(&'v T);

impl<T: Encode + ?Sized> Write for Small<'_, T> {
    fn write(&self, writer: &mut Writer<'_>) {
        self.0.encode_small(writer);
    }
}

/// What is written as what it leads to.
macro_rules! leads_to {
    ($($type:ty, $max_len:expr;)*) => {$(
        impl<T: Encode + ?Sized> Encode for $type {
            const MAX_LEN: Option<usize> = $max_len;

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                (**self).encode(writer);
            }

            #[inline]
            fn encode_small(&self, writer: &mut Writer<'_>) {
                (**self).encode_small(writer);
            }

            // A rest that a call moves on is in memory.
            #[inline(always)]
            fn put(&self, rest: &mut Rest<'_>) -> bool {
                (**self).put(rest)
            }

            #[inline]
            fn is_null(&self) -> bool {
                (**self).is_null()
            }
        }
    )*};
}

// What is boxed has no bound, for a type may hold itself in a box.
leads_to! {
    &T, T::MAX_LEN;
    Box<T>, None;
}
