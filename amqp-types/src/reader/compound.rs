//! The sizes and counts of lists, maps and arrays (sections 1.6.22 to 1.6.24), and their items.

use alloc::vec::Vec;

use super::Reader;
use crate::budget::Budget;
use crate::bulk::Bulk;
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Category, Format};

/// The data of a list, map or array: everything after the format code, or no octets at all if the
/// list is the one without size and count. Size and count have been checked.
#[derive(Clone, Copy, Default)]
pub(crate) struct RawCompound<'de>(&'de [u8]);

/// The data of an array.
pub(crate) struct RawArray<'de> {
    /// All of it.
    pub(crate) octets: RawCompound<'de>,
    /// The constructor that the items share.
    pub(crate) constructor: Constructor<'de>,
    /// The number of items.
    pub(crate) count: usize,
    /// The data of the items.
    pub(crate) items: &'de [u8],
}

impl<'de> RawCompound<'de> {
    /// Returns the count, and the octets that are counted.
    ///
    /// Which width size and count have need not be stored: a size of one octet is the number of
    /// octets after it, and the first octet of a size of four never is.
    #[inline]
    pub(crate) fn split(self) -> (usize, &'de [u8]) {
        match self.0 {
            [size, count, items @ ..] if usize::from(*size) == items.len() + 1 => {
                (usize::from(*count), items)
            }
            [_, _, _, _, a, b, c, d, items @ ..] => {
                let count = u32::from_be_bytes([*a, *b, *c, *d]);
                (usize::try_from(count).unwrap_or(usize::MAX), items)
            }
            // The list without size and count: its end is where errors in its fields are.
            empty => (0, empty),
        }
    }

    /// Returns the count of an array, the constructor of its items, and their data. A default view
    /// has no items, and the constructor of null.
    #[inline]
    pub(crate) fn split_array(self) -> (usize, Constructor<'de>, &'de [u8]) {
        const NONE: Constructor<'static> = Constructor::primitive(Format::Null);
        let (count, items) = self.split();
        if items.is_empty() {
            return (0, NONE, items);
        }
        let mut reader = Reader::trusted(items);
        // It has been validated before, so that it cannot fail now.
        let constructor = reader.constructor().unwrap_or(NONE);
        (count, constructor, reader.remaining())
    }
}

impl<'de> Reader<'_, 'de> {
    /// Takes the data of a list, map or array.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::SizeOverrun`] if the size or count exceeds the octets that remain, or
    /// [`DecodeErrorKind::SizeUnderrun`] if the size leaves no room for the count.
    // Without optimizations it would only add to the stack of each level of nesting.
    #[cfg_attr(
        not(debug_assertions),
        expect(clippy::inline_always, reason = "a call returns the octets through memory"),
        inline(always)
    )]
    pub(crate) fn compound(&mut self, format: Format) -> Result<RawCompound<'de>, Failed> {
        let start = self.remaining;
        self.check_depth(start)?;
        let category = format.category();
        let size = self.size(category)?;
        let Some((body, remaining)) = self.remaining.split_at_checked(size) else {
            return Err(self.error_in(start, DecodeErrorKind::SizeOverrun));
        };
        self.remaining = remaining;
        let compound = RawCompound(self.taken_since(start));
        let width = match category {
            Category::Fixed(_) => 0,
            Category::Variable(width) | Category::Compound(width) | Category::Array(width) => width,
        };
        if body.len() < usize::from(width) {
            return Err(self.error_in(start, DecodeErrorKind::SizeUnderrun));
        }
        let (count, items) = compound.split();
        // The items of an array may take no octets.
        if count > items.len() && !matches!(category, Category::Array(_)) {
            return Err(self.error_in(body, DecodeErrorKind::SizeOverrun));
        }
        Ok(compound)
    }

    /// Takes the data of a map, whose items are keys and values in turn.
    ///
    /// # Errors
    ///
    /// Fails as [`compound`](Self::compound) does, or with [`DecodeErrorKind::OddMap`].
    #[inline]
    pub(crate) fn map(&mut self, format: Format) -> Result<RawCompound<'de>, Failed> {
        let map = self.compound(format)?;
        match map.split() {
            (count, items) if count % 2 == 1 => Err(self.error_in(items, DecodeErrorKind::OddMap)),
            _ => Ok(map),
        }
    }

    /// Takes the data of an array, and reads the constructor of its items.
    ///
    /// # Errors
    ///
    /// Fails as [`compound`](Self::compound) and [`constructor`](Self::constructor) do, or with
    /// [`DecodeErrorKind::TooManyItems`] if more zero-width items are announced than the budget
    /// allows.
    #[inline]
    pub(crate) fn array(&mut self, format: Format) -> Result<RawArray<'de>, Failed> {
        let start = self.remaining;
        let octets = self.compound(format)?;
        let (count, items) = octets.split();
        if items.is_empty() {
            return Err(self.error_in(start, DecodeErrorKind::SizeUnderrun));
        }
        self.enter()?;
        let mut inner = self.at(items);
        let constructor = inner.constructor()?;
        let items = inner.remaining;
        if constructor.format().is_zero_width() {
            inner.charge_items(count)?;
        } else if count > items.len() {
            return Err(inner.error(DecodeErrorKind::SizeOverrun));
        }
        self.leave();
        Ok(RawArray { octets, constructor, count, items })
    }

    /// Reads the items of a list, map or array with a function, one level deeper. All of the items'
    /// octets must be read.
    ///
    /// # Errors
    ///
    /// Fails as the function does, or with [`DecodeErrorKind::TooDeep`] or
    /// [`DecodeErrorKind::LeftOver`].
    #[inline]
    pub(crate) fn items<T>(
        &mut self,
        items: &'de [u8],
        read: impl FnOnce(&mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        self.enter()?;
        let mut inner = self.at(items);
        let value = read(&mut inner)?;
        inner.end()?;
        self.leave();
        Ok(value)
    }

    /// Checks that all octets have been read.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::LeftOver`] if octets are left.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), Failed> {
        if self.is_empty() { Ok(()) } else { Err(self.error(DecodeErrorKind::LeftOver)) }
    }

    /// Creates a vector with room for this many items, and charges the budget for it. Room is made
    /// for at most as many items as octets are left, because each item takes one, or for the few
    /// that take none.
    #[inline]
    pub(crate) fn vec_with_capacity<T>(&mut self, count: usize) -> Result<Vec<T>, Failed> {
        self.charge_octets(count.saturating_mul(size_of::<T>()))?;
        Ok(Vec::with_capacity(count.min(self.remaining.len().max(Budget::FREE_ITEMS))))
    }

    /// Decodes the data of all items of an array at once.
    #[inline]
    pub(crate) fn bulk<T>(&mut self, count: usize, bulk: &Bulk<T>) -> Result<Vec<T>, Failed> {
        let octets = self.take(count.saturating_mul(bulk.width))?;
        self.charge_octets(octets.len())?;
        Ok((bulk.read)(octets))
    }
}

/// Appends an item to a vector that usually has spare capacity. `Vec::push` would keep the item in memory,
/// to drop it if growing the vector panics; here the item stays in registers.
#[inline]
pub(crate) fn push<T>(items: &mut Vec<T>, item: T) {
    if items.len() < items.capacity() {
        items.push(item);
    } else {
        grow_and_push(items, Some(item));
    }
}

#[cold]
#[inline(never)]
fn grow_and_push<T>(items: &mut Vec<T>, item: Option<T>) {
    items.extend(item);
}
