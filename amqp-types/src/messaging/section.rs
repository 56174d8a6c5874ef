//! Sections: what messages are made of, and the order that they stand in (section 3.2).

use super::{
    AmqpSequence, AmqpValue, ApplicationProperties, Data, DeliveryAnnotations, Footer, Header,
    MessageAnnotations, Properties,
};
use crate::OneOf;
use crate::descriptor::{Described, WireDescriptor};
use crate::error::{Failed, FieldAt, FieldNames};
use crate::format::Format;
use crate::reader::Reader;

/// A part of a message (archetype `section`).
#[expect(
    clippy::large_enum_variant,
    reason = "a section is used where it was decoded, and a box is an allocation"
)]
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SectionRef)]
pub enum Section {
    /// How the message is to be transferred.
    Header(Header),
    /// Notes for the next node.
    DeliveryAnnotations(DeliveryAnnotations),
    /// Notes for all nodes.
    MessageAnnotations(MessageAnnotations),
    /// The standard's properties.
    Properties(Properties),
    /// The application's properties.
    ApplicationProperties(ApplicationProperties),
    /// Octets of the body.
    Data(Data),
    /// Values of the body.
    AmqpSequence(AmqpSequence),
    /// The value of the body.
    AmqpValue(AmqpValue),
    /// What can only be known at the end.
    Footer(Footer),
}

/// The places in a message, in order. The body is one place, whichever sections it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Header,
    DeliveryAnnotations,
    MessageAnnotations,
    Properties,
    ApplicationProperties,
    Body(BodyKind),
    Footer,
}

/// Which sections a body is made of.
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
    /// How many places there are.
    pub(super) const COUNT: usize = 7;

    /// Where the section belongs that the reader is about to read; none if it is no section. What
    /// comes behind the descriptor is not looked at.
    pub(super) fn ahead(reader: &mut Reader<'_, '_>) -> Result<Option<Self>, Failed> {
        const SMALL: u8 = Format::SmallUlong.code();
        let section = reader.remaining();
        match section {
            [0, SMALL, code, ..] => Ok(Self::of(WireDescriptor::Code(u64::from(*code)))),
            [0, described @ ..] => {
                reader.set_remaining(described);
                let descriptor = reader.raw()?;
                reader.set_remaining(section);
                Ok(Self::of(WireDescriptor::of(descriptor)))
            }
            // What is wrong with it comes first.
            _ => reader.constructor().map(|_| None),
        }
    }

    /// A section that begins these octets as nearly every one does, and what is behind it.
    #[inline]
    pub(super) fn glance(octets: &[u8]) -> Option<(Self, &[u8])> {
        const SMALL: u8 = Format::SmallUlong.code();
        let [0, SMALL, code, value @ ..] = octets else { return None };
        // Without a budget, descriptors of descriptors would be followed to any depth.
        if value.starts_with(&[0]) {
            return None;
        }
        let place = Self::of(WireDescriptor::Code(u64::from(*code)))?;
        let mut reader = Reader::trusted(value);
        reader.skip().ok()?;
        Some((place, reader.remaining()))
    }

    /// Where the section belongs that this describes.
    #[inline]
    fn of(read: WireDescriptor<'_>) -> Option<Self> {
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

    /// The place counted from 0.
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

    /// The section as an error names it.
    pub(super) const fn field(self) -> FieldAt {
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
