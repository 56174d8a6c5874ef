//! Runs the tests of `outside`, which is no part of the workspace: what they use is public, and
//! needs nothing that only a member of the workspace has.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn a_crate_outside_can_have_types_of_its_own() {
    let outside = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside");
    // The versions that the workspace has are here already, so that no network is needed. Cargo
    // takes out what `outside` does not use.
    let lock = outside.join("Cargo.lock");
    fs::copy(outside.join("../../Cargo.lock"), lock).expect("the workspace is locked");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--workspace", "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside"))
        .current_dir(&outside)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
