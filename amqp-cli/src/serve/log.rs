//! The lines that a server prints. They are written by a thread, so that a slow reader of the output
//! does not delay any client.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// The maximum number of lines that wait to be written. Further lines are lost, and counted.
const CAPACITY: usize = 1024;

/// Accepts lines for the standard output.
#[derive(Clone)]
pub(crate) struct Log {
    lines: SyncSender<String>,
    lost: Arc<AtomicU64>,
}

/// Waits for the thread that writes the lines.
pub(crate) struct Writer(Receiver<()>);

impl Log {
    /// Starts the thread that writes the lines. `explain` returns the line for a number of lost ones.
    pub(crate) fn start(explain: impl Fn(u64) -> String + Send + 'static) -> (Self, Writer) {
        let (lines, waiting) = sync_channel(CAPACITY);
        let (finish, finished) = channel();
        let log = Self { lines, lost: Arc::default() };
        let lost = Arc::clone(&log.lost);
        thread::spawn(move || {
            write_lines(&waiting, &lost, explain, io::stdout());
            // The receiver may have been dropped.
            let _ = finish.send(());
        });
        (log, Writer(finished))
    }

    /// Queues a line, or drops it if the queue is full.
    pub(crate) fn line(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Writer {
    /// Waits until all lines are written, at most for `limit`. Every [`Log`] must have been dropped.
    pub(crate) fn finish(self, limit: Duration) {
        // Lines that cannot be written in time are lost.
        let _ = self.0.recv_timeout(limit);
    }
}

fn write_lines(
    lines: &Receiver<String>,
    lost: &AtomicU64,
    explain: impl Fn(u64) -> String,
    mut out: impl Write,
) {
    // A server continues when its output cannot be written.
    let mut write = |line: &str| {
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    };
    for line in lines {
        write(&line);
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            lost => write(&explain(lost)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_order_and_the_number_of_lost_ones() {
        let (lines, waiting) = sync_channel(2);
        let log = Log { lines, lost: Arc::default() };
        let lost = Arc::clone(&log.lost);
        for line in ["a", "b", "c", "d"] {
            log.line(line.to_owned());
        }
        drop(log);
        let mut out = Vec::new();
        write_lines(&waiting, &lost, |lost| format!("{lost} lost"), &mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "a\n2 lost\nb\n");
    }
}
