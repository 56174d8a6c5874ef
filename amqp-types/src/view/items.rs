//! The iterator of all views.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::error::Failed;
use crate::reader::Reader;

/// An iterator over the items of a view, which are decoded as they are read: values of a list,
/// entries of a map, or items of an array.
#[derive(Clone)]
pub struct ViewItems<'de, R> {
    /// The octets of the items that are left.
    remaining: &'de [u8],
    /// The number of items that are left.
    left: usize,
    /// How an item is read.
    read: R,
}

/// How an item of a view is read.
pub trait ReadItem<'de> {
    /// The item.
    type Item;

    /// Reads the next item.
    ///
    /// # Errors
    ///
    /// Fails never, because the items of a view have been validated.
    fn read(&self, reader: &mut Reader<'_, 'de>) -> Result<Self::Item, Failed>;
}

/// The values of a list.
#[derive(Debug)]
pub struct Values<T>(PhantomData<fn() -> T>);

/// The entries of a map.
#[derive(Debug)]
pub struct Entries<K, V>(PhantomData<fn() -> (K, V)>);

/// The items of an array, which share a constructor.
#[derive(Debug)]
pub struct Data<'de, T> {
    pub(crate) constructor: Constructor<'de>,
    items: PhantomData<fn() -> T>,
}

impl<'de, R> ViewItems<'de, R> {
    #[inline]
    pub(crate) const fn new(left: usize, remaining: &'de [u8], read: R) -> Self {
        Self { remaining, left, read }
    }
}

impl<'de, R: ReadItem<'de>> Iterator for ViewItems<'de, R> {
    type Item = R::Item;

    #[expect(clippy::inline_always, reason = "a call returns the item through memory")]
    #[inline(always)]
    fn next(&mut self) -> Option<R::Item> {
        self.left = self.left.checked_sub(1)?;
        let mut reader = Reader::trusted(self.remaining);
        let item = self.read.read(&mut reader);
        self.remaining = reader.remaining();
        if item.is_err() {
            // Only a type that decodes differently the second time fails here.
            self.left = 0;
        }
        item.ok()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'de, R: ReadItem<'de>> ExactSizeIterator for ViewItems<'de, R> {}

impl<'de, R: ReadItem<'de>> FusedIterator for ViewItems<'de, R> {}

impl<R> fmt::Debug for ViewItems<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewItems").field("left", &self.left).finish_non_exhaustive()
    }
}

impl<T> Values<T> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Values<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<'de, T: Decode<'de>> ReadItem<'de> for Values<T> {
    type Item = T;

    #[expect(clippy::inline_always, reason = "a call returns the item through memory")]
    #[inline(always)]
    fn read(&self, reader: &mut Reader<'_, 'de>) -> Result<T, Failed> {
        T::decode(reader)
    }
}

impl<K, V> Entries<K, V> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K, V> Clone for Entries<K, V> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<'de, K: Decode<'de>, V: Decode<'de>> ReadItem<'de> for Entries<K, V> {
    type Item = (K, V);

    #[expect(clippy::inline_always, reason = "a call returns the item through memory")]
    #[inline(always)]
    fn read(&self, reader: &mut Reader<'_, 'de>) -> Result<(K, V), Failed> {
        Ok((K::decode(reader)?, V::decode(reader)?))
    }
}

impl<'de, T> Data<'de, T> {
    #[inline]
    pub(crate) const fn new(constructor: Constructor<'de>) -> Self {
        Self { constructor, items: PhantomData }
    }
}

impl<T> Clone for Data<'_, T> {
    fn clone(&self) -> Self {
        Self::new(self.constructor)
    }
}

impl<'de, T: Decode<'de>> ReadItem<'de> for Data<'de, T> {
    type Item = T;

    #[expect(clippy::inline_always, reason = "a call returns the item through memory")]
    #[inline(always)]
    fn read(&self, reader: &mut Reader<'_, 'de>) -> Result<T, Failed> {
        T::decode_value(self.constructor, reader)
    }
}

/// Implements the common traits of a view. Views are compared and printed by their items, in any encoding.
macro_rules! view {
    ($type:ident<$($item:ident),*>, $items:ident, $one:ty, $debug:ident) => {
        impl<$($item),*> Clone for $type<'_, $($item),*> {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($item),*> Copy for $type<'_, $($item),*> {}

        /// Creates an empty view.
        impl<$($item),*> Default for $type<'_, $($item),*> {
            fn default() -> Self {
                Self { octets: Default::default(), items: PhantomData }
            }
        }

        impl<'a, $($item: Decode<'a> + fmt::Debug),*> fmt::Debug for $type<'a, $($item),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.$debug().entries(self.iter()).finish()
            }
        }

        impl<'a, $($item: Decode<'a> + PartialEq),*> PartialEq for $type<'a, $($item),*> {
            fn eq(&self, other: &Self) -> bool {
                self.iter().eq(other.iter())
            }
        }

        impl<'a, $($item: Decode<'a> + Eq),*> Eq for $type<'a, $($item),*> {}

        impl<'a, $($item: Decode<'a> + PartialOrd),*> PartialOrd for $type<'a, $($item),*> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                self.iter().partial_cmp(other.iter())
            }
        }

        impl<'a, $($item: Decode<'a> + Ord),*> Ord for $type<'a, $($item),*> {
            fn cmp(&self, other: &Self) -> Ordering {
                self.iter().cmp(other.iter())
            }
        }

        impl<'a, $($item: Decode<'a>),*> IntoIterator for $type<'a, $($item),*> {
            type Item = $one;
            type IntoIter = $items<'a, $($item),*>;

            #[inline]
            fn into_iter(self) -> $items<'a, $($item),*> {
                self.iter()
            }
        }

        impl<'a, $($item: Decode<'a>),*> IntoIterator for &$type<'a, $($item),*> {
            type Item = $one;
            type IntoIter = $items<'a, $($item),*>;

            #[inline]
            fn into_iter(self) -> $items<'a, $($item),*> {
                self.iter()
            }
        }
    };
}
pub(super) use view;
