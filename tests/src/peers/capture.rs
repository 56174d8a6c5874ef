//! A capture of what is sent on the loopback interface, by tcpdump.

use super::installed::{absent, installed};
use super::process::Process;
use super::scratch::Scratch;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const TCPDUMP: &str = "/usr/bin/tcpdump";

/// A running capture of one port.
#[derive(Debug)]
pub struct Capture {
    process: Process,
    scratch: Scratch,
}

/// The file of a capture that has ended. It is removed when this is dropped.
#[derive(Debug)]
pub struct CaptureFile(Scratch);

impl Capture {
    /// Starts to capture all packets from and to the port of an address on the loopback interface.
    pub fn start(address: SocketAddr) -> Option<Self> {
        const LIMIT: Duration = Duration::from_secs(20);
        if !installed("tcpdump", &[Path::new(TCPDUMP)]) {
            return None;
        }
        if fs::metadata("/proc/self").is_ok_and(|own| own.uid() != 0) {
            absent("tcpdump", "can capture as root alone");
            return None;
        }
        let scratch = Scratch::for_logs("tcpdump");
        let mut command = Command::new(TCPDUMP);
        // Each packet is written at once, by root, because the folder is root's.
        command.args(["-i", "lo", "--immediate-mode", "-U", "-Z", "root", "-w"]);
        command.arg(file(&scratch)).args(["tcp", "port", &address.port().to_string()]);
        let mut process = Process::start("tcpdump", &mut command, scratch.path().join("log"));
        process.wait_until_logged("listening on", LIMIT);
        Some(Self { process, scratch })
    }

    /// Ends the capture.
    pub fn stop(self) -> CaptureFile {
        let Self { process, scratch } = self;
        drop(process);
        CaptureFile(scratch)
    }
}

impl CaptureFile {
    /// Returns the path of the file.
    pub fn path(&self) -> PathBuf {
        file(&self.0)
    }
}

fn file(scratch: &Scratch) -> PathBuf {
    scratch.path().join("capture.pcap")
}
