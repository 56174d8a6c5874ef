//! Copies of small pieces of octets.

use bytes::{Bytes, BytesMut};

/// Copies octets. Small copies that follow one another share an allocation, which is freed after all of them.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// What is left of the last allocation.
    rest: BytesMut,
}

impl Copies {
    /// The size of the largest allocation that is shared.
    pub(crate) const SHARED: usize = 16 << 10;

    /// Copies octets. `expected` is how many octets will be copied soon, these included.
    pub(crate) fn copy(&mut self, octets: &[u8], expected: usize) -> Bytes {
        if octets.len() > Self::SHARED / 4 {
            return Bytes::copy_from_slice(octets);
        }
        if self.rest.capacity() < octets.len() {
            self.rest.reserve(expected.clamp(octets.len(), Self::SHARED));
        }
        self.rest.extend_from_slice(octets);
        self.rest.split().freeze()
    }

    /// Frees what is left, because no more is expected.
    pub(crate) fn clear(&mut self) {
        self.rest = BytesMut::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_copies_share_an_allocation_as_large_as_what_is_expected() {
        let mut copies = Copies::default();
        let first = copies.copy(b"first", 11);
        let second = copies.copy(b"second", 6);
        assert_eq!((&first[..], &second[..]), (&b"first"[..], &b"second"[..]));
        assert_eq!(second.as_ptr(), first.as_ptr_range().end);
        let third = copies.copy(b"third", 0);
        assert_ne!(third.as_ptr(), second.as_ptr_range().end);
        assert_eq!(copies.rest.capacity(), 0, "no more is allocated than is expected");
        copies.copy(b"fourth", usize::MAX);
        assert!(copies.rest.capacity() < Copies::SHARED);
        copies.clear();
        assert_eq!(copies.rest.capacity(), 0);
        assert_eq!(copies.copy(&[7; Copies::SHARED], usize::MAX), [7; Copies::SHARED][..]);
        assert_eq!(copies.rest.capacity(), 0, "a large copy has its own allocation");
    }
}
