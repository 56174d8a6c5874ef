//! The memory of large messages that are received, which is used again.
//!
//! An allocator may give such memory back to the operating system each time, and take it anew, which costs more than to
//! copy the message: with that of glibc it was half of the time to receive a message of 64 KiB.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// The memory that is free, at most [`MAX_FREE`] octets.
static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// The most octets that are kept for all connections of the program.
const MAX_FREE: usize = 4 << 20;

/// The sizes of buffers that are kept.
const KEPT: std::ops::RangeInclusive<usize> = 16 << 10..=512 << 10;

fn free() -> MutexGuard<'static, Vec<Vec<u8>>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns an empty buffer with at least this capacity.
pub(crate) fn take(capacity: usize) -> Vec<u8> {
    if KEPT.contains(&capacity) {
        let mut free = free();
        let fits = |buffer: &Vec<u8>| (capacity..=2 * capacity).contains(&buffer.capacity());
        if let Some(index) = free.iter().rposition(fits) {
            return free.swap_remove(index);
        }
    }
    Vec::with_capacity(capacity)
}

/// Returns the octets of a buffer, whose memory is used again when they are dropped.
pub(crate) fn freeze(buffer: Vec<u8>) -> Bytes {
    if KEPT.contains(&buffer.capacity()) {
        Bytes::from_owner(Frozen(buffer))
    } else {
        buffer.into()
    }
}

/// Copies octets.
pub(crate) fn copy(octets: &[u8]) -> Bytes {
    let mut copy = take(octets.len());
    copy.extend_from_slice(octets);
    freeze(copy)
}

/// The octets of a buffer that is kept.
struct Frozen(Vec<u8>);

impl AsRef<[u8]> for Frozen {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.0);
        let mut free = free();
        let kept: usize = free.iter().map(Vec::capacity).sum();
        if kept + buffer.capacity() <= MAX_FREE {
            buffer.clear();
            free.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(len: usize) -> Bytes {
        let mut buffer = take(len);
        assert!(buffer.is_empty() && buffer.capacity() >= len);
        buffer.extend((0..=u8::MAX).cycle().take(len));
        freeze(buffer)
    }

    #[test]
    fn memory_is_used_again_after_the_last_clone() {
        // A size that no other test uses.
        let first = filled(301_234);
        let place = first.as_ptr();
        let part = first.slice(1000..);
        drop(first);
        let second = filled(301_234);
        assert_ne!(second.as_ptr(), place, "a part is still there");
        assert_eq!((part[0], part.len()), (232, 300_234));
        drop(part);
        let third = filled(301_234);
        assert_eq!((third.as_ptr(), third[1000]), (place, 232));
    }

    #[test]
    fn no_more_is_kept_than_the_limit_and_no_buffer_of_another_size() {
        let all: Vec<_> = (0..100).map(|_| filled(400_000)).collect();
        drop(all);
        assert!(free().iter().map(Vec::capacity).sum::<usize>() <= MAX_FREE);
        assert!(free().iter().all(|buffer| KEPT.contains(&buffer.capacity())));
        for len in [0, 1, 4096, 20_000, 10 << 20] {
            let octets = filled(len);
            assert_eq!(octets.len(), len);
        }
        assert!(take(20_000).capacity() <= 40_000, "a small message does not keep a large buffer");
    }
}
