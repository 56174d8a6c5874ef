//! Code that the tests of this package share.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "made for tests only: what cannot be done here is the failure of the test that asked for it"
)]

pub mod facts;
pub mod golden;
pub mod own_broker;
pub mod peers;

/// The examples of the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
