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

    /// For what has been read before.
    pub(crate) const UNLIMITED: Self =
        Self { depth: u32::MAX, items: usize::MAX, octets: usize::MAX };

    /// The default for an input of so many octets.
    #[must_use]
    pub const fn for_input(octets: usize) -> Self {
        // One comparison, where to saturate twice takes two.
        const MOST: usize = (usize::MAX - Budget::FREE_OCTETS) / Budget::OCTETS_FOR_AN_OCTET;
        let octets = if octets > MOST {
            usize::MAX
        } else {
            Self::FREE_OCTETS + octets * Self::OCTETS_FOR_AN_OCTET
        };
        Self { depth: Self::DEPTH, items: Self::FREE_ITEMS, octets }
    }
}
