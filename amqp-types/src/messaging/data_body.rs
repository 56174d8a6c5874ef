//! Types whose values are the octets of a body (section 3.2.6).

use alloc::vec::Vec;

use bytes::Bytes;

use super::BodyRef;
use crate::error::{DecodeError, DecodeErrorKind};

/// A type whose values can be encoded as the octets of a body.
///
/// With [`FromDataBody`], it can be a field with `data` of a derived [`Message`](derive@super::Message):
///
/// ```
/// use amqp_types::messaging::{
///     BodyRef, DataBody, EncodeMessage, FromDataBody, Message, MessageRef,
/// };
/// use amqp_types::{DecodeError, DecodeErrorKind};
///
/// /// Lines of text in UTF-8.
/// #[derive(Debug, PartialEq)]
/// struct Lines(String);
///
/// impl DataBody for Lines {
///     fn as_octets(&self) -> &[u8] {
///         self.0.as_bytes()
///     }
/// }
///
/// impl<'de> FromDataBody<'de> for Lines {
///     fn from_data_body(body: BodyRef<'de>) -> Result<Self, DecodeError> {
///         let octets = Vec::from_data_body(body)?;
///         String::from_utf8(octets).map(Self).map_err(|error| {
///             DecodeError::new(DecodeErrorKind::NotUtf8, error.utf8_error().valid_up_to())
///         })
///     }
/// }
///
/// #[derive(Debug, Message, PartialEq)]
/// struct Report {
///     #[amqp(data)]
///     lines: Lines,
/// }
///
/// let report = Report { lines: Lines("one\ntwo".into()) };
/// let octets = report.to_message_bytes()?;
/// assert_eq!(MessageRef::from_shared(&octets)?.decode::<Report>()?, report);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the octets of a body",
    label = "not octets",
    note = "use `Bytes`, `Vec<u8>` or `&[u8]`; for values use `body` instead of `data`"
)]
pub trait DataBody {
    /// Returns the octets.
    fn as_octets(&self) -> &[u8];

    /// Returns the octets as [`Bytes`] if they are stored like this. A large body is then linked, not copied.
    #[inline]
    fn as_shared(&self) -> Option<&Bytes> {
        None
    }
}

/// A type that can be decoded from the octets of a body, possibly borrowing from the message. [`DataBody`] is the other
/// direction, and has an example of both.
///
/// ```
/// use amqp_types::messaging::{FromDataBody, Message, MessageRef};
///
/// let octets = Message::data("text").to_bytes()?;
/// let body = MessageRef::from_shared(&octets)?.body();
/// assert_eq!(<&[u8]>::from_data_body(body)?, b"text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from the octets of a body",
    label = "not octets",
    note = "use `Bytes`, `Vec<u8>` or `&[u8]`; for values use `body` instead of `data`"
)]
pub trait FromDataBody<'de>: Sized {
    /// Decodes a body that consists of `data` sections.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded.
    fn from_data_body(body: BodyRef<'de>) -> Result<Self, DecodeError>;
}

impl DataBody for Bytes {
    #[inline]
    fn as_octets(&self) -> &[u8] {
        self
    }

    #[inline]
    fn as_shared(&self) -> Option<&Bytes> {
        Some(self)
    }
}

impl DataBody for [u8] {
    #[inline]
    fn as_octets(&self) -> &[u8] {
        self
    }
}

impl DataBody for Vec<u8> {
    #[inline]
    fn as_octets(&self) -> &[u8] {
        self
    }
}

impl<T: DataBody + ?Sized> DataBody for &T {
    #[inline]
    fn as_octets(&self) -> &[u8] {
        (**self).as_octets()
    }

    #[inline]
    fn as_shared(&self) -> Option<&Bytes> {
        (**self).as_shared()
    }
}

/// The octets of a single section are shared with the message if that is shared, those of several
/// are copied.
impl<'de> FromDataBody<'de> for Bytes {
    fn from_data_body(body: BodyRef<'de>) -> Result<Self, DecodeError> {
        body.to_data()
    }
}

impl<'de> FromDataBody<'de> for Vec<u8> {
    fn from_data_body(body: BodyRef<'de>) -> Result<Self, DecodeError> {
        let mut octets = Self::new();
        for section in body.data()? {
            octets.extend_from_slice(section?);
        }
        Ok(octets)
    }
}

/// The body must be a single section, because several cannot be borrowed as one.
impl<'de> FromDataBody<'de> for &'de [u8] {
    fn from_data_body(body: BodyRef<'de>) -> Result<Self, DecodeError> {
        const SEVERAL: &str =
            "the body has several data sections, which cannot be borrowed as one: use `Bytes`";
        let mut sections = body.data()?;
        let octets = sections.next().transpose()?.unwrap_or_default();
        match sections.next() {
            None => Ok(octets),
            Some(_) => {
                let at = body.position(octets) + octets.len();
                Err(DecodeError::new(DecodeErrorKind::Invalid(SEVERAL), at))
            }
        }
    }
}
