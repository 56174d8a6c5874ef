//! Macros that let a newtype be used like its content.

/// Implements `Deref` to the content for a newtype that borrows.
macro_rules! transparent_ref {
    ($type:ident($inner:ty)) => {
        impl<'a> core::ops::Deref for $type<'a> {
            type Target = $inner;

            #[inline]
            fn deref(&self) -> &$inner {
                &self.0
            }
        }
    };
}

/// Implements `Deref`, `DerefMut`, and conversions from and to the content for a newtype.
macro_rules! transparent {
    ($type:ident($inner:ty)) => {
        impl core::ops::Deref for $type {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl core::ops::DerefMut for $type {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl From<$inner> for $type {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl From<$type> for $inner {
            fn from(outer: $type) -> Self {
                outer.0
            }
        }
    };
}

pub(crate) use {transparent, transparent_ref};
