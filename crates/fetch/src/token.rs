//! App tokens, each for one host.
//!
//! A token comes from the environment variable `GEOHUB_TOKEN_<HOST>`: the host in capitals, with `_` for everything that
//! is no letter or digit, and the port behind it where the address names one. It goes to that host only, in a header
//! only, and is never shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use geohub_core::Error;
use reqwest::header::HeaderValue;
use url::Url;

use crate::error::Result;

/// A token as it is sent. Whoever prints it sees nothing.
#[derive(Clone)]
pub(crate) struct Token(HeaderValue);

impl Token {
    /// `None` for text that no header can carry.
    fn new(text: &str) -> Option<Self> {
        let mut value = HeaderValue::from_str(text.trim()).ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }

    /// The value of the header.
    pub(crate) fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The tokens of a run. Clones share what they know of refused ones.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    environment: bool,
    given: BTreeMap<String, Token>,
    refused: Arc<Mutex<BTreeSet<String>>>,
}

impl Tokens {
    /// Those of the environment.
    pub fn from_environment() -> Self {
        Self { environment: true, ..Self::default() }
    }

    /// The same and one more, for `HOST` or `HOST:PORT`.
    ///
    /// # Errors
    /// A token that no header can carry.
    pub fn with(mut self, host: &str, token: &str) -> Result<Self> {
        let token = Token::new(token).ok_or_else(|| unusable(&variable(host)))?;
        self.given.insert(host.to_ascii_lowercase(), token);
        Ok(self)
    }

    /// The token for a portal, unless the portal has refused it.
    ///
    /// # Errors
    /// A variable whose value no header can carry.
    pub(crate) fn of(&self, url: &Url) -> Result<Option<Token>> {
        let host = host(url);
        if self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(&host) {
            return Ok(None);
        }
        if let Some(token) = self.given.get(&host) {
            return Ok(Some(token.clone()));
        }
        let text = std::env::var(variable(&host)).ok().filter(|_| self.environment);
        match text.filter(|text| !text.trim().is_empty()) {
            None => Ok(None),
            Some(text) => Token::new(&text).map(Some).ok_or_else(|| unusable(&variable(&host))),
        }
    }

    /// The portal refuses its token; true the first time.
    pub(crate) fn refuse(&self, url: &Url) -> bool {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(host(url))
    }
}

/// `HOST`, or `HOST:PORT` for a port that is not the scheme's own.
fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default().to_ascii_lowercase();
    url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"))
}

/// The environment variable with the token of a portal.
pub(crate) fn variable_of(url: &Url) -> String {
    variable(&host(url))
}

fn variable(host: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    host.chars().fold("GEOHUB_TOKEN_".to_owned(), |mut name, c| {
        name.push(plain(c));
        name
    })
}

fn unusable(variable: &str) -> crate::error::FetchError {
    let message = format!("{variable} holds no token: it has characters that no header can carry");
    Error::Request { message, hint: Some("copy the token again, without line breaks".to_owned()) }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_variable_is_named_after_host_and_port() {
        for (text, name) in [
            ("https://data.lacity.org/x", "GEOHUB_TOKEN_DATA_LACITY_ORG"),
            ("https://Data.LaCity.org:443/", "GEOHUB_TOKEN_DATA_LACITY_ORG"),
            ("http://127.0.0.1:8080/", "GEOHUB_TOKEN_127_0_0_1_8080"),
            ("https://opendata-x.example:8443/", "GEOHUB_TOKEN_OPENDATA_X_EXAMPLE_8443"),
        ] {
            assert_eq!(variable_of(&url(text)), name);
        }
    }

    #[test]
    fn a_token_is_for_its_host_until_refused_and_never_shown() {
        let tokens = Tokens::default().with("Data.Example:8443", "s3cret-value").unwrap();
        let own = url("https://data.example:8443/resource/a");
        let sent = tokens.of(&own).unwrap().unwrap();
        assert_eq!(sent.value().to_str().unwrap(), "s3cret-value");
        for other in ["https://data.example/", "https://example:8443/", "https://data.example.org:8443/"] {
            assert!(tokens.of(&url(other)).unwrap().is_none(), "{other}");
        }
        assert!(!format!("{tokens:?} {sent:?} {:?}", sent.value()).contains("s3cret"));
        assert!(tokens.clone().refuse(&own) && !tokens.refuse(&own));
        assert!(tokens.of(&own).unwrap().is_none());
        let error = Tokens::default().with("h", "s3cret\nx").unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }
}
