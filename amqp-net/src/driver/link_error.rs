//! Why a session could not be begun, or a link not attached.

use std::fmt;

use amqp_types::Symbol;
use amqp_types::transport::{ReceiverSettleMode, SenderSettleMode};

use super::ended::{Advice, Ended, Scope};
use crate::proto;

/// Why a session could not be begun. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeginError {
    /// Nothing was sent.
    NotSent(proto::BeginError),
    /// The session or the connection ended.
    Ended(Ended),
}

/// Why a link could not be attached. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// The session for the link could not be begun.
    Begin(BeginError),
    /// Nothing was sent.
    NotSent(proto::AttachError),
    /// The peer refused the link, or the session or the connection ended.
    Ended(Ended),
    /// The peer has not taken over filters that were asked for, so that it would send other messages too. The link was
    /// closed again.
    MissingFilters(Vec<Symbol>),
    /// The peer settles in another mode than the one that was asked for. The link was closed again.
    OtherSenderMode {
        /// The mode that was asked for.
        wanted: SenderSettleMode,
        /// The mode of the peer.
        granted: SenderSettleMode,
    },
    /// The peer settles in another mode than the one that was asked for. The link was closed again.
    OtherReceiverMode {
        /// The mode that was asked for.
        wanted: ReceiverSettleMode,
        /// The mode of the peer.
        granted: ReceiverSettleMode,
    },
    /// The peer has created a node for the responses to a requester, but has not told its address. The link was closed
    /// again.
    NoReplyAddress,
}

impl BeginError {
    /// Returns what to do.
    pub fn advice(&self) -> Advice {
        match self {
            Self::NotSent(proto::BeginError::NotOpen) => Advice::Connect,
            Self::NotSent(_) => Advice::GiveUp,
            Self::Ended(ended) => ended.advice(),
        }
    }
}

impl AttachError {
    /// Returns the reason, if the peer refused the link, or the session or the connection ended.
    pub const fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Ended(ended) | Self::Begin(BeginError::Ended(ended)) => Some(ended),
            _ => None,
        }
    }

    /// Returns what has failed and must be created again.
    pub fn scope(&self) -> Scope {
        self.ended().map_or(Scope::Link, Ended::scope)
    }

    /// Returns what to do.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Begin(error) => error.advice(),
            Self::NotSent(proto::AttachError::NotFound) => Advice::Begin,
            Self::Ended(ended) => ended.advice(),
            _ => Advice::GiveUp,
        }
    }
}

impl From<proto::BeginError> for BeginError {
    fn from(error: proto::BeginError) -> Self {
        Self::NotSent(error)
    }
}

impl From<Ended> for BeginError {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

impl From<BeginError> for AttachError {
    fn from(error: BeginError) -> Self {
        Self::Begin(error)
    }
}

impl From<proto::AttachError> for AttachError {
    fn from(error: proto::AttachError) -> Self {
        Self::NotSent(error)
    }
}

impl From<Ended> for AttachError {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

impl std::error::Error for BeginError {}

impl std::error::Error for AttachError {}

impl fmt::Display for BeginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot begin a session: ")?;
        match self {
            Self::NotSent(error) => error.fmt(f),
            Self::Ended(ended) => ended.fmt(f),
        }
    }
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot attach a link: ")?;
        match self {
            Self::Begin(error) => error.fmt(f),
            Self::NotSent(error) => error.fmt(f),
            Self::Ended(ended) => ended.fmt(f),
            Self::MissingFilters(names) => {
                f.write_str("the peer does not filter by")?;
                for (index, name) in names.iter().enumerate() {
                    write!(
                        f,
                        "{} {}",
                        if index > 0 { "," } else { "" },
                        name.as_str().escape_debug()
                    )?;
                }
                f.write_str(
                    ", so that it would send other messages too; use accept_missing_filters if that is \
                     wanted",
                )
            }
            Self::OtherSenderMode { wanted, granted } => write!(
                f,
                "the peer chose the snd-settle-mode {}, and {} was asked for; use accept_other_mode if any \
                 will do",
                sender_mode(*granted),
                sender_mode(*wanted),
            ),
            Self::OtherReceiverMode { wanted, granted } => write!(
                f,
                "the peer chose the rcv-settle-mode {}, and {} was asked for; use accept_other_mode if any \
                 will do",
                receiver_mode(*granted),
                receiver_mode(*wanted),
            ),
            Self::NoReplyAddress => f.write_str(
                "the peer has not told the address of the node for responses; set one with reply_to or \
                 source",
            ),
        }
    }
}

const fn sender_mode(mode: SenderSettleMode) -> &'static str {
    match mode {
        SenderSettleMode::Unsettled => "unsettled",
        SenderSettleMode::Settled => "settled",
        SenderSettleMode::Mixed => "mixed",
    }
}

const fn receiver_mode(mode: ReceiverSettleMode) -> &'static str {
    match mode {
        ReceiverSettleMode::First => "first",
        ReceiverSettleMode::Second => "second",
    }
}
