//! What must hold for octets of any kind. Each function panics if it does not.
//!
//! The fuzz targets call these with octets that a fuzzer makes up; the test `fuzz_corpus` with those
//! that were worth keeping.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a panic is how a check fails"
)]

mod frame;
mod made;
mod message;
mod outline;
mod round_trip;
mod typed;
mod types;

pub use frame::{frame, stream};
pub use message::message;
pub use round_trip::round_trip;
pub use typed::{composite, value};
pub use types::COMPOSITES;
