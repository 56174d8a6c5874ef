//! Borrowed forms: they keep the octets that they were decoded from, and read what they hold when
//! they are asked.

mod array;
mod counted;
mod keys;
mod list;
mod map;
mod multiple;
mod primitive;

pub use array::{ArrayItems, ArrayRef};
pub use list::{ListItems, ListRef};
pub use map::{MapEntries, MapRef};
pub use multiple::{MandatoryMultipleRef, MultipleItems, MultipleRef};

pub(crate) use counted::Counted;

use crate::codec::Decode;

/// A type that owns what it holds, and has a form that borrows it from the octets.
///
/// The borrowed form of an [`Open`](crate::transport::Open) is an
/// [`OpenRef`](crate::transport::OpenRef), that of a [`ByteString`](crate::ByteString) a `&str`, that
/// of a [`Map`](crate::Map) a [`MapRef`]. It is decoded without counting references and without an
/// allocation, but for [maps of many keys in no order](crate::cost), and checks all that the type
/// itself checks, with the same errors. A type that owns
/// nothing is its own borrowed form.
///
/// The derives write the borrowed form of a type of one's own: see `borrowed` at
/// [`Composite`](crate::Composite).
///
/// ```
/// use amqp_types::transport::{Open, OpenRef};
/// use amqp_types::{Decode, Encode, Owned};
///
/// let octets = Open::new("kiln-3").to_bytes()?;
/// let open = OpenRef::from_bytes(&octets)?;
/// assert_eq!(open.container_id, "kiln-3"); // a part of the octets
/// assert_eq!(Open::from_borrowed(open), Open::new("kiln-3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no borrowed form",
    label = "not known to own what it holds, or nothing",
    note = "on a type of your own, derive `Composite`, `Restricted` or `OneOf` with \
            `#[amqp(borrowed = TypeRef)]`; with `borrowed = Self` if it owns nothing"
)]
pub trait Owned: Sized {
    /// The form that borrows.
    type Borrowed<'a>: Decode<'a> + Copy;

    /// The same value with content of its own: all of it is copied.
    fn from_borrowed(borrowed: Self::Borrowed<'_>) -> Self;
}

#[cfg(test)]
mod tests;
