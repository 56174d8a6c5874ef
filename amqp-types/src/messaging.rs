//! Part 3 of the standard: messages and their sections, sources and targets, and delivery states.

mod annotations;
mod body;
mod codec;
mod data_body;
mod distribution_mode;
mod encoded;
mod filter_set;
mod footer;
mod header;
mod lifetime_policy;
mod message;
mod message_id;
mod node_properties;
mod outline;
mod properties;
mod section;
mod sections;
mod simple_value;
mod source;
mod target;
mod terminus;
mod view;
mod writer;

use crate::definitions::MessageFormat;

pub use amqp_derive::Message;

pub use crate::definitions::{
    Accepted, DeliveryState, DeliveryStateRef, Modified, ModifiedRef, Outcome, OutcomeRef,
    Received, Rejected, RejectedRef, Released,
};
pub use annotations::{
    AnnotationKey, AnnotationKeyRef, Annotations, AnnotationsRef, DeliveryAnnotations,
    DeliveryAnnotationsRef, MessageAnnotations, MessageAnnotationsRef,
};
pub use body::{Body, BodyRef, EncodedBody};
pub use codec::{DecodeMessage, EncodeMessage};
pub use data_body::{DataBody, FromDataBody};
pub use distribution_mode::{DistributionMode, DistributionModeRef, StdDistMode};
pub use encoded::EncodedMessage;
pub use filter_set::{FilterSet, FilterSetRef};
pub use footer::{Footer, FooterKeyRef, FooterRef};
pub use header::Header;
pub use lifetime_policy::{
    DeleteOnClose, DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages, LifetimePolicy,
    LifetimePolicyRef,
};
pub use message::Message;
pub use message_id::{
    AddressString, MessageId, MessageIdBinary, MessageIdRef, MessageIdString, MessageIdUlong,
    MessageIdUuid,
};
pub use node_properties::{NodeProperties, NodePropertiesRef};
pub use properties::{Properties, PropertiesRef};
pub(crate) use section::Place;
pub use section::{BodyKind, Section, SectionRef};
pub use sections::{
    AmqpSequence, AmqpSequenceRef, AmqpValue, ApplicationProperties, ApplicationPropertiesRef,
    Data, DataRef,
};
pub use simple_value::{SimpleValue, SimpleValueRef};
pub use source::{Source, SourceArchetype, SourceArchetypeRef, SourceRef};
pub use target::{Target, TargetArchetype, TargetArchetypeRef, TargetRef};
pub use terminus::{TerminusDurability, TerminusExpiryPolicy};
pub use view::MessageRef;
pub use writer::{MessageBuffer, MessagePart, MessageWriter};

/// The message format of messages that consist of the sections in this module (section 3.2.16).
pub const MESSAGE_FORMAT: MessageFormat = MessageFormat(0);
