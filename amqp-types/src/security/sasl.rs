//! The bodies of SASL frames (section 5.3.3).

use bytes::Bytes;
use bytestring::ByteString;

use crate::{Composite, MandatoryMultiple, OneOf, Restricted, Symbol};

/// The mechanisms that the server offers (section 5.3.3.1).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-mechanisms:list", code = 0x40, borrowed = SaslMechanismsRef)]
pub struct SaslMechanisms {
    /// The mechanisms, the one that the server likes best first. `ANONYMOUS` alone says that it does
    /// not ask who the client is. There are peers that offer none, which is read, but not written.
    pub sasl_server_mechanisms: MandatoryMultiple<Symbol>,
}

/// The client's choice of a mechanism (section 5.3.3.2).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-init:list", code = 0x41, borrowed = SaslInitRef)]
pub struct SaslInit {
    /// The mechanism, one of those offered.
    pub mechanism: Symbol,
    /// What the mechanism begins with, if the client speaks first. None is not the same as empty.
    pub initial_response: Option<Bytes>,
    /// The host that the client wants to reach, as in `open`.
    pub hostname: Option<ByteString>,
}

/// What the server asks (section 5.3.3.3).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-challenge:list", code = 0x42, borrowed = SaslChallengeRef)]
pub struct SaslChallenge {
    /// What it means is up to the mechanism.
    pub challenge: Bytes,
}

/// What the client answers (section 5.3.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-response:list", code = 0x43, borrowed = SaslResponseRef)]
pub struct SaslResponse {
    /// What it means is up to the mechanism.
    pub response: Bytes,
}

/// How it ended (section 5.3.3.5).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:sasl-outcome:list", code = 0x44, borrowed = SaslOutcomeRef)]
pub struct SaslOutcome {
    /// Whether the peer is let in.
    pub code: SaslCode,
    /// What the mechanism has to say at the end of a success.
    pub additional_data: Option<Bytes>,
}

/// The ends that a SASL exchange can come to (section 5.3.3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum SaslCode {
    /// The peer is authenticated.
    #[amqp(value = 0)]
    Ok,
    /// The credentials are wrong.
    #[amqp(value = 1)]
    Auth,
    /// The system failed.
    #[amqp(value = 2)]
    Sys,
    /// The system failed, and will do so again until someone mends it.
    #[amqp(value = 3)]
    SysPerm,
    /// The system failed, and may not do so next time.
    #[amqp(value = 4)]
    SysTemp,
}

/// The body of a SASL frame.
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SaslFrameRef)]
pub enum SaslFrame {
    /// The server's mechanisms.
    Mechanisms(SaslMechanisms),
    /// The client's choice.
    Init(SaslInit),
    /// The server's question.
    Challenge(SaslChallenge),
    /// The client's answer.
    Response(SaslResponse),
    /// The end.
    Outcome(SaslOutcome),
}
