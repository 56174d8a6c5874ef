//! The traits. A value is a constructor, then data.

mod array_item;
mod decode;
mod encode;

pub use array_item::ArrayItem;
pub use decode::{Decode, DecodeOwned, decode_rare};
pub(crate) use decode::{decode_again, decode_any, decode_each};
pub use encode::Encode;
