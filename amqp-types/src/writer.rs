//! The cursor over output that is being encoded. It knows formats, not types.

mod buffer;
mod compound;
mod copy;
mod narrowest;
mod room;
mod state;

use core::mem::MaybeUninit;

pub use self::buffer::Buffer;
pub(crate) use self::compound::{ARRAY, CompoundHeader, LIST, MAP};
use self::copy::copy;
pub(crate) use self::room::to_bytes;
use self::room::{Room, as_uninit};
use self::state::State;
use crate::bulk::Bulk;
use crate::descriptor::Descriptor;
use crate::error::EncodeError;
use crate::format::Format;

/// The largest size that an encoding can have.
const MOST_OCTETS: usize = u32::MAX as usize;

/// A cursor over the buffer of an encode.
///
/// Writing never fails half-way: errors are returned at the end. Octets for which there is no room are only
/// counted. A buffer that grows then gets enough room, and everything is written once more; a fixed buffer
/// is too short, and the error says how long it must be.
// A writer is four words, so that the compiler keeps it in registers as long as the code that uses it is
// inlined. Calls that are not inlined go through `outlined`, which passes them a copy.
#[derive(Debug)]
#[repr(C)]
pub struct Writer<'w> {
    room: Room<'w>,
    state: &'w State,
}

impl<'w> Writer<'w> {
    #[inline]
    const fn new(room: Room<'w>, state: &'w State) -> Self {
        Self { room, state }
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
    pub(crate) fn outlined<R>(&mut self, write: impl FnOnce(&mut Writer<'_>) -> R) -> R {
        let (mut copy, len) = self.lend();
        let written = write(&mut copy);
        *len = copy.len();
        written
    }

    /// Calls a function as [`outlined`](Self::outlined) does. Encoding fails if it does not return.
    #[inline]
    pub(crate) fn whole(&mut self, write: impl FnOnce(&mut Writer<'_>)) {
        self.state.open();
        self.outlined(write);
        self.state.close();
    }

    /// Returns a copy, and the length of this writer. It must be set to that of the copy to keep what the copy
    /// has written.
    #[inline]
    pub(crate) const fn lend(&mut self) -> (Writer<'_>, &mut usize) {
        let (room, len) = self.room.lend();
        (Writer { room, state: self.state }, len)
    }

    /// Removes the octets after the first `len`. The writer must have had this length between two writes.
    #[inline]
    pub(crate) const fn truncate(&mut self, len: usize) {
        self.room.truncate(len);
    }

    /// Writes one octet.
    #[inline]
    pub fn octet(&mut self, octet: u8) {
        self.octets([octet]);
    }

    /// Writes a fixed number of octets.
    #[inline]
    pub fn octets<const N: usize>(&mut self, octets: [u8; N]) {
        if let Some(place) = self.room.take_few(N).and_then(<[_]>::first_chunk_mut) {
            *place = octets.map(MaybeUninit::new);
        }
    }

    /// Writes a format code and the data after it, of a fixed number of octets.
    ///
    /// They are stored one by one. Combined on the stack first, they would be read back before these stores
    /// have completed. The code is stored last: the compiler would otherwise let all arms of a `match` jump to
    /// one store of the data.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(&mut self, format: Format, data: [u8; N]) {
        if let Some([code, place @ ..]) = self.room.take_few(1 + N)
            && let Some(place) = place.first_chunk_mut()
        {
            *place = data.map(MaybeUninit::new);
            code.write(format.code());
        }
    }

    /// Writes a slice of octets.
    #[inline]
    pub fn slice(&mut self, octets: &[u8]) {
        if let Some(place) = self.room.take(octets.len()) {
            place.copy_from_slice(as_uninit(octets));
        }
    }

    /// Writes the data of all items of an array at once.
    #[inline]
    pub(crate) fn bulk<T>(&mut self, items: &[T], bulk: &Bulk<T>) {
        if let Some(places) = self.room.take(items.len().saturating_mul(bulk.width)) {
            (bulk.write)(items, places);
        }
    }

    /// Writes a format code. The data of this format must come next.
    #[inline]
    pub fn format(&mut self, format: Format) {
        self.octet(format.code());
    }

    /// Writes this many nulls.
    #[inline]
    pub(crate) fn nulls(&mut self, count: usize) {
        if let Some(place) = self.room.take(count) {
            fill_with_nulls(place);
        }
    }

    /// Writes a format code, a size, and content: the narrow format with a size of one octet for up to 255
    /// octets, otherwise the wide one with a size of four. Encoding fails with [`EncodeError::TooLong`] if there
    /// are more than 2^32-1 octets.
    #[inline]
    pub fn variable(&mut self, narrow: Format, wide: Format, content: &[u8]) {
        if let Ok(size) = u8::try_from(content.len()) {
            if let Some([code_at, size_at, content_at @ ..]) = self.room.take(2 + content.len()) {
                code_at.write(narrow.code());
                size_at.write(size);
                copy(content_at, content);
            }
        } else {
            self.outlined(|writer| writer.wide(wide, content));
        }
    }

    /// Writes content after a size of four octets.
    #[cold]
    #[inline(never)]
    fn wide(&mut self, format: Format, content: &[u8]) {
        let size = self.size(content.len());
        self.fixed_width(format, size.to_be_bytes());
        self.slice(content);
    }

    /// Writes the format code and the size of content that comes next.
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

    /// Records that a value cannot be encoded.
    pub(crate) fn fail(&self, error: EncodeError) {
        self.state.fail(error);
    }

    /// Returns a length as a 32-bit size. One that does not fit is recorded as an error.
    #[cold]
    pub(crate) fn size(&self, len: usize) -> u32 {
        u32::try_from(len).unwrap_or_else(|_| {
            // A count can exceed the written octets, because the items may take none.
            self.fail(EncodeError::TooLong { octets: len, limit: MOST_OCTETS });
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
    const NULLS: [u8; 16] = [Format::Null.code(); 16];
    match NULLS.get(..place.len()) {
        Some(nulls) => copy(place, nulls),
        None => place.fill(MaybeUninit::new(Format::Null.code())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encode;
    use crate::{Array, List};

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
    fn octets_that_do_not_fit_are_counted_and_nothing_follows() {
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
    fn a_buffer_grows_to_the_right_size() {
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
        assert!(buffer.capacity() < 6000, "{}", buffer.capacity());
        let bytes = to_bytes(|writer| expected.chunks(7).for_each(|part| writer.slice(part)));
        assert_eq!(bytes.unwrap(), expected);
    }

    /// Calls everything that reads or writes the room of a writer, at least once with no octets.
    fn use_all(writer: &mut Writer<'_>) {
        writer.octets([0; 0]);
        writer.slice(&[]);
        writer.nulls(0);
        writer.patch(0, [0; 0]);
        Array::<u32>(alloc::vec::Vec::new()).encode(writer);
        writer.truncate(0);
        writer.octet(1);
        writer.octets([2; 9]);
        writer.slice(&[3; 9]);
        writer.nulls(40);
        writer.fixed_width(Format::Uint, [4; 4]);
        for descriptor in [
            Descriptor::new("a", 1),
            Descriptor::new("a", 256),
            Descriptor::new("a", 0),
            Descriptor::named("a"),
        ] {
            writer.described_list(&descriptor, |_| ());
            writer.described_list(&descriptor, |fields| fields.next(&1u8));
        }
        writer.variable(Format::Vbin8, Format::Vbin32, &[5; 9]);
        writer.variable(Format::Vbin8, Format::Vbin32, &[5; 300]);
        writer.patch(0, [6; 2]);
        writer.patch(writer.len() - 1, [7]);
        writer.insert::<3>(0);
        writer.descriptor(&Descriptor::new("name", 0x1234));
        1u32.encode(writer);
        u32::MAX.encode(writer);
        List(vec!["text"; 100]).encode(writer);
        Array(vec![u32::MAX; 100]).encode(writer);
        Array(vec!["text"; 100]).encode(writer);
        writer.outlined(|writer| writer.octet(8));
        writer.truncate(0);
        writer.octet(9);
    }

    #[test]
    fn a_copy_of_a_writer_is_used_in_every_way() {
        let mut buffer = alloc::vec::Vec::new();
        let written = Writer::append(&mut buffer, |writer| {
            writer.outlined(|writer| writer.outlined(|writer| writer.slice(&[2; 5000])));
            use_all(writer);
        });
        assert_eq!(written, Ok(1));
        assert_eq!(buffer, [9]);
    }

    /// Each capacity of the buffer ends within another write.
    #[test]
    fn a_fixed_buffer_of_any_capacity_is_used_in_every_way() {
        for capacity in 0..if cfg!(miri) { 20 } else { 3000 } {
            let mut octets = vec![0xee; capacity];
            let written = Writer::fill(&mut octets, use_all);
            if capacity == 0 {
                assert_eq!(written, Err(EncodeError::TooLong { octets: 1, limit: 0 }));
            } else {
                assert_eq!((written, octets[0]), (Ok(1), 9));
            }
        }
    }

    /// An empty described list goes back to the octet after its descriptor, wherever the buffer ends.
    #[test]
    fn an_empty_described_list_fills_a_buffer_of_its_size() {
        let wide = Descriptor::new("name", 0x1234);
        for (descriptor, list) in [
            (Descriptor::new("name", 0x24), &[0, 0x53, 0x24, 0x45][..]),
            (wide, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0x45]),
            (Descriptor::named("name"), b"\0\xa3\x04name\x45"),
        ] {
            for capacity in 0..list.len() + 3 {
                let mut octets = vec![0xee; capacity];
                let written = Writer::fill(&mut octets, |writer| {
                    writer.described_list(&descriptor, |fields| fields.next(&()));
                });
                if capacity < list.len() {
                    let error = EncodeError::TooLong { octets: list.len(), limit: capacity };
                    assert_eq!(written, Err(error));
                } else {
                    assert_eq!(written, Ok(list.len()));
                    assert_eq!(octets[..list.len()], *list);
                }
            }
        }
    }

    /// What a panicking function has written to a copy is not there, and the writer can still be used.
    #[test]
    fn a_panic_that_is_caught_leaves_the_writer_as_it_was() {
        let write = |writer: &mut Writer<'_>| {
            writer.octet(1);
            let caught = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
                writer.outlined(|writer| {
                    writer.slice(&[2; 5000]);
                    panic!("caught");
                });
            }));
            assert!(caught.is_err());
            writer.octet(3);
        };
        for capacity in [0, 1, 2, 300] {
            let mut buffer = alloc::vec::Vec::with_capacity(capacity);
            assert_eq!(Writer::append(&mut buffer, write), Ok(2));
            assert_eq!(buffer, [1, 3]);
        }
        assert_eq!(to_bytes(write).unwrap(), [1, 3][..]);
    }

    /// A function that writes more each time it is called.
    #[test]
    fn a_function_that_does_not_write_the_same_twice_gets_an_error() {
        let mut octets = alloc::vec::Vec::from([7; 100]);
        let mut buffer = alloc::vec::Vec::from([7]);
        let written = Writer::append(&mut buffer, |writer| {
            octets.extend([7; 10_000]);
            writer.slice(&octets);
        });
        assert_eq!(written, Err(EncodeError::Changed));
        assert_eq!(buffer, [7]);
        let octets = core::cell::Cell::new(2000);
        let less = |writer: &mut Writer<'_>| writer.slice(&vec![7; octets.replace(1)]);
        assert_eq!(to_bytes(less), Err(EncodeError::Changed));
        octets.set(2000);
        let mut buffer = alloc::vec::Vec::from([7]);
        assert_eq!(Writer::append(&mut buffer, less), Err(EncodeError::Changed));
        assert_eq!(buffer, [7]);
    }
}
