//! A progress line for anything over a second.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use geohub_core::Progress;

use super::bar;
use super::messages::Messages;

const BEGINS_AFTER: Duration = Duration::from_secs(1);
const DRAWN_EVERY: Duration = Duration::from_millis(200);

/// Shows how far the work is on a terminal until dropped.
pub struct ProgressLine {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressLine {
    /// Starts the display; `None` where no thread can be had, for nothing depends on it.
    pub fn start(messages: Arc<Messages>, progress: Arc<Progress>) -> Option<Self> {
        let (stop, stopped) = channel();
        let begun = Instant::now();
        let show = move || {
            while stopped.recv_timeout(DRAWN_EVERY) == Err(RecvTimeoutError::Timeout) {
                if let Some(now) = progress.now().filter(|_| begun.elapsed() > BEGINS_AFTER) {
                    messages.progress(&bar::line(&now, width()));
                }
            }
            messages.progress("");
        };
        let thread = std::thread::Builder::new().name("geohub-progress".to_owned()).spawn(show).ok()?;
        Some(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The display thread has nothing to report.
            let _ = thread.join();
        }
    }
}

/// Columns of the terminal; it may be resized at any time.
fn width() -> usize {
    let asked = terminal_size::terminal_size_of(std::io::stderr());
    asked.map_or(80, |(width, _)| usize::from(width.0)).max(1)
}
