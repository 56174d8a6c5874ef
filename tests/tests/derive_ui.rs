//! The messages of the derives: each file `ui/*_error.rs` has a mistake, and its `.stderr` has all messages
//! for it. The files `ui/*_ok.rs` compile and run.
//!
//! Some messages are those of rustc, which change between versions. They are compared only with the
//! toolchain that generated them. Generate them again with `TRYBUILD=overwrite`, and read them.

#[test]
fn mistakes_are_reported_at_their_tokens() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*_error.rs");
    cases.pass("ui/*_ok.rs");
}
