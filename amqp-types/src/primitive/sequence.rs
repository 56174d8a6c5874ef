//! What [`List`](super::List) and [`Array`](super::Array) have in common: both wrap a vector.

/// Implements conversions from a vector and an iterator, and dereferences to the vector.
macro_rules! sequence {
    ($type:ident) => {
        impl<T> From<Vec<T>> for $type<T> {
            fn from(items: Vec<T>) -> Self {
                Self(items)
            }
        }

        impl<T> FromIterator<T> for $type<T> {
            fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
                Self(items.into_iter().collect())
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
