//! The cursor over octets that are decoded. It knows formats, not types; every bounds check is
//! here.

use core::mem;

use bytes::Bytes;

use crate::accepts::Accepts;
use crate::budget::Budget;
use crate::codec::Decode;
use crate::constructor::Constructor;
use crate::error::{DecodeError, DecodeErrorKind, Failed, Field, Found};
use crate::format::{Category, Format};

/// Octets to decode, how far they have been read, and what the decode may still take.
///
/// After an error a reader stands somewhere inside the value that failed; there is no use in
/// reading on.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// What is left of the innermost list, map or array; of everything when there is none.
    rest: &'a [u8],
    /// The address of the first octet: positions are only worked out for errors.
    start: usize,
    budget: Budget,
    shared: Option<&'a Bytes>,
    error: Option<DecodeError>,
    /// Whether to read on in what is there of a list, map or array that was cut short.
    finds_cut: bool,
}

impl<'a> Reader<'a> {
    /// Reads from octets. Content that types own is copied out of them.
    #[inline]
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            start: octets.as_ptr().addr(),
            budget: Budget::for_input(octets.len()),
            shared: None,
            error: None,
            finds_cut: false,
        }
    }

    /// Reads from octets that can be shared: content that types own, if it is backed by [`Bytes`],
    /// keeps the same allocation alive and is not copied.
    #[inline]
    #[must_use]
    pub fn shared(octets: &'a Bytes) -> Self {
        Self { shared: Some(octets), ..Self::new(octets) }
    }

    /// Reads a part of octets that can be shared; positions count from the start of all of them.
    #[must_use]
    pub(crate) fn part_of(octets: &'a Bytes, part: &'a [u8]) -> Self {
        let budget = Budget::for_input(part.len());
        Self { rest: part, budget, ..Self::shared(octets) }
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

    /// Notes an error at the next octet.
    #[cold]
    pub fn error(&mut self, kind: DecodeErrorKind) -> Failed {
        self.error_at(self.position(), kind)
    }

    /// Notes an error in octets that were just taken: at their start.
    #[cold]
    pub fn error_in(&mut self, taken: &[u8], kind: DecodeErrorKind) -> Failed {
        self.error_at(taken.as_ptr().addr().saturating_sub(self.start), kind)
    }

    /// Notes an error at an octet, counted from the first one.
    #[cold]
    pub fn error_at(&mut self, at: usize, kind: DecodeErrorKind) -> Failed {
        self.error = Some(DecodeError::new(kind, at));
        Failed::NOTED
    }

    /// Notes that a constructor, just read, is not one of those expected.
    #[cold]
    pub fn unexpected(
        &mut self,
        constructor: &Constructor<'_>,
        expected: &'static Accepts,
    ) -> Failed {
        let found = Found::in_constructor(constructor);
        let kind = DecodeErrorKind::UnexpectedType { expected, found };
        let first = if constructor.is_described() {
            constructor.descriptor_octets().as_ptr().addr().saturating_sub(self.start)
        } else {
            self.position()
        };
        self.error_at(first.saturating_sub(1), kind)
    }

    /// Notes that a mandatory field is missing here.
    #[cold]
    pub(crate) fn missing(&mut self, field: &'static Field) -> Failed {
        self.error(DecodeErrorKind::MissingField);
        self.within(field)
    }

    /// Notes that the error is in a field.
    #[cold]
    pub(crate) fn within(&mut self, field: &'static Field) -> Failed {
        self.error = self.error.map(|error| error.within(field));
        Failed::NOTED
    }

    /// Notes that the error is in a field of a composite whose fields are at this depth.
    ///
    /// A null in place of a field whose type takes none is a missing field. Further in, such as
    /// among the keys of a map, it is a value of a wrong type.
    #[cold]
    pub(crate) fn in_field(&mut self, field: &'static Field, depth: u32) -> Failed {
        if self.budget.depth == depth {
            self.error = self.error.map(DecodeError::or_missing);
        }
        self.within(field)
    }

    /// The error that was noted; without a failure, that octets are left over.
    #[cold]
    pub(crate) fn into_error(mut self, failed: Option<Failed>) -> DecodeError {
        if failed.is_none() {
            self.error(DecodeErrorKind::LeftOver);
        }
        let unknown = DecodeErrorKind::Invalid("the value cannot be read");
        self.error.unwrap_or(DecodeError::new(unknown, self.position()))
    }

    /// The error that was noted when a `T` was read from `start` on. If the octets were cut short,
    /// it is in the field in which they were.
    ///
    /// The size of a list that goes past the octets that are there is seen before its fields are.
    /// They are read up to the end, then, just to find the one, with what is left of the budget.
    #[cold]
    pub(crate) fn into_error_of<T: Decode<'a>>(
        self,
        start: &'a [u8],
        failed: Failed,
    ) -> DecodeError {
        let again = Self { rest: start, error: None, finds_cut: true, ..self };
        let searched = self.finds_cut;
        let error = self.into_error(Some(failed));
        if searched || error.kind() != DecodeErrorKind::SizeOverrun {
            return error;
        }
        match T::from_reader(again) {
            Err(found) if found.is_cut() && found.fields().count() > error.fields().count() => {
                found
            }
            _ => error,
        }
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

    /// Takes a constructor: a format code, and the descriptors before it.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`], [`DecodeErrorKind::UnknownFormat`], or whatever is wrong
    /// with a descriptor; [`DecodeErrorKind::TooDeep`] for too many descriptors.
    #[inline]
    pub fn constructor(&mut self) -> Result<Constructor<'a>, Failed> {
        // What encoders write before nearly every composite: a small ulong.
        const SMALL: u8 = Format::SmallUlong.code();
        match self.rest {
            [0, described @ ..] => match described {
                [SMALL, _, code, rest @ ..] if *code != 0 => {
                    let (descriptor, inner) = described.split_at(2);
                    let Some(format) = Format::from_code(*code) else {
                        return Err(self.error_in(inner, DecodeErrorKind::UnknownFormat(*code)));
                    };
                    self.rest = rest;
                    Ok(Constructor::described(format, descriptor, inner.get(..1).unwrap_or(inner)))
                }
                _ => self.described_constructor(described),
            },
            [code, rest @ ..] => match Format::from_code(*code) {
                Some(format) => {
                    self.rest = rest;
                    Ok(Constructor::primitive(format))
                }
                None => Err(self.error(DecodeErrorKind::UnknownFormat(*code))),
            },
            [] => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// The general case: any descriptors, any number of them.
    fn described_constructor(&mut self, described: &'a [u8]) -> Result<Constructor<'a>, Failed> {
        let before = self.budget.depth;
        self.rest = described;
        self.skip_descriptor()?;
        let descriptor = self.taken_since(described);
        let inner = self.rest;
        let format = loop {
            match self.octet()? {
                0 => {
                    self.descend()?;
                    self.skip_descriptor()?;
                }
                code => match Format::from_code(code) {
                    Some(format) => break format,
                    None => {
                        let code_at = self.position() - 1;
                        return Err(self.error_at(code_at, DecodeErrorKind::UnknownFormat(code)));
                    }
                },
            }
        };
        self.budget.depth = before;
        Ok(Constructor::described(format, descriptor, self.taken_since(inner)))
    }

    /// Passes over a descriptor. One that is described itself is a level deeper.
    fn skip_descriptor(&mut self) -> Result<(), Failed> {
        if self.rest.first() != Some(&0) {
            return self.skip();
        }
        self.descend()?;
        self.skip()?;
        self.ascend();
        Ok(())
    }

    /// Passes over one value, whatever it is. Only its outline is checked: nothing looks inside.
    ///
    /// # Errors
    ///
    /// As [`constructor`](Self::constructor) and [`variable`](Self::variable).
    pub fn skip(&mut self) -> Result<(), Failed> {
        let constructor = self.constructor()?;
        self.skip_data(constructor)
    }

    /// Passes over the data after a constructor.
    ///
    /// # Errors
    ///
    /// As [`variable`](Self::variable).
    pub fn skip_data(&mut self, constructor: Constructor<'a>) -> Result<(), Failed> {
        self.variable(constructor.format()).map(drop)
    }

    /// Takes one value as the octets it is.
    ///
    /// # Errors
    ///
    /// As [`skip`](Self::skip).
    pub fn raw(&mut self) -> Result<&'a [u8], Failed> {
        let before = self.rest;
        self.skip()?;
        Ok(self.taken_since(before))
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

    /// Spends octets of the budget: memory that a value is about to take.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::TooManyOctets`].
    #[inline]
    pub fn charge_octets(&mut self, octets: usize) -> Result<(), Failed> {
        match self.budget.octets.checked_sub(octets) {
            Some(left) => {
                self.budget.octets = left;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::TooManyOctets)),
        }
    }

    /// Goes one level deeper, into a list, map, array or described value.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::TooDeep`].
    #[inline]
    pub fn descend(&mut self) -> Result<(), Failed> {
        match self.budget.depth.checked_sub(1) {
            Some(left) => {
                self.budget.depth = left;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::TooDeep)),
        }
    }

    /// Comes back up from [`descend`](Self::descend).
    #[inline]
    pub const fn ascend(&mut self) {
        self.budget.depth += 1;
    }

    /// Steps into the data of a list, map or array, so that nothing can read past its end.
    ///
    /// Gives the number of items, and what to give back to [`leave`](Self::leave). Memory for the
    /// items may be reserved at once: the budget has paid for them.
    #[inline]
    pub(crate) fn enter(&mut self, format: Format) -> Result<(usize, &'a [u8]), Failed> {
        let category = format.category();
        let size_at = self.rest;
        let size = self.size(category)?;
        let (body, after, cut) = match self.rest.split_at_checked(size) {
            Some((body, after)) => (body, after, false),
            None if self.finds_cut => {
                let (body, end) = self.rest.split_at(self.rest.len());
                (body, end, true)
            }
            None => return Err(self.error_in(size_at, DecodeErrorKind::SizeOverrun)),
        };
        self.descend()?;
        self.rest = body;
        let count = match self.size(category) {
            Ok(count) => count,
            Err(failed) if cut => return Err(failed),
            Err(_) => return Err(self.error_in(size_at, DecodeErrorKind::SizeUnderrun)),
        };
        // An array's items may take no octets; its constructor is not read yet.
        if count > self.rest.len() && !matches!(category, Category::Array(_)) && !cut {
            return Err(self.error_in(body, DecodeErrorKind::SizeOverrun));
        }
        Ok((count, after))
    }

    /// Whether what is being read was cut short, as far as that is looked for: nothing is behind it.
    pub(crate) const fn ends_cut(&self, after: &[u8]) -> bool {
        self.finds_cut && after.is_empty()
    }

    /// Steps into the items of a list whose size and count have been read and agree, if the budget
    /// allows it; gives the depth that is left then.
    #[inline]
    pub(crate) fn enter_body(&mut self, body: &'a [u8]) -> Option<u32> {
        let depth = self.budget.depth.checked_sub(1)?;
        self.budget.depth = depth;
        self.rest = body;
        Some(depth)
    }

    /// Spends items of the budget, those of an array that take no octets.
    pub(crate) fn charge_items(&mut self, items: usize) -> Result<(), Failed> {
        match self.budget.items.checked_sub(items) {
            Some(left) => {
                self.budget.items = left;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::TooManyItems)),
        }
    }

    /// Pays for this many items, and says how much room to make before the first one is read: what
    /// the octets that are left may well turn out to be. More room is made once they do.
    #[inline]
    pub(crate) fn room_for<T>(&mut self, count: usize) -> Result<usize, Failed> {
        self.charge_octets(count.saturating_mul(size_of::<T>()))?;
        let room = 4 + self.rest.len().saturating_mul(32) / (size_of::<T>() + 1);
        Ok(count.min(room))
    }

    /// Steps out again, behind the list, map or array; all of it must have been read.
    #[inline]
    pub(crate) fn leave(&mut self, after: &'a [u8]) -> Result<(), Failed> {
        if !self.is_empty() {
            return Err(self.error(DecodeErrorKind::LeftOver));
        }
        self.rest = after;
        self.ascend();
        Ok(())
    }

    /// Decodes a descriptor that was passed over before, with the same budget.
    ///
    /// The items of an array may each read the descriptor that they share: a long one is paid for.
    pub(crate) fn revisit<T: Decode<'a>>(&mut self, octets: &'a [u8]) -> Result<T, Failed> {
        const SHORT: usize = 16;
        if octets.len() > SHORT {
            self.charge_octets(octets.len())?;
        }
        let rest = mem::replace(&mut self.rest, octets);
        let value = T::decode(self)?;
        self.rest = rest;
        Ok(value)
    }

    /// Goes back to where the cursor stood at `before`, within the same list, map or array.
    #[inline]
    pub(crate) const fn rewind(&mut self, before: &'a [u8]) {
        self.rest = before;
    }

    /// Goes on to `rest`, the end of the octets that are left.
    #[inline]
    pub(crate) const fn advance(&mut self, rest: &'a [u8]) {
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

    /// What has been read since the cursor stood at `before`.
    fn taken_since(&self, before: &'a [u8]) -> &'a [u8] {
        let taken = before.len() - self.rest.len();
        before.get(..taken).unwrap_or(before)
    }
}
