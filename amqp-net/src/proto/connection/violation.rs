//! What a peer does that the standard does not allow.

use amqp_types::Value;
use amqp_types::transport::{
    AmqpError, ConnectionError, Error, ErrorCondition, MIN_MAX_FRAME_SIZE, Open, PerformativeRef,
};

use super::{ConnectionEnd, LinkEnd, SessionEnd};
use crate::proto::frame::{FrameBodyError, FrameError};

/// The property of an open that announces a close with the reason (an extension of several brokers).
pub(super) const ESTABLISHMENT_FAILED: &str = "amqp:connection-establishment-failed";

/// A violation of the standard by the peer.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub(super) condition: ErrorCondition,
    pub(super) description: String,
}

impl Violation {
    pub(super) fn new(
        condition: impl Into<ErrorCondition>,
        description: impl Into<String>,
    ) -> Self {
        Self { condition: condition.into(), description: description.into() }
    }

    /// Returns the error that the peer is told.
    pub(super) fn to_error(&self) -> Error {
        Error::new(self.condition.clone(), self.description.clone())
    }
}

impl From<Violation> for ConnectionEnd {
    fn from(Violation { condition, description }: Violation) -> Self {
        Self::Violation { condition, description }
    }
}

impl From<Violation> for LinkEnd {
    fn from(Violation { condition, description }: Violation) -> Self {
        Self::Violation { condition, description }
    }
}

impl From<Violation> for SessionEnd {
    fn from(Violation { condition, description }: Violation) -> Self {
        Self::Violation { condition, description }
    }
}

impl From<FrameError> for Violation {
    fn from(error: FrameError) -> Self {
        Self::new(ConnectionError::FramingError, error.to_string())
    }
}

impl From<FrameBodyError> for Violation {
    fn from(error: FrameBodyError) -> Self {
        let description = error.to_string();
        match error {
            FrameBodyError::Decode(_) => Self::new(AmqpError::DecodeError, description),
            _ => Self::new(ConnectionError::FramingError, description),
        }
    }
}

/// Returns what is wrong with the open of a peer that does not want to open the connection: a close with the
/// reason should follow.
pub(super) fn refusal(open: &Open) -> Option<Violation> {
    let failed = open.properties.as_ref().and_then(|properties| {
        let mut properties = properties.iter();
        properties.find(|(key, _)| key.as_str() == ESTABLISHMENT_FAILED)
    });
    let has_failed = match failed {
        Some((_, Value::Boolean(has_failed))) => *has_failed,
        Some((_, Value::String(text))) => &**text == "true",
        _ => false,
    };
    if has_failed {
        let what = "an open that announces a refusal, without a close";
        return Some(Violation::new(AmqpError::IllegalState, what));
    }
    (open.max_frame_size < MIN_MAX_FRAME_SIZE).then(|| {
        let what = format!(
            "a max-frame-size of {}, below the minimum of {MIN_MAX_FRAME_SIZE}",
            open.max_frame_size
        );
        Violation::new(AmqpError::InvalidField, what)
    })
}

/// Returns the name of a performative.
pub(super) const fn performative_name(performative: &PerformativeRef<'_>) -> &'static str {
    match performative {
        PerformativeRef::Open(_) => "open",
        PerformativeRef::Begin(_) => "begin",
        PerformativeRef::Attach(_) => "attach",
        PerformativeRef::Flow(_) => "flow",
        PerformativeRef::Transfer(_) => "transfer",
        PerformativeRef::Disposition(_) => "disposition",
        PerformativeRef::Detach(_) => "detach",
        PerformativeRef::End(_) => "end",
        PerformativeRef::Close(_) => "close",
    }
}
