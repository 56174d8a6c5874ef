//! The progress bar, on a terminal.

use std::fmt::{Display, Write};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

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
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            let style = "{elapsed} {wide_bar} {human_pos} of {human_len}, {rate}/s, {eta} left";
            bar.set_style(
                ProgressStyle::with_template(style)
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .with_key("rate", |state: &ProgressState, to: &mut dyn Write| {
                        let _ = to.write_str(&rate(state.per_sec()));
                    }),
            );
            bar
        }))
    }

    /// Shows how many messages are done.
    pub(crate) fn set(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
            // The first tick comes at once.
            if bar.is_hidden() && bar.elapsed() >= DELAY {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(DELAY);
            }
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

/// Returns a number of messages a second. More digits would only flicker.
fn rate(per_second: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let rounded = per_second.round() as u64;
    if rounded < 10 { format!("{per_second:.1}") } else { HumanCount(rounded).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        for (per_second, printed) in [
            (0.0, "0.0"),
            (0.26, "0.3"),
            (9.4, "9.4"),
            (9.6, "10"),
            (498.3889, "498"),
            (1e5, "100,000"),
        ] {
            assert_eq!(rate(per_second), printed);
        }
    }
}
