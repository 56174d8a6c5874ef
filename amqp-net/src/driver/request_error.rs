//! Why a request has no response.

use std::fmt;

use amqp_types::{DecodeError, EncodeError};

use super::ended::{Advice, Scope};
use super::send_error::SendError;

/// Why a request has no response. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The properties of the request cannot be set, because it is not encoded as the standard says. Nothing was sent.
    Format(DecodeError),
    /// The request was not sent or not accepted, or a link ended before the response arrived.
    Send(SendError),
}

impl RequestError {
    /// Returns what has failed and must be created again.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Format(_) => Scope::Delivery,
            Self::Send(error) => error.scope(),
        }
    }

    /// Returns what to do. Whether the request may have been processed is in [`SendError::Ended`].
    pub fn advice(&self) -> Advice {
        match self {
            Self::Format(_) => Advice::GiveUp,
            Self::Send(error) => error.advice(),
        }
    }
}

impl From<SendError> for RequestError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<EncodeError> for RequestError {
    fn from(error: EncodeError) -> Self {
        Self::Send(error.into())
    }
}

impl std::error::Error for RequestError {}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(error) => {
                write!(f, "the request is not a message whose properties can be set: {error}")
            }
            Self::Send(error) => error.fmt(f),
        }
    }
}
