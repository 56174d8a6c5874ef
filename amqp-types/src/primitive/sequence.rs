//! What [`List`](super::List) and [`Array`](super::Array) have in common: both wrap a vector.

/// Implements conversions from and to a vector, from an array and an iterator, iterators, and dereferences to
/// the vector.
macro_rules! sequence {
    ($type:ident) => {
        impl<T> From<Vec<T>> for $type<T> {
            fn from(items: Vec<T>) -> Self {
                Self(items)
            }
        }

        impl<T> From<$type<T>> for Vec<T> {
            fn from(items: $type<T>) -> Self {
                items.0
            }
        }

        impl<T, const N: usize> From<[T; N]> for $type<T> {
            fn from(items: [T; N]) -> Self {
                Self(items.into())
            }
        }

        impl<T> FromIterator<T> for $type<T> {
            fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
                Self(items.into_iter().collect())
            }
        }

        impl<'l, T: Copy + 'l> Extend<&'l T> for $type<T> {
            fn extend<I: IntoIterator<Item = &'l T>>(&mut self, items: I) {
                self.0.extend(items);
            }
        }

        impl<T: PartialEq<U>, U> PartialEq<[U]> for $type<T> {
            fn eq(&self, other: &[U]) -> bool {
                self.0 == *other
            }
        }

        impl<T: PartialEq<U>, U, const N: usize> PartialEq<[U; N]> for $type<T> {
            fn eq(&self, other: &[U; N]) -> bool {
                self.0 == *other
            }
        }

        impl<T: PartialEq<U>, U> PartialEq<Vec<U>> for $type<T> {
            fn eq(&self, other: &Vec<U>) -> bool {
                self.0 == *other
            }
        }

        impl<T> Extend<T> for $type<T> {
            fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
                self.0.extend(items);
            }
        }

        impl<T> IntoIterator for $type<T> {
            type Item = T;
            type IntoIter = vec::IntoIter<T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'l, T> IntoIterator for &'l $type<T> {
            type Item = &'l T;
            type IntoIter = slice::Iter<'l, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<'l, T> IntoIterator for &'l mut $type<T> {
            type Item = &'l mut T;
            type IntoIter = slice::IterMut<'l, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter_mut()
            }
        }

        impl<T> Default for $type<T> {
            fn default() -> Self {
                Self(Vec::new())
            }
        }

        impl<T> core::ops::Deref for $type<T> {
            type Target = Vec<T>;

            fn deref(&self) -> &Vec<T> {
                &self.0
            }
        }

        impl<T> core::ops::DerefMut for $type<T> {
            fn deref_mut(&mut self) -> &mut Vec<T> {
                &mut self.0
            }
        }
    };
}

pub(super) use sequence;
