//! Octets in parts that need not be adjacent in memory.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes, BytesMut};

/// Octets in parts, which need not be adjacent in memory, so that a large body is not copied after the octets that
/// precede it.
///
/// It is a [`Buf`], with one slice for each part.
///
/// ```
/// use amqp_net::amqp_types::Bytes;
/// use amqp_net::proto::{OutgoingDelivery, Parts};
///
/// let body = Bytes::from(vec![7; 100_000]);
/// let mut parts = Parts::from(Bytes::from_static(b"\x00\x53\x75\xb0\x00\x01\x86\xa0"));
/// parts.push(body);
/// assert_eq!(OutgoingDelivery::new(parts).payload.len(), 100_008);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Not empty if there are others.
    first: Bytes,
    #[expect(
        clippy::box_collection,
        reason = "most messages have one part, and an empty queue takes longer to move and drop"
    )]
    rest: Option<Box<VecDeque<Bytes>>>,
    len: usize,
}

impl Parts {
    /// Creates parts without octets.
    #[must_use]
    pub const fn new() -> Self {
        Self { first: Bytes::new(), rest: None, len: 0 }
    }

    /// Adds a part at the end.
    pub fn push(&mut self, part: Bytes) {
        self.len += part.len();
        if self.first.is_empty() {
            self.first = part;
        } else if !part.is_empty() {
            self.rest.get_or_insert_default().push_back(part);
        }
    }

    /// Returns the number of octets.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there are no octets.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the octets side by side. If there is more than one part, they are copied.
    #[must_use]
    pub fn into_bytes(mut self) -> Bytes {
        self.copy_to_bytes(self.len)
    }

    /// Returns the parts, none of which is empty.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Bytes> {
        let first = Some(&self.first).filter(|first| !first.is_empty());
        first.into_iter().chain(self.rest.iter().flat_map(|rest| &**rest))
    }

    /// Takes the first part, or as many octets of it as are wanted. Empty if there are none.
    pub(super) fn take_part(&mut self, max: usize) -> Bytes {
        let len = self.first.len().min(max);
        let part = self.first.split_to(len);
        self.advance(0);
        self.len -= len;
        part
    }
}

impl Buf for Parts {
    fn remaining(&self) -> usize {
        self.len
    }

    fn chunk(&self) -> &[u8] {
        &self.first
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        slices.iter_mut().zip(self.iter()).map(|(slice, part)| *slice = IoSlice::new(part)).count()
    }

    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        if len <= self.first.len() {
            return self.take_part(len);
        }
        assert!(len <= self.len, "there are fewer than {len} octets");
        let mut octets = BytesMut::with_capacity(len);
        while octets.len() < len {
            octets.extend_from_slice(&self.take_part(len - octets.len()));
        }
        octets.freeze()
    }

    fn advance(&mut self, count: usize) {
        assert!(count <= self.len, "there are fewer than {count} octets");
        let mut left = count;
        self.len -= count;
        loop {
            let here = left.min(self.first.len());
            self.first.advance(here);
            left -= here;
            if !self.first.is_empty() {
                return;
            }
            let Some(next) = self.rest.as_mut().and_then(|rest| rest.pop_front()) else { return };
            self.first = next;
        }
    }
}

impl<B: Into<Bytes>> From<B> for Parts {
    fn from(octets: B) -> Self {
        let first = octets.into();
        Self { len: first.len(), first, rest: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        let mut parts = Parts::new();
        for part in ["", "a", "bcd", "", "efgh"] {
            parts.push(Bytes::from_static(part.as_bytes()));
        }
        parts
    }

    #[test]
    fn octets_are_taken_over_the_ends_of_parts() {
        for len in 0..=8 {
            let mut parts = parts();
            assert_eq!(parts.copy_to_bytes(len), b"abcdefgh"[..len]);
            assert_eq!((parts.len(), parts.is_empty()), (8 - len, len == 8));
            assert_eq!(parts.into_bytes(), b"abcdefgh"[len..]);
            let mut parts = self::parts();
            parts.advance(len);
            assert_eq!(parts.into_bytes(), b"abcdefgh"[len..]);
        }
    }

    #[test]
    fn a_part_is_taken_as_a_whole_or_from_its_front() {
        let mut parts = parts();
        assert_eq!([parts.take_part(5), parts.take_part(2), parts.take_part(5)], ["a", "bc", "d"]);
        assert_eq!((parts.take_part(0), parts.len()), (Bytes::new(), 4));
        assert_eq!([parts.take_part(9), parts.take_part(9)], ["efgh", ""]);
    }

    #[test]
    fn there_is_a_slice_for_each_part() {
        let parts = parts();
        let mut slices = [IoSlice::new(b""); 8];
        let count = parts.chunks_vectored(&mut slices);
        assert_eq!(
            slices[..count].iter().map(|slice| &**slice).collect::<Vec<_>>(),
            [&b"a"[..], b"bcd", b"efgh"]
        );
        assert_eq!(parts.chunks_vectored(&mut slices[..2]), 2, "as many as there is room for");
        assert_eq!(Parts::new().chunks_vectored(&mut slices), 0);
    }

    #[test]
    #[should_panic(expected = "there are fewer than 9 octets")]
    fn no_more_octets_are_passed_over_than_there_are() {
        parts().advance(9);
    }

    #[test]
    fn one_part_is_not_copied() {
        let part = Bytes::from(vec![7; 10]);
        assert_eq!(Parts::from(part.clone()).into_bytes().as_ptr(), part.as_ptr());
    }
}
