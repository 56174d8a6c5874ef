//! How much one decode may take.

/// What a decode may take at most: depth, items and octets.
///
/// A [`Reader`](crate::Reader) spends from it, so no type can forget to. The defaults grow with the
/// input and refuse no legal data for being large: every item of a list or map and every item of
/// an array takes an octet at least, with the one exception that `items` is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How deep lists, maps, arrays, described values and descriptors may be nested.
    pub depth: u32,
    /// How many items of arrays may take no octets at all (`null`, `true`, `uint0`, ...): ten octets
    /// can announce 2^32-1 of those. All other items are paid for by their octets.
    pub items: usize,
    /// How many octets of memory the values may take: what is copied out of the input, what is boxed,
    /// and room for the items of lists, maps and arrays. Content that is shared costs nothing, and
    /// what is borrowed next to nothing: keys that are sorted, descriptors that are read again.
    pub octets: usize,
    /// The number of octets of keys that may be compared to find duplicate keys in maps. Keys that
    /// are short texts are told apart without it.
    pub comparisons: usize,
}

impl Budget {
    /// The default for `depth`. What the standard and its extensions define is not a tenth as deep.
    pub const DEPTH: u32 = 64;

    /// The default for `items`. It does not grow with the input: a value that is written again, in
    /// fewer octets, must still be within it.
    pub const FREE_ITEMS: usize = 256;

    /// How many octets of memory the default for `octets` allows for each octet of input. A
    /// [`Value`](crate::Value) takes 40 for one; a type of many fields that are all absent may want
    /// more.
    pub const OCTETS_FOR_AN_OCTET: usize = 100;

    /// How many octets of memory the default for `octets` allows on top of that.
    pub const FREE_OCTETS: usize = 16 * 1024;

    /// How many octets of keys the default for `comparisons` allows to compare for each octet of
    /// input. Sorting the keys of one map takes fewer, however many keys there are.
    pub const COMPARISONS_FOR_AN_OCTET: usize = 32;

    /// The default for an input of so many octets.
    #[must_use]
    pub const fn for_input(octets: usize) -> Self {
        // No input is so long that the product overflows, but a caller may say anything.
        const MOST: usize = (usize::MAX - Budget::FREE_OCTETS) / Budget::OCTETS_FOR_AN_OCTET;
        let input = if octets > MOST { MOST } else { octets };
        Self {
            depth: Self::DEPTH,
            items: Self::FREE_ITEMS,
            octets: Self::FREE_OCTETS + input * Self::OCTETS_FOR_AN_OCTET,
            comparisons: Self::FREE_OCTETS + input * Self::COMPARISONS_FOR_AN_OCTET,
        }
    }

    /// Enters one level of nesting. Returns whether the budget allows it.
    #[inline]
    pub(crate) const fn enter(&mut self) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                true
            }
            None => false,
        }
    }

    /// Leaves a level that was entered.
    #[inline]
    pub(crate) const fn leave(&mut self) {
        self.depth += 1;
    }

    /// Spends octets of memory, or as many units of work. Returns whether the budget allows it.
    #[inline]
    pub(crate) const fn charge_octets(&mut self, octets: usize) -> bool {
        match self.octets.checked_sub(octets) {
            Some(left) => {
                self.octets = left;
                true
            }
            None => false,
        }
    }

    /// Spends zero-width items. Returns whether the budget allows it.
    #[inline]
    pub(crate) const fn charge_items(&mut self, items: usize) -> bool {
        match self.items.checked_sub(items) {
            Some(left) => {
                self.items = left;
                true
            }
            None => false,
        }
    }

    /// Spends octets of keys that are compared. Returns whether the budget allows it.
    #[inline]
    pub(crate) const fn charge_comparisons(&mut self, octets: usize) -> bool {
        match self.comparisons.checked_sub(octets) {
            Some(left) => {
                self.comparisons = left;
                true
            }
            None => false,
        }
    }
}
