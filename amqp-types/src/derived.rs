//! What the derives' output calls, beside [`compound`](crate::compound). It is public for that
//! alone, and changes with the derives.

mod choices;
mod composite;
mod keys;
mod length;
mod message;
mod newtype;
mod one_of;
mod source;

pub use alloc::vec::Vec;

pub use crate::layout::{LayoutReader, LayoutWriter};
pub use crate::writer::Rest;
pub use choices::{
    Choices, Never, decode_choice, encode_choice, encode_choice_data, glance_choice, shared_formats,
};
pub use composite::{
    LIST, LIST_FORMATS, ListFields, MAP, MAP_FORMATS, MapFields, ReadList, SymbolKey, WriteFields,
    decode_list, encode_list, encode_list_data, encode_list_small, encode_map, encode_map_data,
    open_list, open_whole,
};
pub use length::{compound_len, described_len, descriptor_len, text_len, widest};
pub use message::{
    MessageWriter, annotation, application_property, body, data, due, octets, part, property,
    section,
};
pub use newtype::{behind_descriptor, described, read_with};
pub use one_of::{decode_rare, next_primitive, small_descriptor};
pub use source::{Source, StringChoice, SymbolChoice};
