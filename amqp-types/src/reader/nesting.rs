//! Stepping into lists, maps and arrays and out again, and what that may cost.

use alloc::vec::Vec;

use crate::budget::Budget;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Category, Format};
use crate::reader::Reader;

impl<'a> Reader<'a> {
    /// Spends octets of the budget: memory that a value is about to take.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::TooManyOctets`].
    #[inline]
    pub fn charge_octets(&mut self, octets: usize) -> Result<(), Failed> {
        // What is read to find a cut is not kept.
        if self.finds_cut() { Ok(()) } else { self.spend_octets(octets) }
    }

    /// Spends octets of the budget for work rather than memory.
    #[inline]
    pub(crate) fn spend_octets(&mut self, octets: usize) -> Result<(), Failed> {
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
        if self.goes_deeper() { Ok(()) } else { Err(self.error(DecodeErrorKind::TooDeep)) }
    }

    /// Goes one level deeper, if the budget allows it.
    #[inline]
    pub(crate) const fn goes_deeper(&mut self) -> bool {
        match self.budget.depth.checked_sub(1) {
            Some(left) => {
                self.budget.depth = left;
                true
            }
            None => false,
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
            None if self.finds_cut() => {
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
        self.finds_cut() && after.is_empty()
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

    /// Pays for room for this many items, and makes it: for no more than there are octets, of which each
    /// item takes one, or for the few that take none. A budget that is raised can pay for more of those.
    #[inline]
    pub(crate) fn room_for<T>(&mut self, count: usize) -> Result<Vec<T>, Failed> {
        self.charge_octets(count.saturating_mul(size_of::<T>()))?;
        Ok(Vec::with_capacity(count.min(self.rest.len().max(Budget::FREE_ITEMS))))
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
}
