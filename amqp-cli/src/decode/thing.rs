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

impl Thing {
    /// Takes all of the octets for one thing of this kind.
    pub(crate) fn decode(kind: Kind, octets: &Bytes) -> Result<Self, Problem> {
        match kind {
            Kind::Value => value::decode(octets).map(Self::Value),
            Kind::Type => value::decode_as_type(octets).map(Self::Value),
            Kind::Frame => frame::decode(octets).map(Self::Frame),
            Kind::Header => header::decode(octets).map(Self::Header),
            Kind::Message => message::decode(octets).map(Self::Message),
            Kind::Stream => stream::decode(octets).map(Self::Stream),
        }
    }
}
