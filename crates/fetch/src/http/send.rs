//! Sending a request until it succeeds or is not worth repeating.

use std::error::Error as _;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header;
use url::Url;

use super::answer::{Answer, Fault};
use super::client::Http;
use super::pause::pause;
use super::request::{Request, visible};
use crate::error::{FetchError, Result};

/// Largest answer that is taken at all.
const MAX_BODY_BYTES: usize = 512 << 20;
const MAX_REDIRECTS: usize = 5;
/// A host that cannot be reached at all is seldom there a moment later.
const UNREACHABLE_TRIES: u32 = 3;

impl Http {
    /// Sends a request and reads its answer, both again as long as that may help.
    pub(crate) async fn get<T>(
        &self,
        request: &Request,
        read: impl Fn(&Answer) -> Result<T, Fault>,
    ) -> Result<T> {
        let mut number = 0;
        loop {
            let fault = match self.once(request, number > 0).await {
                Ok(answer) => match read(&answer) {
                    Ok(value) => return Ok(value),
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            let (error, asked, tries) = match fault {
                Fault::Stop(error) => return Err(error),
                Fault::Again(error, asked) => (error, asked, self.settings.tries),
                Fault::Unreachable(error) => (error, None, self.settings.tries.min(UNREACHABLE_TRIES)),
            };
            number += 1;
            if number >= tries {
                return Err(error);
            }
            self.wait(request, &error, asked, number - 1).await?;
        }
    }

    /// Waits before a repetition, says so, and keeps the whole host waiting when the server asked for it.
    async fn wait(
        &self,
        request: &Request,
        error: &FetchError,
        asked: Option<Duration>,
        number: u32,
    ) -> Result<()> {
        let host = request.parts().0.host_str().unwrap_or_default().to_owned();
        let throttled = matches!(error, FetchError::Throttled { .. });
        let wait = match asked {
            Some(asked) if asked > self.settings.longest_wait => {
                let words = format!("it asks to wait {} s", asked.as_secs());
                return Err(FetchError::Throttled { url: request.name(), words });
            }
            Some(asked) => asked,
            // Hosted layers answer nothing for a minute once the organisation's share is used up.
            None if throttled && host.ends_with(".arcgis.com") => self.settings.longest_pause,
            None => pause(&self.settings, number),
        };
        if self.settings.deadline.is_some_and(|deadline| Instant::now() + wait >= deadline) {
            return Err(FetchError::Deadline(error.to_string()));
        }
        let why = if asked.is_some() { "asked by server".to_owned() } else { error.to_string() };
        self.context.note(format!("waiting {} s, {why}", seconds(wait)));
        if asked.is_some() || throttled {
            self.gate.hold(&host, &self.settings, wait);
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn once(&self, request: &Request, again: bool) -> Result<Answer, Fault> {
        let (mut url, form) = request.parts();
        for _ in 0..=MAX_REDIRECTS {
            // The place is kept until the whole answer is here.
            let _place = self.gate.enter(url.host_str().unwrap_or_default(), &self.settings).await;
            let response = self.start(request, &url, form.as_deref(), again).await?;
            if let Some(next) = redirection(&url, &response)? {
                if next.host_str() != url.host_str() {
                    self.context.note(format!("{} sends us on to {}", visible(&url), visible(&next)));
                }
                url = next;
                continue;
            }
            return self.receive(&url, response).await;
        }
        Err(Fault::Stop(FetchError::bad(&visible(&url), "it redirects in circles")))
    }

    async fn start(
        &self,
        request: &Request,
        url: &Url,
        form: Option<&str>,
        again: bool,
    ) -> Result<reqwest::Response, Fault> {
        self.counts.sent(again);
        let client = self.client(url);
        let post = |kind: &'static str, body: &str| {
            client.post(url.clone()).header(header::CONTENT_TYPE, kind).body(body.to_owned())
        };
        let builder = match (form, request.json()) {
            (Some(form), _) => post("application/x-www-form-urlencoded", form),
            (None, Some(json)) => post("application/json", json),
            (None, None) => client.get(url.clone()),
        };
        let builder = match request.token_for(url) {
            Some(token) => builder.header("x-app-token", token.value()),
            None => builder,
        };
        let builder = builder.header(header::ACCEPT, "application/json, */*;q=0.5");
        builder.send().await.map_err(|error| network(url, &error))
    }

    async fn receive(&self, url: &Url, response: reqwest::Response) -> Result<Answer, Fault> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = self.body(url, response).await?;
        self.counts.received(body.len() as u64);
        Ok(Answer { url: visible(url), status, headers, body })
    }

    async fn body(&self, url: &Url, mut response: reqwest::Response) -> Result<Bytes, Fault> {
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(part)) if body.len() + part.len() > MAX_BODY_BYTES => {
                    let problem = format!("an answer of more than {} MB", MAX_BODY_BYTES >> 20);
                    return Err(Fault::Stop(FetchError::bad(&visible(url), problem)));
                }
                Ok(Some(part)) => body.extend_from_slice(&part),
                Ok(None) => return Ok(body.freeze()),
                Err(error) => return Err(network(url, &error)),
            }
        }
    }
}

/// Where a redirect leads. Never from https to http.
fn redirection(from: &Url, response: &reqwest::Response) -> Result<Option<Url>, Fault> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let bad = |problem: String| Fault::Stop(FetchError::bad(&visible(from), problem));
    let place = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let place = place.ok_or_else(|| bad("a redirect that leads nowhere".to_owned()))?;
    let next = from.join(place).map_err(|error| bad(format!("a redirect to no URL: {error}")))?;
    let allowed = next.scheme() == "https" || (next.scheme() == "http" && from.scheme() == "http");
    if !allowed {
        return Err(bad(format!("a redirect to {} is not followed", visible(&next))));
    }
    Ok(Some(next))
}

fn network(url: &Url, error: &reqwest::Error) -> Fault {
    let cause = if error.is_body() || error.is_decode() {
        format!("the answer broke off: {}", causes(error))
    } else if error.is_timeout() {
        format!("no answer in time: {}", causes(error))
    } else {
        causes(error)
    };
    let url = visible(url);
    if error.is_connect() {
        return Fault::Unreachable(FetchError::Network { url, cause });
    }
    Fault::Again(FetchError::Network { url, cause }, None)
}

/// The chain of causes without the URL, which may hold secrets.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        cause = inner.source();
    }
    if parts.is_empty() { "the request failed".to_owned() } else { parts.join(": ") }
}

fn seconds(wait: Duration) -> String {
    let seconds = wait.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1}") } else { format!("{seconds:.0}") }
}
