//! Part 2 of the standard: the protocol header, frames, and the performatives of connections,
//! sessions and links.

mod attach;
mod begin;
mod close;
mod detach;
mod disposition;
mod end;
mod flow;
mod frame_header;
mod open;
mod performative;
mod protocol_header;
mod transfer;

pub use crate::definitions::{
    AmqpError, ConnectionError, DeliveryNumber, DeliveryTag, DeliveryTagRef, Error, ErrorCondition,
    ErrorConditionRef, ErrorRef, Fields, FieldsRef, Handle, IetfLanguageTag, Info, InfoKeyRef,
    InfoRef, LinkError, MessageFormat, Milliseconds, ReceiverSettleMode, Role, Seconds,
    SenderSettleMode, SequenceNo, SessionError, TransferNumber,
};
pub use attach::{Attach, AttachRef};
pub use begin::{Begin, BeginRef};
pub use close::{Close, CloseRef};
pub use detach::{Detach, DetachRef};
pub use disposition::{Disposition, DispositionRef};
pub use end::{End, EndRef};
pub use flow::{Flow, FlowRef};
pub use frame_header::{FrameHeader, FrameType};
pub use open::{Open, OpenRef};
pub use performative::{Performative, PerformativeRef};
pub use protocol_header::{ProtocolHeader, ProtocolId};
pub use transfer::{Transfer, TransferRef};

/// The port for AMQP over TCP (section 2.2).
pub const PORT: u16 = 5672;
/// The port for AMQP over TLS (section 2.2).
pub const SECURE_PORT: u16 = 5671;
/// The major version of AMQP (section 2.2).
pub const MAJOR: u8 = 1;
/// The minor version of AMQP (section 2.2).
pub const MINOR: u8 = 0;
/// The revision of AMQP (section 2.2).
pub const REVISION: u8 = 0;
/// The frame size, in octets, that every peer must accept (section 2.3.1). No `max-frame-size` may
/// be lower.
pub const MIN_MAX_FRAME_SIZE: u32 = 512;
