//! Conversions to and from the types of other crates, each behind the feature of that name.
//!
//! | feature | here | there | what to know |
//! | --- | --- | --- | --- |
//! | `uuid` | [`Uuid`](crate::Uuid) | `uuid::Uuid` | nothing is lost |
//! | `time` | [`Timestamp`](crate::Timestamp) | `time::OffsetDateTime` | milliseconds, UTC; years -9999 to 9999 |
//! | `chrono` | [`Timestamp`](crate::Timestamp) | `chrono::DateTime<Utc>` | milliseconds; years -262143 to 262142 |
//! | `jiff` | [`Timestamp`](crate::Timestamp) | `jiff::Timestamp` | milliseconds; years -9999 to 9999 |
//! | `rust_decimal` | [`Decimal32`](crate::Decimal32) to [`Decimal128`](crate::Decimal128) | `rust_decimal::Decimal` | exact, or an error |
//! | `serde` | [`Value`](crate::Value), the standard's types, messages | JSON and the like | nothing is lost |
//!
//! Where a type of another crate stands for one type of AMQP (a UUID, an instant), it can be written
//! and read itself, as a field of a derived type too.
//!
//! No feature here turns on `std`, in this crate or in the one that it is named after.

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
