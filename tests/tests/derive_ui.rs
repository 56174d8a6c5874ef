//! The messages of the derives: each file `ui/*_error.rs` has a mistake, and its `.stderr` has all messages
//! for it. The files `ui/*_ok.rs` have none, and run.
//!
//! Some messages are rustc's own, and change: they are compared with one toolchain only, the newest that
//! they were generated with. Generate them again with `TRYBUILD=overwrite`, and read them.

#[test]
fn mistakes_are_reported_at_their_tokens() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*_error.rs");
    cases.pass("ui/*_ok.rs");
}
