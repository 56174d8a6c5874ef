//! The progress bar, on a terminal.

use std::fmt::Display;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

/// How long it takes until a bar is shown, so that short work shows none.
const DELAY: Duration = Duration::from_millis(200);

/// A progress bar, if there is one.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Creates a bar for this many messages, which is drawn only if the standard error is a terminal.
    pub(crate) fn new(total: Option<u64>) -> Self {
        let total = total.filter(|_| console_is_terminal());
        Self(total.map(|total| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = "{elapsed} {wide_bar} {human_pos} of {human_len}, {per_sec}, {eta} left";
            bar.set_style(
                ProgressStyle::with_template(style)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar.enable_steady_tick(DELAY);
            bar
        }))
    }

    /// Shows how many messages are done.
    pub(crate) fn set(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
        }
    }

    /// Prints an error above the bar.
    pub(crate) fn complain(&self, error: &dyn Display) {
        match &self.0 {
            Some(bar) => bar.suspend(|| output::complain(error)),
            None => output::complain(error),
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn console_is_terminal() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stderr())
}
