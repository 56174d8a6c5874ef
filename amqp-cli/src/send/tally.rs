//! How many messages had which outcome.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::{Ended, SendError};
use amqp_types::messaging::Outcome;
use serde::Serialize;

use crate::{UNREACHABLE, output};

/// The number of messages that were sent, and of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    pub(crate) accepted: u64,
    rejected: u64,
    released: u64,
    modified: u64,
    /// Those whose outcome has not come, or is none of these.
    pub(crate) unknown: u64,
}

impl Tally {
    /// Counts a message that was not accepted.
    pub(crate) const fn count(&mut self, error: &SendError) {
        let outcome = match error {
            SendError::NotAccepted(Outcome::Rejected(_)) => &mut self.rejected,
            SendError::NotAccepted(Outcome::Released(_)) => &mut self.released,
            SendError::NotAccepted(Outcome::Modified(_)) => &mut self.modified,
            _ => &mut self.unknown,
        };
        *outcome += 1;
    }
}

/// The result of the command.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) tally: Tally,
    /// Whether all messages were accepted, or settled as they were sent.
    pub(crate) is_complete: bool,
    /// Whether the link was lost.
    pub(crate) is_lost: bool,
    pub(crate) time: Duration,
}

#[derive(Serialize)]
struct Json {
    #[serde(flatten)]
    tally: Tally,
    seconds: f64,
}

impl Summary {
    /// Reports that the link was lost after all.
    pub(crate) fn lost(self, why: &Ended) -> Self {
        output::complain(why);
        Self { is_lost: true, ..self }
    }

    /// Prints the summary.
    pub(crate) fn print(&self, as_json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let seconds = (self.time.as_secs_f64() * 1000.0).round() / 1000.0;
        if as_json {
            serde_json::to_writer(&mut out, &Json { tally: self.tally, seconds })?;
        } else {
            let Tally { sent, accepted, rejected, released, modified, unknown } = self.tally;
            write!(
                out,
                "sent {sent}, accepted {accepted}, rejected {rejected}, released {released}, \
                 modified {modified}, unknown {unknown} in {seconds} s"
            )?;
        }
        writeln!(out)?;
        out.flush()
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.is_lost {
            ExitCode::from(UNREACHABLE)
        } else if self.is_complete {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
