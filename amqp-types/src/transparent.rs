//! Newtypes that can be used as what they hold.

/// `Deref` to the content of newtypes that borrow.
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

/// `Deref` to the content, and conversions both ways.
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
