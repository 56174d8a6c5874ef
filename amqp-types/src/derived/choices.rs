//! Enums of choices, each of which has one value.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::primitive::SymbolRef;
use crate::reader::Reader;
use crate::writer::Writer;

/// An enum of choices: how its variants and the values of its source match.
pub trait Choices: Sized {
    /// The type that the choices are encoded as.
    type Source: Source;

    /// The type that keeps all other values, or [`Never`] if they are refused.
    type Other;

    /// Returns the choice that has a value.
    fn of(value: <Self::Source as Source>::Value<'_>) -> Option<Self>;

    /// Returns the value of the choice.
    ///
    /// # Errors
    ///
    /// Returns the kept value if this is not one of the choices. The caller encodes it in the same way.
    fn value(&self) -> Result<<Self::Source as Source>::Value<'static>, &Self::Other>;

    /// Creates a choice that keeps a value which no choice has.
    fn other(other: Self::Other) -> Self;

    /// As [`Decode::decode_value`].
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnknownChoice`] for a value that is not a choice, or if the
    /// value is invalid.
    #[inline]
    fn decode_choice<'de>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed>
    where
        Self::Other: Decode<'de>,
    {
        let start = reader.remaining();
        let value = <Self::Source as Source>::Encoded::decode_value(constructor, reader)?;
        if let Some(choice) = Self::of(<Self::Source as Source>::value(value)) {
            return Ok(choice);
        }
        reader.set_remaining(start);
        Self::Other::decode_value(constructor, reader).map(Self::other)
    }

    /// As [`Decode::decode`].
    ///
    /// # Errors
    ///
    /// Fails as [`decode_choice`](Self::decode_choice) does.
    #[inline]
    fn decode_common<'de>(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed>
    where
        Self: Decode<'de>,
    {
        let start = reader.remaining();
        let value = <Self::Source as Source>::Encoded::decode(reader)?;
        if let Some(choice) = Self::of(<Self::Source as Source>::value(value)) {
            return Ok(choice);
        }
        reader.set_remaining(start);
        reader.decode_slow()
    }

    /// As [`Encode::encode`].
    #[inline]
    fn encode_choice(&self, writer: &mut Writer<'_>)
    where
        Self::Other: Encode,
    {
        match self.value() {
            Ok(value) => <Self::Source as Source>::encoded(value).encode(writer),
            Err(other) => other.encode(writer),
        }
    }

    /// As [`ArrayItem::encode_value`].
    #[inline]
    fn encode_item(&self, format: Format, writer: &mut Writer<'_>) -> bool
    where
        Self::Other: ArrayItem,
    {
        match self.value() {
            Ok(value) => <Self::Source as Source>::encoded(value).encode_value(format, writer),
            Err(other) => other.encode_value(format, writer),
        }
    }
}

/// The type that choices are encoded as: a boolean, an integer, [`SymbolChoice`] or
/// [`StringChoice`].
pub trait Source {
    /// A value as Rust's `match` takes it.
    type Value<'v>: Copy;

    /// A value as it is encoded and decoded.
    type Encoded<'v>: Decode<'v> + ArrayItem;

    /// As [`ArrayItem::FORMATS`].
    const FORMATS: &'static [Format];

    /// Converts a decoded value.
    fn value(encoded: Self::Encoded<'_>) -> Self::Value<'_>;

    /// Converts a value that is to be encoded.
    fn encoded(value: Self::Value<'static>) -> Self::Encoded<'static>;
}

/// Choices that are symbols.
#[derive(Debug)]
pub enum SymbolChoice {}

/// Choices that are strings.
#[derive(Debug)]
pub enum StringChoice {}

macro_rules! sources {
    ($($type:ty: $value:ty, $encoded:ty, $static:ty, |$read:ident| $to_value:expr, |$write:ident| $to_encoded:expr;)*) => {$(
        impl Source for $type {
            type Value<'v> = $value;
            type Encoded<'v> = $encoded;
            const FORMATS: &'static [Format] = <$static as ArrayItem>::FORMATS;

            #[inline]
            fn value($read: Self::Encoded<'_>) -> Self::Value<'_> {
                $to_value
            }

            #[inline]
            fn encoded($write: Self::Value<'static>) -> Self::Encoded<'static> {
                $to_encoded
            }
        }
    )*};
}

sources! {
    bool: Self, Self, Self, |value| value, |value| value;
    u8: Self, Self, Self, |value| value, |value| value;
    u16: Self, Self, Self, |value| value, |value| value;
    u32: Self, Self, Self, |value| value, |value| value;
    u64: Self, Self, Self, |value| value, |value| value;
    i8: Self, Self, Self, |value| value, |value| value;
    i16: Self, Self, Self, |value| value, |value| value;
    i32: Self, Self, Self, |value| value, |value| value;
    i64: Self, Self, Self, |value| value, |value| value;
    StringChoice: &'v str, &'v str, &'static str, |text| text, |text| text;
    // The derive has checked that the symbols are ASCII.
    SymbolChoice: &'v str, SymbolRef<'v>, SymbolRef<'static>, |symbol| symbol.as_str(), |text| SymbolRef::new(text).unwrap_or_default();
}

/// The type of all other values where they are refused.
#[derive(Clone, Copy, Debug)]
pub enum Never {}

impl Encode for Never {
    #[inline]
    fn encode(&self, _: &mut Writer<'_>) {
        match *self {}
    }
}

impl<'de> Decode<'de> for Never {
    const ACCEPTS: &'static Accepts = &Accepts::NOTHING;

    #[cold]
    #[inline]
    fn decode_value(_: Constructor<'de>, reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        Err(reader.error(DecodeErrorKind::UnknownChoice))
    }
}

impl ArrayItem for Never {
    const FORMATS: &'static [Format] = &[];

    #[inline]
    fn encode_value(&self, _: Format, _: &mut Writer<'_>) -> bool {
        match *self {}
    }
}

/// The formats that choices have in an array: those of their source, in which kept values must be encoded
/// too.
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
