//! The AMQP 1.0 type system: every primitive type, the traits that read and write them, derives for
//! types of your own, and a dynamic [`Value`].
//!
//! **A value is a constructor, then data.** A type says which constructors it [accepts](Accepts), and
//! reads the data after one. From that follows the rest: `Option<T>` accepts null or what `T`
//! accepts; a list that ends early has null for each further field; [`Multiple<T>`] accepts null, a
//! `T` or an array of `T`; an array reads one constructor, and then data for each item.
//!
//! # Types of your own
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Multiple, Symbol, Timestamp};
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
//! struct Reading<'a> {
//!     sensor: &'a str,          // borrowed from the octets
//!     value: f64,
//!     taken: Option<Timestamp>, // may be absent
//!     #[amqp(default = 1)]
//!     scale: u32,               // absent means 1, and 1 is left out
//!     tags: Multiple<Symbol>,   // none, one, or an array
//! }
//!
//! let reading = Reading {
//!     sensor: "kiln 3",
//!     value: 1180.5,
//!     taken: None,
//!     scale: 1,
//!     tags: Multiple::NONE,
//! };
//! let octets = reading.to_bytes()?;
//! assert_eq!(Reading::from_bytes(&octets)?, reading);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | derive | on | wire |
//! | --- | --- | --- |
//! | [`Layout`](derive@Layout) | a struct | fixed big-endian octets, without constructors |
//! | [`Composite`] | a struct with named fields | a list or map, described or bare |
//! | [`Restricted`] | a newtype | what its inner type is, described or not |
//! | [`Restricted`] | an enum without data | choices among values of a simple type |
//! | [`OneOf`] | an enum, one type for each variant | whichever of them arrives |
//! | [`messaging::Message`](derive@messaging::Message) | a struct with named fields | a whole message: sections, single properties, the body |
//!
//! [`extending`] shows filters, outcomes, restricted types and more of one's own; [`cost`] says what
//! allocates, what copies and what does neither.
//!
//! # Which Rust type is which
//!
//! | AMQP | Rust |
//! | --- | --- |
//! | null | `()`, a `None` |
//! | boolean; ubyte to ulong; byte to long; float, double; char | `bool`; `u8` to `u64`; `i8` to `i64`; `f32`, `f64`; `char` |
//! | decimal32, decimal64, decimal128 | [`Decimal32`], [`Decimal64`], [`Decimal128`] |
//! | timestamp, uuid | [`Timestamp`], [`Uuid`] |
//! | binary | `&[u8]`, [`Bytes`] |
//! | string | `&str`, [`ByteString`], `String` |
//! | symbol | [`SymbolRef`], [`Symbol`] |
//! | list, map, array | [`List`], [`Map`], [`Array`]; a composite |
//! | any of them, and described values | [`Value`] |
//!
//! Types that borrow (`&str`, `&[u8]`, [`SymbolRef`]) are read without allocation. Types backed by
//! [`Bytes`] share the allocation they are read from, by [`Decode::from_shared`], and copy without.
//!
//! Each type that owns what it holds has a form that borrows it: [`ListRef`], [`MapRef`],
//! [`ArrayRef`], [`ValueRef`], [`OpenRef`](transport::OpenRef), [`MessageRef`](messaging::MessageRef)
//! and so on. [`Owned`] leads there, and for messages
//! [`EncodedMessage::view`](messaging::EncodedMessage::view). They check the same, and
//! are read without allocation too, but for [some maps](cost).
//!
//! # Octets from strangers
//!
//! Decoding is total: any octets are a value or a [`DecodeError`] that says what is wrong, at which
//! octet and in which field. Nothing panics, nothing is allocated ahead of the octets that pay for
//! it, and nesting is limited: a [`Budget`] in the [`Reader`] sees to it for every type, those of
//! your own included.
//!
//! # Features
//!
//! The crate is `no_std` and needs `alloc`. The feature `std`, on by default, turns on `std` in the
//! crates below it, and asks the processor how arrays of numbers are converted fastest. The others
//! are off by default; each is for conversions to and from the crate
//! that it is named after, and [`convert`] says what is lost or refused.
//!
//! | feature | what it converts |
//! | --- | --- |
//! | `uuid` | [`Uuid`]; `uuid::Uuid` can be a field |
//! | `time`, `chrono`, `jiff` | [`Timestamp`]; their instants can be fields |
//! | `rust_decimal` | decimals, exactly |
//! | `serde` | [`Value`] and the types of the standard, to and from JSON and the like |
#![no_std]

extern crate alloc;
// The derives' output names `amqp_types::...`, in this crate too.
extern crate self as amqp_types;
#[cfg(any(test, feature = "std"))]
#[cfg_attr(test, macro_use)]
extern crate std;

mod accepts;
mod budget;
mod bulk;
pub mod compound;
mod constructor;
pub mod convert;
mod decode;
mod decoder;
mod definitions;
#[doc(hidden)]
pub mod derived;
mod descriptor;
mod encode;
mod error;
#[doc = include_str!("../docs/cost.md")]
pub mod cost {}
#[doc = include_str!("../docs/extending.md")]
pub mod extending {}
pub mod extension;
mod format;
mod keys;
mod layout;
pub mod messaging;
mod multiple;
mod primitive;
mod reader;
pub mod security;
#[cfg(test)]
mod testing;
mod text;
pub mod transaction;
mod transparent;
pub mod transport;
pub mod value;
mod view;
mod writer;

pub use bytes::Bytes;
pub use bytestring::ByteString;

pub use accepts::Accepts;
pub use amqp_derive::{Composite, Layout, OneOf, Restricted};
pub use budget::Budget;
pub use constructor::Constructor;
pub use decode::{Decode, DecodeOwned};
pub use decoder::Decoder;
pub use definitions::TooLong;
pub use descriptor::{Described, Descriptor, WireDescriptor};
pub use encode::{ArrayItem, Bulk, Encode};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, Failed, Field, Found, NoValue};
pub use format::{Category, Format, Primitive};
pub use layout::Layout;
pub use multiple::{MandatoryMultiple, Multiple};
pub use primitive::{
    Array, Decimal32, Decimal64, Decimal128, DecimalParts, DuplicateKey, List, Map, NotAscii,
    ParseDecimalError, ParseUuidError, Symbol, SymbolRef, Timestamp, Uuid,
};
pub use reader::Reader;
#[doc(inline)]
pub use value::{Value, ValueRef};
pub use view::{
    ArrayItems, ArrayRef, ListItems, ListRef, MandatoryMultipleRef, MapEntries, MapRef,
    MultipleItems, MultipleRef, Owned, ViewItems,
};
pub use writer::{Buffer, Writer};
