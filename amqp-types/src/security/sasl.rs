//! The bodies of SASL frames (section 5.3.3).

use bytes::Bytes;
use bytestring::ByteString;

use crate::{Composite, MandatoryMultiple, OneOf, Restricted, Symbol};

/// The mechanisms that the server supports (section 5.3.3.1).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-mechanisms:list", code = 0x40, borrowed = SaslMechanismsRef)]
pub struct SaslMechanisms {
    /// The mechanisms, in order of preference. `ANONYMOUS` alone means that the server does not
    /// authenticate clients. An empty list is accepted when decoding, because some peers send it,
    /// and is refused when encoding.
    pub sasl_server_mechanisms: MandatoryMultiple<Symbol>,
}

/// The mechanism that the client selects (section 5.3.3.2).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-init:list", code = 0x41, borrowed = SaslInitRef)]
pub struct SaslInit {
    /// The selected mechanism, one of those that the server supports.
    pub mechanism: Symbol,
    /// The initial response of the mechanism. `None` and an empty response are different.
    pub initial_response: Option<Bytes>,
    /// The host that the client wants to reach, as in [`Open`](crate::transport::Open::hostname).
    pub hostname: Option<ByteString>,
}

/// A challenge from the server (section 5.3.3.3).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-challenge:list", code = 0x42, borrowed = SaslChallengeRef)]
pub struct SaslChallenge {
    /// The challenge data, in the format of the mechanism.
    pub challenge: Bytes,
}

/// The response of the client to a challenge (section 5.3.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-response:list", code = 0x43, borrowed = SaslResponseRef)]
pub struct SaslResponse {
    /// The response data, in the format of the mechanism.
    pub response: Bytes,
}

/// The outcome of the SASL exchange (section 5.3.3.5).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-outcome:list", code = 0x44, borrowed = SaslOutcomeRef)]
pub struct SaslOutcome {
    /// Whether the client is authenticated, or why it is not.
    pub code: SaslCode,
    /// Additional data of the mechanism on success.
    pub additional_data: Option<Bytes>,
}

/// The result of a SASL exchange (section 5.3.3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum SaslCode {
    /// The client is authenticated.
    #[amqp(value = 0)]
    Ok,
    /// The server did not accept the credentials.
    #[amqp(value = 1)]
    Auth,
    /// The server failed.
    #[amqp(value = 2)]
    Sys,
    /// The server failed permanently; an operator has to intervene.
    #[amqp(value = 3)]
    SysPerm,
    /// The server failed temporarily; the client may try again.
    #[amqp(value = 4)]
    SysTemp,
}

/// The body of a SASL frame (section 5.3.3).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SaslFrameRef)]
pub enum SaslFrame {
    /// The mechanisms that the server supports.
    Mechanisms(SaslMechanisms),
    /// The mechanism that the client selects.
    Init(SaslInit),
    /// A challenge from the server.
    Challenge(SaslChallenge),
    /// The response of the client.
    Response(SaslResponse),
    /// The outcome of the exchange.
    Outcome(SaslOutcome),
}
