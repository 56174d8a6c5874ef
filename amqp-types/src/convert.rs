//! Conversions to and from the types of other crates, each enabled by the feature of the same name.
//!
//! | feature | this crate | other crate | limits |
//! | --- | --- | --- | --- |
//! | `uuid` | [`Uuid`](crate::Uuid) | `uuid::Uuid` | lossless |
//! | `time` | [`Timestamp`](crate::Timestamp) | `time::OffsetDateTime` | milliseconds, UTC; years -9999 to 9999 |
//! | `chrono` | [`Timestamp`](crate::Timestamp) | `chrono::DateTime<Utc>` | milliseconds; years -262143 to 262142 |
//! | `jiff` | [`Timestamp`](crate::Timestamp) | `jiff::Timestamp` | milliseconds; years -9999 to 9999 |
//! | `rust_decimal` | [`Decimal32`](crate::Decimal32) to [`Decimal128`](crate::Decimal128) | `rust_decimal::Decimal` | exact, otherwise an error |
//! | `serde` | [`Value`](crate::Value), the standard's types, messages | JSON and other self-describing formats | lossless |
//!
//! A type of another crate that corresponds to exactly one AMQP type, such as a UUID or an instant,
//! implements the codec traits itself, so it can be a field of a derived type.
//!
//! None of these features enables `std`, in this crate or in the other one.

#[cfg(feature = "chrono")]
pub mod chrono;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time", feature = "uuid"))]
mod foreign;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod instant;
#[cfg(feature = "jiff")]
pub mod jiff;
#[cfg(feature = "rust_decimal")]
pub mod rust_decimal;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "time")]
pub mod time;
#[cfg(feature = "uuid")]
pub mod uuid;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use instant::TimestampOutOfRange;
