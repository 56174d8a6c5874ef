//! What the derives say of mistakes: each file `ui/*_error.rs` has one, and its `.stderr` is all
//! that is said of it. The files `ui/*_ok.rs` have none, and run.
//!
//! rustc's own words are in some of them, and change: they are compared with one toolchain only,
//! the newest that this was written with. Write them anew with `TRYBUILD=overwrite`, and read them.

#[test]
fn mistakes_are_said_where_they_are() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*_error.rs");
    cases.pass("ui/*_ok.rs");
}
