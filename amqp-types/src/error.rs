//! Errors of decoding and encoding, as data.

mod found;
mod path;

use core::fmt;

use crate::accepts::Accepts;
use crate::format::Primitive;
use found::Octets;
pub use found::{Found, FoundName};
use path::Path;
pub use path::{Field, FieldAt, FieldNames};

/// The reason why input cannot be decoded, with the octet and the field.
///
/// It is `Copy` and does not allocate; the sentence is composed when it is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    at: usize,
    path: Path,
}

/// The decode has failed, and the [`Reader`](crate::Reader) has recorded why. Only a reader creates one.
///
/// It is zero-sized, so that a `Result<T, Failed>` costs nothing to return, unlike one of a
/// [`DecodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed(());

impl Failed {
    pub(crate) const RECORDED: Self = Self(());
}

/// What is wrong with the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input, or the list, map or array in it, ends before the value does.
    UnexpectedEnd,
    /// No encoding has this format code (section 1.2).
    UnknownFormat(u8),
    /// A value of another type than expected.
    UnexpectedType {
        /// The types that are accepted here.
        expected: &'static Accepts,
        /// The type of the value.
        found: Found,
    },
    /// A mandatory field is null, or the list ends before it (section 1.4).
    MissingField,
    /// A field appears twice in a map.
    DuplicateField,
    /// An unknown field, in a `strict` type.
    UnknownField,
    /// A size or count exceeds the octets that remain.
    SizeOverrun,
    /// A size is too small for its content, such as the count.
    SizeUnderrun,
    /// Octets are left over in a list, map or array, or after the value.
    LeftOver,
    /// A map with an odd number of items (section 1.6.23).
    OddMap,
    /// A map with two equal keys (section 1.6.23).
    DuplicateKey,
    /// A boolean's octet is neither 0 nor 1 (section 1.6.2).
    InvalidBoolean(u8),
    /// A char that is not a Unicode scalar value (section 1.6.16).
    InvalidChar(u32),
    /// A string that is not UTF-8 (section 1.6.20).
    NotUtf8,
    /// A symbol with an octet above 0x7f (section 1.6.21).
    NotAscii,
    /// A value that is not one of the choices of a restricted type (section 1.3.5).
    UnknownChoice,
    /// A value of the right type that breaks this rule.
    Invalid(&'static str),
    /// A number below those of the integer type of an [`AnyInt`](crate::AnyInt).
    TooSmall {
        /// The number.
        number: i64,
        /// The integer type.
        of: Primitive,
    },
    /// A number above those of the integer type of an [`AnyInt`](crate::AnyInt).
    TooLarge {
        /// The number.
        number: u64,
        /// The integer type.
        of: Primitive,
    },
    /// The fixed octets at the start of a layout are missing, such as the `AMQP` of a protocol header.
    WrongPrefix(&'static [u8]),
    /// Values nested deeper than the budget allows.
    TooDeep,
    /// More zero-width array items than the budget allows.
    TooManyItems,
    /// More memory than the budget allows.
    TooManyOctets,
    /// More octets of keys to compare than the budget allows.
    TooManyComparisons,
}

impl DecodeError {
    /// Creates an error at an octet, counted from the start of the input.
    #[cold]
    #[must_use]
    pub const fn new(kind: DecodeErrorKind, at: usize) -> Self {
        Self { kind, at, path: Path::EMPTY }
    }

    /// Converts the error of encoding a value that is to be decoded as another type.
    #[cold]
    pub(crate) const fn unwritten(error: EncodeError) -> Self {
        let kind = match error {
            EncodeError::TooLong { .. } => DecodeErrorKind::TooManyOctets,
            EncodeError::NoValue => DecodeErrorKind::Invalid(NoValue::SENTENCE),
            EncodeError::SectionOrder => DecodeErrorKind::Invalid(EncodeError::SECTION_ORDER),
            EncodeError::Unfinished => DecodeErrorKind::Invalid(EncodeError::UNFINISHED),
            EncodeError::Changed => DecodeErrorKind::Invalid(EncodeError::CHANGED),
        };
        Self::new(kind, 0)
    }

    /// Returns what is wrong.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// Returns the position of the octet, counted from 0 at the start of the input.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Returns the path of fields to the error, outermost first. It is empty if the error is in no field. Of a path of
    /// more than four fields the outermost ones are not kept, and [`lacks_fields`](Self::lacks_fields) is true.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.path.fields()
    }

    /// Returns whether there are fields around those of [`fields`](Self::fields), which were not kept.
    #[must_use]
    pub const fn lacks_fields(&self) -> bool {
        self.path.is_cut()
    }

    /// Returns whether the whole value is of another type than expected.
    pub(crate) const fn is_other_type(&self) -> bool {
        self.at == 0 && matches!(self.kind, DecodeErrorKind::UnexpectedType { .. })
    }

    /// Adds the field around the ones added before, whose value begins at a position. If the value is a
    /// null that was not accepted, the error becomes that of a missing field.
    #[cold]
    pub(crate) fn with_field(&mut self, field: FieldAt, position: usize) {
        if let DecodeErrorKind::UnexpectedType { found: Found::Primitive(Primitive::Null), .. } =
            self.kind
            && self.at == position
        {
            self.kind = DecodeErrorKind::MissingField;
        }
        self.path.push(field);
    }

    /// Adds the field around the ones added before.
    #[cold]
    pub(crate) fn in_field(mut self, field: FieldAt) -> Self {
        self.path.push(field);
        self
    }

    /// Moves the position of the error by `offset` octets.
    #[cold]
    #[must_use]
    pub const fn shifted(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }
}

impl DecodeErrorKind {
    /// Returns a short name that does not change between versions, for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UnexpectedEnd => "unexpected-end",
            Self::UnknownFormat(_) => "unknown-format",
            Self::UnexpectedType { .. } => "unexpected-type",
            Self::MissingField => "missing-field",
            Self::DuplicateField => "duplicate-field",
            Self::UnknownField => "unknown-field",
            Self::SizeOverrun => "size-overrun",
            Self::SizeUnderrun => "size-underrun",
            Self::LeftOver => "left-over",
            Self::OddMap => "odd-map",
            Self::DuplicateKey => "duplicate-key",
            Self::InvalidBoolean(_) => "invalid-boolean",
            Self::InvalidChar(_) => "invalid-char",
            Self::NotUtf8 => "not-utf8",
            Self::NotAscii => "not-ascii",
            Self::UnknownChoice => "unknown-choice",
            Self::Invalid(_) => "invalid",
            Self::TooSmall { .. } => "too-small",
            Self::TooLarge { .. } => "too-large",
            Self::WrongPrefix(_) => "wrong-prefix",
            Self::TooDeep => "too-deep",
            Self::TooManyItems => "too-many-items",
            Self::TooManyOctets => "too-many-octets",
            Self::TooManyComparisons => "too-many-comparisons",
        }
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => f.write_str("the octets end before the value does"),
            Self::UnknownFormat(code) => write!(f, "no encoding has the format code {code:#04x}"),
            Self::UnexpectedType { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            Self::MissingField => f.write_str("a mandatory field is null or absent"),
            Self::DuplicateField => f.write_str("the field appears twice"),
            Self::UnknownField => f.write_str("the type is strict and has no such field"),
            Self::SizeOverrun => f.write_str("the size or count exceeds the octets that remain"),
            Self::SizeUnderrun => f.write_str("the size is too small for its content"),
            Self::LeftOver => f.write_str("octets are left over after the value"),
            Self::OddMap => f.write_str("the map has a key without a value"),
            Self::DuplicateKey => f.write_str("the map has the same key twice"),
            Self::InvalidBoolean(octet) => {
                write!(f, "a boolean's octet must be 0 or 1, not {octet:#04x}")
            }
            Self::InvalidChar(code) => write!(f, "{code:#x} is not a Unicode scalar value"),
            Self::NotUtf8 => f.write_str("the string is not UTF-8"),
            Self::NotAscii => f.write_str("the symbol is not ASCII"),
            Self::UnknownChoice => f.write_str("the value is not one of the type's choices"),
            Self::Invalid(rule) => f.write_str(rule),
            Self::TooSmall { number, of } => out_of_range(number, *of, f),
            Self::TooLarge { number, of } => out_of_range(number, *of, f),
            Self::WrongPrefix(prefix) => write!(f, "the octets must begin with {}", Octets(prefix)),
            Self::TooDeep => f.write_str("the values are nested deeper than the limit"),
            Self::TooManyItems => {
                f.write_str("there are more zero-width array items than the limit")
            }
            Self::TooManyOctets => f.write_str("the values take more memory than the limit"),
            Self::TooManyComparisons => {
                f.write_str("finding duplicate keys of maps compares more octets than the limit")
            }
        }
    }
}

fn out_of_range(
    number: &dyn fmt::Display,
    of: Primitive,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let (least, greatest) = of.integer_range().unwrap_or_default();
    write!(f, "the number {number} is not between {least} and {greatest}")
}

/// Writes, for example, `Open.max-frame-size: expected uint, found string (octet 12)`. A path whose outer fields were
/// not kept says so.
impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = self.fields();
        if let Some(field) = fields.next() {
            let outer = if self.lacks_fields() { "(outer fields not kept) " } else { "" };
            write!(f, "{outer}{field}")?;
            for Field { name, .. } in fields {
                write!(f, ".{name}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{} (octet {})", self.kind, self.at)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl core::error::Error for DecodeError {}

/// The reason why a value cannot be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value does not fit. Either the caller's fixed buffer is too short, or a string, binary, list,
    /// map or array takes more octets than its 32-bit size can express.
    TooLong {
        /// The size that does not fit: the length of the whole value in octets if the buffer is too short,
        /// otherwise that of the part of it that exceeds 2^32-1, in octets or in items.
        octets: usize,
        /// The size that there is room for.
        limit: usize,
    },
    /// A [`MandatoryMultiple`](crate::MandatoryMultiple) has no value (section 1.4). One can be decoded
    /// without a value, but not encoded.
    NoValue,
    /// The sections of a message were not written in the standard's order, or one was written twice
    /// (section 3.2).
    SectionOrder,
    /// A list, map, array or section of a message was not written to its end: a panic was caught, a
    /// [`ListWriter`](crate::compound::ListWriter) was not finished, or an item of an array fits none of the
    /// [`FORMATS`](crate::ArrayItem::FORMATS) of its type.
    Unfinished,
    /// A value that was written twice, because a buffer had to grow, took another number of octets the second
    /// time.
    Changed,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { octets, limit } => {
                write!(f, "the value takes {octets} octets, but there is room for {limit}")
            }
            Self::NoValue => NoValue.fmt(f),
            Self::SectionOrder => f.write_str(Self::SECTION_ORDER),
            Self::Unfinished => f.write_str(Self::UNFINISHED),
            Self::Changed => f.write_str(Self::CHANGED),
        }
    }
}

impl core::error::Error for EncodeError {}

impl EncodeError {
    const SECTION_ORDER: &'static str =
        "the sections of a message must be written in the standard's order, each at most once";
    const UNFINISHED: &'static str =
        "a list, map, array or section of a message was not written to its end";
    const CHANGED: &'static str = "a value took another number of octets when it was written again; \
                                   `encode` must write the same each time";
}

/// The error of making a [`MandatoryMultiple`](crate::MandatoryMultiple) of no values (section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue;

impl NoValue {
    const SENTENCE: &'static str = "a mandatory field with multiple values has no value";
}

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::SENTENCE)
    }
}

impl core::error::Error for NoValue {}
