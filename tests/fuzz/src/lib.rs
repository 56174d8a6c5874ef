//! Properties that hold for any octets. Each function panics if its property does not hold.
//!
//! The fuzz targets call the functions with the input of a fuzzer, and the test `fuzz_corpus` with the
//! corpus.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a panic is how a check fails"
)]

mod connection;
mod frame;
mod made;
mod message;
mod outline;
mod round_trip;
mod typed;
mod types;

pub use connection::connection;
pub use frame::{frame, stream};
pub use message::message;
pub use round_trip::round_trip;
pub use typed::{composite, value};
pub use types::COMPOSITES;
