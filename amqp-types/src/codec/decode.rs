//! Reading values.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use bytes::Bytes;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::{DecodeError, Failed};
use crate::reader::Reader;

/// A type whose values can be read from AMQP values, possibly borrowing from the octets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an AMQP value",
    label = "not an AMQP type",
    note = "for `Vec<u8>` use `Bytes` or `&[u8]`, for other sequences `List<T>` or `Array<T>`, for \
            maps `Map<K, V>`, for `usize` an integer with a width",
    note = "on a type of your own, derive `Composite` (a struct with fields), `Restricted` (a \
            newtype, or an enum of choices) or `OneOf` (an enum of types)"
)]
pub trait Decode<'a>: Sized {
    /// The constructors that this type can be read from.
    const ACCEPTS: &'static Accepts;

    /// Reads the data after a constructor. A constructor that the type does not accept is an
    /// error.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets, noted in the reader: [`Reader::error`] makes what is to
    /// be returned.
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed>;

    /// Reads a value that begins these octets in one of the encodings that are written nearly
    /// always, and gives what is behind it.
    ///
    /// `None` says nothing of the octets: [`decode`](Self::decode) looks closer. A value must be the one
    /// that [`decode_data`](Self::decode_data) would read, from just as many octets. A type whose
    /// values take part of the budget, or share the input, has nothing that it can say at a glance.
    #[inline]
    fn glance(_: &'a [u8]) -> Option<(Self, &'a [u8])> {
        None
    }

    /// What [`glance`](Self::glance) sees, in less code where that would be much, and not as fast. The
    /// fields of what owns something are read so.
    #[doc(hidden)]
    #[inline]
    fn glance_small(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::glance(octets)
    }

    /// Reads a constructor and the data after it.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        match Self::glance(reader.rest()) {
            Some((value, rest)) => {
                reader.go_to(rest);
                Ok(value)
            }
            None => decode_any(reader),
        }
    }

    /// Reads a value that must be all that there is. The reader is of no use afterwards.
    #[doc(hidden)]
    #[inline]
    fn decode_whole(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let value = Self::decode(reader)?;
        reader.end()?;
        Ok(value)
    }

    /// What a field of this type is when a list ends before it: the same as when it is null.
    /// A type that does not accept null has no such value, and so its fields are mandatory.
    #[inline]
    fn absent() -> Option<Self> {
        None
    }

    /// Reads the data of an array's items, which share one constructor. That there are so many is
    /// vouched for; the memory that they take is still to be paid for.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    #[inline]
    fn decode_items(
        constructor: Constructor<'a>,
        count: usize,
        reader: &mut Reader<'a>,
    ) -> Result<Vec<Self>, Failed> {
        decode_each(constructor, count, reader)
    }

    /// Reads values one after another and drops them, to see whether they are good.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    #[inline]
    fn check_values(count: usize, reader: &mut Reader<'a>) -> Result<(), Failed> {
        (0..count).try_for_each(|_| Self::decode(reader).map(drop))
    }

    /// What is behind a value that begins these octets, if the value is seen at a glance to be good.
    #[doc(hidden)]
    #[inline]
    fn behind(octets: &'a [u8]) -> Option<&'a [u8]> {
        Self::glance(octets).map(|(_, rest)| rest)
    }

    /// Reads a value that begins these octets, where one has been read before, and gives what is behind
    /// it.
    #[doc(hidden)]
    #[inline]
    fn again(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::glance(octets).or_else(|| decode_again(octets))
    }

    /// The same, but only of a value that is written as keys of maps nearly always are.
    #[doc(hidden)]
    #[inline]
    fn often(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::glance(octets)
    }

    /// The same, but hands the value to a function. A type can do so right where it has read one, which
    /// spares moving it.
    #[doc(hidden)]
    #[inline]
    fn hand<B>(
        octets: &'a [u8],
        init: B,
        each: impl FnOnce(B, Self) -> B,
    ) -> (B, Option<&'a [u8]>) {
        match Self::again(octets) {
            Some((value, rest)) => (each(init, value), Some(rest)),
            None => (init, None),
        }
    }

    /// Reads the data of an array's items and drops them, to see whether they are good.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets, as [`decode_items`](Self::decode_items) finds it.
    #[inline]
    fn check_items(
        constructor: Constructor<'a>,
        count: usize,
        reader: &mut Reader<'a>,
    ) -> Result<(), Failed> {
        (0..count).try_for_each(|_| Self::decode_data(constructor, reader).map(drop))
    }

    /// Reads the data of an array's items, where it has been read before, and hands each to a function.
    /// The octets are those of all the items.
    #[doc(hidden)]
    #[inline]
    fn hand_items<B>(
        constructor: Constructor<'a>,
        count: usize,
        octets: &'a [u8],
        init: B,
        mut each: impl FnMut(B, Self) -> B,
    ) -> B {
        let (mut folded, mut reader) = (init, Reader::checked(octets));
        for _ in 0..count {
            let Ok(item) = Self::decode_data(constructor, &mut reader) else { break };
            folded = each(folded, item);
        }
        folded
    }

    /// Decodes a value from all of these octets.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets; octets that are left over are an error too.
    #[inline]
    fn from_bytes(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::from_reader(Reader::new(octets))
    }

    /// Decodes a value from all of these octets. Content that the value owns, if it is backed by
    /// [`Bytes`], shares their allocation.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    #[inline]
    fn from_shared(octets: &'a Bytes) -> Result<Self, DecodeError> {
        Self::from_reader(Reader::shared(octets))
    }

    /// Decodes a value from the front of the octets that a reader has left, and says how many they
    /// were: what comes behind is not looked at.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    #[inline]
    fn prefix_of(mut reader: Reader<'a>) -> Result<(Self, usize), DecodeError> {
        let start = reader.rest();
        match Self::decode(&mut reader) {
            Ok(value) => Ok((value, reader.position())),
            Err(failed) => Err(reader.into_error_of::<Self>(start, failed)),
        }
    }

    /// Decodes a value from all that a reader has left, within the reader's budget.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    #[inline]
    fn from_reader(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        reader.forget_behind();
        // To decode what owns something takes longer than a call, and is much code.
        if const { mem::needs_drop::<Self>() } {
            decode_apart(&mut reader)
        } else {
            decode_all(&mut reader)
        }
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Box<T> {
    const ACCEPTS: &'static Accepts = T::ACCEPTS;

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        reader.charge_octets(size_of::<T>())?;
        T::decode_data(constructor, reader).map(Self::new)
    }

    #[inline]
    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

/// One function for all who decode a type, and for those who look for where its octets were cut.
#[inline(never)]
fn decode_apart<'a, T: Decode<'a>>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    decode_all(reader)
}

#[inline]
fn decode_all<'a, T: Decode<'a>>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    let start = reader.rest();
    match T::decode_whole(reader) {
        Ok(value) => Ok(value),
        // Not in a loop, around which the compiler would get ready for a second time.
        Err(failed) if reader.starts_over(start, failed) => decode_apart(reader),
        Err(failed) => Err(reader.noted(failed)),
    }
}

/// What a reader does for a type.
impl<'a> Reader<'a> {
    /// The error that was noted when [`Decode::decode`] read a `T`, from `start` on. If the octets were
    /// cut short, it is in the field in which they were.
    #[cold]
    #[must_use]
    pub fn into_error_of<T: Decode<'a>>(mut self, start: &'a [u8], failed: Failed) -> DecodeError {
        let error = self.noted(failed);
        if self.starts_over(start, failed) {
            T::from_reader(self).err().unwrap_or(error)
        } else {
            self.noted(failed)
        }
    }

    /// Decodes a descriptor that was passed over before, with the same budget.
    ///
    /// The items of an array may each read the descriptor that they share: a long one is paid for.
    pub(crate) fn revisit<T: Decode<'a>>(&mut self, octets: &'a [u8]) -> Result<T, Failed> {
        const SHORT: usize = 16;
        if octets.len() > SHORT {
            self.spend_octets(octets.len())?;
        }
        let rest = self.rest();
        self.go_to(octets);
        let value = T::decode(self)?;
        self.go_to(rest);
        Ok(value)
    }
}

/// Reads the data of an array's items, one after another.
#[inline]
pub(crate) fn decode_each<'a, T: Decode<'a>>(
    constructor: Constructor<'a>,
    count: usize,
    reader: &mut Reader<'a>,
) -> Result<Vec<T>, Failed> {
    let mut items = Vec::new();
    if reader.finds_cut() {
        T::check_items(constructor, count, reader)?;
    } else {
        items = reader.room_for(count)?;
        for _ in 0..count {
            items.push(T::decode_data(constructor, reader)?);
        }
    }
    Ok(items)
}

/// Reads a constructor, whichever it is, and the data after it.
///
/// Types look for the encodings that are written nearly always first, and come here for the rest.
#[inline]
pub(crate) fn decode_any<'a, T: Decode<'a>>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    let constructor = reader.constructor()?;
    T::decode_data(constructor, reader)
}

/// Reads a constructor and the data after it, for types that have looked for what is written
/// nearly always.
///
/// # Errors
///
/// Whatever is wrong with the octets.
#[cold]
#[inline(never)]
pub fn decode_rare<'a, T: Decode<'a>>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    decode_any(reader)
}

/// Reads a value again that is not seen at a glance.
#[inline(never)]
pub(crate) fn decode_again<'a, T: Decode<'a>>(octets: &'a [u8]) -> Option<(T, &'a [u8])> {
    let mut reader = Reader::checked(octets);
    let value = T::decode(&mut reader).ok()?;
    Some((value, reader.rest()))
}

/// A type that owns all it reads: it can be decoded from octets that do not live on.
pub trait DecodeOwned: for<'a> Decode<'a> {}

impl<T: for<'a> Decode<'a>> DecodeOwned for T {}
