//! The decoded form of an input.

use amqp_types::transport::ProtocolHeader;
use amqp_types::{Bytes, Value};

use super::frame::{self, Frame};
use super::kind::Kind;
use super::problem::Problem;
use super::stream::{self, Placed};
use super::{header, message, value};

/// A decoded input.
pub(crate) enum Thing {
    Value(Value),
    Header(ProtocolHeader),
    Frame(Frame),
    /// The sections, in order.
    Message(Vec<Value>),
    Stream(Vec<Placed>),
}

/// An error, and the part of the input that was decoded before it.
pub(crate) struct Stopped {
    /// The sections or items before the error, if there are any.
    pub(crate) part: Option<Box<Thing>>,
    pub(crate) problem: Problem,
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self { part: None, problem }
    }
}

impl Thing {
    /// Decodes the octets as one thing of this kind, without trailing octets.
    pub(crate) fn decode(kind: Kind, octets: &Bytes) -> Result<Self, Stopped> {
        Ok(match kind {
            Kind::Value => Self::Value(value::decode(octets)?),
            Kind::Type => Self::Value(value::decode_as_type(octets)?),
            Kind::Frame => Self::Frame(frame::decode(octets)?),
            Kind::Header => Self::Header(header::decode(octets)?),
            Kind::Message => Self::of_parts(octets, message::decode, Self::Message)?,
            Kind::Stream => Self::of_parts(octets, stream::decode, Self::Stream)?,
        })
    }

    /// Decodes a thing of several parts, and keeps the parts before an error.
    fn of_parts<T>(
        octets: &Bytes,
        decode: fn(&Bytes, &mut Vec<T>) -> Result<(), Problem>,
        of: fn(Vec<T>) -> Self,
    ) -> Result<Self, Stopped> {
        let mut parts = Vec::new();
        match decode(octets, &mut parts) {
            Ok(()) => Ok(of(parts)),
            Err(problem) => {
                let part = (!parts.is_empty()).then(|| Box::new(of(parts)));
                Err(Stopped { part, problem })
            }
        }
    }
}
