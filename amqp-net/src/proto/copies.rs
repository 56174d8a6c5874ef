//! Copies of small pieces of octets.

use bytes::{Bytes, BytesMut};

use super::buffers;

/// Copies octets. Small copies that follow one another share an allocation, which is freed after all of them.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// What is left of the last allocation.
    rest: BytesMut,
    /// The number of octets that have been copied since the last [`clear`](Self::clear).
    copied: usize,
}

impl Copies {
    /// The size of allocations that are shared. One that grows can be twice as large.
    const SHARED: usize = 8 << 10;

    /// Copies octets.
    pub(crate) fn copy(&mut self, octets: &[u8]) -> Bytes {
        if octets.len() > Self::SHARED / 2 {
            return buffers::copy(octets);
        }
        if self.rest.capacity() < octets.len() {
            // No larger than what has been copied, so that few copies that are kept do not keep much.
            self.rest.reserve(self.copied.clamp(octets.len(), Self::SHARED));
        }
        self.copied += octets.len();
        self.rest.extend_from_slice(octets);
        self.rest.split().freeze()
    }

    /// Frees what is left, because no more copies follow soon.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocations_grow_with_what_has_been_copied() {
        let mut copies = Copies::default();
        let first = copies.copy(&[1; 100]);
        assert_eq!(copies.rest.capacity(), 0, "one copy has an allocation of its size");
        let second = copies.copy(&[2; 100]);
        let third = copies.copy(&[3; 100]);
        let fourth = copies.copy(&[4; 100]);
        assert_eq!(fourth.as_ptr(), third.as_ptr_range().end, "they share one");
        for (copy, octet) in [first, second, third, fourth].into_iter().zip(1..) {
            assert_eq!(copy, [octet; 100][..]);
        }
        for _ in 0..10_000 {
            copies.copy(b"more");
            assert!(copies.rest.capacity() < 2 * Copies::SHARED);
        }
        copies.clear();
        assert_eq!((copies.rest.capacity(), copies.copied), (0, 0));
    }

    #[test]
    fn a_large_copy_has_its_own_allocation() {
        let mut copies = Copies::default();
        assert_eq!(copies.copy(&[7; Copies::SHARED]), [7; Copies::SHARED][..]);
        assert_eq!((copies.rest.capacity(), copies.copied), (0, 0));
    }
}
