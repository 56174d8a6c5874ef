//! The cursor over octets that are encoded. It knows formats, not types.

mod buffer;
mod copy;
mod rest;
mod state;

use core::mem::MaybeUninit;

pub use self::buffer::Buffer;
pub(crate) use self::buffer::Unwritten;
use self::copy::copy;
pub use self::rest::Rest;
use self::state::{Fault, State};
use crate::bulk;
use crate::descriptor::Descriptor;
use crate::error::EncodeError;
use crate::format::Format;

/// Where encoded octets go: room of a size that is fixed while a value is written.
///
/// Writing never fails half-way. What does not fit is counted and left out, and
/// [`finish`](Self::finish) says so; until then a writer can be used as if there were room.
/// [`append`](Self::append) then makes the room that was missing and writes once more.
///
/// So there is one comparison for each thing written, and no call: all that changes is kept in
/// registers. What is called all the same is called `apart`. What is seldom due is `#[cold]`, even where
/// it is inlined: so the compiler lays out in one line what is due nearly always, and jumps cost more
/// here than anything else.
#[derive(Debug)]
pub struct Writer<'b> {
    room: &'b mut [MaybeUninit<u8>],
    /// How many octets were written, counting those that did not fit. It is always the end of
    /// something that was written whole, or past the end of the room: up to it, there are no gaps.
    len: usize,
    state: State,
}

/// The most octets that a size can say.
const MOST_OCTETS: usize = u32::MAX as usize;

impl<'b> Writer<'b> {
    /// Writes to the front of a fixed buffer. Nothing is allocated.
    #[inline]
    #[must_use]
    pub fn fixed(room: &'b mut [u8]) -> Self {
        Self::new(buffer::not_read(room))
    }

    #[inline]
    const fn new(room: &'b mut [MaybeUninit<u8>]) -> Self {
        Self { room, len: 0, state: State::NEW }
    }

    /// How many octets there are now, counting those that did not fit.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has been written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Checks that everything fitted, and gives the number of octets.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if it did not; the content of the buffer then means nothing.
    #[inline]
    pub fn finish(self) -> Result<usize, EncodeError> {
        let (octets, limit) = (self.len, self.room.len());
        match self.state.fault() {
            None if octets <= limit => Ok(octets),
            None => Err(EncodeError::TooLong { octets, limit }),
            Some(Fault::TooLong) => Err(EncodeError::TooLong { octets, limit: MOST_OCTETS }),
            Some(Fault::NoValue) => Err(EncodeError::NoValue),
        }
    }

    /// Writes one octet.
    #[inline]
    pub fn octet(&mut self, octet: u8) {
        self.octets([octet]);
    }

    /// Writes a fixed number of octets.
    #[inline]
    pub fn octets<const N: usize>(&mut self, octets: [u8; N]) {
        match self.place(N).and_then(<[_]>::first_chunk_mut) {
            Some(place) => {
                *place = octets.map(MaybeUninit::new);
                self.len += N;
            }
            None => self.leave_out(N),
        }
    }

    /// Writes a format code and the data after it, of a fixed number of octets.
    ///
    /// They are stored one after the other: put together first, they would be read back from the
    /// stack before they are there.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(&mut self, format: Format, data: [u8; N]) {
        if let Some([code, rest @ ..]) = self.place(1 + N)
            && let Some(place) = rest.first_chunk_mut()
        {
            code.write(format.code());
            *place = data.map(MaybeUninit::new);
            self.len += 1 + N;
        } else {
            self.leave_out(1 + N);
        }
    }

    /// Writes some octets.
    #[inline]
    pub fn slice(&mut self, octets: &[u8]) {
        match self.place(octets.len()) {
            Some(place) => {
                place.copy_from_slice(buffer::as_written(octets));
                self.len += octets.len();
            }
            None => self.leave_out(octets.len()),
        }
    }

    /// Writes many items of the same number of octets, with one look at the room there is.
    #[inline]
    pub(crate) fn items<T: Copy, const N: usize>(
        &mut self,
        items: &[T],
        octets: impl Fn(T) -> [u8; N],
    ) {
        let len = items.len().saturating_mul(N);
        match self.place(len) {
            Some(places) => {
                let (places, _) = places.as_chunks_mut();
                bulk::write(places, items, octets);
                self.len += len;
            }
            None => self.leave_out(len),
        }
    }

    /// Where the next octets go, if there is room for so many.
    #[inline]
    fn place(&mut self, octets: usize) -> Option<&mut [MaybeUninit<u8>]> {
        let end = self.len.wrapping_add(octets);
        self.room.get_mut(self.len..end)
    }

    /// Counts octets that there is no room for. Whatever comes next has none either.
    #[cold]
    #[inline]
    fn leave_out(&mut self, octets: usize) {
        self.len = self.len.saturating_add(octets);
    }

    /// Writes a format code.
    #[inline]
    pub fn format(&mut self, format: Format) {
        self.octet(format.code());
    }

    /// Writes several nulls.
    #[inline]
    pub(crate) fn nulls(&mut self, count: usize) {
        self.len = put_nulls(self.room, self.len, count);
    }

    /// Writes content with its size before it, in the format that its length needs.
    #[inline]
    pub fn variable(&mut self, narrow: Format, wide: Format, content: &[u8]) {
        let Ok(size) = u8::try_from(content.len()) else {
            return self.apart(|writer| writer.long(wide, content));
        };
        let octets = 2 + content.len();
        match self.place(octets) {
            Some([code_at, size_at, content_at @ ..]) => {
                code_at.write(narrow.code());
                size_at.write(size);
                copy(content_at, buffer::as_written(content));
                self.len += octets;
            }
            _ => self.leave_out(octets),
        }
    }

    /// Writes content that needs the wide format.
    #[cold]
    #[inline(never)]
    fn long(&mut self, wide: Format, content: &[u8]) {
        self.wide_size(wide, content.len());
        self.slice(content);
    }

    /// Calls what may not be inlined, with a writer that stands in memory for as long as that takes.
    /// This one then need not: what is written to it before and after is counted in a register.
    #[expect(clippy::inline_always, reason = "it is about what is inlined")]
    #[inline(always)]
    pub(crate) fn apart<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let mut writer = core::mem::replace(self, Self::new(&mut []));
        let written = write(&mut writer);
        *self = writer;
        written
    }

    /// Writes what goes before content of this length.
    #[inline]
    pub(crate) fn variable_size(&mut self, narrow: Format, wide: Format, len: usize) {
        match u8::try_from(len) {
            Ok(size) => self.octets([narrow.code(), size]),
            Err(_) => self.wide_size(wide, len),
        }
    }

    fn wide_size(&mut self, wide: Format, len: usize) {
        let size = self.size(len);
        self.fixed_width(wide, size.to_be_bytes());
    }

    /// Writes a descriptor, with the `0x00` before it. The value that it describes comes next.
    #[inline]
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
        self.variable(Format::Symbol8, Format::Symbol32, name.as_bytes());
    }

    /// Takes back what was written after the first `len` octets.
    ///
    /// These must be all that there were at some time before.
    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Tries to write the items of an array in a format that may be too narrow for them, and says
    /// whether they fitted.
    ///
    /// An item that does not fit in 255 octets is part of every array around it, so those need
    /// not be tried to the end. Without this, arrays nested n deep would be written 2^n times.
    pub(crate) fn attempt(&mut self, items: impl FnOnce(&mut Self) -> bool) -> bool {
        self.state.begin_attempt();
        let fits = items(self) && !self.state.is_doomed();
        self.state.end_attempt();
        fits
    }

    /// Says that something longer than 255 octets was found. True if an attempt around here has
    /// failed by that: then there is no use in writing on until it ends.
    pub(crate) const fn doom(&mut self) -> bool {
        self.state.doom();
        self.state.is_doomed()
    }

    /// Whether what is being written will be taken back.
    pub(crate) const fn is_doomed(&self) -> bool {
        self.state.is_doomed()
    }

    /// Notes that a value cannot be written.
    #[cold]
    pub(crate) fn fail(&mut self, error: EncodeError) {
        let fault = match error {
            EncodeError::TooLong { octets, .. } => {
                self.leave_out(octets);
                Fault::TooLong
            }
            EncodeError::NoValue => Fault::NoValue,
        };
        self.state.fail(fault);
    }

    /// A length as a 32-bit size; one that does not fit is remembered as the error.
    #[cold]
    pub(crate) fn size(&mut self, len: usize) -> u32 {
        u32::try_from(len).unwrap_or_else(|_| {
            self.state.fail(Fault::TooLong);
            // A count may be of items that take no octets.
            self.len = self.len.max(len);
            u32::MAX
        })
    }

    /// Writes over octets that were written before. What had no room is passed over.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: usize, octets: [u8; N]) {
        if let Some(place) = self.room.get_mut(at..).and_then(<[_]>::first_chunk_mut) {
            *place = octets.map(MaybeUninit::new);
        }
    }

    /// Moves what was written from `at` on, to make room for `N` more octets there.
    #[cold]
    pub(crate) fn insert<const N: usize>(&mut self, at: usize) {
        let end = self.len;
        self.octets([0; N]);
        if at <= end && self.len <= self.room.len() {
            self.room.copy_within(at..end, at + N);
        }
    }
}

/// Puts nulls into room from an octet on, and gives the octet behind them. A writer would have to
/// stand in memory for it.
#[inline(never)]
fn put_nulls(room: &mut [MaybeUninit<u8>], at: usize, count: usize) -> usize {
    const NULL: MaybeUninit<u8> = MaybeUninit::new(Format::Null.code());
    let end = at.saturating_add(count);
    if let Some(places) = room.get_mut(at..end) {
        match [NULL; 16].get(..count) {
            Some(nulls) => copy(places, nulls),
            None => places.fill(NULL),
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_every_length_is_written_whole() {
        let content: [u8; 70] = core::array::from_fn(|i| u8::try_from(i).unwrap() + 1);
        for len in 0..content.len() {
            let mut octets = [0xee; 72];
            let mut writer = Writer::fixed(&mut octets);
            writer.variable(Format::Binary8, Format::Binary32, &content[..len]);
            assert_eq!(writer.finish(), Ok(2 + len));
            assert_eq!(octets[..2], [0xa0, u8::try_from(len).unwrap()]);
            assert_eq!(octets[2..2 + len], content[..len]);
            assert!(octets[2 + len..].iter().all(|octet| *octet == 0xee));
        }
    }

    #[test]
    fn an_attempt_can_end_with_another_writer() {
        let mut octets = [0; 4];
        let mut writer = Writer::fixed(&mut octets);
        assert!(writer.attempt(|writer| {
            *writer = Writer::new(&mut []);
            true
        }));
        writer.octet(1);
        assert_eq!(writer.finish(), Err(EncodeError::TooLong { octets: 1, limit: 0 }));
    }

    #[test]
    fn what_does_not_fit_is_counted_and_nothing_behind_it_is_written() {
        let mut octets = [0xee; 4];
        let mut writer = Writer::fixed(&mut octets);
        writer.octets([1, 2, 3]);
        writer.octets([4, 5]);
        writer.octet(6);
        assert_eq!(writer.finish(), Err(EncodeError::TooLong { octets: 6, limit: 4 }));
        assert_eq!(octets, [1, 2, 3, 0xee]);
    }
}
