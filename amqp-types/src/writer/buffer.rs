//! Buffers that grow: their room may not be initialized yet.
//!
//! The `unsafe` code here and in `room.rs` saves filling room with zeros that are overwritten at once;
//! without it, long lists and maps take two to six times as long to encode.

#![expect(unsafe_code, reason = "octets are written to room that is not initialized")]

use alloc::vec::Vec;
use core::mem::MaybeUninit;
use core::ptr;

use bytes::{Bytes, BytesMut};

/// A buffer that grows: `Vec<u8>` or `BytesMut`. No other type can implement it, because unsafe code
/// relies on the implementations.
pub trait Buffer: Growable {}

mod sealed {
    use core::mem::MaybeUninit;

    pub trait Growable {
        /// Returns the number of octets in the buffer.
        fn len(&self) -> usize;

        /// Removes all octets after the first `len`.
        fn truncate(&mut self, len: usize);

        /// Makes room for at least this many more octets.
        fn reserve(&mut self, octets: usize);

        /// Returns the room after the octets in the buffer.
        fn spare(&mut self) -> &mut [MaybeUninit<u8>];

        /// Adds octets to the buffer that have been written to its room.
        ///
        /// # Safety
        ///
        /// This many octets at the front of the room must be initialized.
        unsafe fn advance(&mut self, octets: usize);
    }
}

pub(super) use sealed::Growable;

macro_rules! buffer {
    ($($buffer:ty)*) => {$(
        impl Buffer for $buffer {}

        impl Growable for $buffer {
            #[inline]
            fn len(&self) -> usize {
                self.len()
            }

            fn truncate(&mut self, len: usize) {
                self.truncate(len);
            }

            fn reserve(&mut self, octets: usize) {
                self.reserve(octets);
            }

            #[inline]
            fn spare(&mut self) -> &mut [MaybeUninit<u8>] {
                self.spare_capacity_mut()
            }

            #[inline]
            unsafe fn advance(&mut self, octets: usize) {
                // SAFETY: the room is what lies after `len` and within the capacity, and the caller
                // has initialized this much of it.
                unsafe { self.set_len(self.len() + octets) }
            }
        }
    )*};
}

buffer! { Vec<u8> BytesMut }

/// A buffer of a KiB on the stack, until that is full.
pub(super) struct Scratch<'s> {
    /// The room; none once it is on the heap. It is a reference because a reference to this buffer, which an
    /// encode has beside its room, must not cover the room.
    stack: Option<&'s mut [MaybeUninit<u8>]>,
    heap: Vec<u8>,
}

impl<'s> Scratch<'s> {
    #[inline]
    pub(super) const fn new(stack: &'s mut [MaybeUninit<u8>]) -> Self {
        Self { stack: Some(stack), heap: Vec::new() }
    }

    #[inline]
    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from(self.heap.into_boxed_slice())
    }
}

impl Growable for Scratch<'_> {
    fn len(&self) -> usize {
        self.heap.len()
    }

    fn truncate(&mut self, len: usize) {
        self.heap.truncate(len);
    }

    fn reserve(&mut self, octets: usize) {
        // Growing fourfold takes few steps, and what is left over is given back at the end.
        self.heap.reserve(octets.max(3 * self.heap.len()));
    }

    #[inline]
    fn spare(&mut self) -> &mut [MaybeUninit<u8>] {
        match &mut self.stack {
            Some(stack) => stack,
            None => self.heap.spare_capacity_mut(),
        }
    }

    unsafe fn advance(&mut self, octets: usize) {
        if let Some(stack) = self.stack.take() {
            let written = stack.get(..octets).unwrap_or_default();
            // SAFETY: the caller has initialized this many octets of the room, which is the stack.
            let written = unsafe { &*(ptr::from_ref(written) as *const [u8]) };
            self.heap.reserve_exact(octets);
            self.heap.extend_from_slice(written);
        } else {
            // SAFETY: the room is that of the heap, and the caller has initialized this much of it.
            unsafe { self.heap.set_len(self.heap.len() + octets) };
        }
    }
}
