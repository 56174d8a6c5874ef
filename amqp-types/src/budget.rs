//! Limits of one decode.

/// Limits of a decode: nesting, memory and work.
///
/// The [`Reader`](crate::Reader) enforces them for every type, your own included. The defaults for `octets`
/// and `comparisons` are proportional to the input; `depth` and `items` are constants. They accept the types
/// of the standard at any size. They refuse data that is nested deeper than 64 levels, has more than 256
/// zero-width array items, or needs more than 100 octets of memory for each octet of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Maximum depth of nested lists, maps, arrays, described values and descriptors.
    pub depth: u32,
    /// Maximum number of zero-width array items (`null`, `true`, `uint0`, ...), of which ten octets of
    /// input can declare 2^32-1. The number of all other items is bounded by the input.
    pub items: usize,
    /// Maximum number of octets of memory for content that is copied out of the input, boxed values, and
    /// the items of lists, maps and arrays. Shared content is free. Borrowed content is nearly free: keys
    /// that are sorted and descriptors that are read again are charged.
    pub octets: usize,
    /// Maximum number of octets of keys that are compared to find duplicate keys in maps. Keys that contain
    /// other values count twice. In borrowed maps, short texts as keys are free. Descriptors that are read
    /// again for each item of an array are charged here too, if they are nested or contain values.
    pub comparisons: usize,
}

impl Budget {
    /// The default for `depth`. Types of the standard and its extensions need less than a tenth of it.
    pub const DEPTH: u32 = 64;

    /// The default for `items`. It does not grow with the input, because a decoded value that is encoded
    /// again, in fewer octets, must still be within the limit.
    pub const FREE_ITEMS: usize = 256;

    /// The number of octets of memory that the default for `octets` allows for each octet of input. A
    /// [`Value`](crate::Value) of one octet takes 40. A type with many fields that are all absent may need
    /// more.
    pub const OCTETS_FOR_AN_OCTET: usize = 100;

    /// The number of octets of memory that the default for `octets` allows in addition.
    pub const FREE_OCTETS: usize = 16 * 1024;

    /// The number of octets of keys that the default for `comparisons` allows for each octet of input.
    /// Sorting the keys of one map takes fewer, however many keys there are.
    pub const COMPARISONS_FOR_AN_OCTET: usize = 24;

    /// Returns the default for an input of this many octets.
    #[must_use]
    pub const fn for_input(octets: usize) -> Self {
        // No real input is long enough for the product to overflow, but a caller may pass any number.
        const MOST: usize = (usize::MAX - Budget::FREE_OCTETS) / Budget::OCTETS_FOR_AN_OCTET;
        let input = if octets > MOST { MOST } else { octets };
        Self {
            depth: Self::DEPTH,
            items: Self::FREE_ITEMS,
            octets: Self::FREE_OCTETS + input * Self::OCTETS_FOR_AN_OCTET,
            comparisons: input * Self::COMPARISONS_FOR_AN_OCTET,
        }
    }
}

/// Spends some of what is left of a limit. Returns whether there is enough.
#[inline]
pub(crate) const fn spend(left: &mut usize, amount: usize) -> bool {
    match left.checked_sub(amount) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}
