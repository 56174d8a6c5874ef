//! Enums of choices: which value stands for which variant.

use super::source::Source;
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;
use crate::writer::Writer;

/// An enum of choices: how its variants and the values of its source match.
pub trait Choices: Sized {
    /// What the choices are written as.
    type Source: Source;

    /// What keeps the values that no choice stands for; [`Never`] if those are refused.
    type Other;

    /// The choice that a value stands for.
    fn of(value: <Self::Source as Source>::Value<'_>) -> Option<Self>;

    /// The value that stands for the choice, or the value that was kept.
    ///
    /// # Errors
    ///
    /// None: the two are equally good.
    fn value(&self) -> Result<<Self::Source as Source>::Value<'static>, &Self::Other>;

    /// Keeps a value that no choice stands for.
    fn other(other: Self::Other) -> Self;
}

/// No value.
#[derive(Clone, Copy, Debug)]
pub enum Never {}

impl Encode for Never {
    const MAX_LEN: Option<usize> = Some(0);

    #[inline]
    fn encode(&self, _: &mut Writer<'_>) {
        match *self {}
    }
}

impl<'a> Decode<'a> for Never {
    const ACCEPTS: &'static Accepts = &Accepts::NOTHING;

    #[cold]
    fn decode_data(_: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        Err(reader.error(DecodeErrorKind::UnknownChoice))
    }
}

impl ArrayItem for Never {
    const FORMATS: &'static [Format] = &[];

    #[inline]
    fn encode_data(&self, _: Format, _: &mut Writer<'_>) -> bool {
        match *self {}
    }
}

/// Reads a choice.
///
/// # Errors
///
/// [`DecodeErrorKind::UnknownChoice`] for a value that is none; whatever is wrong with the octets.
#[inline]
pub fn decode_choice<'a, T: Choices<Other: Decode<'a>>>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    let before = reader.rest();
    let value = T::Source::read(constructor, reader)?;
    if let Some(choice) = T::of(value) {
        return Ok(choice);
    }
    reader.go_to(before);
    T::Other::decode_data(constructor, reader).map(T::other)
}

/// Reads a constructor and the choice after it.
///
/// # Errors
///
/// As [`decode_choice`].
#[inline]
pub fn next_choice<'a, T: Choices<Other: Decode<'a>>>(
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    let before = reader.rest();
    let value = T::Source::read_next(reader)?;
    if let Some(choice) = T::of(value) {
        return Ok(choice);
    }
    reader.go_to(before);
    T::Other::decode(reader).map(T::other)
}

/// Writes a choice.
#[inline]
pub fn encode_choice<T: Choices<Other: Encode>>(choice: &T, writer: &mut Writer<'_>) {
    match choice.value() {
        Ok(value) => T::Source::write(value, writer),
        Err(other) => other.encode(writer),
    }
}

/// Writes the data of a choice, as an item of an array.
#[inline]
pub fn encode_choice_data<T: Choices<Other: ArrayItem>>(
    choice: &T,
    format: Format,
    writer: &mut Writer<'_>,
) -> bool {
    match choice.value() {
        Ok(value) => T::Source::write_data(value, format, writer),
        Err(other) => other.encode_data(format, writer),
    }
}

/// The formats that choices have in an array: those of their source, in which the values that are
/// kept must be written too.
///
/// # Panics
///
/// If the formats are not the same. The derive calls this in a constant: it does not compile then.
#[must_use]
pub const fn shared_formats(
    source: &'static [Format],
    other: &'static [Format],
) -> &'static [Format] {
    let (mut a, mut b) = (source, other);
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        assert!(x.code() == y.code(), "values that are kept have another format than the choices");
        (a, b) = (rest_a, rest_b);
    }
    assert!(a.len() == b.len(), "values that are kept have other formats than the choices");
    source
}
