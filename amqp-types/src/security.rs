//! Part 5 of the standard: what is exchanged before AMQP itself, to know who the peer is.

mod sasl;

pub use sasl::{
    SaslChallenge, SaslCode, SaslFrame, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
