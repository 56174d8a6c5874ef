//! Part 3 of the standard: what messages are made of, where they come from and go to, and what
//! becomes of them.

mod annotations;
mod body;
mod encoded;
mod footer;
mod header;
mod message;
mod message_id;
mod outcome;
mod properties;
mod section;
mod sections;
mod simple_value;
mod source;
mod target;
mod terminus;

pub use amqp_derive::Message;

pub use annotations::{AnnotationKey, Annotations, DeliveryAnnotations, MessageAnnotations};
pub use body::{Body, EncodedBody};
pub use encoded::EncodedMessage;
pub use footer::Footer;
pub use header::Header;
pub use message::Message;
pub use message_id::{
    AddressString, MessageId, MessageIdBinary, MessageIdString, MessageIdUlong, MessageIdUuid,
};
pub use outcome::{Accepted, DeliveryState, Modified, Outcome, Received, Rejected, Released};
pub use properties::Properties;
pub use section::{BodyKind, Section};
pub use sections::{AmqpSequence, AmqpValue, ApplicationProperties, Data};
pub use simple_value::{NotSimple, SimpleValue};
pub use source::{Source, SourceArchetype};
pub use target::{Target, TargetArchetype};
pub use terminus::{
    DeleteOnClose, DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages,
    DistributionMode, FilterSet, LifetimePolicy, NodeProperties, StdDistMode, TerminusDurability,
    TerminusExpiryPolicy,
};

/// The format of messages that are made of the sections here (section 3.2.16).
pub const MESSAGE_FORMAT: u32 = 0;
