//! Functions that the output of the derives calls, in addition to the public API. They are public only for
//! this purpose, and change with the derives.

mod choices;
mod composite;
mod field;
mod message;

pub use crate::layout::{LayoutReader, LayoutWriter};
pub use choices::{Choices, Never, Source, StringChoice, SymbolChoice, shared_formats};
pub use composite::{DecodeFields, EncodeWith, ListFields, MapFields, SymbolKey, same_octets};
pub use field::{Amqp, Field, Nothing, Unimplemented};
pub use message::{EntryWriter, MessageReader};
