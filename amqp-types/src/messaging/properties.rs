//! `properties`: the standard properties of a message (section 3.2.4).

use bytes::Bytes;
use bytestring::ByteString;

use super::{AddressString, MessageId};
use crate::definitions::SequenceNo;
use crate::{Composite, Symbol, Timestamp};

/// The standard properties of a message, which intermediaries must not change (section 3.2.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:properties:list", code = 0x73, borrowed = PropertiesRef)]
pub struct Properties {
    /// The globally unique id of the message.
    pub message_id: Option<MessageId>,
    /// The identity of the user who produced the message.
    pub user_id: Option<Bytes>,
    /// The address of the node for which the message is meant.
    pub to: Option<AddressString>,
    /// The subject of the message.
    pub subject: Option<ByteString>,
    /// The address of the node to which replies are sent.
    pub reply_to: Option<AddressString>,
    /// An id that relates this message to another, such as the request that it answers.
    pub correlation_id: Option<MessageId>,
    /// The MIME type of the data sections.
    pub content_type: Option<Symbol>,
    /// The encoding applied to the data sections on top of the content type, such as `gzip`.
    pub content_encoding: Option<Symbol>,
    /// The time at which the message expires.
    pub absolute_expiry_time: Option<Timestamp>,
    /// The time at which the message was created.
    pub creation_time: Option<Timestamp>,
    /// The group to which the message belongs.
    pub group_id: Option<ByteString>,
    /// The position of the message within its group.
    pub group_sequence: Option<SequenceNo>,
    /// The group to which replies belong.
    pub reply_to_group_id: Option<ByteString>,
}
