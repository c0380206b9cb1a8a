//! Sending a request until it succeeds or is not worth repeating.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::answer::{Answer, Fault};
use super::client::Http;
use super::host::Host;
use super::pause::pause;
use super::request::Request;
use super::share::Share;
use super::why::Why;
use crate::error::{FetchError, Result};

/// A host that cannot be reached at all is seldom there a moment later.
const UNREACHABLE_TRIES: u32 = 3;
/// A network that comes back when the machine wakes up takes half a minute.
const MORE_TRIES: u32 = 2;
/// A page that fails twice is tried with fewer rows.
const DIVISIBLE_TRIES: u32 = 2;
/// Servers refuse a request now and then that is like those they answered (Anywhere.ArcGIS issue 49: at page 220).
const ACCIDENT_TRIES: u32 = 3;
/// When a server's limit is nearly used up and it does not say when it is given back.
const SHARE_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_SHARE_PAUSE: Duration = Duration::from_mins(1);

/// Shapes of requests that were answered well.
#[derive(Debug, Default)]
pub(super) struct Fine(Mutex<HashSet<u64>>);

impl Fine {
    fn insert(&self, request: &Request) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request.shape());
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn contains(&self, request: &Request) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&request.shape())
    }
}

/// A fault that may pass.
struct Trouble {
    error: FetchError,
    /// The pause the server asked for.
    asked: Option<Duration>,
    /// So many tries are worth it.
    tries: u32,
}

impl Http {
    /// Sends a request and reads its answer, both again as long as that may help.
    pub(crate) async fn get<T>(
        &self,
        request: &Request,
        read: impl Fn(&Answer) -> Result<T, Fault>,
    ) -> Result<T> {
        let host = self.gate.host(request.url(), &self.settings);
        let mut number = 0;
        loop {
            let fault = match self.once(request, &host, number > 0).await {
                Ok((answer, true)) if answer.refuses_post() || (number > 0 && answer.is_page()) => {
                    self.give_up_post(&host, &answer);
                    continue;
                }
                // It may be a passing fault.
                Ok((answer, true)) if answer.is_page() => answer.again(answer.page_for_people()),
                Ok((answer, _)) => match read(&answer) {
                    Ok(value) => {
                        self.went_well(request, &host, &answer).await;
                        return Ok(value);
                    }
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            let trouble = self.trouble(request, fault.discreet(request.hidden()))?;
            host.troubled(&trouble.error);
            number += 1;
            if number >= trouble.tries || request.is_aside() {
                return Err(trouble.error);
            }
            self.wait(request, &host, &trouble, number - 1).await?;
        }
    }

    /// What may pass of a fault; an error where nothing may.
    fn trouble(&self, request: &Request, fault: Fault) -> Result<Trouble> {
        let all = self.settings.tries;
        match fault {
            Fault::Stop(error @ FetchError::Server { code: 400, .. }) if self.fine.contains(request) => {
                Ok(Trouble { error, asked: None, tries: all.min(ACCIDENT_TRIES) })
            }
            Fault::Stop(error) => Err(error),
            Fault::Unreachable(error) => {
                // In the middle of a run it is rather our own network that is gone for a moment.
                let tries = if self.fine.is_empty() { all.min(UNREACHABLE_TRIES) } else { all + MORE_TRIES };
                Ok(Trouble { error, asked: None, tries })
            }
            Fault::Again(error, asked) => {
                let fewer = request.is_divisible() && error.may_be_too_heavy();
                Ok(Trouble { error, asked, tries: if fewer { all.min(DIVISIBLE_TRIES) } else { all } })
            }
        }
    }

    /// Remembers what the server can do, and lets it rest when it says that its limit is nearly used up.
    async fn went_well(&self, request: &Request, host: &Host, answer: &Answer) {
        self.fine.insert(request);
        let share = Share::of(&answer.headers, SystemTime::now());
        if host.went_well(share.map(|share| share.used)) {
            let reset = share.and_then(|share| share.reset).unwrap_or(SHARE_PAUSE);
            host.hold(reset.min(LONGEST_SHARE_PAUSE), Why::NearlyUsedUp).await;
        }
    }

    /// From here on nothing is asked of the host by POST.
    fn give_up_post(&self, host: &Host, answer: &Answer) {
        host.refuses_post.store(true, Ordering::Relaxed);
        let note = format!("{}: POST is refused on the way; asking with shorter addresses", answer.url);
        if self.first_time(&note) {
            self.context.note(note);
        }
    }

    /// Waits before a repetition and says so. A pause that the server asked for is kept by the whole host, whichever
    /// process asks.
    async fn wait(&self, request: &Request, host: &Arc<Host>, trouble: &Trouble, number: u32) -> Result<()> {
        let Trouble { error, asked, .. } = trouble;
        let refused = matches!(error, FetchError::Throttled { .. });
        let name = request.url().host_str().unwrap_or_default();
        let (wait, why) = match *asked {
            Some(asked) if asked > self.settings.longest_wait => {
                let words = format!("it asks to wait {} s", asked.as_secs());
                return Err(FetchError::Throttled { url: request.name(), words });
            }
            Some(asked) => (asked, Some(Why::Asked)),
            None => {
                let own = pause(&self.settings, name, refused, number);
                (own, refused.then_some(Why::Refused))
            }
        };
        self.check_deadline(wait, || error.to_string())?;
        if let Some(why) = why {
            // The next try keeps it.
            host.hold(wait, why).await;
        } else {
            self.tell_wait(wait, &error.to_string());
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// A wait beyond the time allowed is not begun.
    pub(super) fn check_deadline(&self, wait: Duration, why: impl Fn() -> String) -> Result<()> {
        match self.settings.deadline {
            Some(deadline) if Instant::now() + wait >= deadline => Err(FetchError::Deadline(why())),
            _ => Ok(()),
        }
    }

    /// Says how long nothing will happen, and why.
    pub(super) fn tell_wait(&self, wait: Duration, why: &str) {
        let seconds = wait.as_secs_f64();
        let seconds = if seconds < 10.0 { format!("{seconds:.1}") } else { format!("{seconds:.0}") };
        self.context.note(format!("waiting {seconds} s, {why}"));
        self.context.progress.wait(wait, why);
    }
}
