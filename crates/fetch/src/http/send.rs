//! Sending a request once: into the limit of its host, through redirects, to the last byte of the answer.

use std::error::Error as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::header;
use tokio::time::timeout;
use url::Url;

use super::answer::{Answer, Fault};
use super::client::Http;
use super::clock::Remaining;
use super::gate;
use super::host::{Host, Place};
use super::request::{Request, visible};
use crate::demo;
use crate::error::{FetchError, Result};

const MAX_REDIRECTS: usize = 5;
/// A wait worth a word.
const LONG: Duration = Duration::from_secs(3);

impl Http {
    /// The answer, and whether the request went as a POST form that might have been a GET.
    pub(super) async fn once(
        &self,
        request: &Request,
        host: &Arc<Host>,
        again: bool,
    ) -> Result<(Answer, bool), Fault> {
        let (mut url, form) = request.parts(host.posts())?;
        let mut host = Arc::clone(host);
        for _ in 0..=MAX_REDIRECTS {
            // The place is kept until the whole answer is here.
            let _place = self.enter(&host, &url).await?;
            let begun = Instant::now();
            let response = self.start(request, &url, form.as_deref(), again).await?;
            if let Some(next) = redirection(&url, &response)? {
                if request.must_post() && request.auth_for(&next).is_none() {
                    let problem = format!(
                        "a redirect to {} is not followed: a token stays with its server",
                        visible(&next)
                    );
                    return Err(Fault::Stop(FetchError::bad(&visible(&url), problem)));
                }
                self.tell_redirect(&url, &next);
                host = self.gate.host(&next, &self.settings);
                url = next;
                continue;
            }
            let answer = self.receive(request, &url, response).await?;
            self.counts.took(begun.elapsed());
            return Ok((answer, form.is_some() && !request.must_post()));
        }
        Err(Fault::Stop(FetchError::bad(&visible(&url), "it redirects in circles")))
    }

    /// Waits for a place within the limit and for the time of the start.
    async fn enter(&self, host: &Arc<Host>, url: &Url) -> Result<Place> {
        while let Some(left) = host.pause().await {
            self.keep(host, url, left).await?;
        }
        let place = self.place(host, url).await;
        while let Some(left) = host.start().await {
            self.keep(host, url, left).await?;
        }
        if let Some(why) = host.alone()
            && self.first_time("alone")
        {
            self.context.detail(format!("the limits of hosts are kept by this process alone: {why}"));
        }
        Ok(place)
    }

    /// Waits for a place, and says so once that takes long for the sake of other processes.
    async fn place(&self, host: &Arc<Host>, url: &Url) -> Place {
        let mut place = pin!(host.place());
        loop {
            if let Ok(place) = timeout(LONG, &mut place).await {
                return place;
            }
            let note = format!("waiting for other geohub commands that ask {}", gate::name(url));
            if host.outdone() && self.first_time(&note) {
                self.context.note(note);
            }
        }
    }

    async fn keep(&self, host: &Host, url: &Url, left: Remaining) -> Result<()> {
        if let Some(why) = left.why {
            let words = || format!("{}: {}", visible(url), why.words());
            self.check_deadline(left.time, words)?;
            if host.tell(Instant::now() + left.time) {
                self.tell_wait(left.time, why.words());
            }
        }
        tokio::time::sleep(left.time).await;
        Ok(())
    }

    fn tell_redirect(&self, from: &Url, to: &Url) {
        let note = format!("{} sends us on to {}", visible(from), visible(to));
        if to.host_str() != from.host_str() && self.first_time(&note) {
            self.context.note(note);
        }
    }

    async fn start(
        &self,
        request: &Request,
        url: &Url,
        form: Option<&str>,
        again: bool,
    ) -> Result<reqwest::Response, Fault> {
        self.counts.sent(again);
        if demo::is_demo(url) {
            return Ok(demo::answer(url, form));
        }
        let client = self.client(url);
        let post = |kind: &'static str, body: &str| {
            client.post(url.clone()).header(header::CONTENT_TYPE, kind).body(body.to_owned())
        };
        let auth = request.auth_for(url);
        let builder = match (form, request.json()) {
            (Some(form), _) => {
                let form = auth.map_or_else(|| form.to_owned(), |auth| auth.with_form(form));
                post("application/x-www-form-urlencoded", &form)
            }
            (None, Some(json)) => post("application/json", json),
            (None, None) => client.get(url.clone()),
        };
        let builder = match auth {
            Some(auth) => auth.apply(builder),
            None => builder,
        };
        let builder = builder.header(header::ACCEPT, "application/json, */*;q=0.5");
        builder.send().await.map_err(|error| network(url, &error))
    }

    async fn receive(
        &self,
        request: &Request,
        url: &Url,
        response: reqwest::Response,
    ) -> Result<Answer, Fault> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = self.body(url, response, request.most_bytes()).await?;
        self.counts.received(body.len() as u64);
        if let Some(ms) =
            headers.get(header::DATE).and_then(|date| crate::stamp::http_ms(date.to_str().ok()?))
        {
            self.server_ms.fetch_max(ms, Ordering::Relaxed);
        }
        Ok(Answer { url: visible(url), status, headers, body })
    }
}

/// Where an answer of status 3xx leads.
fn redirection(from: &Url, response: &reqwest::Response) -> Result<Option<Url>, Fault> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let place = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    Ok(Some(target(from, place)?))
}

/// The target of a redirect. Never from https to http.
fn target(from: &Url, place: Option<&str>) -> Result<Url, Fault> {
    let bad = |problem: String| Fault::Stop(FetchError::bad(&visible(from), problem));
    let place = place.ok_or_else(|| bad("a redirect that leads nowhere".to_owned()))?;
    let next = from.join(place).map_err(|error| bad(format!("a redirect to no URL: {error}")))?;
    let allowed = next.scheme() == "https" || (next.scheme() == "http" && from.scheme() == "http");
    if !allowed {
        return Err(bad(format!("a redirect to {} is not followed", visible(&next))));
    }
    Ok(next)
}

pub(super) fn network(url: &Url, error: &reqwest::Error) -> Fault {
    let cause = if error.is_body() || error.is_decode() {
        format!("the answer broke off: {}", causes(error))
    } else if error.is_timeout() {
        format!("no answer in time: {}", causes(error))
    } else {
        causes(error)
    };
    let url = visible(url);
    if error.is_connect() {
        return Fault::Unreachable(FetchError::Network { url, cause, reached: false });
    }
    Fault::Again(FetchError::Network { url, cause, reached: true }, None)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_never_leave_encryption() {
        let url = |text: &str| Url::parse(text).unwrap();
        let follow = |from: &str, to: &str| target(&url(from), Some(to)).map(String::from);
        assert_eq!(follow("https://h/a/b?x", "/c").unwrap(), "https://h/c");
        assert_eq!(follow("http://h/a", "https://g/").unwrap(), "https://g/");
        for (from, to) in
            [("https://h/a", "http://h/a"), ("http://h/a", "ftp://h/a"), ("http://h/", "http://")]
        {
            assert!(matches!(follow(from, to), Err(Fault::Stop(FetchError::BadAnswer { .. }))), "{to}");
        }
        assert!(target(&url("http://h/"), None).is_err());
    }
}
