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
    /// How many items all lists, maps and arrays may have together. Items of arrays are counted
    /// though they may take no octets at all (`null`, `true`, `uint0`, ...): ten octets can
    /// announce 2^32-1 of those.
    pub items: usize,
    /// How many octets may be copied out of the input, into strings and the like that own their
    /// content. Borrowed and shared content costs nothing.
    pub octets: usize,
}

impl Budget {
    /// The default for `depth`. What the standard and its extensions define is not a tenth as deep.
    pub const DEPTH: u32 = 64;

    /// What the default for `items` adds to the octets of the input: as many items may take no
    /// octet.
    pub const FREE_ITEMS: usize = 256;

    /// The default for an input of so many octets.
    #[must_use]
    pub const fn for_input(octets: usize) -> Self {
        Self { depth: Self::DEPTH, items: octets.saturating_add(Self::FREE_ITEMS), octets }
    }
}
