//! The engine: what a connection does, without I/O and without a clock.
//!
//! Octets and times go in; octets, deadlines and events come out. What a connection goes through
//! are [stages](Stage), types that exist only while they are true: [`ClientNegotiation`] or
//! [`ServerNegotiation`] until the two ends have [`Agreed`], then [`AwaitingMechanisms`] if they
//! agreed on SASL; [`Closing`] when they could not go on.
//!
//! ```
//! use std::time::Instant;
//!
//! use amqp_net::ProtocolHeader;
//! use amqp_net::proto::{ClientNegotiation, ClientSettings, Progress, Stage, Transmit};
//!
//! let now = Instant::now();
//! let mut client = ClientNegotiation::new(&ClientSettings::new(ProtocolHeader::AMQP), now);
//! let Some(Transmit::Octets(octets)) = client.poll_transmit() else { panic!() };
//! assert_eq!(octets, b"AMQP\x00\x01\x00\x00"[..]);
//!
//! // The peer insists on SASL.
//! client.handle_input(now, b"AMQP\x03\x01\x00\x00");
//! let Progress::Failed(failure, _closing) = client.poll_event() else { panic!() };
//! assert_eq!(
//!     failure.to_string(),
//!     "the peer insists on SASL: it answered AMQP 1.0.0 with SASL 1.0.0; begin with the SASL \
//!      header and authenticate",
//! );
//! ```

mod agreed;
mod client;
mod closing;
mod deadline;
mod fault;
mod frame;
mod likely;
mod octets;
mod opening;
mod sasl;
mod server;
mod stage;
mod supported;

pub use agreed::Agreed;
pub use client::{ClientFailure, ClientNegotiation, ClientSettings};
pub use closing::{Closed, Closing, ClosingLimits};
pub use fault::Fault;
pub use frame::{
    Frame, FrameBody, FrameBodyError, FrameBytes, FrameError, FrameSplitter, FrameWriteError,
    FrameWriter,
};
pub use likely::Likely;
pub use octets::FirstOctets;
pub use sasl::{AwaitingMechanisms, Mechanisms, SaslFailure, SaslSettings, mechanisms_frame};
pub use server::{FirstMove, ServerFailure, ServerNegotiation, ServerSettings};
pub use stage::{Ending, Progress, Stage, Transmit};
pub use supported::Supported;
