//! The octets of lists, maps and arrays.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::Format;
use crate::reader::Reader;

/// A list, map or array that has been checked, as its octets behind the format code: the size, the
/// count, and what they count. The list that has neither size nor count is no octets at all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counted<'a>(pub(crate) &'a [u8]);

impl<'a> Counted<'a> {
    /// Reads the data behind a constructor, which must be one of those accepted. Data that was not
    /// read before is looked into by `check`.
    #[inline]
    pub(crate) fn decode(
        constructor: Constructor<'a>,
        accepts: &'static Accepts,
        reader: &mut Reader<'a>,
        check: impl FnOnce(Format, &mut Reader<'a>) -> Result<(), Failed>,
    ) -> Result<Self, Failed> {
        if !accepts.admits(&constructor) {
            return Err(reader.unexpected(&constructor, accepts));
        }
        let before = reader.rest();
        let format = constructor.format();
        if reader.is_checked() {
            reader.variable(format)?;
        } else {
            check(format, reader)?;
        }
        Ok(Self(reader.taken_since(before)))
    }

    /// The count, and what is counted.
    ///
    /// Which of the two widths size and count have need not be kept: a size of one octet is the
    /// number of octets behind it, and the first octet of a size of four never is.
    #[inline]
    pub(crate) fn split(self) -> (usize, &'a [u8]) {
        match self.0 {
            [size, count, items @ ..] if usize::from(*size) == items.len() + 1 => {
                (usize::from(*count), items)
            }
            [_, _, _, _, a, b, c, d, items @ ..] => {
                let count = u32::from_be_bytes([*a, *b, *c, *d]);
                (usize::try_from(count).unwrap_or(usize::MAX), items)
            }
            _ => (0, &[]),
        }
    }
}

/// What a view is besides its octets: it is copied, compared and shown by its items, whatever their
/// encodings.
macro_rules! view {
    ($type:ident<$($item:ident),*>, $items:ident, $one:ty, $debug:ident) => {
        impl<$($item),*> Clone for $type<'_, $($item),*> {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($item),*> Copy for $type<'_, $($item),*> {}

        /// Empty.
        impl<$($item),*> Default for $type<'_, $($item),*> {
            fn default() -> Self {
                Self { octets: Counted::default(), items: PhantomData }
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

            fn into_iter(self) -> $items<'a, $($item),*> {
                self.iter()
            }
        }

        impl<'a, $($item: Decode<'a>),*> IntoIterator for &$type<'a, $($item),*> {
            type Item = $one;
            type IntoIter = $items<'a, $($item),*>;

            fn into_iter(self) -> $items<'a, $($item),*> {
                self.iter()
            }
        }

        impl<$($item),*> fmt::Debug for $items<'_, $($item),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($items)).field("left", &self.left).finish_non_exhaustive()
            }
        }
    };
}
pub(super) use view;
