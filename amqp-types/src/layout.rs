//! Fixed layouts: big-endian octets one after another, without constructors (sections 2.2, 2.3).

use crate::error::{DecodeError, DecodeErrorKind};

/// A type that takes a fixed number of octets, without a constructor.
///
/// Derive it on a struct or tuple struct: its fields are encoded in order, after a prefix if there is one.
/// The derive also adds `to_bytes`, `from_bytes` and `LEN` to the struct as inherent items, so that they
/// can be used without this trait.
///
/// ```
/// use amqp_types::Layout;
///
/// #[derive(Debug, Layout, PartialEq)]
/// struct Channel(u16);
///
/// fn octets<T: Layout>(values: &[T]) -> Vec<u8> {
///     values.iter().flat_map(|value| value.to_octets().as_ref().to_vec()).collect()
/// }
///
/// assert_eq!(octets(&[Channel(1), Channel(2)]), [0, 1, 0, 2]);
/// assert_eq!(Channel::from_bytes(&[0, 2]), Ok(Channel(2)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fixed layout",
    label = "not a fixed number of octets",
    note = "fixed layouts are made of the integers `u8` to `u64` and `i8` to `i64`, of `[u8; N]`, \
            and of structs that derive `Layout`"
)]
pub trait Layout: Sized {
    /// The number of octets that a value takes.
    const LEN: usize;

    /// An array of `LEN` octets.
    type Octets: AsRef<[u8]>;

    /// Returns the octets of the value.
    fn to_octets(&self) -> Self::Octets;

    /// Decodes a value from all of these octets.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if there are not exactly `LEN` octets, or they do not begin with the prefix.
    fn from_octets(octets: &[u8]) -> Result<Self, DecodeError>;
}

macro_rules! integers {
    ($($int:ty)*) => {$(
        impl Layout for $int {
            const LEN: usize = size_of::<Self>();
            type Octets = [u8; size_of::<Self>()];

            #[inline]
            fn to_octets(&self) -> Self::Octets {
                self.to_be_bytes()
            }

            #[inline]
            fn from_octets(octets: &[u8]) -> Result<Self, DecodeError> {
                exact(octets).map(Self::from_be_bytes)
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl<const N: usize> Layout for [u8; N] {
    const LEN: usize = N;
    type Octets = Self;

    #[inline]
    fn to_octets(&self) -> Self {
        *self
    }

    #[inline]
    fn from_octets(octets: &[u8]) -> Result<Self, DecodeError> {
        exact(octets)
    }
}

#[inline]
fn exact<const N: usize>(octets: &[u8]) -> Result<[u8; N], DecodeError> {
    octets.try_into().map_err(|_| {
        if octets.len() < N {
            DecodeError::new(DecodeErrorKind::UnexpectedEnd, octets.len())
        } else {
            DecodeError::new(DecodeErrorKind::LeftOver, N)
        }
    })
}

/// Reads the octets of a layout, field by field. The output of the derive calls it.
#[derive(Debug)]
pub struct LayoutReader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> LayoutReader<'a> {
    /// Creates a reader of the octets after the prefix.
    ///
    /// # Errors
    ///
    /// Returns [`DecodeErrorKind::WrongPrefix`], at the first octet that differs, if the octets do not begin
    /// with the prefix.
    #[inline]
    pub fn new(octets: &'a [u8], prefix: &'static [u8]) -> Result<Self, DecodeError> {
        let differs = prefix.iter().zip(octets).position(|(expected, octet)| expected != octet);
        match differs {
            Some(at) => Err(DecodeError::new(DecodeErrorKind::WrongPrefix(prefix), at)),
            None => Ok(Self { octets, at: prefix.len() }),
        }
    }

    /// Reads the next field.
    ///
    /// # Errors
    ///
    /// Returns [`DecodeErrorKind::UnexpectedEnd`] if the octets end before the field does, or the error of
    /// the field's type.
    #[inline]
    pub fn field<T: Layout>(&mut self) -> Result<T, DecodeError> {
        let at = self.at;
        self.at += T::LEN;
        match self.octets.get(at..self.at) {
            Some(octets) => T::from_octets(octets).map_err(|error| error.shifted(at)),
            None => Err(DecodeError::new(DecodeErrorKind::UnexpectedEnd, self.octets.len())),
        }
    }

    /// Checks that all octets have been read.
    ///
    /// # Errors
    ///
    /// Returns [`DecodeErrorKind::LeftOver`] if octets are left.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.at < self.octets.len() {
            return Err(DecodeError::new(DecodeErrorKind::LeftOver, self.at));
        }
        Ok(())
    }
}

/// Collects the octets of a layout, field by field. The output of the derive calls it.
#[derive(Debug)]
pub struct LayoutWriter<const N: usize> {
    octets: [u8; N],
    at: usize,
}

impl<const N: usize> LayoutWriter<N> {
    /// Creates a writer that has written the prefix.
    #[inline]
    #[must_use]
    pub fn new(prefix: &[u8]) -> Self {
        Self { octets: [0; N], at: 0 }.octets(prefix)
    }

    /// Writes the next field.
    #[inline]
    #[must_use]
    pub fn field<T: Layout>(self, field: &T) -> Self {
        self.octets(field.to_octets().as_ref())
    }

    /// Returns all octets.
    #[inline]
    #[must_use]
    pub const fn finish(self) -> [u8; N] {
        self.octets
    }

    #[inline]
    fn octets(mut self, octets: &[u8]) -> Self {
        let end = self.at + octets.len();
        if let Some(place) = self.octets.get_mut(self.at..end) {
            place.copy_from_slice(octets);
        }
        self.at = end;
        self
    }
}
