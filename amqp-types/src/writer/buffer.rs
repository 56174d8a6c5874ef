//! Buffers that grow, and the room in them that nothing has been written to yet.
//!
//! What the `unsafe` code here spares: filling room with zeros that are written over at once.

#![expect(unsafe_code, reason = "octets are written where none are, and only counted afterwards")]

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use bytes::BytesMut;

use super::Writer;
use crate::error::EncodeError;

/// A buffer that grows: `Vec<u8>` or `BytesMut`, and nothing else, for unsafe code relies on what they
/// do.
pub trait Buffer: sealed::Room {}

mod sealed {
    use core::mem::MaybeUninit;

    pub trait Room {
        /// The room behind the octets that are there.
        fn room(&mut self) -> &mut [MaybeUninit<u8>];

        /// Makes room for so many octets.
        fn make_room(&mut self, octets: usize);

        /// Counts this many octets of the room to those that are there.
        ///
        /// # Safety
        ///
        /// They have been written, and are no more than the room has.
        unsafe fn take_in(&mut self, octets: usize);
    }
}

macro_rules! grows {
    ($($buffer:ty)*) => {$(
        impl Buffer for $buffer {}

        impl sealed::Room for $buffer {
            #[inline]
            fn room(&mut self) -> &mut [MaybeUninit<u8>] {
                self.spare_capacity_mut()
            }

            fn make_room(&mut self, octets: usize) {
                self.reserve(octets);
            }

            #[inline]
            unsafe fn take_in(&mut self, octets: usize) {
                // SAFETY: `room` is what lies behind `len` and within the capacity, and the caller
                // has written this much of it.
                unsafe { self.set_len(self.len() + octets) }
            }
        }
    )*};
}

grows! { Vec<u8> BytesMut }

impl Writer<'_> {
    /// Appends what a function writes to a buffer, and gives the number of octets.
    ///
    /// The function is called once more if there was not enough room, and must write the same.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] says what cannot be written; it is [`EncodeError::TooLong`], too, if the function
    /// puts another writer in place of the one that it is given. The buffer is then as it was.
    #[inline]
    pub fn append<B: Buffer + ?Sized>(
        buffer: &mut B,
        write: impl Fn(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        loop {
            match Self::append_once(buffer, &write) {
                Ok(len) => return Ok(len),
                Err(Unwritten::Cannot(error)) => return Err(error),
                Err(Unwritten::NoRoom { octets }) => buffer.make_room(octets),
            }
        }
    }

    /// Appends what a function writes to a buffer, if there is room for it.
    #[inline]
    pub(crate) fn append_once<B: Buffer + ?Sized>(
        buffer: &mut B,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, Unwritten> {
        let room = buffer.room();
        let (start, limit) = (room.as_ptr(), room.len());
        let mut writer = Writer::new(room);
        write(&mut writer);
        let octets = writer.len();
        // A function can put another writer in place of this one (`mem::swap` is safe), which has
        // counted octets of another room.
        if writer.room.as_ptr() != start || writer.room.len() != limit {
            return Err(Unwritten::Cannot(EncodeError::TooLong { octets, limit }));
        }
        let fault = writer.state.fault();
        let len = writer.finish().map_err(|error| match fault {
            None => Unwritten::NoRoom { octets },
            Some(_) => Unwritten::Cannot(error),
        })?;
        // SAFETY: `finish` has seen that `len` is within the writer's room, and the room is the
        // buffer's. A writer's `len` grows by what it writes, each time by all of the place that
        // it took, or by what a `Rest` was moved on by, which is what was put there: without gaps.
        // What is left of a rest is never more than it was.
        // It only goes back to where it was before. All up to `len` has been written, if this is
        // the writer that was made here, or one that stands in the same room: and of room that
        // was not written there is just the one writer, the rests that this crate makes of it, and in
        // its place, while something is written apart, one without room.
        unsafe { buffer.take_in(len) };
        Ok(len)
    }

    /// Makes room for so many octets, and appends what a function writes.
    pub(crate) fn append_in<B: Buffer + ?Sized>(
        buffer: &mut B,
        octets: usize,
        write: impl Fn(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        buffer.make_room(octets);
        Self::append(buffer, write)
    }
}

/// Why nothing was appended.
pub(crate) enum Unwritten {
    /// It takes so many octets.
    NoRoom { octets: usize },
    /// It cannot be written.
    Cannot(EncodeError),
}

/// Octets as room: what is in them is not looked at any more.
#[inline]
pub(super) const fn not_read(octets: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    let room: *mut [u8] = octets;
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and this crate puts nothing into room but
    // octets: those behind the reference stay octets.
    unsafe { &mut *(room as *mut [MaybeUninit<u8>]) }
}

/// Octets as they are in room.
#[inline]
pub(super) const fn as_written(octets: &[u8]) -> &[MaybeUninit<u8>] {
    let octets: *const [u8] = octets;
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and every octet is one.
    unsafe { &*(octets as *const [MaybeUninit<u8>]) }
}
