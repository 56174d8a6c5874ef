//! Proton and rhea as encoders and decoders.

use super::installed::own_program;
use super::server::{proton_python, rhea_modules};
use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

/// An encoder and decoder of another implementation.
///
/// Values are in JSON as `amqp decode --json` writes them, octets in hexadecimal.
#[derive(Debug)]
pub struct Codec {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl Codec {
    /// Qpid Proton.
    pub fn proton() -> Option<Self> {
        Some(Self {
            program: proton_python()?.into(),
            arguments: vec![own_program("proton_codec.py").into()],
            environment: vec![],
        })
    }

    /// rhea.
    pub fn rhea() -> Option<Self> {
        Some(Self {
            program: "node".into(),
            arguments: vec![own_program("rhea_codec.js").into()],
            environment: vec![("NODE_PATH", rhea_modules()?.into())],
        })
    }

    /// Runs jobs, which are `decode HEX` or `encode JSON`. Returns the result of each: JSON or hexadecimal,
    /// `error: WHY`, or `unsupported: WHY` if the library cannot express the value.
    ///
    /// # Panics
    ///
    /// Panics if the program fails.
    pub fn run(&self, jobs: &[String]) -> Vec<String> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {self:?}: {error}"));
        let mut stdin = child.stdin.take().expect("a child without the stdin that it was given");
        let input = jobs.join("\n") + "\n";
        // On its own thread, because the program answers before it has read everything.
        let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("no output of a child");
        assert!(output.status.success(), "{self:?} ended with {}", output.status);
        writer.join().expect("a thread that writes").expect("the program read all its jobs");
        let lines: Vec<_> =
            String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), jobs.len(), "each job has its line");
        lines
    }
}
