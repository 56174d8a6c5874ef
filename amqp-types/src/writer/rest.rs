//! The room that is left, for values that are written one after another.

use core::mem::MaybeUninit;

use super::{Writer, buffer};
use crate::codec::Encode;
use crate::copy::copy;
use crate::format::Format;

/// What is left of a writer's room.
///
/// What puts octets at its front gives back what is behind them, which takes two registers. A writer
/// is in memory as soon as something that is not inlined writes to it, and each value then waits
/// until the one before it has been counted there.
///
/// Nothing is put by halves: what does not put all of its octets gives back what it was given. All
/// that a rest has been moved on by has been written.
#[derive(Debug)]
pub struct Rest<'r>(&'r mut [MaybeUninit<u8>]);

/// Up to here, content is copied without a call.
const SHORT: usize = 32;

impl Rest<'_> {
    /// How much room there is. It is less as soon as anything has been put.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Goes on behind the first octets, which have been written.
    #[inline]
    fn behind(self, octets: usize) -> Self {
        Rest(self.0.split_at_mut(octets).1)
    }

    /// Puts a fixed number of octets.
    #[inline]
    pub(crate) fn octets<const N: usize>(self, octets: [u8; N]) -> Self {
        match self.0.first_chunk_mut() {
            Some(place) => *place = octets.map(MaybeUninit::new),
            None => return self,
        }
        self.behind(N)
    }

    /// Puts a format code and the data after it.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(self, format: Format, data: [u8; N]) -> Self {
        if let Some([code_at, rest @ ..]) = self.0.get_mut(..1 + N)
            && let Some(place) = rest.first_chunk_mut()
        {
            code_at.write(format.code());
            *place = data.map(MaybeUninit::new);
            self.behind(1 + N)
        } else {
            self
        }
    }

    /// Puts content with its size before it.
    #[inline]
    pub(crate) fn variable(self, narrow: Format, wide: Format, content: &[u8]) -> Self {
        let octets = 2 + content.len();
        if (content.len() > SHORT) | (self.0.len() < octets) {
            return self.long(narrow, wide, content);
        }
        let (Some([code_at, size_at, place @ ..]), Ok(size)) =
            (self.0.get_mut(..octets), u8::try_from(content.len()))
        else {
            return self;
        };
        code_at.write(narrow.code());
        size_at.write(size);
        copy(place, buffer::as_written(content));
        self.behind(octets)
    }

    #[cold]
    #[inline(never)]
    fn long(self, narrow: Format, wide: Format, content: &[u8]) -> Self {
        let room = self.len();
        let before = match (u8::try_from(content.len()), u32::try_from(content.len())) {
            _ if room < 5 || room - 5 < content.len() => return self,
            (Ok(size), _) => self.octets([narrow.code(), size]),
            (_, Ok(size)) => self.fixed_width(wide, size.to_be_bytes()),
            _ => return self,
        };
        let (place, rest) = before.0.split_at_mut(content.len());
        place.copy_from_slice(buffer::as_written(content));
        Rest(rest)
    }

    /// Puts a list or map. A function puts its items, or gives nothing if it does not put them all.
    #[inline]
    pub(crate) fn compound(
        self,
        (narrow, wide): (Format, Format),
        count: usize,
        items: impl FnOnce(Rest<'_>) -> Option<Rest<'_>>,
    ) -> Self {
        let all = self.len();
        let Some(left) =
            self.0.get_mut(3..).and_then(|room| items(Rest(room))).map(|rest| rest.len())
        else {
            return self;
        };
        let end = all - left;
        // A size counts everything after itself, the count included.
        match (u8::try_from(end - 2), u8::try_from(count)) {
            (Ok(size), Ok(count)) => self.octets([narrow.code(), size, count]).behind(end - 3),
            _ => self.widen(wide, count, end),
        }
    }

    /// Moves items apart from what goes before them, which needs more octets than were left free.
    #[cold]
    #[inline(never)]
    fn widen(self, wide: Format, count: usize, end: usize) -> Self {
        let (Ok(size), Ok(count)) = (u32::try_from(end + 1), u32::try_from(count)) else {
            return self;
        };
        if self.len() - end < 6 {
            return self;
        }
        self.0.copy_within(3..end, 9);
        let [a, b, c, d] = size.to_be_bytes();
        let [e, f, g, h] = count.to_be_bytes();
        self.octets([wide.code(), a, b, c, d, e, f, g, h]).behind(end - 3)
    }
}

impl Writer<'_> {
    /// Writes values one after another.
    #[inline]
    pub(crate) fn values<T: Encode>(&mut self, values: impl Iterator<Item = T>) {
        let mut left = self.rest();
        for value in values {
            let before = left.len();
            left = value.put(left);
            if left.len() == before {
                self.go_to(before);
                value.encode(self);
                left = self.rest();
            }
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
            left = key.put(left);
            if left.len() == before {
                self.go_to(before);
                key.encode(self);
                left = self.rest();
            }
            let before = left.len();
            left = value.put(left);
            if left.len() == before {
                self.go_to(before);
                value.encode(self);
                left = self.rest();
            }
        }
        let left = left.len();
        self.go_to(left);
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
