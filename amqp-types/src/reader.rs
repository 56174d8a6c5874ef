//! The cursor over octets that are decoded. It knows formats, not types; every bounds check is
//! here.

mod constructor;
mod fault;
mod nesting;

pub(crate) use constructor::{behind, behind_sized};

use bytes::Bytes;

use crate::budget::Budget;
use crate::error::{DecodeError, DecodeErrorKind, Failed};
use crate::format::{Category, Format};

/// Octets to decode, how far they have been read, and what the decode may still take.
///
/// After an error a reader stands somewhere inside the value that failed; there is no use in
/// reading on.
#[derive(Clone, Debug)]
#[repr(C)] // What is used most is in front, where instructions that reach it are short.
pub struct Reader<'a> {
    /// What is left of the innermost list, map or array; of everything when there is none.
    rest: &'a [u8],
    /// The address of the first octet: positions are only worked out for errors.
    start: usize,
    budget: Budget,
    shared: Option<&'a Bytes>,
    /// Whether all of the octets have been read before: what holds others need not look into them.
    is_checked: bool,
    /// What is behind a list that should be all that there is: nothing, nearly always, so whoever reads
    /// the list does not carry it along.
    behind: &'a [u8],
    error: Option<DecodeError>,
    /// A size that goes past the octets, when it was found: they are read once more, and to the end of
    /// what is there of a list, map or array, for the field in which they were cut. Nothing is kept.
    cut: Option<DecodeError>,
}

impl<'a> Reader<'a> {
    /// Reads from octets. Content that types own is copied out of them.
    #[inline]
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Self {
        Self::with_shared(octets, None)
    }

    /// Reads from octets that can be shared: content that types own, if it is backed by [`Bytes`],
    /// keeps the same allocation alive and is not copied.
    #[inline(never)] // What shares octets owns something: beside decoding that, a call is little.
    #[must_use]
    pub fn shared(octets: &'a Bytes) -> Self {
        Self::with_shared(octets, Some(octets))
    }

    /// Reads from octets, and from what they are all of, if that can be shared.
    #[inline]
    pub(crate) fn with_shared(octets: &'a [u8], shared: Option<&'a Bytes>) -> Self {
        Self {
            rest: octets,
            start: octets.as_ptr().addr(),
            budget: Budget::for_input(octets.len()),
            shared,
            behind: &[],
            error: None,
            cut: None,
            is_checked: false,
        }
    }

    /// Reads a part of the octets alone; positions count from the start of all of them.
    #[must_use]
    pub(crate) const fn at_part(mut self, part: &'a [u8]) -> Self {
        self.go_to_part(part);
        self
    }

    /// Goes to a part of the octets alone.
    #[inline]
    pub(crate) const fn go_to_part(&mut self, part: &'a [u8]) {
        self.rest = part;
        self.budget = Budget::for_input(part.len());
    }

    /// Reads octets once more that are known to be good, within whatever budget that was.
    #[inline]
    #[must_use]
    pub(crate) fn checked(octets: &'a [u8]) -> Self {
        Self { budget: Budget::UNLIMITED, is_checked: true, ..Self::new(octets) }
    }

    /// Whether all of the octets have been read before: what holds others need not look into them.
    #[inline]
    pub(crate) const fn is_checked(&self) -> bool {
        self.is_checked
    }

    /// Whether only the field is looked for in which the octets were cut. What holds others reads them
    /// and is empty then: so it takes no memory, and one that would not be read is no error.
    #[inline]
    pub(crate) const fn finds_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Whether nothing is left of a list, of which this is the rest, nor behind it, and what was read is
    /// kept: it is not while a cut is looked for.
    #[inline]
    pub(crate) fn is_whole(&self, rest: &[u8]) -> bool {
        // One question instead of three.
        rest.len() | self.behind.len() | usize::from(self.finds_cut()) == 0
    }

    /// What is behind a list that should be all that there is.
    pub(crate) const fn behind(&self) -> &'a [u8] {
        self.behind
    }

    /// Notes what is behind a list. Once that is something, it stays: one list with nothing behind it
    /// does not make another one all there is.
    pub(crate) const fn set_behind(&mut self, behind: &'a [u8]) {
        if !behind.is_empty() {
            self.behind = behind;
        }
    }

    /// Takes what is left for all there is: a reader can be a copy of one that stands in a list.
    #[inline]
    pub(crate) const fn forget_behind(&mut self) {
        self.behind = &[];
    }

    /// The same with another budget than the default.
    #[must_use]
    pub const fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// What the decode may still take.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        self.budget
    }

    /// How many octets have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.rest.as_ptr().addr() - self.start
    }

    /// The octets that are left, in the innermost list, map or array if one is being read.
    #[inline]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether all octets have been read.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes one octet.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`] if there is none.
    #[inline]
    pub fn octet(&mut self) -> Result<u8, Failed> {
        self.octets::<1>().map(|[octet]| octet)
    }

    /// Takes a fixed number of octets.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`] if there are fewer.
    #[inline]
    pub fn octets<const N: usize>(&mut self) -> Result<[u8; N], Failed> {
        match self.rest.split_first_chunk() {
            Some((octets, rest)) => {
                self.rest = rest;
                Ok(*octets)
            }
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// Takes some octets.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`] if there are fewer.
    #[inline]
    pub fn take(&mut self, octets: usize) -> Result<&'a [u8], Failed> {
        match self.rest.split_at_checked(octets) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// Takes the data of a format whose size is written before it: binary, string or symbol.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`] or [`DecodeErrorKind::SizeOverrun`].
    #[inline]
    pub fn variable(&mut self, format: Format) -> Result<&'a [u8], Failed> {
        let before = self.rest;
        let size = match format.category() {
            Category::Fixed(width) => return self.take(usize::from(width)),
            category => self.size(category)?,
        };
        match self.rest.split_at_checked(size) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.error_in(before, DecodeErrorKind::SizeOverrun)),
        }
    }

    /// Owned octets of a slice of the input: they share its allocation where that can be.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::TooManyOctets`] if they must be copied and the budget is spent.
    #[inline]
    pub fn to_owned(&mut self, slice: &'a [u8]) -> Result<Bytes, Failed> {
        if let Some(shared) = self.shared {
            return Ok(shared.slice_ref(slice));
        }
        self.charge_octets(slice.len())?;
        Ok(Bytes::copy_from_slice(slice))
    }

    /// Puts the cursor at the start of `rest`: further on, or back where it stood before, within the
    /// same list, map or array.
    #[inline]
    pub(crate) const fn go_to(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// A size or count, in the width that a format gives to both.
    #[inline]
    fn size(&mut self, category: Category) -> Result<usize, Failed> {
        match category {
            Category::Fixed(_) => Ok(0),
            Category::Variable(1) | Category::Compound(1) | Category::Array(1) => {
                self.octet().map(usize::from)
            }
            _ => {
                let size = u32::from_be_bytes(self.octets()?);
                // Where usize is narrower, no such size can be there either.
                Ok(usize::try_from(size).unwrap_or(usize::MAX))
            }
        }
    }
}
