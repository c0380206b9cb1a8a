//! A semaphore weighed in bytes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Bounds the bytes in flight. A chunk heavier than the whole window runs alone.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    used: usize,
    closed: bool,
}

impl Window {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, state: Mutex::default(), changed: Condvar::new() })
    }

    /// Waits for room; `None` once the window is closed.
    pub(super) fn acquire(self: &Arc<Self>, weight: usize) -> Option<Permit> {
        let mut state = self.lock();
        while !state.closed && state.used > 0 && state.used + weight > self.limit {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return None;
        }
        state.used += weight;
        Some(Permit { window: Arc::clone(self), weight })
    }

    /// Ends all waiting: the run is over or has failed.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room in the window, given back on drop.
#[derive(Debug)]
pub(super) struct Permit {
    window: Arc<Window>,
    weight: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.window.lock().used -= self.weight;
        self.window.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_chunks_run_alone_and_closing_ends_the_wait() {
        let window = Window::new(10);
        let heavy = window.acquire(50).unwrap();
        let waiting = {
            let window = Arc::clone(&window);
            std::thread::spawn(move || window.acquire(1).is_some())
        };
        drop(heavy);
        assert!(waiting.join().unwrap());
        let _full = window.acquire(10).unwrap();
        let waiting = {
            let window = Arc::clone(&window);
            std::thread::spawn(move || window.acquire(5).is_none())
        };
        window.close();
        assert!(waiting.join().unwrap());
    }
}
