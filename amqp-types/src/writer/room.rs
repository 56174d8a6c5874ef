//! The room that a writer fills, and the functions that give it that of a buffer.

#![expect(unsafe_code, reason = "octets are written to room that is not initialized")]

use alloc::vec::Vec;
use core::hint::black_box;
use core::mem::MaybeUninit;

use bytes::Bytes;

use super::Writer;
use super::buffer::Buffer;
use super::state::State;
use crate::error::EncodeError;

/// Room for octets, and how many of them have been written. The rest may not be initialized.
// The two `usize` are not adjacent. The compiler would store them as one vector, and a load of one of them would
// wait until that is in the cache.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Room<'w> {
    /// The number of octets that were written, including those that did not fit: it then exceeds the room.
    /// It exceeds [`MOST`] by a few at most, so that adding to it does not overflow. If it is within the room, all
    /// octets before it are initialized.
    len: usize,
    octets: &'w mut [MaybeUninit<u8>],
}

/// The number beyond which octets are not counted.
const MOST: usize = isize::MAX.cast_unsigned();

/// Whether values can be so long that their octets are not counted. With 64 bits, no memory holds them.
const IS_REACHED: bool = usize::BITS < 64;

impl<'w> Room<'w> {
    #[inline]
    const fn new(octets: &'w mut [MaybeUninit<u8>]) -> Self {
        Self { len: 0, octets }
    }

    /// Returns a copy, and the length of this room, which must be set to that of the copy.
    #[inline]
    pub(super) const fn lend(&mut self) -> (Room<'_>, &mut usize) {
        (Room { len: self.len, octets: self.octets }, &mut self.len)
    }

    /// Removes the octets after the first `len`. The room must have had this length between two writes: all
    /// octets before it are then initialized, unless they did not fit.
    #[inline]
    pub(super) const fn truncate(&mut self, len: usize) {
        self.len = len;
    }

    /// Returns the number of octets that were written, counting those that did not fit.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Returns whether this many more octets fit.
    #[inline]
    pub(super) const fn fits(&self, octets: usize) -> bool {
        self.len.wrapping_add(octets) <= self.octets.len()
    }

    /// Takes room for the next octets, which the caller must write. If they do not fit, they are only counted,
    /// up to [`MOST`].
    #[inline]
    pub(super) const fn take(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        let start = self.len;
        let end = start.wrapping_add(octets);
        if octets <= MOST && end <= self.octets.len() {
            self.len = end;
            // SAFETY: the octets are within the room.
            return Some(unsafe { self.part(start, octets) });
        }
        if octets <= MOST && end <= MOST {
            self.len = end;
        } else if IS_REACHED {
            self.len = MOST;
        }
        None
    }

    /// As [`take`](Self::take), for a few octets. They are counted without a limit where that cannot be
    /// reached, which takes less code.
    #[inline]
    pub(super) const fn take_few(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if IS_REACHED {
            return self.take(octets);
        }
        let start = self.len;
        self.len = start.wrapping_add(octets);
        if self.len <= self.octets.len() {
            // SAFETY: the octets are within the room.
            return Some(unsafe { self.part(start, octets) });
        }
        None
    }

    /// Returns a part of the room.
    ///
    /// # Safety
    ///
    /// It must be within the room.
    #[inline]
    const unsafe fn part(&mut self, start: usize, octets: usize) -> &mut [MaybeUninit<u8>] {
        // SAFETY: the caller has checked this.
        unsafe { core::slice::from_raw_parts_mut(self.octets.as_mut_ptr().add(start), octets) }
    }

    /// Returns all of the room: the octets that have been written, then those that may not be
    /// initialized.
    #[inline]
    pub(super) const fn as_mut_slice(&mut self) -> &mut [MaybeUninit<u8>] {
        self.octets
    }
}

impl Writer<'_> {
    /// Appends what a function writes to a buffer, and returns the number of octets.
    ///
    /// The function is called again if the buffer had to grow. It must write the same then.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if something cannot be encoded; the buffer is then unchanged.
    #[inline]
    pub fn append<B: Buffer>(
        buffer: &mut B,
        mut write: impl FnMut(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        /// What is reserved in a buffer without any room: it is enough for most values.
        const LEAST: usize = 256;
        if buffer.spare().is_empty() {
            buffer.reserve(LEAST);
        }
        let mut counted = None;
        loop {
            let room = usable(buffer.spare());
            let limit = room.len();
            let octets = write_once(room, &mut write)?;
            if counted.is_some_and(|counted| counted != octets) {
                return Err(EncodeError::Changed);
            }
            if octets <= limit {
                // SAFETY: as many octets of the room are initialized.
                unsafe { buffer.advance(octets) };
                return Ok(octets);
            }
            if octets == MOST {
                return Err(EncodeError::TooLong { octets, limit });
            }
            buffer.reserve(octets);
            counted = Some(octets);
            // The compiler must not take this for a loop: it would load all that both passes read before the
            // first one.
            write = black_box(write);
        }
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
        let room = usable(unsafe { &mut *(octets as *mut [MaybeUninit<u8>]) });
        let limit = room.len();
        match write_once(room, write)? {
            octets if octets > limit => Err(EncodeError::TooLong { octets, limit }),
            octets => Ok(octets),
        }
    }
}

/// Returns the part of some room that is used: all of it, unless its length is close to the number at which
/// counting ends.
#[inline]
fn usable(room: &mut [MaybeUninit<u8>]) -> &mut [MaybeUninit<u8>] {
    /// More than the header of a list, map or array, which is looked for before the last octet.
    const HEADER: usize = 16;
    if IS_REACHED {
        let len = room.len().min(MOST - HEADER);
        return room.split_at_mut(len).0;
    }
    room
}

/// Writes what a function writes to the front of some room, and returns the number of octets. If it is
/// within the room, as many octets of that are initialized.
#[inline]
fn write_once(
    room: &mut [MaybeUninit<u8>],
    write: impl FnOnce(&mut Writer<'_>),
) -> Result<usize, EncodeError> {
    let state = State::new();
    // The function cannot put another writer in the place of this one, because it cannot have one of this
    // very lifetime.
    let mut writer = Writer::new(Room::new(room), &state);
    write(&mut writer);
    let octets = writer.len();
    if state.is_ok() { Ok(octets) } else { Err(state.error()) }
}

/// Views octets as what can be copied to room, which may not be initialized.
#[inline]
pub(super) const fn as_uninit(octets: &[u8]) -> &[MaybeUninit<u8>] {
    let octets: *const [u8] = octets;
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and every octet is one.
    unsafe { &*(octets as *const [MaybeUninit<u8>]) }
}

/// Returns what a function writes. Up to a KiB is written to the stack first, so that the only
/// allocation has the right size.
#[inline]
pub(crate) fn to_bytes(write: impl Fn(&mut Writer<'_>)) -> Result<Bytes, EncodeError> {
    written_bytes(&write)
}

/// A function that writes. Its trait object has one function for each type that is encoded, that of `Fn` three.
trait Write {
    fn write(&self, writer: &mut Writer<'_>);
}

impl<F: Fn(&mut Writer<'_>)> Write for F {
    fn write(&self, writer: &mut Writer<'_>) {
        self(writer);
    }
}

#[inline(never)]
fn written_bytes(function: &dyn Write) -> Result<Bytes, EncodeError> {
    let mut stack = [MaybeUninit::uninit(); 1024];
    let octets = write_once(&mut stack, |writer| function.write(writer))?;
    let bytes = match stack.get(..octets) {
        Some(written) => {
            // SAFETY: as many octets of the room are initialized.
            let written = unsafe { &*(core::ptr::from_ref(written) as *const [u8]) };
            Vec::from(written)
        }
        None => {
            let mut heap = Vec::with_capacity(if octets == MOST { 0 } else { octets });
            if Writer::append(&mut heap, |writer| function.write(writer))? != octets {
                return Err(EncodeError::Changed);
            }
            heap
        }
    };
    Ok(Bytes::from(bytes.into_boxed_slice()))
}
