//! Runs the tests of `outside`, which is not a member of the workspace and therefore uses only the public
//! API.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn a_crate_outside_the_workspace_can_define_types() {
    let outside = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside");
    // With the lock file of the workspace, all dependencies have been downloaded already. Cargo removes
    // the ones that `outside` does not use.
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
