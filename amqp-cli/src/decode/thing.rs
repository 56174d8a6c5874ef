//! What octets turn out to be.

use amqp_types::transport::ProtocolHeader;
use amqp_types::{Bytes, Value};

use super::frame::{self, Frame};
use super::kind::Kind;
use super::problem::Problem;
use super::stream::{self, Placed};
use super::{header, message, value};

/// What octets are.
pub(crate) enum Thing {
    Value(Value),
    Header(ProtocolHeader),
    Frame(Frame),
    /// The sections, in order.
    Message(Vec<Value>),
    Stream(Vec<Placed>),
}

/// Why octets are no such thing, and what they are before that shows.
pub(crate) struct Stopped {
    /// A message or stream as far as it could be decoded, with something in it.
    pub(crate) part: Option<Box<Thing>>,
    pub(crate) problem: Problem,
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self { part: None, problem }
    }
}

impl Thing {
    /// Takes all of the octets for one thing of this kind.
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

    /// A thing that is made of parts, which are decoded one after another.
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
