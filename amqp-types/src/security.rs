//! Part 5 of the standard: the SASL frames that authenticate a client, and the versions of the
//! security layers.

mod sasl;

pub use sasl::{
    SaslChallenge, SaslChallengeRef, SaslCode, SaslFrame, SaslFrameRef, SaslInit, SaslInitRef,
    SaslMechanisms, SaslMechanismsRef, SaslOutcome, SaslOutcomeRef, SaslResponse, SaslResponseRef,
};

/// The major version of the TLS layer's header (section 5.2.1).
pub const TLS_MAJOR: u8 = 1;
/// The minor version of the TLS layer's header (section 5.2.1).
pub const TLS_MINOR: u8 = 0;
/// The revision of the TLS layer's header (section 5.2.1).
pub const TLS_REVISION: u8 = 0;
/// The major version of the SASL layer's header (section 5.3.1).
pub const SASL_MAJOR: u8 = 1;
/// The minor version of the SASL layer's header (section 5.3.1).
pub const SASL_MINOR: u8 = 0;
/// The revision of the SASL layer's header (section 5.3.1).
pub const SASL_REVISION: u8 = 0;
