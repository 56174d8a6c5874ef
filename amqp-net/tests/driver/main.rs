//! The driver on tokio, over streams in memory and over TCP on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

mod attaching;
mod authentication;
mod closing;
mod common;
mod connecting;
mod credit;
mod dispatching;
mod dropping_anything;
mod dropping_messages;
mod dropping_operations;
mod ending;
mod link_ends;
mod pending;
#[cfg(feature = "rabbitmq")]
mod rabbitmq;
mod receiving;
mod requester;
mod reused_handles;
mod sending;
mod serving;
mod serving_ends;
mod session_ends;
mod sessions_of_clients;
mod settling;
mod slow_peers;
mod trace;
mod waiting;
