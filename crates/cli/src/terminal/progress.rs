//! A progress line for anything over a second.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use geohub_core::{Progress, text};

use super::messages::Messages;

/// Shows rows, rate and time left on a terminal until dropped.
pub struct ProgressLine {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressLine {
    /// Starts the display when progress is wanted.
    pub fn start(
        wanted: bool,
        messages: Arc<Messages>,
        progress: Arc<Progress>,
        total_rows: Option<u64>,
    ) -> Self {
        if !wanted {
            return Self { stop: None, thread: None };
        }
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            while stopped.recv_timeout(Duration::from_millis(200)) == Err(RecvTimeoutError::Timeout) {
                if start.elapsed() > Duration::from_secs(1) {
                    messages.progress(&line(progress.rows_read(), total_rows, start.elapsed()));
                }
            }
            messages.progress("");
        });
        Self { stop: Some(stop), thread: Some(thread) }
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

fn line(rows: u64, total: Option<u64>, elapsed: Duration) -> String {
    let rate = rows as f64 / elapsed.as_secs_f64();
    let known = total.filter(|&total| total >= rows && rate > 0.0);
    let left = known.map(|total| ((total - rows) as f64 / rate).ceil() as u64);
    let of = total.map_or(String::new(), |total| format!(" of {}", text::grouped(total)));
    let left = left.map_or(String::new(), |seconds| format!(", {seconds} s left"));
    format!("{}{of} rows, {} a second{left}", text::grouped(rows), text::grouped(rate as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_rows_rate_and_time_left() {
        assert_eq!(
            line(5_000, Some(20_000), Duration::from_secs(2)),
            "5,000 of 20,000 rows, 2,500 a second, 6 s left"
        );
        assert_eq!(line(5_000, None, Duration::from_secs(2)), "5,000 rows, 2,500 a second");
    }
}
