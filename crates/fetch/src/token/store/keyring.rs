//! The keyring of the system: Secret Service, macOS Keychain, Windows Credential Manager.
//!
//! It is asked on a thread that may be left behind: a session bus may be there and mute, and a locked keyring asks its
//! user for a password.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use geohub_core::Context;
use keyring::{Entry, Error};

const SERVICE: &str = "geohub";
/// A keyring that is there says so at once.
const CONNECT: Duration = Duration::from_secs(5);
/// Its user may have to type a password.
const ANSWER: Duration = Duration::from_mins(1);
/// A wait worth a word.
const LONG: Duration = Duration::from_secs(2);

type Said<T> = Result<T, String>;

/// Keeps a secret for a host; else why not.
pub(super) fn set(host: &str, text: &str, context: &Context) -> Said<()> {
    connect()?;
    let (host, text) = (host.to_owned(), text.to_owned());
    answered(context, move || Entry::new(SERVICE, &host)?.set_password(&text))
}

/// The secret of a host.
pub(super) fn get(host: &str, context: &Context) -> Said<Option<String>> {
    connect()?;
    let host = host.to_owned();
    answered(context, move || match Entry::new(SERVICE, &host)?.get_password() {
        Ok(text) => Ok(Some(text)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    })
}

/// Forgets the secret of a host.
pub(super) fn remove(host: &str, context: &Context) -> Said<()> {
    connect()?;
    let host = host.to_owned();
    answered(context, move || match Entry::new(SERVICE, &host)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error),
    })
}

fn connect() -> Said<()> {
    if !may_be_there() {
        return Err("there is no session bus".to_owned());
    }
    let status = on_a_thread(|| Entry::store_status().as_ref().map(|&()| ()).map_err(words));
    match status.recv_timeout(CONNECT) {
        Ok(status) => status,
        Err(RecvTimeoutError::Timeout) => Err(format!("no answer within {} s", CONNECT.as_secs())),
        Err(RecvTimeoutError::Disconnected) => Err("it failed".to_owned()),
    }
}

/// Without a session bus nothing needs to be tried, and nothing can hang.
#[cfg(all(unix, not(target_os = "macos")))]
fn may_be_there() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("DBUS_SESSION_BUS_ADDRESS").is_some()
        || set("XDG_RUNTIME_DIR").is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists())
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn may_be_there() -> bool {
    true
}

fn answered<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Said<T> {
    let answer = on_a_thread(|| work().map_err(|error| words(&error)));
    let mut waited = LONG;
    loop {
        match answer.recv_timeout(waited) {
            Ok(said) => return said,
            Err(RecvTimeoutError::Timeout) if waited == LONG => {
                context.note("waiting for the keyring, which may be asking for its password");
                waited = ANSWER;
            }
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("no answer within {} s", ANSWER.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => return Err("it failed".to_owned()),
        }
    }
}

fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> std::sync::mpsc::Receiver<T> {
    let (sender, receiver) = channel();
    let run = move || {
        // Nobody may be waiting any more. A panic is an answer that never comes.
        if let Ok(said) = geohub_core::panics::contained(work) {
            let _ = sender.send(said);
        }
    };
    // Without a thread the sender is dropped, and that is told as a failure.
    let _ = std::thread::Builder::new().name("geohub-keyring".to_owned()).spawn(run);
    receiver
}

/// What the keyring says. Some of its errors hold the secret; their words do not.
fn words(error: &Error) -> String {
    geohub_core::text::clean(&error.to_string())
}
