//! The lines that a server prints, written beside its work: whoever is to read them may be slow,
//! or not read at all, and that must keep no visitor waiting.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// How many lines may wait to be written. Those that come on top are lost, and counted.
const WAITING: usize = 1024;

/// Takes lines for the standard output.
#[derive(Clone)]
pub(crate) struct Log {
    lines: SyncSender<String>,
    lost: Arc<AtomicU64>,
}

/// The thread that writes the lines.
pub(crate) struct Writer(Receiver<()>);

impl Log {
    /// Begins to write what comes.
    pub(crate) fn start() -> (Self, Writer) {
        let (lines, waiting) = sync_channel(WAITING);
        let (finish, finished) = channel();
        let log = Self { lines, lost: Arc::default() };
        let lost = Arc::clone(&log.lost);
        thread::spawn(move || {
            write_lines(&waiting, &lost, io::stdout());
            // Nobody may be waiting for the end any more.
            let _ = finish.send(());
        });
        (log, Writer(finished))
    }

    /// Hands in a line. It is written soon, or lost if too many wait already.
    pub(crate) fn line(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Writer {
    /// Waits so long until all lines are written. Every [`Log`] must have been dropped.
    pub(crate) fn finish(self, limit: Duration) {
        // If nobody reads them, that is how it is.
        let _ = self.0.recv_timeout(limit);
    }
}

fn write_lines(lines: &Receiver<String>, lost: &AtomicU64, mut out: impl Write) {
    // What cannot be written is not: a server goes on when nobody reads its lines.
    let mut write = |line: &str| {
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    };
    for line in lines {
        write(&line);
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            lost => write(&format!("({lost} lines are missing here: they came too fast)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_order_and_a_word_about_lost_ones() {
        let (lines, waiting) = sync_channel(2);
        let log = Log { lines, lost: Arc::default() };
        let lost = Arc::clone(&log.lost);
        for line in ["a", "b", "c", "d"] {
            log.line(line.to_owned());
        }
        drop(log);
        let mut out = Vec::new();
        write_lines(&waiting, &lost, &mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "a\n(2 lines are missing here: they came too fast)\nb\n");
    }
}
