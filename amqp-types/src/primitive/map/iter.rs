//! Iterators over the entries of a map.

use core::iter::FusedIterator;
use core::slice;

/// Defines an iterator that converts each item of an iterator over a slice.
macro_rules! entries {
    ($(#[$doc:meta])* $name:ident($inner:ident), $item:ty) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'m, K, V>(pub(super) slice::$inner<'m, (K, V)>);

        impl<'m, K, V> Iterator for $name<'m, K, V> {
            type Item = (&'m K, $item);

            #[inline]
            fn next(&mut self) -> Option<Self::Item> {
                self.0.next().map(|(key, value)| (&*key, value))
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<K, V> DoubleEndedIterator for $name<'_, K, V> {
            #[inline]
            fn next_back(&mut self) -> Option<Self::Item> {
                self.0.next_back().map(|(key, value)| (&*key, value))
            }
        }

        impl<K, V> ExactSizeIterator for $name<'_, K, V> {}

        impl<K, V> FusedIterator for $name<'_, K, V> {}
    };
}

entries! {
    /// An iterator over the entries of a [`Map`](crate::Map), in order.
    Iter(Iter), &'m V
}
entries! {
    /// An iterator over the entries of a [`Map`](crate::Map), in order, whose values can be changed.
    IterMut(IterMut), &'m mut V
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
