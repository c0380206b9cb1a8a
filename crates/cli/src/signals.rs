//! Ctrl-C and termination: remove what is unfinished and go, without waiting for anyone.

use std::sync::Arc;

use crate::terminal::Messages;

/// Starts the thread that ends the process on a signal.
#[cfg(unix)]
pub fn watch(messages: &Arc<Messages>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        // Without the thread a signal ends the process as usual, and the next run removes what it left.
        return;
    };
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The thread alone does as well, but for an end of input that comes with the signal.
        let _ = signal_hook::flag::register(signal, Arc::clone(geohub_core::output::interrupted()));
    }
    let messages = Arc::clone(messages);
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            geohub_core::output::remove_temporaries();
            messages.wipe();
            std::process::exit(128 + signal);
        }
    });
}

/// Signals are the system's business here.
#[cfg(not(unix))]
pub fn watch(_messages: &Arc<Messages>) {}
