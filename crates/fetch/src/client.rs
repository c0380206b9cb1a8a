//! JSON from catalogues and descriptions, for those who read them: as polite as a download.

use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::Runtime;
use url::Url;

use geohub_core::{Context, Error};

use crate::arcgis;
use crate::error::{FetchError, Result};
use crate::http::{Answer, Fault, Http, Request};
use crate::reference::shown;
use crate::runtime;
use crate::settings::Settings;
use crate::socrata;

/// In which words a server refuses, and how it takes a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The sharing API and services: errors as objects within status 200.
    ArcGis,
    /// Socrata: an app token of the portal in a header.
    Socrata,
    /// Anything else: the status tells.
    Plain,
}

/// A question to a server.
#[derive(Clone, Debug)]
pub struct Question {
    request: Request,
    dialect: Dialect,
}

impl Question {
    /// A question at an address, which may have a query of its own.
    ///
    /// # Errors
    /// No `http` or `https` address.
    pub fn new(address: &str, dialect: Dialect) -> Result<Self> {
        let problem = |reason: String| FetchError::Reference { text: shown(address), reason, hint: None };
        let url = Url::parse(address).map_err(|error| problem(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(problem("it is no http or https address".to_owned()));
        }
        Ok(Self { request: Request::new(url), dialect })
    }

    /// The same; an answer of more bytes is not taken.
    #[must_use]
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.request = self.request.at_most(bytes);
        self
    }

    /// The same with one parameter more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request = self.request.with(name, value);
        self
    }
}

/// Asks servers, from any thread. Each host gets no more requests at once, and no faster, than a download would send.
pub struct Client {
    http: Http,
    /// Taken only when dropped.
    runtime: Option<Runtime>,
}

impl Client {
    /// A client with threads of its own.
    ///
    /// # Errors
    /// This machine cannot start threads, or lacks CA certificates.
    pub fn new(settings: &Settings, context: &Context) -> Result<Self> {
        let runtime = runtime::start("geohub-portals")?;
        Ok(Self { http: Http::new(settings, context)?, runtime: Some(runtime) })
    }

    /// The answer as `read` makes it out of its JSON text, which is no error object. Waits for it.
    ///
    /// # Errors
    /// What the server or the network says, after the repetitions that make sense; text that `read` cannot read.
    pub fn ask<T: Send>(
        &self,
        question: &Question,
        read: impl Fn(&str) -> Result<T, serde_json::Error> + Send + Sync,
    ) -> Result<T> {
        let Some(runtime) = &self.runtime else {
            return Err(Error::Internal("a client was used while it ended".to_owned()).into());
        };
        runtime.block_on(async {
            let work = self.answer(question, read);
            match self.http.settings.deadline {
                None => work.await,
                Some(deadline) => tokio::time::timeout_at(deadline.into(), work).await.unwrap_or_else(|_| {
                    Err(FetchError::Deadline("the server had not answered everything".to_owned()))
                }),
            }
        })
    }

    /// The answer as it is.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub fn json(&self, question: &Question) -> Result<Value> {
        self.ask(question, |text| serde_json::from_str(text))
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.http.counts.requests()
    }

    async fn answer<T: Send>(
        &self,
        question: &Question,
        read: impl Fn(&str) -> Result<T, serde_json::Error> + Send + Sync,
    ) -> Result<T> {
        let Question { request, dialect } = question;
        match dialect {
            Dialect::ArcGis => {
                let read =
                    |answer: &Answer| read(&arcgis::text(answer)?).map_err(|error| answer.broken(&error));
                self.http.get(request, read).await
            }
            Dialect::Plain => self.http.get(request, |answer| plain(answer, &read)).await,
            Dialect::Socrata => {
                socrata::ask(&self.http, request.clone(), |answer| plain(answer, &read)).await
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A name that is being looked up would be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    error: Option<Value>,
}

/// Reads an answer whose errors the status tells, or an `error` in its JSON.
fn plain<T>(answer: &Answer, read: impl Fn(&str) -> Result<T, serde_json::Error>) -> Result<T, Fault> {
    answer.check_status(&answer.words())?;
    let text = answer.json_text()?;
    if let Ok(Head { error: Some(error) }) = serde_json::from_str(text)
        && error != Value::Bool(false)
    {
        let words = error.as_str().map_or_else(|| answer.words(), geohub_core::text::clean);
        return Err(Fault::Stop(FetchError::Server { url: answer.url.clone(), code: 400, words }));
    }
    read(text).map_err(|error| answer.broken(&error))
}
