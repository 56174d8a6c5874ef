//! The cursor over input that is being decoded. It knows formats, not types; every bounds check is
//! here.

mod compound;
mod constructor;
mod fault;

pub(crate) use compound::{RawCompound, push};

use core::hint::black_box;

use bytes::Bytes;

use crate::decoder::Decoder;
use crate::error::{DecodeError, DecodeErrorKind, Failed};
use crate::format::{Category, Format};

const SMALL_ULONG: u8 = Format::SmallUlong.code();

/// A cursor over the remaining input of a decode. What a decode needs rarely (budget, error, shared input)
/// is in its [`Decoder`].
///
/// After an error the cursor is somewhere inside the value that failed, and must not be used again.
// A reader is three words, so that the compiler keeps it in registers as long as the code that uses it is inlined.
// Calls that are not inlined go through `outlined`, which passes them a copy.
#[derive(Debug)]
pub struct Reader<'r, 'de> {
    /// The octets that are left of the innermost list, map or array, or of the whole input.
    remaining: &'de [u8],
    /// The decode that this reader belongs to. It is `None` for input that has been validated and is
    /// decoded again: there is no budget to charge then, and no error to record.
    decoder: Option<&'r mut Decoder<'de>>,
}

impl<'de> Decoder<'de> {
    /// Runs a function that reads the input.
    ///
    /// # Errors
    ///
    /// Returns the error that the function recorded, if it fails.
    #[inline]
    pub fn read<T>(
        mut self,
        read: impl FnOnce(&mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        match read(&mut Reader::new(&mut self)) {
            Ok(value) => Ok(value),
            Err(failed) => Err(in_own_place(self.recorded_error(failed))),
        }
    }
}

/// Gives the result of a call its own place in memory. If the call wrote to the place of a result that is made
/// inline, that one would be built in memory too, and copied before the stores have completed.
#[inline]
pub(crate) fn in_own_place<T>(result: T) -> T {
    // What is returned in two registers has no place.
    if size_of::<T>() > 2 * size_of::<usize>() {
        black_box(&result);
    }
    result
}

impl<'r, 'de> Reader<'r, 'de> {
    /// Reads the input of a decode.
    #[inline]
    pub(crate) const fn new(decoder: &'r mut Decoder<'de>) -> Self {
        Self { remaining: decoder.input, decoder: Some(decoder) }
    }

    /// Reads input that has been validated: nothing in it can fail.
    #[inline]
    pub(crate) const fn trusted(input: &'de [u8]) -> Self {
        Self { remaining: input, decoder: None }
    }

    /// Returns whether the input has been validated before. If it has, a view does not check its content
    /// again.
    #[inline]
    pub(crate) const fn is_trusted(&self) -> bool {
        self.decoder.is_none()
    }

    /// Creates a reader of a part of the input, for the same decode.
    #[inline]
    pub(crate) fn at(&mut self, part: &'de [u8]) -> Reader<'_, 'de> {
        Reader { remaining: part, decoder: self.decoder.as_deref_mut() }
    }

    /// Calls a function that is not inlined with a copy of the cursor. A cursor whose address is
    /// taken would be kept in memory everywhere, and each value would wait for the one before it to
    /// be stored there.
    #[expect(clippy::inline_always, reason = "the cursor is in memory if this is a call")]
    #[inline(always)]
    pub(crate) fn outlined<T>(&mut self, read: impl FnOnce(&mut Reader<'_, 'de>) -> T) -> T {
        let mut copy = self.at(self.remaining);
        let value = read(&mut copy);
        self.remaining = copy.remaining;
        value
    }

    /// Calls a function as [`outlined`](Self::outlined) does, for a rare case. The result has its own place: see
    /// [`in_own_place`].
    #[expect(clippy::inline_always, reason = "the cursor is in memory if this is a call")]
    #[inline(always)]
    pub(crate) fn rarely<T>(&mut self, read: impl FnOnce(&mut Reader<'_, 'de>) -> T) -> T {
        in_own_place(self.outlined(read))
    }

    /// Enters a level of nesting: a list, map, array or described value.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::TooDeep`] if the budget does not allow it.
    #[inline]
    pub fn enter(&mut self) -> Result<(), Failed> {
        if self.try_enter() { Ok(()) } else { Err(self.error(DecodeErrorKind::TooDeep)) }
    }

    /// Enters a level of nesting. Returns whether the budget allows it.
    #[inline]
    pub(crate) fn try_enter(&mut self) -> bool {
        let Some(decoder) = &mut self.decoder else { return true };
        match decoder.budget.depth.checked_sub(1) {
            Some(depth) => {
                decoder.budget.depth = depth;
                true
            }
            None => false,
        }
    }

    /// Leaves a level. Call it once for each level that was [entered](Self::enter): one more call would allow
    /// deeper nesting.
    #[inline]
    pub fn leave(&mut self) {
        if let Some(decoder) = &mut self.decoder {
            decoder.budget.depth = decoder.budget.depth.wrapping_add(1);
        }
    }

    /// Returns the octets that are left in the innermost list, map or array, or in the input.
    #[inline]
    #[must_use]
    pub const fn remaining(&self) -> &'de [u8] {
        self.remaining
    }

    /// Moves the cursor: forward, or back to where it was before in the same list, map or array.
    #[inline]
    pub(crate) const fn set_remaining(&mut self, remaining: &'de [u8]) {
        self.remaining = remaining;
    }

    /// Moves the cursor past octets that hold this many constructors, which the caller has read without
    /// [`constructor`](Self::constructor). Tests count them.
    #[inline]
    pub(crate) fn advance_to(&mut self, remaining: &'de [u8], constructors: usize) {
        #[cfg(test)]
        crate::work::add(constructors);
        #[cfg(not(test))]
        let _ = constructors;
        self.remaining = remaining;
    }

    /// Returns the descriptor's number if a described value comes next and the descriptor is a ulong
    /// of one octet, as nearly all are.
    #[inline]
    #[must_use]
    pub const fn peek_descriptor(&self) -> Option<u8> {
        if let [0, SMALL_ULONG, code, ..] = self.remaining { Some(*code) } else { None }
    }

    /// Returns whether no octets are left.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.remaining.is_empty()
    }

    /// Takes one octet.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedEnd`] if no octet is left.
    #[inline]
    pub fn octet(&mut self) -> Result<u8, Failed> {
        self.octets::<1>().map(|[octet]| octet)
    }

    /// Takes a fixed number of octets.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedEnd`] if fewer octets are left.
    #[inline]
    pub fn octets<const N: usize>(&mut self) -> Result<[u8; N], Failed> {
        match self.remaining.split_first_chunk() {
            Some((octets, remaining)) => {
                self.remaining = remaining;
                Ok(*octets)
            }
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// Takes this many octets.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedEnd`] if fewer octets are left.
    #[inline]
    pub fn take(&mut self, octets: usize) -> Result<&'de [u8], Failed> {
        match self.remaining.split_at_checked(octets) {
            Some((taken, remaining)) => {
                self.remaining = remaining;
                Ok(taken)
            }
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// Takes the data of a format: the octets of a fixed width, or those that a size announces.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedEnd`] or [`DecodeErrorKind::SizeOverrun`] if the data
    /// is not all there.
    #[inline]
    pub fn variable(&mut self, format: Format) -> Result<&'de [u8], Failed> {
        let size_at = self.remaining;
        let size = match format.category() {
            Category::Fixed(width) => return self.take(usize::from(width)),
            category => self.size(category)?,
        };
        match self.remaining.split_at_checked(size) {
            Some((taken, remaining)) => {
                self.remaining = remaining;
                Ok(taken)
            }
            None => Err(self.error_in(size_at, DecodeErrorKind::SizeOverrun)),
        }
    }

    /// Reads a size or a count, in the width that a category gives to both.
    #[inline]
    fn size(&mut self, category: Category) -> Result<usize, Failed> {
        match category {
            Category::Fixed(_) => Ok(0),
            Category::Variable(1) | Category::Compound(1) | Category::Array(1) => {
                self.octet().map(usize::from)
            }
            _ => {
                let size = u32::from_be_bytes(self.octets()?);
                // If the size exceeds `usize`, it also exceeds the input.
                Ok(usize::try_from(size).unwrap_or(usize::MAX))
            }
        }
    }

    /// Makes an owned copy of a slice of the input. It shares the input's allocation if the decode
    /// has a [shared](Decoder::shared) input that the slice is a part of.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::TooManyOctets`] if the octets must be copied and the budget does
    /// not allow it.
    #[inline]
    pub fn to_owned(&mut self, slice: &'de [u8]) -> Result<Bytes, Failed> {
        match &mut self.decoder {
            Some(decoder) => decoder.own(slice),
            None => Ok(Bytes::copy_from_slice(slice)),
        }
    }
}
