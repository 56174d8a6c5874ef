//! The engine: what a connection does, without I/O and without a clock.
//!
//! Bytes and times go in; bytes, deadlines and outcomes come out. [`Negotiation`] decides on the
//! protocol and its version, [`SaslClient`] and [`SaslServer`] authenticate the client,
//! [`Connection`] is the connection after that, with its sessions, links and messages, and [`FrameSplitter`]
//! and [`FrameWriter`] read and write frames. [`Trace`] shows them to a person. What a peer may send, and when, is in
//! [`guide::states`](crate::guide::states).
//!
//! ```
//! use std::time::Instant;
//!
//! use amqp_net::ProtocolHeader;
//! use amqp_net::proto::{Negotiation, NegotiationSettings, Side, Transmit};
//!
//! let now = Instant::now();
//! let settings = NegotiationSettings::new(ProtocolHeader::AMQP);
//! let mut client = Negotiation::new(Side::Client, &settings, now);
//! let Some(Transmit::Bytes(bytes)) = client.poll_transmit() else { panic!() };
//! assert_eq!(bytes, b"AMQP\x00\x01\x00\x00"[..]);
//!
//! // The peer requires SASL.
//! client.handle_input(now, b"AMQP\x03\x01\x00\x00");
//! let Some(Err(error)) = client.poll_outcome() else { panic!() };
//! assert_eq!(
//!     error.to_string(),
//!     "the peer requires SASL: it answered AMQP 1.0.0 with SASL 1.0.0; begin with the SASL header \
//!      and authenticate",
//! );
//!
//! // What remains is to close the connection.
//! assert_eq!(client.poll_transmit(), Some(Transmit::Shutdown));
//! assert!(client.wants_read() && !client.is_closed());
//! ```

mod buffers;
mod closing;
mod connection;
pub(crate) mod copies;
mod detected_protocol;
mod fault;
mod first_bytes;
mod frame;
mod header_buffer;
mod header_exchange;
mod negotiation;
mod negotiation_error;
mod negotiation_settings;
mod parts;
pub(crate) mod payload;
mod ring;
mod sasl;
mod serial;
mod side;
mod slots;
mod stream_end;
mod trace;

pub use closing::ClosingLimits;
pub use connection::{
    AttachError, BeginError, Connection, ConnectionEnd, ConnectionEvent, ConnectionSettings,
    ConnectionStats, Delivery, DeliveryId, Demand, LinkEnd, LinkId, NotUnsettled, OutgoingDelivery,
    SendError, SessionEnd, SessionId, SessionSettings,
};
pub use detected_protocol::DetectedProtocol;
pub use fault::Fault;
pub use first_bytes::FirstBytes;
pub use frame::{
    Frame, FrameBody, FrameBodyError, FrameBytes, FrameError, FrameSplitter, FrameWriteError,
    FrameWriter,
};
pub use negotiation::{Agreed, Negotiation, Transmit};
pub use negotiation_error::{NegotiationError, NegotiationErrorKind};
pub use negotiation_settings::{Initiator, NegotiationSettings};
pub use parts::Parts;
pub use payload::Payload;
pub use sasl::{
    Anonymous, AnonymousServer, Authenticated, Credentials, External, ExternalServer, Identity,
    Mechanism, MechanismError, Plain, PlainServer, Refusal, SaslClient, SaslError, SaslErrorKind,
    SaslLimits, SaslServer, ServerMechanism, Step, decode_mechanisms,
};
pub use side::Side;
pub use stream_end::StreamEnd;
pub use trace::{Trace, TraceLine};
pub use zeroize::Zeroizing;
