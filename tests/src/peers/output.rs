//! The output of a program that has ended.

use std::fmt;
use std::process::{Command, Stdio};

/// The exit code and output of a program.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The exit code.
    pub code: i32,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

impl Output {
    /// Runs `program`, which `set_up` can configure, until it ends.
    ///
    /// # Panics
    ///
    /// Panics if the program cannot be run, is killed by a signal, or takes more than a minute.
    pub(super) fn of(program: &str, set_up: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        const LIMIT: &str = "60";
        const TIMED_OUT: i32 = 124; // as timeout(1) puts it
        let mut command = Command::new("timeout");
        set_up(command.args(["--kill-after=5", LIMIT, program]));
        let output = command
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
        let code = output.status.code().unwrap_or_else(|| panic!("{command:?}: {}", output.status));
        let output = Self {
            code,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert_ne!(code, TIMED_OUT, "{command:?} was still running after {LIMIT} s:\n{output}");
        output
    }
}

/// Writes everything, for the message of an assertion.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "exit code {code}\n-- stdout --\n{stdout}\n-- stderr --\n{stderr}")
    }
}
