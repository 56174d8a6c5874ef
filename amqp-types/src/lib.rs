//! An AMQP 1.0 type system built on derive macros: every primitive type, the traits that encode and decode
//! them, derives for your own types, the types of the standard, and a dynamic [`Value`].
//!
//! **A value is a constructor, then data.** A type declares the constructors that it
//! [accepts](Accepts), and decodes the data after one of them. Everything else follows: `Option<T>`
//! accepts null or what `T` accepts; in a list that ends early, each further field is null;
//! [`Multiple<T>`] accepts null, a `T` or an array of `T`; an array has one constructor, then data for
//! each item.
//!
//! # Your own types
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Multiple, Symbol, Timestamp};
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
//! struct Reading<'a> {
//!     sensor: &'a str,          // borrowed from the input
//!     value: f64,
//!     taken: Option<Timestamp>, // may be absent
//!     #[amqp(default = 1)]
//!     scale: u32,               // absent means 1, and 1 is omitted
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
//! | [`Restricted`] | a newtype | the encoding of the inner type, described or not |
//! | [`Restricted`] | an enum without data | one of some values of a simple type |
//! | [`OneOf`] | an enum, one type for each variant | a value of one of these types |
//! | [`messaging::Message`](derive@messaging::Message) | a struct with named fields | a whole message: sections, single properties, the body |
//!
//! [`extending`] shows how to define your own filters, outcomes and restricted types; [`cost`] says
//! which operations allocate or copy.
//!
//! # Type mapping
//!
//! | AMQP | Rust |
//! | --- | --- |
//! | null | `()`, a `None` |
//! | boolean; ubyte to ulong; byte to long; float, double; char | `bool`; `u8` to `u64`; `i8` to `i64`; `f32`, `f64`; `char` |
//! | an integer of any width, as the peer chooses | [`AnyInt<T>`](AnyInt) |
//! | decimal32, decimal64, decimal128 | [`Decimal32`], [`Decimal64`], [`Decimal128`] |
//! | timestamp, uuid | [`Timestamp`], [`Uuid`] |
//! | binary | `&[u8]`, [`Bytes`] |
//! | string | `&str`, [`ByteString`], `String` |
//! | symbol | [`SymbolRef`], [`Symbol`] |
//! | list, map, array | [`List`], [`Map`], [`Array`]; a composite |
//! | any of them, and described values | [`Value`] |
//!
//! Some common Rust types, such as `Vec<u8>`, `usize` and `HashMap`, are not AMQP types. The docs of [`Composite`] list
//! them and [what to use instead](derive@Composite#types-that-are-not-amqp-types).
//!
//! Peers in other languages choose the width of an integer: one and the same 3 arrives as an `int`, a `long` or
//! a `ubyte`. A field of type `u32` accepts only a `uint`, [`AnyInt<u32>`](AnyInt) any integer that fits;
//! [`Value::as_i64`] and [`Value::as_u64`] do the same for a value.
//!
//! Types that borrow (`&str`, `&[u8]`, [`SymbolRef`]) are decoded without an allocation. Types backed by
//! [`Bytes`] share the input of [`Decode::from_shared`], and copy from that of [`Decode::from_bytes`].
//!
//! Each type that owns its content has a borrowed form: [`ListRef`], [`MapRef`], [`ArrayRef`],
//! [`ValueRef`], [`OpenRef`](transport::OpenRef) and so on. The trait [`Owned`] connects the two. The
//! borrowed form of a message is [`MessageRef`](messaging::MessageRef). Borrowed forms are validated like
//! owned ones, and are decoded without an allocation too, except for [some maps](cost).
//!
//! # Untrusted input
//!
//! Decoding is total: any input is either a value or a [`DecodeError`] that says what is wrong, at which
//! octet and in which field. Nothing panics, memory is bounded in proportion to the input, and the depth
//! of nesting is limited. A [`Budget`] enforces this for every type, your own included.
//!
//! # Features
//!
//! The crate is `no_std` and needs `alloc`. The feature `std`, on by default, enables `std` in the
//! dependencies, [`Timestamp::now`] and conversions to and from `SystemTime`, and runtime detection of CPU
//! features for arrays of numbers. The other features are off
//! by default; each enables conversions to and from the crate of the same name, and [`convert`] lists
//! their limits.
//!
//! | feature | conversions of |
//! | --- | --- |
//! | `uuid` | [`Uuid`]; `uuid::Uuid` can be a field |
//! | `time`, `chrono`, `jiff` | [`Timestamp`]; their instants can be fields |
//! | `rust_decimal` | decimals, exactly |
//! | `serde` | [`Value`] and the types of the standard, to and from JSON and the like |
#![no_std]
// docs.rs sets `docsrs`: items then have a badge with the feature that they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
// The output of the derives refers to `amqp_types::...`, in this crate too.
extern crate self as amqp_types;
#[cfg(any(test, feature = "std"))]
#[cfg_attr(test, macro_use)]
extern crate std;

mod accepts;
mod any_int;
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
pub mod known;
mod layout;
/// The iterators and the entries of a [`Map`].
pub mod map {
    pub use crate::primitive::map::{Entry, Iter, IterMut, OccupiedEntry, VacantEntry};
}
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
#[cfg(test)]
mod work;
mod writer;

pub use bytes::Bytes;
pub use bytestring::ByteString;

pub use accepts::Accepts;
pub use amqp_derive::{Composite, Layout, OneOf, Restricted};
pub use any_int::AnyInt;
pub use budget::Budget;
pub use constructor::Constructor;
pub use decode::{Decode, DecodeOwned};
pub use decoder::Decoder;
pub use definitions::TooLong;
pub use descriptor::{Described, Descriptor, WireDescriptor};
pub use encode::{ArrayItem, Bulk, Encode};
pub use error::{
    DecodeError, DecodeErrorKind, EncodeError, Failed, Field, Found, FoundName, NoValue,
};
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

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
