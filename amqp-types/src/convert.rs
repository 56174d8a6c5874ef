//! Conversions to and from the types of other crates, each enabled by the feature of the same name.
//!
//! | feature | this crate | other crate | what is lost |
//! | --- | --- | --- | --- |
//! | `std` | [`Timestamp`](crate::Timestamp) | `std::time::SystemTime` | what is below a millisecond |
//! | `uuid` | [`Uuid`](crate::Uuid) | `uuid::Uuid` | nothing |
//! | `time` | [`Timestamp`](crate::Timestamp) | `time::OffsetDateTime` | what is below a millisecond; the offset |
//! | `chrono` | [`Timestamp`](crate::Timestamp) | `chrono::DateTime<Utc>` | what is below a millisecond; that the instant is in a leap second |
//! | `jiff` | [`Timestamp`](crate::Timestamp) | `jiff::Timestamp` | what is below a millisecond |
//! | `rust_decimal` | [`Decimal32`](crate::Decimal32) to [`Decimal128`](crate::Decimal128) | `rust_decimal::Decimal` | no digit, because a number that does not fit is an error; trailing zeros, if it fits only without them |
//! | `serde` | [`Value`](crate::Value), the standard's types, messages | JSON and other self-describing formats | nothing of a value; the encodings that a message had |
//!
//! A [`Timestamp`](crate::Timestamp) is converted the other way exactly, or not at all if it is out of range:
//!
//! | feature | years |
//! | --- | --- |
//! | `time` | -9999 to 9999 |
//! | `chrono` | -262143 to 262142 |
//! | `jiff` | -9999 to 9999, less about a day at either end |
//! | `std` | those of the platform |
//!
//! A type of another crate that corresponds to exactly one AMQP type, such as a UUID or an instant,
//! implements the codec traits itself, so it can be a field of a derived type.
//!
//! An AMQP timestamp counts milliseconds: the conversions into it round to milliseconds, towards the past, so that an
//! instant with microseconds or nanoseconds is another one after it has been encoded and decoded.
//!
//! None of these features except `std` enables `std`, in this crate or in the other one.

#[cfg(feature = "chrono")]
pub mod chrono;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time", feature = "uuid"))]
mod foreign;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "std", feature = "time"))]
mod instant;
#[cfg(feature = "jiff")]
pub mod jiff;
#[cfg(feature = "rust_decimal")]
pub mod rust_decimal;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "std")]
pub mod system_time;
#[cfg(feature = "time")]
pub mod time;
#[cfg(feature = "uuid")]
pub mod uuid;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "std", feature = "time"))]
pub use instant::TimestampOutOfRange;
