//! The cursor over output that is being encoded. It knows formats, not types.

mod buffer;
mod compound;
mod copy;
mod encoder;
mod room;

use core::mem::MaybeUninit;

pub use self::buffer::Buffer;
pub(crate) use self::compound::{ARRAY, CompoundHeader, LIST, MAP};
pub(crate) use self::copy::copy;
use self::encoder::{Encoder, Fault};
pub(crate) use self::room::to_bytes;
use self::room::{Room, as_uninit};
use crate::bulk::Bulk;
use crate::descriptor::Descriptor;
use crate::error::EncodeError;
use crate::format::{Category, Format};

/// A cursor over room for encoded octets, and the encode it belongs to.
///
/// Writing never fails half-way. If the room is full, the buffer grows; what does not fit in a fixed
/// buffer is counted and left out, and at the end the error says how many octets there would be.
///
/// A writer is four words, so that the compiler keeps it in registers as long as the code that uses
/// it is inlined. Calls that are not inlined go through `outlined`, which passes them a copy. What an
/// encode needs rarely (a full buffer, errors) is in its `Encoder`, and is handled by cold functions.
#[derive(Debug)]
#[repr(C)]
pub struct Writer<'w> {
    room: Room<'w>,
    /// The encode that this writer belongs to; `None` while a copy of the writer is in use.
    encoder: Option<&'w mut Encoder<'w>>,
}

impl<'w> Writer<'w> {
    #[inline]
    const fn new(room: Room<'w>, encoder: &'w mut Encoder<'w>) -> Self {
        Self { room, encoder: Some(encoder) }
    }

    /// Returns the number of octets that have been written, counting those that did not fit.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.room.len()
    }

    /// Returns whether nothing has been written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls a function that is not inlined with a copy of this writer. A writer whose address is
    /// taken would be kept in memory everywhere.
    #[expect(clippy::inline_always, reason = "the writer is in memory if this is a call")]
    #[inline(always)]
    pub(crate) fn outlined<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let mut copy = self.take();
        let written = write(&mut copy);
        self.room.restore(&copy.room);
        self.encoder = copy.encoder;
        written
    }

    /// Takes the writer out of its place, to which it must return. Until then, what is written there
    /// is lost, and makes encoding fail.
    #[inline]
    pub(crate) const fn take(&mut self) -> Self {
        Self { room: self.room.lend(), encoder: self.encoder.take() }
    }

    /// Calls a function as [`outlined`](Self::outlined) does, where that is rarely needed: the compiler
    /// then lays out the common case in one line. Taken jumps cost more here than anything else.
    #[cold]
    #[expect(clippy::inline_always, reason = "the writer is in memory if this is a call")]
    #[inline(always)]
    pub(super) fn rarely(&mut self, write: impl FnOnce(&mut Self)) {
        self.outlined(write);
    }

    /// Writes one octet.
    #[inline]
    pub fn octet(&mut self, octet: u8) {
        self.octets([octet]);
    }

    /// Writes a fixed number of octets.
    #[inline]
    pub fn octets<const N: usize>(&mut self, octets: [u8; N]) {
        match self.room.take(N).and_then(<[_]>::first_chunk_mut) {
            Some(place) => *place = octets.map(MaybeUninit::new),
            None => self.rarely(move |writer| writer.slice_slow(&octets)),
        }
    }

    /// Writes a format code and the data after it, of a fixed number of octets.
    ///
    /// They are stored one after the other. If they were combined on the stack first, they would be read
    /// back before the stores have completed.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(&mut self, format: Format, data: [u8; N]) {
        if let Some([code, place @ ..]) = self.room.take(1 + N)
            && let Some(place) = place.first_chunk_mut()
        {
            code.write(format.code());
            *place = data.map(MaybeUninit::new);
        } else {
            self.rarely(move |writer| writer.fixed_width_slow(format, &data));
        }
    }

    /// Writes an integer in the shortest of its encodings: a format code alone, a code and one octet,
    /// or a code and all `N` octets, at least four. The room is taken once, for all of them.
    #[inline]
    pub(crate) fn shortest<const N: usize>(
        &mut self,
        zero: Option<Format>,
        small: Option<[u8; 2]>,
        full: Format,
        data: [u8; N],
    ) {
        const { assert!(N >= 4, "a small integer takes two octets") }
        let Some([code, place @ ..]) = self.room.take(1 + N) else {
            return self.rarely(move |writer| writer.shortest_slow(zero, small, full, data));
        };
        if let Some(zero) = zero {
            code.write(zero.code());
            self.room.give_back(N);
        } else if let Some([small, octet]) = small
            && let Some(place) = place.first_mut()
        {
            code.write(small);
            place.write(octet);
            self.room.give_back(N - 1);
        } else if let Some(place) = place.first_chunk_mut() {
            code.write(full.code());
            *place = data.map(MaybeUninit::new);
        }
    }

    #[cold]
    #[inline(never)]
    fn shortest_slow<const N: usize>(
        &mut self,
        zero: Option<Format>,
        small: Option<[u8; 2]>,
        full: Format,
        data: [u8; N],
    ) {
        match (zero, small) {
            (Some(zero), _) => self.slice_slow(&[zero.code()]),
            (_, Some(small)) => self.slice_slow(&small),
            _ => self.fixed_width_slow(full, &data),
        }
    }

    #[cold]
    #[inline(never)]
    fn fixed_width_slow(&mut self, format: Format, data: &[u8]) {
        self.slice_slow(&[format.code()]);
        self.slice_slow(data);
    }

    /// Writes some octets.
    #[inline]
    pub fn slice(&mut self, octets: &[u8]) {
        match self.room.take(octets.len()) {
            Some(place) => place.copy_from_slice(as_uninit(octets)),
            None => self.rarely(|writer| writer.slice_slow(octets)),
        }
    }

    /// Writes octets that there may be no room for.
    #[cold]
    #[inline(never)]
    fn slice_slow(&mut self, octets: &[u8]) {
        if let Some(place) = self.reserve(octets.len()) {
            place.copy_from_slice(as_uninit(octets));
        }
    }

    /// Writes the data of all items of an array at once.
    #[inline]
    pub(crate) fn bulk<T>(&mut self, items: &[T], bulk: &Bulk<T>) {
        if let Some(places) = self.reserve(items.len().saturating_mul(bulk.width)) {
            (bulk.write)(items, places);
        }
    }

    /// Makes room for octets that will be written, unless it is a fixed buffer.
    #[inline]
    pub(crate) fn prepare(&mut self, octets: usize) {
        if !self.room.has(octets) {
            self.rarely(|writer| writer.grow(octets));
        }
    }

    /// Makes room for more octets, if the buffer grows.
    #[cold]
    #[inline(never)]
    #[expect(unsafe_code, reason = "all octets up to here have been written")]
    fn grow(&mut self, octets: usize) {
        if let Some(encoder) = &mut self.encoder {
            // SAFETY: a writer writes all that it takes, and the room that was used so far is
            // replaced. A buffer that grows has room for everything, so that nothing overflows.
            if let Some(room) = unsafe { encoder.grow(self.room.len(), octets) } {
                self.room = room;
            }
        }
    }

    /// Takes room for the next octets, which the caller must write, and makes it if there is none. In
    /// a fixed buffer that is full the octets are counted.
    fn reserve(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if !self.room.has(octets) {
            self.grow(octets);
            if !self.room.has(octets) {
                // Nothing that comes after these octets has room either.
                self.room.count_overflow(octets);
            }
        }
        self.room.take(octets)
    }

    /// Writes a format code.
    #[inline]
    pub fn format(&mut self, format: Format) {
        self.octet(format.code());
    }

    /// Writes this many nulls.
    #[inline]
    pub(crate) fn nulls(&mut self, count: usize) {
        match self.room.take(count) {
            Some(place) => fill_with_nulls(place),
            None => self.rarely(|writer| {
                (0..count).for_each(|_| writer.slice_slow(&[Format::Null.code()]));
            }),
        }
    }

    /// Writes content with its size before it, in the format that its length needs.
    #[inline]
    pub fn variable(&mut self, narrow: Format, wide: Format, content: &[u8]) {
        if let Ok(size) = u8::try_from(content.len())
            && let Some([code_at, size_at, content_at @ ..]) = self.room.take(2 + content.len())
        {
            code_at.write(narrow.code());
            size_at.write(size);
            copy(content_at, as_uninit(content));
        } else {
            self.rarely(|writer| writer.variable_slow(narrow, wide, content));
        }
    }

    /// Writes content that needs the wide format, or that there is no room for.
    #[cold]
    #[inline(never)]
    fn variable_slow(&mut self, narrow: Format, wide: Format, content: &[u8]) {
        self.variable_size(narrow, wide, content.len());
        self.slice(content);
    }

    /// Writes what goes before content of this length.
    #[inline]
    pub(crate) fn variable_size(&mut self, narrow: Format, wide: Format, len: usize) {
        match u8::try_from(len) {
            Ok(size) => self.octets([narrow.code(), size]),
            Err(_) => {
                let size = self.size(len);
                self.fixed_width(wide, size.to_be_bytes());
            }
        }
    }

    /// Writes a descriptor, with the `0x00` before it. The value that it describes comes next.
    #[expect(clippy::inline_always, reason = "the descriptor is known at compile time")]
    #[inline(always)]
    pub fn descriptor(&mut self, descriptor: &Descriptor) {
        match descriptor.code() {
            Some(0) => self.octets([0, Format::Ulong0.code()]),
            Some(code) => match u8::try_from(code) {
                Ok(small) => self.octets([0, Format::SmallUlong.code(), small]),
                Err(_) => {
                    let [a, b, c, d, e, f, g, h] = code.to_be_bytes();
                    self.octets([0, Format::Ulong.code(), a, b, c, d, e, f, g, h]);
                }
            },
            None => self.symbolic_descriptor(descriptor),
        }
    }

    fn symbolic_descriptor(&mut self, descriptor: &Descriptor) {
        self.octet(0);
        let name = descriptor.name().unwrap_or_default();
        self.variable(Format::Sym8, Format::Sym32, name.as_bytes());
    }

    /// Takes back what was written after the first `len` octets, which must be all that there were at
    /// some time before.
    #[inline]
    pub(crate) const fn truncate(&mut self, len: usize) {
        self.room.truncate(len);
    }

    /// Writes the items of an array in the first of some formats that fits all of them. The last
    /// format fits them.
    ///
    /// An item that does not fit in 255 octets is part of every array around it, so those need not be
    /// tried to the end. Otherwise, arrays nested n deep would be written 2^n times.
    pub(crate) fn in_narrowest(
        &mut self,
        formats: &[Format],
        mut write: impl FnMut(Format, &mut Self) -> bool,
    ) {
        let start = self.len();
        let [narrower @ .., last] = formats else {
            return self.fail_with(Fault::TooLong, 0);
        };
        for format in narrower {
            if self.is_too_wide() || self.try_narrow(|writer| write(*format, writer)) {
                return;
            }
            self.truncate(start);
            let has_size = !matches!(format.category(), Category::Fixed(_));
            if has_size && self.mark_too_wide() {
                return;
            }
        }
        let fits = write(*last, self);
        if !fits && !self.is_too_wide() {
            // The type says of itself that no format fits.
            self.fail_with(Fault::TooLong, 0);
        }
    }

    /// Tries to write items in a format that may be too narrow for them. Returns whether they fit.
    fn try_narrow(&mut self, write: impl FnOnce(&mut Self) -> bool) -> bool {
        if let Some(encoder) = &mut self.encoder {
            encoder.begin_attempt();
        }
        let fits = write(self) && !self.is_too_wide();
        if let Some(encoder) = &mut self.encoder {
            encoder.end_attempt();
        }
        fits
    }

    /// Records that something longer than 255 octets was found. Returns whether an attempt around
    /// this position fails because of it, so that writing can stop until the attempt ends.
    fn mark_too_wide(&mut self) -> bool {
        self.encoder.as_mut().is_some_and(|encoder| encoder.mark_too_wide())
    }

    /// Returns whether what is being written will be removed again.
    fn is_too_wide(&self) -> bool {
        self.encoder.as_ref().is_some_and(|encoder| encoder.is_too_wide())
    }

    /// Records that a value cannot be encoded.
    #[cold]
    pub(crate) fn fail(&mut self, error: EncodeError) {
        match error {
            EncodeError::TooLong { octets, .. } => self.fail_with(Fault::TooLong, octets),
            EncodeError::NoValue => self.fail_with(Fault::NoValue, 0),
            EncodeError::SectionOrder => self.fail_with(Fault::SectionOrder, 0),
        }
    }

    fn fail_with(&mut self, fault: Fault, octets: usize) {
        self.room.count_overflow(octets);
        if let Some(encoder) = &mut self.encoder {
            encoder.fail(fault);
        }
    }

    /// Returns a length as a 32-bit size. One that does not fit is recorded as an error.
    #[cold]
    pub(crate) fn size(&mut self, len: usize) -> u32 {
        u32::try_from(len).unwrap_or_else(|_| {
            // A count may be of items that take no octets.
            self.fail_with(Fault::TooLong, len.saturating_sub(self.len()));
            u32::MAX
        })
    }

    /// Overwrites octets that were written before. Octets that did not fit are ignored.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: usize, octets: [u8; N]) {
        let place = self.room.as_mut_slice().get_mut(at..at.wrapping_add(N));
        if let Some(place) = place.and_then(<[_]>::first_chunk_mut) {
            *place = octets.map(MaybeUninit::new);
        }
    }

    /// Moves what was written from `at` on, to make room for `N` more octets there.
    #[cold]
    pub(crate) fn insert<const N: usize>(&mut self, at: usize) {
        self.octets([0; N]);
        let end = self.room.len();
        if let Some(moved) = self.room.as_mut_slice().get_mut(at..end) {
            let len = moved.len();
            moved.copy_within(..len.saturating_sub(N), N);
        }
    }
}

#[inline(never)]
fn fill_with_nulls(place: &mut [MaybeUninit<u8>]) {
    const NULLS: [MaybeUninit<u8>; 16] = [MaybeUninit::new(Format::Null.code()); 16];
    match NULLS.get(..place.len()) {
        Some(nulls) => copy(place, nulls),
        None => place.fill(MaybeUninit::new(Format::Null.code())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_every_length_is_written_whole() {
        let content: [u8; 70] = core::array::from_fn(|i| u8::try_from(i).unwrap() + 1);
        for len in 0..content.len() {
            let mut octets = [0xee; 72];
            let written = Writer::fill(&mut octets, |writer| {
                writer.variable(Format::Vbin8, Format::Vbin32, &content[..len]);
            });
            assert_eq!(written, Ok(2 + len));
            assert_eq!(octets[..2], [0xa0, u8::try_from(len).unwrap()]);
            assert_eq!(octets[2..2 + len], content[..len]);
            assert!(octets[2 + len..].iter().all(|octet| *octet == 0xee));
        }
    }

    #[test]
    fn what_does_not_fit_is_counted_and_nothing_after_it_is_written() {
        let mut octets = [0xee; 4];
        let written = Writer::fill(&mut octets, |writer| {
            writer.octets([1, 2, 3]);
            writer.octets([4, 5]);
            writer.octet(6);
        });
        assert_eq!(written, Err(EncodeError::TooLong { octets: 6, limit: 4 }));
        assert_eq!(octets, [1, 2, 3, 0xee]);
    }

    #[test]
    fn a_buffer_grows_while_it_is_written_to() {
        let expected: alloc::vec::Vec<u8> = (0..=255).cycle().take(5000).collect();
        let mut buffer = vec![7];
        let written = Writer::append(&mut buffer, |writer| {
            for octet in &expected {
                writer.octet(*octet);
            }
        });
        assert_eq!(written, Ok(5000));
        assert_eq!(buffer[0], 7);
        assert_eq!(buffer[1..], expected);
        let bytes = to_bytes(&|writer| expected.chunks(7).for_each(|part| writer.slice(part)));
        assert_eq!(bytes.unwrap(), expected);
    }

    #[test]
    fn a_panic_that_is_caught_while_a_writer_is_in_use_makes_encoding_fail() {
        let mut buffer = vec![7];
        let written = Writer::append(&mut buffer, |writer| {
            writer.octet(1);
            let caught = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
                writer.outlined(|_| panic!("caught"));
            }));
            assert!(caught.is_err());
            writer.octet(2);
        });
        assert_eq!(written, Err(EncodeError::TooLong { octets: 2, limit: 0 }));
        assert_eq!(buffer, [7]);
    }
}
