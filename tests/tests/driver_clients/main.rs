//! A server of ours against clients of other makes. One list of cases runs with each of them.
//!
//! The table in [`client`] says how clients differ, and what each of them does not have, with the reasons.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

mod cases;
mod client;
mod messages;
mod nodes;
mod run;
mod seen;
mod server;
mod text;

use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use amqp_tests::peers::CaseClient;
use client::Kind;
use run::Run;

/// Runs all cases that the client has, and checks each, also after one has failed.
fn run(client: Option<CaseClient>, kind: &'static Kind) {
    let Some(client) = client else { return };
    let start = Instant::now();
    let run = Run::new(&client, kind);
    println!("{}: {:.1} s", kind.name, start.elapsed().as_secs_f64());
    let mut failed = Vec::new();
    for (case, check) in cases::CASES {
        if let Some(why) = kind.lacks(case) {
            println!("{}: {case}: not there: {why}", kind.name);
            continue;
        }
        if panic::catch_unwind(AssertUnwindSafe(|| check(&run, case))).is_err() {
            println!("{}: {case}: FAILED", kind.name);
            failed.push(*case);
        }
    }
    assert!(failed.is_empty(), "{}: {failed:?}\n{}", kind.name, run.output());
}

#[test]
fn proton() {
    run(CaseClient::proton(), &client::PROTON);
}

#[test]
fn fe2o3() {
    run(CaseClient::fe2o3(), &client::FE2O3);
}

#[test]
fn go_amqp() {
    run(CaseClient::go_amqp(), &client::GO_AMQP);
}

#[test]
fn qpid_jms() {
    run(CaseClient::qpid_jms(), &client::QPID_JMS);
}

#[test]
fn rhea() {
    run(CaseClient::rhea(), &client::RHEA);
}
