//! The cursor over output that is being encoded. It knows formats, not types.

mod buffer;
mod compound;
mod copy;
mod encoder;
mod narrowest;
mod room;

use core::mem::MaybeUninit;

pub use self::buffer::Buffer;
pub(crate) use self::compound::{ARRAY, CompoundHeader, LIST, MAP};
pub(crate) use self::copy::copy;
use self::encoder::{Encoder, MOST_OCTETS};
pub(crate) use self::room::to_bytes;
use self::room::{Room, as_uninit};
use crate::bulk::Bulk;
use crate::descriptor::Descriptor;
use crate::error::EncodeError;
use crate::format::Format;

/// A cursor over the buffer of an encode.
///
/// Writing never fails half-way: errors are returned at the end. A full buffer grows. If a fixed buffer is
/// full, further octets are only counted, so that the error says how long the buffer must be.
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

    /// Returns the number of octets that were written, if all of them fit into the room and nothing
    /// failed.
    #[inline]
    fn finish(self) -> Result<usize, EncodeError> {
        let (octets, limit) = (self.room.len(), self.room.capacity());
        match self.encoder.map(|encoder| encoder.fault) {
            Some(None) if octets <= limit => Ok(octets),
            Some(None) => Err(EncodeError::TooLong { octets, limit }),
            Some(Some(error)) => Err(error),
            // A panic was caught while a copy of the writer was in use.
            None => Err(EncodeError::TooLong { octets, limit: 0 }),
        }
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

    /// Moves the writer to a copy, from which it must be restored. Until then, octets that are written to the
    /// original are lost, and encoding fails.
    #[inline]
    pub(crate) const fn take(&mut self) -> Self {
        Self { room: self.room.lend(), encoder: self.encoder.take() }
    }

    /// Calls a function as [`outlined`](Self::outlined) does, for a rare case. The compiler then lays out the
    /// common case without taken jumps, which cost more here than anything else.
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
        if !self.try_octets(octets) {
            self.rarely(move |writer| writer.slice_slow(&octets));
        }
    }

    /// Writes a fixed number of octets if there is room for all of them. Returns whether there is.
    #[inline]
    pub(super) fn try_octets<const N: usize>(&mut self, octets: [u8; N]) -> bool {
        match self.room.take(N).and_then(<[_]>::first_chunk_mut) {
            Some(place) => {
                *place = octets.map(MaybeUninit::new);
                true
            }
            None => false,
        }
    }

    /// Writes a format code and the data after it, of a fixed number of octets.
    ///
    /// They are stored one after the other. If they were combined on the stack first, they would be read
    /// back before the stores have completed. The code is stored last: a `match` over many types would
    /// otherwise jump to one store of the data for all of them.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(&mut self, format: Format, data: [u8; N]) {
        if let Some([code, place @ ..]) = self.room.take(1 + N)
            && let Some(place) = place.first_chunk_mut()
        {
            *place = data.map(MaybeUninit::new);
            code.write(format.code());
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
            *place = data.map(MaybeUninit::new);
            code.write(full.code());
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

    /// Writes octets for which there may be no room.
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
        // If the buffer panics, it may already count what was written. The writer must not count it again,
        // so that it is left as one that was lent.
        let mut copy = self.take();
        if let Some(encoder) = &mut copy.encoder
            && copy.room.len() <= copy.room.capacity()
        {
            // SAFETY: a writer writes all that it takes, and the room that was used so far is
            // replaced. A buffer that grows has room for everything, so that nothing overflows.
            if let Some(room) = unsafe { encoder.grow(copy.room.len(), octets) } {
                copy.room = room;
            }
        }
        *self = copy;
    }

    /// Takes room for the next octets, which the caller must write, and makes it if there is none. In
    /// a fixed buffer that is full the octets are counted.
    fn reserve(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if !self.room.has(octets) {
            self.grow(octets);
            if !self.room.has(octets) {
                // After these octets, nothing else is written either.
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

    /// Writes content that needs the wide format, or for which there is no room.
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

    /// Records that a value cannot be encoded.
    #[cold]
    pub(crate) fn fail(&mut self, error: EncodeError) {
        if let Some(encoder) = &mut self.encoder {
            encoder.fail(error);
        }
    }

    #[cold]
    fn fail_too_long(&mut self, octets: usize) {
        self.fail(EncodeError::TooLong { octets, limit: MOST_OCTETS });
    }

    /// Returns a length as a 32-bit size. One that does not fit is recorded as an error.
    #[cold]
    pub(crate) fn size(&mut self, len: usize) -> u32 {
        u32::try_from(len).unwrap_or_else(|_| {
            // A count can exceed the written octets, because the items may take none.
            self.fail_too_long(len);
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
    fn encoding_fails_after_a_panic_that_was_caught() {
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

    /// Calls everything that reads or writes the room of a writer, at least once with no octets.
    fn use_all(writer: &mut Writer<'_>) {
        writer.octets([0; 0]);
        writer.slice(&[]);
        writer.nulls(0);
        writer.prepare(0);
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
        writer.prepare(1000);
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

    /// After a panic in a function that has a copy of the writer, the room of the writer may have been
    /// freed, because the copy has grown the buffer. Miri checks that it is not used.
    #[test]
    fn a_writer_whose_copy_panicked_uses_no_room() {
        fn use_after_panic(writer: &mut Writer<'_>, before: usize) {
            writer.slice(&vec![1; before]);
            let caught = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
                writer.outlined(|writer| {
                    writer.slice(&[2; 5000]);
                    panic!("caught");
                });
            }));
            assert!(caught.is_err());
            use_all(writer);
        }
        for before in [0, 1, 300] {
            let mut buffer = alloc::vec::Vec::with_capacity(before);
            let written = Writer::append(&mut buffer, |writer| use_after_panic(writer, before));
            assert!(matches!(written, Err(EncodeError::TooLong { limit: 0, .. })), "{written:?}");
            assert!(buffer.is_empty());
            let mut buffer = bytes::BytesMut::with_capacity(before);
            let written = Writer::append(&mut buffer, |writer| use_after_panic(writer, before));
            assert!(matches!(written, Err(EncodeError::TooLong { limit: 0, .. })), "{written:?}");
            assert!(buffer.is_empty());
            assert!(to_bytes(&|writer| use_after_panic(writer, before)).is_err());
            let mut fixed = [0xee; 301];
            let written = Writer::fill(&mut fixed, |writer| use_after_panic(writer, before));
            assert!(matches!(written, Err(EncodeError::TooLong { limit: 0, .. })), "{written:?}");
            assert!(fixed[before..].iter().all(|octet| *octet == 0xee));
        }
    }

    #[test]
    fn a_writer_that_was_lent_and_restored_is_used_in_every_way() {
        let mut buffer = alloc::vec::Vec::new();
        let written = Writer::append(&mut buffer, |writer| {
            writer.outlined(|writer| writer.outlined(|writer| writer.slice(&[2; 5000])));
            use_all(writer);
        });
        assert_eq!(written, Ok(1));
        assert_eq!(buffer, [9]);
    }

    /// A buffer that panics if it should grow, as others do if they would exceed `isize::MAX`.
    struct Full(alloc::vec::Vec<u8>);

    impl Buffer for Full {}

    impl buffer::Growable for Full {
        fn len(&self) -> usize {
            self.0.len()
        }

        fn truncate(&mut self, len: usize) {
            self.0.truncate(len);
        }

        fn reserve(&mut self, _: usize) {
            panic!("full");
        }

        fn spare(&mut self) -> &mut [MaybeUninit<u8>] {
            self.0.spare_capacity_mut()
        }

        #[expect(unsafe_code, reason = "this is the contract of the trait")]
        unsafe fn advance(&mut self, octets: usize) {
            assert!(octets <= self.0.capacity() - self.0.len(), "no octets were written there");
            // SAFETY: the caller has initialized this many octets of the room.
            unsafe { self.0.set_len(self.0.len() + octets) }
        }
    }

    #[test]
    fn a_panic_that_is_caught_while_the_buffer_grows_makes_encoding_fail() {
        let numbers = vec![1u32; 100];
        let attempts: [&dyn Fn(&mut Writer<'_>); 4] = [
            &|writer| writer.slice(&[2; 400]),
            &|writer| writer.prepare(400),
            &|writer| Array(numbers.clone()).encode(writer),
            &|writer| {
                writer.reserve(400);
            },
        ];
        for attempt in attempts {
            let mut buffer = Full(alloc::vec::Vec::with_capacity(64));
            let written = Writer::append(&mut buffer, |writer| {
                writer.slice(&[1; 40]);
                let caught =
                    std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| attempt(writer)));
                assert!(caught.is_err());
                writer.octet(3);
            });
            assert!(matches!(written, Err(EncodeError::TooLong { limit: 0, .. })), "{written:?}");
        }
    }
}
