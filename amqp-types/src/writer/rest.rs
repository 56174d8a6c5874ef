//! The room that is left, for values that are written one after another.

use core::mem::{self, MaybeUninit};

use super::copy::copy;
use super::{Writer, buffer};
use crate::codec::Encode;
use crate::format::Format;

/// What is left of a writer's room.
///
/// What puts octets at its front moves it on behind them, which takes two registers. A writer is in
/// memory as soon as something that is not inlined writes to it, and each value then waits until the
/// one before it has been counted there.
///
/// What does not put all of its octets says so, and whatever it did put is not counted. All that a rest
/// has been moved on by has been written, whoever has it: `unsafe` code relies on that.
#[derive(Debug)]
pub struct Rest<'r>(&'r mut [MaybeUninit<u8>]);

/// Up to here, content is copied without a call.
const SHORT: usize = 32;

impl<'r> Rest<'r> {
    /// How much room there is.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the first octets off, which must be written then. If there are not so many, it stays as it is.
    #[inline]
    fn split(&mut self, octets: usize) -> Option<&'r mut [MaybeUninit<u8>]> {
        if octets > self.len() {
            return None;
        }
        let (place, rest) = mem::take(&mut self.0).split_at_mut_checked(octets)?;
        self.0 = rest;
        Some(place)
    }

    /// Puts a fixed number of octets.
    #[inline]
    pub(crate) fn octets<const N: usize>(&mut self, octets: [u8; N]) -> bool {
        match self.split(N).and_then(<[_]>::first_chunk_mut) {
            Some(place) => {
                *place = octets.map(MaybeUninit::new);
                true
            }
            None => false,
        }
    }

    /// Puts a format code and the data after it.
    #[inline]
    pub(crate) fn fixed_width<const N: usize>(&mut self, format: Format, data: [u8; N]) -> bool {
        if let Some([code_at, place @ ..]) = self.split(1 + N)
            && let Some(place) = place.first_chunk_mut()
        {
            code_at.write(format.code());
            *place = data.map(MaybeUninit::new);
            return true;
        }
        false
    }

    /// Puts content with its size before it.
    #[inline]
    pub(crate) fn variable(&mut self, narrow: Format, wide: Format, content: &[u8]) -> bool {
        if content.len() > SHORT {
            return self.put_apart(|rest| rest.long(narrow, wide, content));
        }
        let Ok(size) = u8::try_from(content.len()) else { return false };
        if let Some([code_at, size_at, content_at @ ..]) = self.split(2 + content.len()) {
            code_at.write(narrow.code());
            size_at.write(size);
            copy(content_at, buffer::as_written(content));
            return true;
        }
        false
    }

    /// Puts what a function puts, which is not inlined, and says how much room it left.
    #[inline]
    pub(crate) fn put_apart(&mut self, put: impl FnOnce(Rest<'_>) -> Option<usize>) -> bool {
        match put(Rest(self.0)) {
            Some(left) => self.split(self.len() - left).is_some(),
            None => false,
        }
    }

    #[cold]
    #[inline(never)]
    fn long(mut self, narrow: Format, wide: Format, content: &[u8]) -> Option<usize> {
        let begun = match u8::try_from(content.len()) {
            Ok(size) => self.octets([narrow.code(), size]),
            Err(_) => self.fixed_width(wide, u32::try_from(content.len()).ok()?.to_be_bytes()),
        };
        let place = self.0.get_mut(..content.len())?;
        place.copy_from_slice(buffer::as_written(content));
        begun.then_some(self.len() - content.len())
    }

    /// Puts a list or map, and says how much room is left. A function puts its items, or says that it
    /// does not put them all.
    #[inline]
    pub(crate) fn compound(
        self,
        (narrow, wide): (Format, Format),
        count: usize,
        items: impl FnOnce(&mut Rest<'_>) -> bool,
    ) -> Option<usize> {
        let mut rest = Rest(self.0.get_mut(3..)?);
        let left = items(&mut rest).then_some(rest.len())?;
        let end = self.len() - left;
        // A size counts everything after itself, the count included.
        match (u8::try_from(end - 2), u8::try_from(count)) {
            (Ok(size), Ok(count)) => {
                let [code_at, size_at, count_at, ..] = self.0 else { return None };
                code_at.write(narrow.code());
                size_at.write(size);
                count_at.write(count);
                Some(left)
            }
            _ => self.widen(wide, count, end),
        }
    }

    /// Moves items apart from what goes before them, which needs more octets than were left free.
    #[cold]
    #[inline(never)]
    fn widen(mut self, wide: Format, count: usize, end: usize) -> Option<usize> {
        let [a, b, c, d] = u32::try_from(end + 1).ok()?.to_be_bytes();
        let [e, f, g, h] = u32::try_from(count).ok()?.to_be_bytes();
        let left = (self.len() - end).checked_sub(6)?;
        self.0.copy_within(3..end, 9);
        self.octets([wide.code(), a, b, c, d, e, f, g, h]).then_some(left)
    }
}

impl Writer<'_> {
    /// Writes what a function puts, unless that is not all.
    #[inline]
    pub(crate) fn put(&mut self, put: impl FnOnce(Rest<'_>) -> Option<usize>) -> bool {
        // Where octets had no room already, they cannot be counted back from what is left.
        let room = self.room.get_mut(self.len..);
        match room.and_then(|room| put(Rest(room))) {
            Some(left) => {
                self.len = self.room.len() - left;
                true
            }
            None => false,
        }
    }

    /// Writes values one after another.
    #[inline]
    pub(crate) fn values<T: Encode>(&mut self, values: impl Iterator<Item = T>) {
        let mut left = self.rest();
        for value in values {
            let before = left.len();
            if !value.put(&mut left) {
                left = self.encode_at(before, &value);
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
            if !key.put(&mut left) {
                left = self.encode_at(before, &key);
            }
            let before = left.len();
            if !value.put(&mut left) {
                left = self.encode_at(before, &value);
            }
        }
        let left = left.len();
        self.go_to(left);
    }

    /// Writes a value that has not been put, where so much room was left, and gives what is left then.
    #[cold]
    #[inline(never)]
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
