//! Fields that take none, one or several values, and borrow them.

use core::fmt;
use core::iter::Chain;
use core::ops::Deref;
use core::option;

use super::{ArrayItems, ArrayRef, Owned};
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode, decode_rare};
use crate::constructor::Constructor;
use crate::error::{EncodeError, Failed};
use crate::format::{Format, Primitive};
use crate::multiple::{MandatoryMultiple, Multiple, several};
use crate::reader::Reader;
use crate::writer::Writer;

/// A [`Multiple`] that borrows: none, one or several values of one type (section 1.4).
#[derive(Clone, Copy)]
pub struct MultipleRef<'a, T>(Values<'a, T>);

#[derive(Clone, Copy)]
enum Values<'a, T> {
    One(T),
    /// Any number of them: an array of one means the same as the one.
    Others(ArrayRef<'a, T>),
}

/// The values of a [`MultipleRef`].
pub type MultipleItems<'a, T> = Chain<option::IntoIter<T>, ArrayItems<'a, T>>;

impl<'a, T: Copy> MultipleRef<'a, T> {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Values::One(_) => 1,
            Values::Others(values) => values.len(),
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values, in order.
    pub fn iter(&self) -> MultipleItems<'a, T>
    where
        T: Decode<'a>,
    {
        let (one, others) = match self.0 {
            Values::One(value) => (Some(value), ArrayRef::default()),
            Values::Others(values) => (None, values),
        };
        one.into_iter().chain(others.iter())
    }

    /// Whether one of the values is this.
    #[must_use]
    pub fn contains<U: ?Sized>(&self, value: &U) -> bool
    where
        T: Decode<'a> + PartialEq<U>,
    {
        self.iter().any(|own| own == *value)
    }
}

impl<'a: 'b, 'b, T: Decode<'a>> Decode<'a> for MultipleRef<'b, T> {
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS).or(Primitive::Null);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        // A type that is null itself gets the value it is due.
        if T::ACCEPTS.admits(&constructor) {
            return T::decode_data(constructor, reader).map(|value| Self(Values::One(value)));
        }
        match constructor.format().primitive() {
            Primitive::Null if !constructor.is_described() => Ok(Self::default()),
            Primitive::Array if !constructor.is_described() => {
                ArrayRef::decode_data(constructor, reader)
                    .map(|values| Self(Values::Others(values)))
            }
            _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        const NULL: u8 = Format::Null.code();
        match reader.rest() {
            [NULL, rest @ ..] if !T::ACCEPTS.admits(&Constructor::primitive(Format::Null)) => {
                reader.go_to(rest);
                Ok(Self::default())
            }
            _ => decode_rare(reader),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl<'a, T: Decode<'a> + ArrayItem + Copy> Encode for MultipleRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        match &self.0 {
            Values::One(value) => value.encode(writer),
            Values::Others(values) => match (values.len(), values.iter().next()) {
                (0, _) | (_, None) => writer.format(Format::Null),
                (1, Some(only)) => only.encode(writer),
                _ => values.encode(writer),
            },
        }
    }

    fn is_null(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Default for MultipleRef<'_, T> {
    #[inline]
    fn default() -> Self {
        Self(Values::Others(ArrayRef::default()))
    }
}

impl<'a, T: Decode<'a> + Copy + fmt::Debug> fmt::Debug for MultipleRef<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T: Decode<'a> + Copy + PartialEq> PartialEq for MultipleRef<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, T: Decode<'a> + Copy + Eq> Eq for MultipleRef<'a, T> {}

impl<'a, T: Decode<'a> + Copy> IntoIterator for MultipleRef<'a, T> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    fn into_iter(self) -> MultipleItems<'a, T> {
        self.iter()
    }
}

impl<'a, T: Decode<'a> + Copy> IntoIterator for &MultipleRef<'a, T> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    fn into_iter(self) -> MultipleItems<'a, T> {
        self.iter()
    }
}

impl<T: Owned> Owned for Multiple<T> {
    type Borrowed<'a> = MultipleRef<'a, T::Borrowed<'a>>;

    fn from_borrowed<'a>(borrowed: MultipleRef<'a, T::Borrowed<'a>>) -> Self {
        borrowed.iter().map(T::from_borrowed).collect()
    }
}

/// A [`MandatoryMultiple`] that borrows: null, or a list that ends before it, is an error.
#[derive(Clone, Copy)]
pub struct MandatoryMultipleRef<'a, T>(MultipleRef<'a, T>);

impl<'a: 'b, 'b, T: Decode<'a>> Decode<'a> for MandatoryMultipleRef<'b, T> {
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if Self::ACCEPTS.admits(&constructor) {
            MultipleRef::decode_data(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

impl<'a, T: Decode<'a> + ArrayItem + Copy> Encode for MandatoryMultipleRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        if self.0.is_empty() {
            writer.fail(EncodeError::NoValue);
        } else {
            self.0.encode(writer);
        }
    }
}

impl<'a, T> Deref for MandatoryMultipleRef<'a, T> {
    type Target = MultipleRef<'a, T>;

    fn deref(&self) -> &MultipleRef<'a, T> {
        &self.0
    }
}

impl<'a, T: Decode<'a> + Copy + fmt::Debug> fmt::Debug for MandatoryMultipleRef<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a, T: Decode<'a> + Copy + PartialEq> PartialEq for MandatoryMultipleRef<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<'a, T: Decode<'a> + Copy + Eq> Eq for MandatoryMultipleRef<'a, T> {}

impl<'a, T: Decode<'a> + Copy> IntoIterator for MandatoryMultipleRef<'a, T> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    fn into_iter(self) -> MultipleItems<'a, T> {
        self.0.iter()
    }
}

impl<'a, T: Decode<'a> + Copy> IntoIterator for &MandatoryMultipleRef<'a, T> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    fn into_iter(self) -> MultipleItems<'a, T> {
        self.0.iter()
    }
}

impl<T: Owned> Owned for MandatoryMultiple<T> {
    type Borrowed<'a> = MandatoryMultipleRef<'a, T::Borrowed<'a>>;

    fn from_borrowed<'a>(borrowed: MandatoryMultipleRef<'a, T::Borrowed<'a>>) -> Self {
        Self::read(Multiple::from_borrowed(borrowed.0))
    }
}
