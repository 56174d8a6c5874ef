//! Buffers that grow: their room may not be initialized yet.
//!
//! Without the `unsafe` code here and in `room.rs`, all room of a buffer would be filled with zeros before each
//! encode. In a buffer of 4 KiB, a transfer would take 48 ns for 10.

#![expect(unsafe_code, reason = "octets are written to room that is not initialized")]

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use bytes::BytesMut;

/// A buffer that grows: `Vec<u8>` or `BytesMut`. No other type can implement it, because unsafe code
/// relies on the implementations.
///
/// ```
/// use amqp_types::{Buffer, Encode, EncodeError};
///
/// fn encode_pair<B: Buffer>(pair: (u32, &str), buffer: &mut B) -> Result<(), EncodeError> {
///     pair.0.encode_to(buffer)?;
///     pair.1.encode_to(buffer)
/// }
///
/// let mut buffer = Vec::new();
/// encode_pair((7, "a"), &mut buffer)?;
/// assert_eq!(buffer, [0x52, 7, 0xa1, 1, b'a']);
/// # Ok::<(), EncodeError>(())
/// ```
pub trait Buffer: Growable {}

mod sealed {
    use core::mem::MaybeUninit;

    pub trait Growable {
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
