//! The cursor over octets that are encoded. It knows formats, not types.

use alloc::vec::Vec;
use core::mem;

use crate::descriptor::Descriptor;
use crate::error::TooLong;
use crate::format::Format;

/// Where encoded octets go: a vector that grows, or a caller's fixed buffer.
///
/// Writing never fails half-way. What does not fit is counted and left out, and
/// [`finish`](Self::finish) says so; until then a writer can be used as if there were room.
#[derive(Debug)]
pub struct Writer<'b> {
    /// The caller's vector, taken out for the writer's life so that its length and capacity can be
    /// kept in registers. Into a fixed buffer it stays empty and so never has room: everything
    /// goes the slow way, without a second check on the fast one.
    octets: Vec<u8>,
    /// How many octets have gone to a fixed buffer, or would have if there were room.
    fixed: usize,
    target: Target<'b>,
    /// The first content that was longer than a 32-bit size can say.
    too_long: Option<TooLong>,
    /// How many arrays around here are being tried in a narrow format, and whether it is known
    /// already that the outermost of them does not fit.
    attempts: u32,
    doomed: bool,
}

#[derive(Debug)]
enum Target<'b> {
    Growing(&'b mut Vec<u8>),
    Fixed(&'b mut [u8]),
}

impl<'b> Writer<'b> {
    /// Writes behind the octets that the vector has already.
    #[inline]
    #[must_use]
    pub fn new(octets: &'b mut Vec<u8>) -> Self {
        Self {
            octets: mem::take(octets),
            fixed: 0,
            target: Target::Growing(octets),
            too_long: None,
            attempts: 0,
            doomed: false,
        }
    }

    /// Writes to the front of a fixed buffer. Nothing is allocated.
    #[inline]
    #[must_use]
    pub const fn fixed(room: &'b mut [u8]) -> Self {
        Self {
            octets: Vec::new(),
            fixed: 0,
            target: Target::Fixed(room),
            too_long: None,
            attempts: 0,
            doomed: false,
        }
    }

    /// How many octets there are now, counting those that did not fit.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        // One of the two is always 0.
        self.octets.len() + self.fixed
    }

    /// Whether nothing has been written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks that everything fitted, and gives the number of octets.
    ///
    /// # Errors
    ///
    /// [`TooLong`] if it did not; the content of the buffer then means nothing.
    #[inline]
    pub fn finish(self) -> Result<usize, TooLong> {
        if let Some(too_long) = self.too_long {
            return Err(too_long);
        }
        match &self.target {
            Target::Fixed(room) if self.fixed > room.len() => {
                Err(TooLong { octets: self.fixed, limit: room.len() })
            }
            _ => Ok(self.len()),
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
        if self.octets.capacity() - self.octets.len() >= N {
            self.octets.extend_from_slice(&octets);
        } else {
            self.slice_slowly(&octets);
        }
    }

    /// Writes some octets.
    #[inline]
    pub fn slice(&mut self, octets: &[u8]) {
        if self.octets.capacity() - self.octets.len() >= octets.len() {
            self.octets.extend_from_slice(octets);
        } else {
            self.slice_slowly(octets);
        }
    }

    /// Into a fixed buffer, or a vector that must grow.
    #[cold]
    #[inline(never)]
    fn slice_slowly(&mut self, octets: &[u8]) {
        match &mut self.target {
            Target::Growing(_) => self.octets.extend_from_slice(octets),
            Target::Fixed(room) => {
                let end = self.fixed + octets.len();
                if let Some(place) = room.get_mut(self.fixed..end) {
                    place.copy_from_slice(octets);
                }
                self.fixed = end;
            }
        }
    }

    /// Writes many items of the same number of octets, with one look at the room there is.
    #[inline]
    pub(crate) fn items<T: Copy, const N: usize>(
        &mut self,
        items: &[T],
        octets: impl Fn(T) -> [u8; N],
    ) {
        if matches!(self.target, Target::Fixed(_)) {
            return items.iter().for_each(|item| self.octets(octets(*item)));
        }
        let start = self.octets.len();
        self.octets.resize(start + items.len() * N, 0);
        let (places, _) = self.octets.get_mut(start..).unwrap_or_default().as_chunks_mut();
        for (place, item) in places.iter_mut().zip(items) {
            *place = octets(*item);
        }
    }

    /// Writes a format code.
    #[inline]
    pub fn format(&mut self, format: Format) {
        self.octet(format.code());
    }

    /// Writes content with its size before it, in the format that its length needs.
    #[inline]
    pub fn variable(&mut self, narrow: Format, wide: Format, content: &[u8]) {
        match u8::try_from(content.len()) {
            Ok(size) => self.octets([narrow.code(), size]),
            Err(_) => {
                let [a, b, c, d] = self.size(content.len()).to_be_bytes();
                self.octets([wide.code(), a, b, c, d]);
            }
        }
        self.slice(content);
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
    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        // Into a fixed buffer the vector is empty, and so it stays.
        self.octets.truncate(len);
        self.fixed = self.fixed.min(len);
    }

    /// Tries to write the items of an array in a format that may be too narrow for them, and says
    /// whether they fitted.
    ///
    /// An item that does not fit in 255 octets is part of every array around it, so those need
    /// not be tried to the end. Without this, arrays nested n deep would be written 2^n times.
    pub(crate) fn attempt(&mut self, items: impl FnOnce(&mut Self) -> bool) -> bool {
        self.attempts += 1;
        let fits = items(self) && !self.doomed;
        self.attempts -= 1;
        self.doomed &= self.attempts > 0;
        fits
    }

    /// Says that something longer than 255 octets was found. True if an attempt around here has
    /// failed by that: then there is no use in writing on until it ends.
    pub(crate) const fn doom(&mut self) -> bool {
        self.doomed = self.attempts > 0;
        self.doomed
    }

    /// Whether what is being written will be taken back.
    pub(crate) const fn is_doomed(&self) -> bool {
        self.doomed
    }

    /// Notes that something was too long before it came here.
    #[cold]
    pub(crate) fn fail(&mut self, too_long: TooLong) {
        self.too_long.get_or_insert(too_long);
    }

    /// A length as a 32-bit size; one that does not fit is remembered as the error.
    #[cold]
    pub(crate) fn size(&mut self, len: usize) -> u32 {
        u32::try_from(len).unwrap_or_else(|_| {
            let limit = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
            self.too_long.get_or_insert(TooLong { octets: len, limit });
            u32::MAX
        })
    }

    /// Writes over octets that were written before. What had no room is passed over.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: usize, octets: [u8; N]) {
        let written = match &mut self.target {
            Target::Growing(_) => self.octets.as_mut_slice(),
            Target::Fixed(room) => room,
        };
        if let Some(place) = written.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = octets;
        }
    }

    /// Moves what was written from `at` on, to make room for `N` more octets there.
    #[cold]
    pub(crate) fn insert<const N: usize>(&mut self, at: usize) {
        let end = self.len();
        self.octets([0; N]);
        let written = match &mut self.target {
            Target::Growing(_) => self.octets.as_mut_slice(),
            Target::Fixed(room) => room,
        };
        if at <= end && end + N <= written.len() {
            written.copy_within(at..end, at + N);
        }
    }
}

impl Drop for Writer<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Target::Growing(octets) = &mut self.target {
            **octets = mem::take(&mut self.octets);
        }
    }
}
