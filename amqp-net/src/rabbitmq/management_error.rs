//! Why a request to the management failed.

use std::fmt;

use amqp_types::DecodeError;

use crate::RequestError;

/// Why a request to the management of RabbitMQ failed. It prints as a sentence that says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManagementError {
    /// RabbitMQ refused the request.
    Refused {
        /// The HTTP status code: 400 if the request is invalid, 403 if the user may not make it, 404 if the queue does not
        /// exist, 409 if it exists with different settings.
        status: u16,
        /// The reason, in RabbitMQ's words.
        reason: String,
    },
    /// There is no response. If the session has ended, open another [`Management`](super::Management).
    Request(RequestError),
    /// The response has no status.
    NoStatus,
    /// The content of the response is not the expected one. The request may have been fulfilled.
    Response(DecodeError),
}

impl ManagementError {
    /// Returns the status, if RabbitMQ refused the request.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

impl From<RequestError> for ManagementError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<DecodeError> for ManagementError {
    fn from(error: DecodeError) -> Self {
        Self::Response(error)
    }
}

impl std::error::Error for ManagementError {}

impl fmt::Display for ManagementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, reason } => {
                write!(f, "RabbitMQ refused the request with status {status}")?;
                if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
            }
            Self::Request(error) => write!(f, "RabbitMQ did not answer the request: {error}"),
            Self::NoStatus => f.write_str("the response of RabbitMQ has no status"),
            Self::Response(error) => {
                write!(f, "the response of RabbitMQ cannot be decoded: {error}")
            }
        }
    }
}
