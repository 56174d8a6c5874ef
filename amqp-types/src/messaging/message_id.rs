//! Message ids and addresses (sections 3.2.11 to 3.2.15).

use alloc::string::String;

use bytes::Bytes;
use bytestring::ByteString;

use crate::{OneOf, Uuid};

/// A message-id that is a number (section 3.2.11).
pub type MessageIdUlong = u64;
/// A message-id that is a UUID (section 3.2.12).
pub type MessageIdUuid = Uuid;
/// A message-id that is a binary (section 3.2.13).
pub type MessageIdBinary = Bytes;
/// A message-id that is a string (section 3.2.14).
pub type MessageIdString = ByteString;
/// The address of a node (section 3.2.15).
pub type AddressString = ByteString;

/// The id of a message (archetype `message-id`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneOf)]
#[amqp(borrowed = MessageIdRef)]
pub enum MessageId {
    /// A number.
    Ulong(MessageIdUlong),
    /// A UUID.
    Uuid(MessageIdUuid),
    /// A binary.
    Binary(MessageIdBinary),
    /// A string.
    String(MessageIdString),
}

impl From<u64> for MessageId {
    fn from(id: u64) -> Self {
        Self::Ulong(id)
    }
}

impl From<Uuid> for MessageId {
    fn from(id: Uuid) -> Self {
        Self::Uuid(id)
    }
}

impl From<Bytes> for MessageId {
    fn from(id: Bytes) -> Self {
        Self::Binary(id)
    }
}

impl From<ByteString> for MessageId {
    fn from(id: ByteString) -> Self {
        Self::String(id)
    }
}

impl From<String> for MessageId {
    fn from(id: String) -> Self {
        Self::String(id.into())
    }
}

impl From<&str> for MessageId {
    fn from(id: &str) -> Self {
        Self::String(id.into())
    }
}
