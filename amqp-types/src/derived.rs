//! What the output of the derives calls, beside the public API. It is public for that alone, and
//! changes with the derives.

mod choices;
mod composite;
mod message;

pub use crate::layout::{LayoutReader, LayoutWriter};
pub use choices::{Choices, Never, Source, StringChoice, SymbolChoice, shared_formats};
pub use composite::{DecodeFields, ListFields, MapFields, SymbolKey, same_octets};
pub use message::{EntryWriter, MessageReader};
