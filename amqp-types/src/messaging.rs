//! Part 3 of the standard: what messages are made of, where they come from and go to, and what
//! becomes of them.

mod annotations;
mod body;
mod borrowed;
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

use crate::transport::MessageFormat;

pub use amqp_derive::Message;

pub use annotations::{
    AnnotationKey, AnnotationKeyRef, Annotations, AnnotationsRef, DeliveryAnnotations,
    DeliveryAnnotationsRef, MessageAnnotations, MessageAnnotationsRef,
};
pub use body::{Body, EncodedBody};
pub use borrowed::{BodyRef, MessageRef};
pub use encoded::EncodedMessage;
pub use footer::{Footer, FooterKeyRef, FooterRef};
pub use header::Header;
pub use message::Message;
pub use message_id::{
    AddressString, MessageId, MessageIdBinary, MessageIdRef, MessageIdString, MessageIdUlong,
    MessageIdUuid,
};
pub use outcome::{
    Accepted, DeliveryState, DeliveryStateRef, Modified, ModifiedRef, Outcome, OutcomeRef,
    Received, Rejected, RejectedRef, Released,
};
pub use properties::{Properties, PropertiesRef};
pub use section::{BodyKind, Section, SectionRef};
pub use sections::{
    AmqpSequence, AmqpSequenceRef, AmqpValue, ApplicationProperties, ApplicationPropertiesRef,
    Data, DataRef,
};
pub use simple_value::{NotSimple, SimpleValue, SimpleValueRef};
pub use source::{Source, SourceArchetype, SourceArchetypeRef, SourceRef};
pub use target::{Target, TargetArchetype, TargetArchetypeRef, TargetRef};
pub use terminus::{
    DeleteOnClose, DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages,
    DistributionMode, DistributionModeRef, FilterSet, FilterSetRef, LifetimePolicy,
    LifetimePolicyRef, NodeProperties, NodePropertiesRef, StdDistMode, TerminusDurability,
    TerminusExpiryPolicy,
};

/// The format of messages that are made of the sections here (section 3.2.16).
pub const MESSAGE_FORMAT: MessageFormat = MessageFormat(0);
