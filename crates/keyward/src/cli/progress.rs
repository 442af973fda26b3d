//! Bars for work in many steps: on a terminal, and for people only.
//!
//! A bar is on standard error and leaves nothing behind. Where nobody watches, in a pipe and for
//! programs, there is none: whoever shows a bar says what came of the work in another way.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _};

/// A bar, if somebody watches.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    /// A bar of so many steps; none `for_programs`.
    pub(super) fn new(what: &'static str, steps: u64, for_programs: bool) -> Self {
        if for_programs || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(what);
        bar.tick();
        Self(Some(bar))
    }

    /// Whether there is one to be seen.
    pub(super) fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// So many steps are done.
    pub(super) fn reach(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
        }
    }

    /// What is being done.
    pub(super) fn at(&self, what: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(what.to_owned());
        }
    }

    /// Prints something while the bar is out of the way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
