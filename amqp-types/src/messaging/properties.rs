//! `properties`: the standard's properties of a message (section 3.2.4).

use bytes::Bytes;
use bytestring::ByteString;

use super::{AddressString, MessageId};
use crate::definitions::SequenceNo;
use crate::{Composite, Symbol, Timestamp};

/// The standard's properties of a message; no node may change them (section 3.2.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:properties:list", code = 0x73, borrowed = PropertiesRef)]
pub struct Properties {
    /// The message's name, unlike any other's.
    pub message_id: Option<MessageId>,
    /// Who made the message.
    pub user_id: Option<Bytes>,
    /// The node that it is for.
    pub to: Option<AddressString>,
    /// What it is about.
    pub subject: Option<ByteString>,
    /// The node that answers are for.
    pub reply_to: Option<AddressString>,
    /// The message that this one belongs to, such as the one that it answers.
    pub correlation_id: Option<MessageId>,
    /// The MIME type of a body of data.
    pub content_type: Option<Symbol>,
    /// How a body of data is encoded beyond that, such as `gzip`.
    pub content_encoding: Option<Symbol>,
    /// When the message means nothing any more.
    pub absolute_expiry_time: Option<Timestamp>,
    /// When it was made.
    pub creation_time: Option<Timestamp>,
    /// The group that it belongs to.
    pub group_id: Option<ByteString>,
    /// Its place in the group.
    pub group_sequence: Option<SequenceNo>,
    /// The group that answers are for.
    pub reply_to_group_id: Option<ByteString>,
}
