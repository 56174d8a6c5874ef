//! The path of fields to an error. Their names take a few octets each in a program.

use core::fmt;

/// A field of a type: one segment of the path in an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the type in Rust, such as `Open`, or that of `rename`.
    pub of: &'static str,
    /// The name of the field in the standard, such as `max-frame-size`.
    pub name: &'static str,
}

/// Writes the field as errors do, such as `Open.max-frame-size`.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.of, self.name)
    }
}

/// The names of a type and its fields for errors, in one text.
#[derive(Debug)]
pub struct FieldNames(&'static str);

impl FieldNames {
    /// Creates the names from that of the type and those of its fields, separated by NULs:
    /// `"Open\0container-id"`.
    #[must_use]
    pub const fn new(names: &'static str) -> Self {
        Self(names)
    }

    /// Returns a field by its index, counted from 0.
    #[inline]
    #[must_use]
    pub const fn at(&'static self, index: usize) -> FieldAt {
        #[expect(clippy::cast_possible_truncation, reason = "no type has 65,536 fields")]
        let index = index as u16;
        FieldAt { of: self, index }
    }

    /// Returns one of the names, of which the first is that of the type.
    fn part(&self, index: usize) -> &'static str {
        let part = self.0.as_bytes().split(|octet| *octet == 0).nth(index).unwrap_or_default();
        core::str::from_utf8(part).unwrap_or_default()
    }

    fn name(&self, index: u16) -> Field {
        Field { of: self.part(0), name: self.part(usize::from(index) + 1) }
    }
}

/// A field of a type, by its index.
#[derive(Clone, Copy, Debug)]
pub struct FieldAt {
    of: &'static FieldNames,
    index: u16,
}

/// The fields around an error, innermost first. No type of the standard has more than four levels; of a
/// longer path the outermost fields are dropped.
#[derive(Clone, Copy)]
pub(super) struct Path {
    of: [Option<&'static FieldNames>; 4],
    indices: [u16; 4],
    is_cut: bool,
}

impl Path {
    pub(super) const EMPTY: Self = Self { of: [None; 4], indices: [0; 4], is_cut: false };

    /// Adds the field around the ones added before. It is dropped if there is no room.
    pub(super) fn push(&mut self, field: FieldAt) {
        let mut room = self.of.iter_mut().zip(&mut self.indices);
        match room.find(|(of, _)| of.is_none()) {
            Some((of, index)) => (*of, *index) = (Some(field.of), field.index),
            None => self.is_cut = true,
        }
    }

    /// Returns whether fields were dropped.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn len(&self) -> usize {
        self.of.iter().flatten().count()
    }

    /// Returns the fields, outermost first.
    pub(super) fn fields(self) -> impl Iterator<Item = Field> {
        (0..self.len()).rev().filter_map(move |place| {
            let names = self.of.get(place).copied()??;
            Some(names.name(*self.indices.get(place)?))
        })
    }
}

/// Compares names, because the same names may be at different addresses.
impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.is_cut == other.is_cut && self.fields().eq(other.fields())
    }
}

impl Eq for Path {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::error::{DecodeError, DecodeErrorKind};

    #[test]
    fn fields_are_found_by_their_places_and_compared_by_name() {
        static OPEN: FieldNames = FieldNames::new("Open\0container-id\0hostname");
        static OTHER: FieldNames = FieldNames::new("Open\0hostname");
        let (mut path, mut other) = (Path::EMPTY, Path::EMPTY);
        path.push(OPEN.at(1));
        other.push(OTHER.at(0));
        assert!(path.fields().eq([Field { of: "Open", name: "hostname" }]));
        assert!(path == other);
        path.push(OPEN.at(0));
        assert!(path.fields().eq([OPEN.name(0), OPEN.name(1)]));
        assert!(path != other);
        assert_eq!(OPEN.name(2), Field { of: "Open", name: "" });
    }

    #[test]
    fn outermost_fields_have_no_room_and_the_error_says_so() {
        static NAMES: FieldNames = FieldNames::new("T\0a\0b\0c\0d\0e");
        let error = DecodeError::new(DecodeErrorKind::MissingField, 7);
        let four = (0..4).fold(error, |error, index| error.in_field(NAMES.at(index)));
        let five = four.in_field(NAMES.at(4));
        assert!(four != five && four.fields().eq(five.fields()));
        assert!(!four.lacks_fields() && five.lacks_fields());
        let sentence = "T.d.c.b.a: a mandatory field is null or absent (octet 7)";
        assert_eq!(four.to_string(), sentence);
        assert_eq!(five.to_string(), format!("(outer fields not kept) {sentence}"));
    }
}
