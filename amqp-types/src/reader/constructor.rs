//! Constructors, and passing over what is behind them.

use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;

impl<'a> Reader<'a> {
    /// Takes a constructor: a format code, and the descriptors before it.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedEnd`], [`DecodeErrorKind::UnknownFormat`], or whatever is wrong
    /// with a descriptor; [`DecodeErrorKind::TooDeep`] for too many descriptors.
    #[inline]
    pub fn constructor(&mut self) -> Result<Constructor<'a>, Failed> {
        if let [code, rest @ ..] = self.rest
            && let Some(format) = Format::from_code(*code)
        {
            self.rest = rest;
            return Ok(Constructor::primitive(format));
        }
        self.other_constructor()
    }

    #[inline(never)]
    fn other_constructor(&mut self) -> Result<Constructor<'a>, Failed> {
        // What encoders write before nearly every composite: a small ulong.
        const SMALL: u8 = Format::SmallUlong.code();
        match self.rest {
            [0, SMALL, _, code, rest @ ..] if *code != 0 => {
                let Some(format) = Format::from_code(*code) else {
                    let code_at = self.position() + 3;
                    return Err(self.error_at(code_at, DecodeErrorKind::UnknownFormat(*code)));
                };
                let described = self.rest.get(1..).unwrap_or_default();
                self.rest = rest;
                Ok(Constructor::described(format, described, 2, 3))
            }
            [0, described @ ..] => self.described_constructor(described),
            [code, ..] => Err(self.error(DecodeErrorKind::UnknownFormat(*code))),
            [] => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// The general case: any descriptors, any number of them.
    fn described_constructor(&mut self, described: &'a [u8]) -> Result<Constructor<'a>, Failed> {
        let before = self.budget.depth;
        self.rest = described;
        self.skip_descriptor()?;
        let descriptor = self.taken_since(described).len();
        let format = loop {
            match self.octet()? {
                0 => {
                    self.descend()?;
                    self.skip_descriptor()?;
                }
                code => match Format::from_code(code) {
                    Some(format) => break format,
                    None => {
                        let code_at = self.position() - 1;
                        return Err(self.error_at(code_at, DecodeErrorKind::UnknownFormat(code)));
                    }
                },
            }
        };
        self.budget.depth = before;
        let len = self.taken_since(described).len();
        Ok(Constructor::described(format, described, descriptor, len))
    }

    /// Passes over a descriptor. One that is described itself is a level deeper.
    fn skip_descriptor(&mut self) -> Result<(), Failed> {
        if self.rest.first() != Some(&0) {
            return self.skip();
        }
        self.descend()?;
        self.skip()?;
        self.ascend();
        Ok(())
    }

    /// Passes over one value, whatever it is. Only its outline is checked: nothing looks inside.
    ///
    /// # Errors
    ///
    /// As [`constructor`](Self::constructor) and [`variable`](Self::variable).
    pub fn skip(&mut self) -> Result<(), Failed> {
        let constructor = self.constructor()?;
        self.skip_data(constructor)
    }

    /// Passes over the data after a constructor.
    ///
    /// # Errors
    ///
    /// As [`variable`](Self::variable).
    pub fn skip_data(&mut self, constructor: Constructor<'a>) -> Result<(), Failed> {
        self.variable(constructor.format()).map(drop)
    }

    /// Takes one value as the octets it is.
    ///
    /// # Errors
    ///
    /// As [`skip`](Self::skip).
    pub fn raw(&mut self) -> Result<&'a [u8], Failed> {
        let before = self.rest;
        self.skip()?;
        Ok(self.taken_since(before))
    }

    /// What has been read since the cursor stood at `before`.
    pub(crate) fn taken_since(&self, before: &'a [u8]) -> &'a [u8] {
        let taken = before.len() - self.rest.len();
        before.get(..taken).unwrap_or(before)
    }
}

/// What is behind a value that has been read before.
#[inline]
pub(crate) fn behind(octets: &[u8]) -> Option<&[u8]> {
    behind_sized(octets).or_else(|| behind_other(octets))
}

/// What is behind a value whose size stands in its outline, as far as that is seen at a glance.
#[inline]
pub(crate) fn behind_sized(octets: &[u8]) -> Option<&[u8]> {
    const BINARY: u8 = Format::Binary8.code();
    const STRING: u8 = Format::String8.code();
    const SYMBOL: u8 = Format::Symbol8.code();
    const LIST: u8 = Format::List8.code();
    const MAP: u8 = Format::Map8.code();
    const EMPTY: u8 = Format::List0.code();
    const LONG_BINARY: u8 = Format::Binary32.code();
    const LONG_LIST: u8 = Format::List32.code();
    const LONG_MAP: u8 = Format::Map32.code();
    match octets {
        [BINARY | STRING | SYMBOL | LIST | MAP, size, data @ ..] => data.get(usize::from(*size)..),
        [EMPTY, rest @ ..] => Some(rest),
        [LONG_BINARY | LONG_LIST | LONG_MAP, a, b, c, d, data @ ..] => {
            let size = u32::from_be_bytes([*a, *b, *c, *d]);
            data.get(usize::try_from(size).ok()?..)
        }
        _ => None,
    }
}

#[inline(never)]
fn behind_other(octets: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::checked(octets);
    reader.skip().ok()?;
    Some(reader.rest())
}
