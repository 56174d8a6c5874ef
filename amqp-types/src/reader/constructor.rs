//! Constructors, and skipping the values after them.

use super::Reader;
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};

impl<'de> Reader<'_, 'de> {
    /// Reads a constructor: a format code, and the descriptors before it.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedEnd`] if the constructor is not all there,
    /// [`DecodeErrorKind::UnknownFormat`] if no encoding has the format code,
    /// [`DecodeErrorKind::TooDeep`] if there are too many descriptors, or because a descriptor is
    /// invalid.
    #[inline]
    pub fn constructor(&mut self) -> Result<Constructor<'de>, Failed> {
        #[cfg(test)]
        crate::work::add(1);
        if let [code, remaining @ ..] = self.remaining
            && let Some(format) = Format::from_code(*code)
        {
            self.remaining = remaining;
            return Ok(Constructor::primitive(format));
        }
        self.rarely(described_constructor)
    }

    /// Returns the primitive type of the next value, if the value is not described.
    #[inline]
    #[must_use]
    pub const fn peek_primitive(&self) -> Option<Primitive> {
        match self.remaining {
            [code, ..] => match Format::from_code(*code) {
                Some(format) => Some(format.primitive()),
                None => None,
            },
            [] => None,
        }
    }

    /// Decodes the value after a descriptor by calling a function, one level deeper. The constructor must have
    /// been read, and be one of those accepted.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedType`] if it is not, or as the function does.
    #[inline]
    pub fn described<T>(
        &mut self,
        constructor: Constructor<'de>,
        accepts: &'static Accepts,
        decode_value: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        if !accepts.contains(&constructor) {
            return Err(self.unexpected(&constructor, accepts));
        }
        self.enter()?;
        let value = decode_value(constructor.inner(), self)?;
        self.leave();
        Ok(value)
    }

    /// Decodes the value after a descriptor with a function, one level deeper. Returns `None` and reads
    /// nothing unless the descriptor comes next as this crate encodes it and the value after it is not
    /// described.
    #[inline]
    pub fn described_value<T>(
        &mut self,
        descriptor: &Descriptor,
        decode: impl FnOnce(&mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Option<Result<T, Failed>> {
        let value @ [code, ..] = descriptor.written_before(self.remaining)? else {
            return None;
        };
        if Format::from_code(*code).is_none() || !self.try_enter() {
            return None;
        }
        self.advance_to(value, 1);
        let value = decode(self);
        self.leave();
        Some(value)
    }

    /// Skips one value of any type. Its constructor and its size are checked, its content is not.
    ///
    /// # Errors
    ///
    /// Fails as [`constructor`](Self::constructor) and [`variable`](Self::variable) do.
    pub fn skip(&mut self) -> Result<(), Failed> {
        let mut values = 1;
        while values > 0 {
            // A described value is two values, in a loop because they may nest as deep as the input is long.
            if let [0, described @ ..] = self.remaining {
                self.check_levels(values)?;
                self.remaining = described;
                values += 1;
                continue;
            }
            let constructor = self.constructor()?;
            self.skip_value(constructor)?;
            values -= 1;
        }
        Ok(())
    }

    /// Checks that the budget allows this many more levels of nesting.
    fn check_levels(&mut self, levels: u32) -> Result<(), Failed> {
        match &self.decoder {
            Some(decoder) if decoder.budget.depth < levels => {
                Err(self.error(DecodeErrorKind::TooDeep))
            }
            _ => Ok(()),
        }
    }

    /// Skips the data after a constructor.
    ///
    /// # Errors
    ///
    /// Fails as [`variable`](Self::variable) does.
    pub fn skip_value(&mut self, constructor: Constructor<'de>) -> Result<(), Failed> {
        self.variable(constructor.format()).map(drop)
    }

    /// Takes one value of any type as the octets it is encoded in.
    ///
    /// # Errors
    ///
    /// Fails as [`skip`](Self::skip) does.
    pub fn raw(&mut self) -> Result<&'de [u8], Failed> {
        let start = self.remaining;
        self.skip()?;
        Ok(self.taken_since(start))
    }

    /// Returns the octets that have been read since the cursor was at `start`.
    pub(crate) fn taken_since(&self, start: &'de [u8]) -> &'de [u8] {
        let taken = start.len() - self.remaining.len();
        start.get(..taken).unwrap_or(start)
    }

    /// Skips a descriptor, which is a level of nesting if it is described itself.
    fn skip_descriptor(&mut self) -> Result<(), Failed> {
        if self.remaining.first() != Some(&0) {
            return self.skip();
        }
        self.enter()?;
        self.skip()?;
        self.leave();
        Ok(())
    }
}

/// Reads a constructor that has descriptors, or an error.
#[inline(never)]
fn described_constructor<'de>(reader: &mut Reader<'_, 'de>) -> Result<Constructor<'de>, Failed> {
    // Nearly every composite has one descriptor, a small ulong.
    const SMALL_ULONG: u8 = Format::SmallUlong.code();
    if let [0, described @ ..] = reader.remaining
        && let [SMALL_ULONG, _, code, remaining @ ..] = described
        && let Some(format) = Format::from_code(*code)
    {
        // The descriptor has a constructor too.
        #[cfg(test)]
        crate::work::add(1);
        reader.remaining = remaining;
        return Ok(Constructor::described(format, described, 2, 3));
    }
    let described = match reader.remaining {
        [0, described @ ..] => described,
        [code, ..] => return Err(reader.error(DecodeErrorKind::UnknownFormat(*code))),
        [] => return Err(reader.error(DecodeErrorKind::UnexpectedEnd)),
    };
    reader.remaining = described;
    reader.skip_descriptor()?;
    let descriptor = reader.taken_since(described).len();
    let mut levels = 0;
    let format = loop {
        match reader.remaining {
            [0, inner @ ..] => {
                reader.remaining = inner;
                reader.enter()?;
                levels += 1;
                reader.skip_descriptor()?;
            }
            [code, remaining @ ..] => {
                let Some(format) = Format::from_code(*code) else {
                    return Err(reader.error(DecodeErrorKind::UnknownFormat(*code)));
                };
                reader.remaining = remaining;
                break format;
            }
            [] => return Err(reader.error(DecodeErrorKind::UnexpectedEnd)),
        }
    };
    for _ in 0..levels {
        reader.leave();
    }
    let len = reader.taken_since(described).len();
    Ok(Constructor::described(format, described, descriptor, len))
}

impl Constructor<'_> {
    /// Returns the constructor of the value that is described: this one without its outermost
    /// descriptor.
    ///
    /// The constructor of a value that is not described is its own inner constructor.
    #[inline]
    #[must_use]
    pub fn inner(&self) -> Self {
        let plain = Self::primitive(self.format());
        if !self.is_nested() {
            return plain;
        }
        // The octets have been read before, so that they cannot fail now.
        Reader::trusted(self.after_descriptor()).constructor().unwrap_or(plain)
    }
}
