//! The server's process, and the memory and processor time of both.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use compare_program::usage;

use crate::Result;

/// What a process has used so far.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// The messages that it has received.
    pub received: u64,
    /// Its processor time, in seconds.
    pub cpu: f64,
    /// Its memory now and at most, in KiB.
    pub rss: f64,
    pub peak: f64,
}

impl Used {
    /// Returns what this process has used so far.
    pub fn here(received: u64) -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let rss = rss.and_then(|rss| rss.split_whitespace().next()).ok_or("there is no VmRSS")?;
        let (cpu, peak) = usage();
        Ok(Self { received, cpu, rss: rss.parse()?, peak: peak as f64 })
    }

    /// Returns this as a line.
    pub fn to_line(self) -> String {
        format!("{} {} {} {}", self.received, self.cpu, self.rss, self.peak)
    }

    fn from_line(line: &str) -> Result<Self> {
        match line.split(' ').collect::<Vec<_>>()[..] {
            [received, cpu, rss, peak] => Ok(Self {
                received: received.parse()?,
                cpu: cpu.parse()?,
                rss: rss.parse()?,
                peak: peak.parse()?,
            }),
            _ => Err(format!("the server said {line:?}").into()),
        }
    }
}

/// The server's process, which is stopped when this is dropped.
pub struct Server {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub port: u16,
}

impl Server {
    pub fn start(multi_thread: bool, sleep_ms: u64) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--sleep-ms", &sleep_ms.to_string()]);
        if multi_thread {
            command.arg("--multi-thread");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let ask = child.stdin.take().ok_or("the input is not piped")?;
        let output = child.stdout.take().ok_or("the output is not piped")?;
        let mut server = Self { child, ask, answers: BufReader::new(output), port: 0 };
        let line = server.line()?;
        server.port =
            line.strip_prefix("PORT ").ok_or("the server did not say its port")?.parse()?;
        Ok(server)
    }

    /// Asks the server what it has used so far.
    pub fn used(&mut self) -> Result<Used> {
        self.ask.write_all(b"\n")?;
        Used::from_line(&self.line()?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has already ended, there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
