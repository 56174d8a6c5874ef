//! The broker in memory, with clients over streams in memory and over TCP on loopback.
#![cfg(feature = "broker")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

mod anonymous;
mod browsing;
mod common;
mod drains;
mod dynamic;
mod failures;
mod headers;
mod hostile;
mod limits;
mod outcomes;
mod pipelined;
mod queues;
mod refusals;
mod starting;
mod topics;
