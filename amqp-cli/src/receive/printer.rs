//! Prints on a thread, and says how much has been printed.

use std::fs::File;
use std::io::{self, Write};
use std::{mem, thread};

use tokio::sync::{mpsc, watch};

/// The number of octets that are written at once, so that it is known soon how far a slow reader has come.
const PIECE: usize = 32 << 10;

/// Prints what it is given, in order.
#[derive(Debug)]
pub(crate) struct Printer {
    to: mpsc::Sender<Vec<u8>>,
    printed: watch::Receiver<Printed>,
}

/// How far the printer is.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// The number of octets that have been written since the start.
    pub(crate) octets: u64,
    /// Why no more will be written.
    pub(crate) error: Option<io::Error>,
}

impl Printer {
    /// Starts to print on the standard output.
    pub(crate) fn start() -> io::Result<Self> {
        let out = stdout()?;
        let (to, chunks) = mpsc::channel(1);
        let (progress, printed) = watch::channel(Printed::default());
        thread::spawn(move || print(chunks, &progress, out));
        Ok(Self { to, printed })
    }

    /// Takes octets to print once there is room for them, or waits until more has been printed, or no more will be.
    /// Dropping the future loses nothing.
    pub(crate) async fn advance(&mut self, octets: &mut Vec<u8>) {
        let Self { to, printed } = self;
        tokio::select! {
            // The thread says why it ends before it does.
            _ = printed.changed() => {}
            Ok(permit) = to.reserve(), if !octets.is_empty() => permit.send(mem::take(octets)),
        }
    }

    /// Returns the number of octets that have been printed.
    pub(crate) fn octets(&self) -> u64 {
        self.printed.borrow().octets
    }

    /// Returns whether no more will be printed.
    pub(crate) fn has_failed(&self) -> bool {
        self.printed.borrow().error.is_some()
    }

    /// Returns why no more will be printed, except if the reader of the output is gone.
    pub(crate) fn error(&self) -> Option<io::Error> {
        let printed = self.printed.borrow();
        let error = printed.error.as_ref().filter(|error| !crate::output::reader_is_gone(error))?;
        Some(io::Error::new(error.kind(), format!("cannot write the output: {error}")))
    }
}

/// Returns the standard output without the buffer of the standard library, so that it is known what has been written.
fn stdout() -> io::Result<File> {
    #[cfg(unix)]
    return Ok(std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?.into());
    #[cfg(windows)]
    return Ok(std::os::windows::io::AsHandle::as_handle(&io::stdout())
        .try_clone_to_owned()?
        .into());
}

fn print(
    mut chunks: mpsc::Receiver<Vec<u8>>,
    progress: &watch::Sender<Printed>,
    mut out: impl Write,
) {
    while let Some(chunk) = chunks.blocking_recv() {
        let mut rest = &*chunk;
        while !rest.is_empty() {
            match out.write(rest.get(..PIECE).unwrap_or(rest)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(written @ 1..) => {
                    rest = rest.get(written..).unwrap_or_default();
                    progress.send_modify(|printed| printed.octets += written as u64);
                }
                failed => {
                    let error = failed.err().unwrap_or_else(|| io::ErrorKind::WriteZero.into());
                    progress.send_modify(|printed| printed.error = Some(error));
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts a few octets at a time, and then fails.
    struct Full(Vec<u8>);

    impl Write for Full {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            if self.0.len() >= 5 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            let taken = octets.get(..2).unwrap_or(octets);
            self.0.extend_from_slice(taken);
            Ok(taken.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_has_been_written_is_known_after_an_error() {
        let (to, chunks) = mpsc::channel(2);
        let (progress, printed) = watch::channel(Printed::default());
        to.blocking_send(b"abc".to_vec()).unwrap();
        to.blocking_send(b"defgh".to_vec()).unwrap();
        print(chunks, &progress, Full(Vec::new()));
        let printed = printed.borrow();
        assert_eq!(printed.octets, 5);
        assert_eq!(printed.error.as_ref().unwrap().kind(), io::ErrorKind::BrokenPipe);
    }
}
