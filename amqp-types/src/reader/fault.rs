//! Errors, which are recorded in the decoder, and the budget.
//!
//! Functions that are called get the decoder and an address instead of the reader, because a reader
//! whose address is taken would not be kept in registers.

use core::mem;

use super::Reader;
use crate::accepts::Accepts;
use crate::budget::{self, Budget};
use crate::constructor::Constructor;
use crate::decoder::Decoder;
use crate::error::{DecodeError, DecodeErrorKind, Failed, FieldAt, Found};
use crate::format::Format;
use crate::keys;

impl Reader<'_, '_> {
    /// Records an error at the next octet.
    #[inline]
    pub fn error(&mut self, kind: DecodeErrorKind) -> Failed {
        self.error_in(self.remaining, kind)
    }

    /// Records an error at the start of octets of the input, such as those that were just taken.
    #[inline]
    pub fn error_in(&mut self, octets: &[u8], kind: DecodeErrorKind) -> Failed {
        fail(self.decoder.as_deref_mut(), octets.as_ptr().addr(), kind)
    }

    /// Records that a constructor, just read, is not one of those expected.
    #[inline]
    pub fn unexpected(
        &mut self,
        constructor: &Constructor<'_>,
        expected: &'static Accepts,
    ) -> Failed {
        let after = self.remaining.as_ptr().addr();
        // The parts are passed rather than the whole, which would be in memory wherever it is used.
        let (format, described, lens) = constructor.parts();
        fail_unexpected(self.decoder.as_deref_mut(), after, format, described, lens, expected)
    }

    /// Records that the error is in a field, whose value began with `field_at`.
    #[inline]
    pub(crate) fn with_field(&mut self, field: FieldAt, field_at: &[u8]) -> Failed {
        self.fail_field(field, field_at, false)
    }

    /// Records that the error is in a field, whose value began with `field_at`, or that the field is missing
    /// there.
    ///
    /// A null in place of a mandatory field is a missing field rather than a value of a wrong type.
    #[inline]
    pub(crate) fn fail_field(
        &mut self,
        field: FieldAt,
        field_at: &[u8],
        is_missing: bool,
    ) -> Failed {
        fail_field(self.decoder.as_deref_mut(), field_at.as_ptr().addr(), field, is_missing)
    }

    /// Returns what is left of the budget. There is none for input that has been validated before.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.decoder.as_ref().map(|decoder| decoder.budget)
    }

    /// Charges the budget for memory that a value is about to take.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::TooManyOctets`] if the budget does not allow it.
    #[inline]
    pub fn charge_octets(&mut self, octets: usize) -> Result<(), Failed> {
        self.charge(octets, |budget| &mut budget.octets, DecodeErrorKind::TooManyOctets)
    }

    /// Charges the budget for items of an array that take no octets.
    pub(crate) fn charge_items(&mut self, items: usize) -> Result<(), Failed> {
        self.charge(items, |budget| &mut budget.items, DecodeErrorKind::TooManyItems)
    }

    /// Charges the budget for comparing this many keys, which take this many octets together.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::TooManyComparisons`] if the budget does not allow it.
    pub(crate) fn charge_comparisons(&mut self, keys: usize, octets: usize) -> Result<(), Failed> {
        self.charge_work(keys::comparisons(keys, octets))
    }

    /// Charges the budget for work: octets that are compared, or constructors that are read again.
    pub(crate) fn charge_work(&mut self, units: usize) -> Result<(), Failed> {
        self.charge(units, |budget| &mut budget.comparisons, DecodeErrorKind::TooManyComparisons)
    }

    #[inline]
    fn charge(
        &mut self,
        amount: usize,
        limit: impl FnOnce(&mut Budget) -> &mut usize,
        kind: DecodeErrorKind,
    ) -> Result<(), Failed> {
        let allowed = match &mut self.decoder {
            Some(decoder) => budget::spend(limit(&mut decoder.budget), amount),
            None => true,
        };
        if allowed { Ok(()) } else { Err(self.error(kind)) }
    }

    /// Checks that another level of nesting can be entered. The error is at the format code before the
    /// data of a list, map or array, where [`enter`](Self::enter) is called after the data.
    #[inline]
    pub(crate) fn check_depth(&mut self, data: &[u8]) -> Result<(), Failed> {
        match &self.decoder {
            Some(decoder) if decoder.budget.depth == 0 => {
                let format_code = data.as_ptr().addr().saturating_sub(1);
                Err(fail(self.decoder.as_deref_mut(), format_code, DecodeErrorKind::TooDeep))
            }
            _ => Ok(()),
        }
    }

    /// Enters a map of many entries. Returns whether it is not in another one.
    pub(crate) fn enter_large_map(&mut self) -> bool {
        match &mut self.decoder {
            Some(decoder) => !mem::replace(&mut decoder.in_large_map, true),
            None => true,
        }
    }

    /// Leaves the outermost map of many entries.
    pub(crate) fn leave_large_map(&mut self) {
        if let Some(decoder) = &mut self.decoder {
            decoder.in_large_map = false;
        }
    }
}

#[cold]
#[inline(never)]
fn fail(decoder: Option<&mut Decoder<'_>>, address: usize, kind: DecodeErrorKind) -> Failed {
    match decoder {
        Some(decoder) => decoder.fail(address, kind),
        None => Failed::RECORDED,
    }
}

#[cold]
#[inline(never)]
fn fail_unexpected(
    decoder: Option<&mut Decoder<'_>>,
    after: usize,
    format: Format,
    described: &[u8],
    lens: (usize, usize),
    expected: &'static Accepts,
) -> Failed {
    let constructor = Constructor::described(format, described, lens.0, lens.1);
    let found = Found::in_constructor(&constructor);
    let first = if constructor.is_described() {
        constructor.descriptor_octets().as_ptr().addr()
    } else {
        after
    };
    fail(decoder, first.saturating_sub(1), DecodeErrorKind::UnexpectedType { expected, found })
}

#[cold]
#[inline(never)]
fn fail_field(
    decoder: Option<&mut Decoder<'_>>,
    field_at: usize,
    field: FieldAt,
    is_missing: bool,
) -> Failed {
    if let Some(decoder) = decoder {
        let position = decoder.position(field_at);
        if is_missing {
            decoder.error = Some(DecodeError::new(DecodeErrorKind::MissingField, position));
        }
        if let Some(error) = &mut decoder.error {
            error.with_field(field, position);
        }
    }
    Failed::RECORDED
}
