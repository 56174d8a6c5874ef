//! The room that a writer fills, and the functions that give it that of a buffer.

#![expect(unsafe_code, reason = "octets are written to room that is not initialized")]

use core::marker::PhantomData;
use core::mem::{self, MaybeUninit};
use core::ptr::NonNull;
use core::slice;

use bytes::Bytes;

use super::Writer;
use super::buffer::{Buffer, Growable, Scratch};
use super::encoder::Encoder;
use crate::error::EncodeError;

/// Room for octets, and how many of them have been written. The rest may not be initialized.
// The types of the fields alternate: adjacent words of one type would be stored as one vector, and
// loading one of them again would wait until that is in the cache.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Room<'w> {
    /// The number of octets that were written, including those that did not fit: it then exceeds the capacity.
    /// It is at most `isize::MAX`.
    len: usize,
    start: NonNull<MaybeUninit<u8>>,
    capacity: usize,
    lifetime: PhantomData<&'w mut [MaybeUninit<u8>]>,
}

impl Room<'_> {
    /// Takes all of a slice as room.
    ///
    /// # Safety
    ///
    /// Nothing else may use the slice as long as the room is used.
    #[inline]
    const unsafe fn new(room: &mut [MaybeUninit<u8>]) -> Self {
        let capacity = room.len();
        Self { len: 0, start: NonNull::from_mut(room).cast(), capacity, lifetime: PhantomData }
    }

    /// Moves the room to a copy, word by word. The original has no room until it is restored.
    #[inline]
    pub(super) const fn lend(&mut self) -> Self {
        let capacity = mem::replace(&mut self.capacity, 0);
        Self { len: self.len, start: self.start, capacity, lifetime: PhantomData }
    }

    /// Restores the room from the copy, word by word.
    #[inline]
    pub(super) const fn restore(&mut self, lent: &Self) {
        self.len = lent.len;
        self.start = lent.start;
        self.capacity = lent.capacity;
    }

    /// Returns the number of octets that were written, counting those that did not fit.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of octets for which there is room, including written ones.
    #[inline]
    pub(super) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns whether there is room for more octets. After an overflow there is none.
    #[inline]
    pub(super) const fn has(&self, octets: usize) -> bool {
        // Neither exceeds `isize::MAX`.
        self.len.wrapping_add(octets) <= self.capacity
    }

    /// Takes room for the next octets, which the caller must write, if there is room for them.
    #[inline]
    pub(super) const fn take(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if octets > isize::MAX.cast_unsigned() || !self.has(octets) {
            return None;
        }
        let start = self.len;
        self.len += octets;
        // SAFETY: the octets are within the capacity, and the room is used by nothing else.
        Some(unsafe { slice::from_raw_parts_mut(self.start.as_ptr().add(start), octets) })
    }

    /// Gives back the last octets that were taken, which the caller has not written.
    #[inline]
    pub(super) const fn give_back(&mut self, octets: usize) {
        self.len -= octets;
    }

    /// Returns all of the room: the octets that have been written, then those that may not be
    /// initialized.
    #[inline]
    pub(super) const fn as_mut_slice(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: this is the capacity, and the room is used by nothing else.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.capacity) }
    }

    /// Removes the octets after the first `len`, which must be an earlier length.
    #[inline]
    pub(super) const fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.len = len;
        }
    }

    /// Counts octets for which there is no room.
    pub(super) const fn count_overflow(&mut self, octets: usize) {
        const MOST: usize = isize::MAX.cast_unsigned();
        let len = self.len.saturating_add(octets);
        self.len = if len > MOST { MOST } else { len };
    }
}

impl<'w> Encoder<'w> {
    /// Makes room for more octets after those that have been written to the room of the buffer, and
    /// returns the new room with those in it. There is none if the buffer does not grow.
    ///
    /// # Safety
    ///
    /// The first `written` octets of the room must be initialized, and the room that was used so far
    /// must not be used any more.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn grow(&mut self, written: usize, octets: usize) -> Option<Room<'w>> {
        /// The minimum room.
        const LEAST: usize = 256;
        let buffer = self.buffer.as_deref_mut()?;
        let start = buffer.len();
        // SAFETY: the caller has written this many octets.
        unsafe { buffer.advance(written) };
        buffer.reserve(octets.max(written).max(LEAST));
        buffer.truncate(start);
        // SAFETY: nothing uses the buffer but this function, which replaces the room.
        let room = unsafe { Room::new(buffer.spare()) };
        Some(Room { len: written, ..room })
    }
}

impl Writer<'_> {
    /// Appends what a function writes to a buffer, and returns the number of octets.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if something cannot be encoded; the buffer is then unchanged.
    #[inline]
    pub fn append<B: Buffer>(
        buffer: &mut B,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        append(buffer, write)
    }

    /// Writes what a function writes to the front of a fixed buffer, and returns the number of
    /// octets. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// Returns [`EncodeError::TooLong`] if the buffer is too short, or another [`EncodeError`] if
    /// something cannot be encoded. The content of the buffer is then unspecified.
    #[inline]
    pub fn fill(
        buffer: &mut [u8],
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        let octets: *mut [u8] = buffer;
        // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and this crate writes nothing but
        // initialized octets to room. Nothing else uses the buffer until this function returns.
        let room = unsafe { Room::new(&mut *(octets as *mut [MaybeUninit<u8>])) };
        let mut encoder = Encoder::new(None);
        let mut writer = Writer::new(room, &mut encoder);
        write(&mut writer);
        writer.finish()
    }
}

#[inline]
fn append<B: Growable>(
    buffer: &mut B,
    write: impl FnOnce(&mut Writer<'_>),
) -> Result<usize, EncodeError> {
    // SAFETY: nothing uses the buffer until this function returns but `grow`, which replaces the room.
    let room = unsafe { Room::new(buffer.spare()) };
    let mut encoder = Encoder::new(Some(buffer));
    let mut writer = Writer::new(room, &mut encoder);
    write(&mut writer);
    let octets = writer.finish()?;
    // SAFETY: `finish` has checked that as many octets have been taken from the room of the writer
    // that was made here: the function cannot put another one in its place, since it cannot have a
    // writer of this very lifetime. A writer writes all that it takes.
    unsafe { buffer.advance(octets) };
    Ok(octets)
}

/// Returns what a function writes. Up to a KiB is written to the stack first, so that the only
/// allocation has the right size.
#[inline(never)]
pub(crate) fn to_bytes(write: &dyn Fn(&mut Writer<'_>)) -> Result<Bytes, EncodeError> {
    let mut stack = [MaybeUninit::uninit(); 1024];
    let mut scratch = Scratch::new(&mut stack);
    append(&mut scratch, write)?;
    Ok(scratch.into_bytes())
}

/// Views octets as what can be copied to room.
#[inline]
pub(super) const fn as_uninit(octets: &[u8]) -> &[MaybeUninit<u8>] {
    let octets: *const [u8] = octets;
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and every octet is one.
    unsafe { &*(octets as *const [MaybeUninit<u8>]) }
}
