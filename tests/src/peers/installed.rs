//! Finds the installed peers, and reports missing ones.

use std::env;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::thread;

/// Returns a path in the folder to which `tests/peers/install` installs.
pub(super) fn cached(name: &str) -> PathBuf {
    let folder = |variable| env::var_os(variable).filter(|value| !value.is_empty());
    folder("AMQP_PEERS")
        .map(PathBuf::from)
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| Path::new(&cache).join("amqp-peers")))
        .or_else(|| folder("HOME").map(|home| Path::new(&home).join(".cache/amqp-peers")))
        .expect("none of AMQP_PEERS, XDG_CACHE_HOME and HOME is set")
        .join(name)
}

/// Returns the path of a small program that wraps the library of a peer.
pub(super) fn own_program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

/// Returns the folder of a program for Java, if it and Java are installed.
pub(super) fn java_program(peer: &str, name: &str) -> Option<PathBuf> {
    let home = cached(name);
    if !installed(peer, &[&home.join("lib")]) {
        return None;
    }
    let java = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join("java").exists());
    if !java {
        absent(peer, "needs java, which is not in PATH");
        return None;
    }
    Some(home)
}

/// Whether all files of a peer exist. Prints what is missing, once and visibly.
///
/// # Panics
///
/// Panics if something is missing and `AMQP_REQUIRE_PEERS` is `1`.
pub(super) fn installed(peer: &str, parts: &[&Path]) -> bool {
    let Some(missing) = parts.iter().find(|part| !part.exists()) else {
        return true;
    };
    absent(peer, &format!("is not installed (no {})", missing.display()));
    false
}

/// Prints that a peer is not available, and why.
pub(super) fn absent(peer: &str, why: &str) {
    let advice = "run tests/run, as root, which installs and runs all peers";
    assert!(
        env::var_os("AMQP_REQUIRE_PEERS").is_none_or(|value| value != "1"),
        "peer {peer} {why}; {advice}"
    );
    // The test harness captures the output of `print!` and hides it if the test passes, but not direct writes.
    let test = thread::current().name().unwrap_or("?").to_owned();
    let line = format!("SKIPPED: {test}: peer {peer} {why}; {advice}\n");
    let _ = stderr().write_all(line.as_bytes());
}
