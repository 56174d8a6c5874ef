//! `Multiple` fields that borrow.

use core::iter::FusedIterator;

use super::{ArrayItems, ArrayRef, Owned};
use crate::decode::Decode;
use crate::multiple::{MandatoryMultiple, Multiple, Several};

/// A [`Multiple`] that borrows: no value, one, or an [`ArrayRef`].
pub type MultipleRef<'a, T> = Multiple<T, ArrayRef<'a, T>>;

/// A [`MandatoryMultiple`] that borrows.
pub type MandatoryMultipleRef<'a, T> = MandatoryMultiple<T, ArrayRef<'a, T>>;

/// The values of a [`MultipleRef`].
#[derive(Clone, Debug)]
pub struct MultipleItems<'a, T> {
    /// The one value, until it has been returned.
    one: Option<T>,
    /// The values of the array.
    several: ArrayItems<'a, T>,
}

impl<'a, T: Decode<'a>> Iterator for MultipleItems<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match self.one.take() {
            None => self.several.next(),
            one => one,
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.one.is_some()) + self.several.len();
        (left, Some(left))
    }
}

impl<'a, T: Decode<'a>> ExactSizeIterator for MultipleItems<'a, T> {}

impl<'a, T: Decode<'a>> FusedIterator for MultipleItems<'a, T> {}

impl<'a, T: Decode<'a>> Several<T> for ArrayRef<'a, T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn into_only(self) -> Result<T, Self> {
        match (self.len(), self.iter().next()) {
            (1, Some(only)) => Ok(only),
            _ => Err(self),
        }
    }
}

impl<'a, T: Decode<'a> + Copy> Multiple<T, ArrayRef<'a, T>> {
    /// Returns an iterator over the values, in order.
    #[inline]
    pub fn iter(&self) -> MultipleItems<'a, T> {
        let (one, several) = match self.one_or_array() {
            Ok(value) => (Some(*value), ArrayRef::default()),
            Err(array) => (None, *array),
        };
        MultipleItems { one, several: several.iter() }
    }

    /// Returns whether one of the values equals `value`.
    pub fn contains<U>(&self, value: &U) -> bool
    where
        T: PartialEq<U>,
    {
        self.iter().any(|own| own == *value)
    }
}

impl<'a, T: Decode<'a> + Copy> IntoIterator for Multiple<T, ArrayRef<'a, T>> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    #[inline]
    fn into_iter(self) -> MultipleItems<'a, T> {
        self.iter()
    }
}

impl<'a, T: Decode<'a> + Copy> IntoIterator for &Multiple<T, ArrayRef<'a, T>> {
    type Item = T;
    type IntoIter = MultipleItems<'a, T>;

    #[inline]
    fn into_iter(self) -> MultipleItems<'a, T> {
        self.iter()
    }
}

impl<T: Owned> Owned for Multiple<T> {
    type Ref<'a> = MultipleRef<'a, T::Ref<'a>>;

    fn from_ref<'a>(borrowed: MultipleRef<'a, T::Ref<'a>>) -> Self {
        borrowed.iter().map(T::from_ref).collect()
    }
}

impl<T: Owned> Owned for MandatoryMultiple<T> {
    type Ref<'a> = MandatoryMultipleRef<'a, T::Ref<'a>>;

    fn from_ref<'a>(borrowed: MandatoryMultipleRef<'a, T::Ref<'a>>) -> Self {
        Self::decoded(Multiple::from_ref(*borrowed))
    }
}
