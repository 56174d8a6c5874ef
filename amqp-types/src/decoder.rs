//! The state of one decode: the input, the budget, and the error.

use bytes::Bytes;

use crate::budget::{self, Budget};
use crate::error::{DecodeError, DecodeErrorKind, Failed};

/// Decodes values from an input, within a [`Budget`].
///
/// [`Decode::from_bytes`](crate::Decode::from_bytes) and
/// [`Decode::from_shared`](crate::Decode::from_shared) are shorter if the default budget is sufficient and
/// the value is the whole input.
///
/// ```
/// use amqp_types::{Budget, Decoder, Value};
///
/// let budget = Budget { depth: 4, ..Budget::for_input(3) };
/// let (value, octets) = Decoder::new(b"\x52\x07rest").with_budget(budget).decode_prefix()?;
/// assert_eq!((value, octets), (Value::Uint(7), 2));
/// # Ok::<(), amqp_types::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Decoder<'de> {
    /// The input that is to be decoded.
    pub(crate) input: &'de [u8],
    /// The address of the octet that positions in errors count from.
    origin: usize,
    /// The allocation that the input is a part of, if values may share it.
    shared: Option<&'de Bytes>,
    pub(crate) budget: Budget,
    pub(crate) error: Option<DecodeError>,
    /// Whether a borrowed map of many entries is being validated, with a table on the stack.
    pub(crate) in_large_map: bool,
}

impl<'de> Decoder<'de> {
    /// Creates a decoder. Types that own their content copy it out of the input.
    #[inline]
    #[must_use]
    pub fn new(input: &'de [u8]) -> Self {
        Self {
            input,
            origin: input.as_ptr().addr(),
            shared: None,
            budget: Budget::for_input(input.len()),
            error: None,
            in_large_map: false,
        }
    }

    /// Creates a decoder whose values may share the input: content backed by [`Bytes`] keeps the
    /// input's allocation alive and is not copied.
    // Most callers decode a type that owns something, by one more call. They are shorter without this code.
    #[inline(never)]
    #[must_use]
    pub fn shared(input: &'de Bytes) -> Self {
        Self { shared: Some(input), ..Self::new(input) }
    }

    /// Replaces the default budget.
    #[inline]
    #[must_use]
    pub const fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Limits the decoder to a part of its input. Positions in errors still count from the start of
    /// the whole input.
    #[inline]
    #[must_use]
    pub(crate) const fn at_part(mut self, part: &'de [u8]) -> Self {
        self.input = part;
        self.budget = Budget::for_input(part.len());
        self
    }

    /// Returns the position of an address in the input, for errors.
    pub(crate) const fn position(&self, address: usize) -> usize {
        address.saturating_sub(self.origin)
    }

    /// Records an error at an address in the input.
    pub(crate) fn fail(&mut self, address: usize, kind: DecodeErrorKind) -> Failed {
        self.error = Some(DecodeError::new(kind, self.position(address)));
        Failed::RECORDED
    }

    /// Returns the error that was recorded.
    #[cold]
    #[inline(never)]
    pub(crate) fn recorded_error(&self, _: Failed) -> DecodeError {
        const UNKNOWN: DecodeErrorKind = DecodeErrorKind::Invalid("the value cannot be decoded");
        self.error.unwrap_or(DecodeError::new(UNKNOWN, 0))
    }

    /// Makes an owned copy of a slice of the input. It shares the input's allocation where that is
    /// possible.
    pub(crate) fn own(&mut self, slice: &[u8]) -> Result<Bytes, Failed> {
        if let Some(part) = self.shared.and_then(|shared| part_of(shared, slice)) {
            return Ok(part);
        }
        if budget::spend(&mut self.budget.octets, slice.len()) {
            Ok(Bytes::copy_from_slice(slice))
        } else {
            Err(self.fail(slice.as_ptr().addr(), DecodeErrorKind::TooManyOctets))
        }
    }
}

/// Returns a slice of shared octets without a copy. `None` if it is a slice of something else.
pub(crate) fn part_of(shared: &Bytes, slice: &[u8]) -> Option<Bytes> {
    let offset = slice.as_ptr().addr().wrapping_sub(shared.as_ptr().addr());
    let end = offset.checked_add(slice.len()).filter(|end| *end <= shared.len())?;
    Some(shared.slice(offset..end))
}
