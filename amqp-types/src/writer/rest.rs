//! The room that is left, for values that are written one after another.

use core::mem::MaybeUninit;

use super::copy::copy;
use super::{Writer, buffer};
use crate::codec::Encode;
use crate::format::Format;

/// What is left of a writer's room.
///
/// What puts octets at its front gives back what is behind them, which takes two registers. A writer
/// is in memory as soon as something that is not inlined writes to it, and each value then waits
/// until the one before it has been counted there.
///
/// What does not put all of its octets gives nothing: whatever it did put is not counted. All that a
/// rest has been moved on by has been written.
#[derive(Debug)]
pub struct Rest<'r>(&'r mut [MaybeUninit<u8>]);

/// Up to here, content is copied without a call.
const SHORT: usize = 32;

impl Rest<'_> {
    /// How much room there is.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Goes on behind the first octets, which have been written.
    #[inline]
    fn behind(self, octets: usize) -> Option<Self> {
        self.0.get_mut(octets..).map(Rest)
    }

    /// Puts a fixed number of octets.
    #[inline]
    pub(crate) fn octets<const N: usize>(self, octets: [u8; N]) -> Option<Self> {
        let (place, rest) = self.0.split_first_chunk_mut()?;
        *place = octets.map(MaybeUninit::new);
        Some(Rest(rest))
    }

    /// Puts a format code and the data after it.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(self, format: Format, data: [u8; N]) -> Option<Self> {
        let (code_at, rest) = self.0.split_first_mut()?;
        let (place, rest) = rest.split_first_chunk_mut()?;
        code_at.write(format.code());
        *place = data.map(MaybeUninit::new);
        Some(Rest(rest))
    }

    /// Puts content with its size before it.
    #[inline]
    pub(crate) fn variable(self, narrow: Format, wide: Format, content: &[u8]) -> Option<Self> {
        let octets = 2 + content.len();
        if (content.len() > SHORT) | (self.0.len() < octets) {
            return self.long(narrow, wide, content);
        }
        let (place, rest) = self.0.split_at_mut_checked(octets)?;
        let [code_at, size_at, content_at @ ..] = place else { return None };
        code_at.write(narrow.code());
        size_at.write(u8::try_from(content.len()).ok()?);
        copy(content_at, buffer::as_written(content));
        Some(Rest(rest))
    }

    #[cold]
    #[inline(never)]
    fn long(self, narrow: Format, wide: Format, content: &[u8]) -> Option<Self> {
        let rest = match u8::try_from(content.len()) {
            Ok(size) => self.octets([narrow.code(), size])?,
            Err(_) => self.fixed_width(wide, u32::try_from(content.len()).ok()?.to_be_bytes())?,
        };
        let (place, rest) = rest.0.split_at_mut_checked(content.len())?;
        place.copy_from_slice(buffer::as_written(content));
        Some(Rest(rest))
    }

    /// Puts a list or map. A function puts its items, or gives nothing if it does not put them all.
    #[inline]
    pub(crate) fn compound(
        self,
        (narrow, wide): (Format, Format),
        count: usize,
        items: impl FnOnce(Rest<'_>) -> Option<Rest<'_>>,
    ) -> Option<Self> {
        let left = items(Rest(self.0.get_mut(3..)?))?.len();
        let end = self.len() - left;
        // A size counts everything after itself, the count included.
        match (u8::try_from(end - 2), u8::try_from(count)) {
            (Ok(size), Ok(count)) => {
                let [code_at, size_at, count_at, ..] = &mut *self.0 else { return None };
                code_at.write(narrow.code());
                size_at.write(size);
                count_at.write(count);
                self.behind(end)
            }
            _ => self.widen(wide, count, end),
        }
    }

    /// Moves items apart from what goes before them, which needs more octets than were left free.
    #[cold]
    #[inline(never)]
    fn widen(self, wide: Format, count: usize, end: usize) -> Option<Self> {
        let [a, b, c, d] = u32::try_from(end + 1).ok()?.to_be_bytes();
        let [e, f, g, h] = u32::try_from(count).ok()?.to_be_bytes();
        if self.len() - end < 6 {
            return None;
        }
        self.0.copy_within(3..end, 9);
        self.octets([wide.code(), a, b, c, d, e, f, g, h])?.behind(end - 3)
    }
}

impl Writer<'_> {
    /// Writes values one after another.
    #[inline]
    pub(crate) fn values<T: Encode>(&mut self, values: impl Iterator<Item = T>) {
        let mut left = self.rest();
        for value in values {
            let before = left.len();
            left = match value.put(left) {
                Some(behind) => behind,
                None => self.encode_at(before, &value),
            };
        }
        let left = left.len();
        self.go_to(left);
    }

    /// Writes keys and values in turn.
    #[inline]
    pub(crate) fn entries<K: Encode, V: Encode>(&mut self, entries: impl Iterator<Item = (K, V)>) {
        let mut left = self.rest();
        for (key, value) in entries {
            let before = left.len();
            left = match key.put(left) {
                Some(behind) => behind,
                None => self.encode_at(before, &key),
            };
            let before = left.len();
            left = match value.put(left) {
                Some(behind) => behind,
                None => self.encode_at(before, &value),
            };
        }
        let left = left.len();
        self.go_to(left);
    }

    /// Writes a value that has not been put, where so much room was left, and gives what is left then.
    #[inline]
    fn encode_at<T: Encode>(&mut self, left: usize, value: &T) -> Rest<'_> {
        self.go_to(left);
        value.encode(self);
        self.rest()
    }

    /// The room behind what was written.
    #[inline]
    fn rest(&mut self) -> Rest<'_> {
        Rest(self.room.get_mut(self.len..).unwrap_or_default())
    }

    /// Counts what was put into the rest: so many octets are left of it.
    #[inline]
    fn go_to(&mut self, left: usize) {
        // Where octets had no room, none are left, and those were counted.
        self.len = self.len.max(self.room.len() - left);
    }
}
