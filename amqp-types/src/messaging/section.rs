//! The sections that messages consist of, and their order (section 3.2).

use super::{
    AmqpSequence, AmqpValue, ApplicationProperties, Data, DeliveryAnnotations, Footer, Header,
    MessageAnnotations, Properties,
};
use crate::OneOf;
use crate::descriptor::{Described, WireDescriptor};
use crate::error::{FieldAt, FieldNames};

/// A part of a message (archetype `section`).
#[expect(
    clippy::large_enum_variant,
    reason = "a section is used where it was decoded, and a box is an allocation"
)]
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SectionRef)]
pub enum Section {
    /// The delivery details of the message.
    Header(Header),
    /// Annotations for the next node.
    DeliveryAnnotations(DeliveryAnnotations),
    /// Annotations for all nodes that the message passes.
    MessageAnnotations(MessageAnnotations),
    /// The standard properties.
    Properties(Properties),
    /// The properties of the application.
    ApplicationProperties(ApplicationProperties),
    /// Octets of the body.
    Data(Data),
    /// Values of the body.
    AmqpSequence(AmqpSequence),
    /// The value of the body.
    AmqpValue(AmqpValue),
    /// Details that are known only at the end of the message, such as a hash.
    Footer(Footer),
}

/// The places in a message, in the standard's order. The body is one place, even if it has several sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Header,
    DeliveryAnnotations,
    MessageAnnotations,
    Properties,
    ApplicationProperties,
    Body(BodyKind),
    Footer,
}

/// The kind of the sections that a body consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyKind {
    /// One `data` section, or several.
    Data,
    /// One `amqp-sequence` section, or several.
    Sequence,
    /// One `amqp-value` section.
    Value,
}

impl Place {
    /// The number of places.
    pub(super) const COUNT: usize = 7;

    /// Returns the place of the sections that a descriptor stands for, if it is that of a section.
    #[inline]
    pub(super) fn of(read: WireDescriptor<'_>) -> Option<Self> {
        // In the order of their numbers, so that the compiler makes one look-up of those.
        match read {
            _ if Header::DESCRIPTOR.matches(read) => Some(Self::Header),
            _ if DeliveryAnnotations::DESCRIPTOR.matches(read) => Some(Self::DeliveryAnnotations),
            _ if MessageAnnotations::DESCRIPTOR.matches(read) => Some(Self::MessageAnnotations),
            _ if Properties::DESCRIPTOR.matches(read) => Some(Self::Properties),
            _ if ApplicationProperties::DESCRIPTOR.matches(read) => {
                Some(Self::ApplicationProperties)
            }
            _ if Data::DESCRIPTOR.matches(read) => Some(Self::Body(BodyKind::Data)),
            _ if AmqpSequence::DESCRIPTOR.matches(read) => Some(Self::Body(BodyKind::Sequence)),
            _ if <AmqpValue>::DESCRIPTOR.matches(read) => Some(Self::Body(BodyKind::Value)),
            _ if Footer::DESCRIPTOR.matches(read) => Some(Self::Footer),
            _ => None,
        }
    }

    /// Returns the place of a type that is a section, by its descriptor.
    #[inline]
    pub(crate) fn of_type<T: Described>() -> Option<Self> {
        let descriptor = T::DESCRIPTOR;
        Self::of(match descriptor.code() {
            Some(code) => WireDescriptor::Code(code),
            None => WireDescriptor::Name(descriptor.name().unwrap_or_default().as_bytes()),
        })
    }

    /// Returns the index of the place in the standard's order.
    #[inline]
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Header => 0,
            Self::DeliveryAnnotations => 1,
            Self::MessageAnnotations => 2,
            Self::Properties => 3,
            Self::ApplicationProperties => 4,
            Self::Body(_) => 5,
            Self::Footer => 6,
        }
    }

    /// Returns the section as errors name it.
    pub(crate) const fn field(self) -> FieldAt {
        const FIELDS: &FieldNames = &FieldNames::new(
            "Message\0header\0delivery-annotations\0message-annotations\0properties\0\
             application-properties\0data\0amqp-sequence\0amqp-value\0footer",
        );
        FIELDS.at(match self {
            Self::Header => 0,
            Self::DeliveryAnnotations => 1,
            Self::MessageAnnotations => 2,
            Self::Properties => 3,
            Self::ApplicationProperties => 4,
            Self::Body(BodyKind::Data) => 5,
            Self::Body(BodyKind::Sequence) => 6,
            Self::Body(BodyKind::Value) => 7,
            Self::Footer => 8,
        })
    }
}
