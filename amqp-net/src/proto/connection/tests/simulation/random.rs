//! Random numbers that are the same for each seed.

use std::sync::LazyLock;

use bytes::Bytes;

use crate::proto::Parts;

/// The size of the largest messages, without their number.
pub(super) const MOST: usize = 300_000;

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self(seed);
        // The first numbers of seeds that follow one another are similar.
        for _ in 0..8 {
            random.below(2);
        }
        random
    }

    /// Returns a number below this one.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(0x9e37_79b9);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Returns true with a probability of one in this many.
    pub(super) fn once_in(&mut self, calls: usize) -> bool {
        self.below(calls) == 0
    }

    /// Returns one of these.
    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())).cloned() }
    }

    /// Returns a message that [`number_of`] knows, in parts.
    pub(super) fn message(&mut self, number: u64, len: usize) -> Parts {
        let number = Bytes::copy_from_slice(&number.to_be_bytes());
        let mut octets = content(&number, len);
        let mut parts = Parts::from(number);
        while !octets.is_empty() {
            let most = self.of(&[1, 10, 4095, 4096, 5000, 100_000]).unwrap();
            parts.push(octets.split_to((self.below(most) + 1).min(octets.len())));
        }
        parts
    }
}

/// Returns the octets that follow this number in a message.
fn content(number: &[u8], len: usize) -> Bytes {
    static OCTETS: LazyLock<Bytes> =
        LazyLock::new(|| (0..=250).cycle().take(MOST + 256).collect::<Vec<u8>>().into());
    let first = usize::from(number[number.len() - 1]);
    OCTETS.slice(first..first + len)
}

/// Returns the number of a message whose octets are what they were.
pub(super) fn number_of(message: &[u8]) -> u64 {
    let (number, rest) = message.split_first_chunk().unwrap();
    assert!(rest == content(number, rest.len()), "message {number:?} has changed");
    u64::from_be_bytes(*number)
}
