//! A folder for the files of a peer.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A new folder, removed when dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
    kept_on_failure: bool,
}

impl Scratch {
    /// `target/peer-logs/PEER-PID-N`, which is kept if the test fails.
    pub(super) fn for_logs(peer: &str) -> Self {
        // The test is target/PROFILE/deps/TEST.
        let test = env::current_exe().expect("this program has no path");
        let target = test.ancestors().nth(3).expect("this program is no test of cargo's");
        let mut folder = Self::new(&target.join("peer-logs"), peer);
        folder.kept_on_failure = true;
        folder
    }

    /// `PARENT/PEER-PID-N`.
    pub(super) fn new(parent: &Path, peer: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{peer}-{}-{count}", process::id()));
        // An earlier process with the same id may have left a folder.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self { path: folder, kept_on_failure: false }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let file = self.path.join(name);
        fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.kept_on_failure && thread::panicking() {
            eprintln!("kept for a look: {}", self.path.display());
        } else {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
