//! Types beyond the standard: filters that brokers and clients use, and [`Extension`], which
//! carries a described value of any type that the standard does not define.
//!
//! Each filter is one derive. [`extending`](crate::extending) shows how to define your own types in
//! the same way.

pub mod filter;

pub use crate::definitions::{Extension, ExtensionRef};
