//! Credentials, each for one host.
//!
//! One comes from the environment variable `GEOHUB_TOKEN_<HOST>` (the host in capitals, with `_` for everything that is
//! no letter or digit, and the port behind it where the address names one), else from the store. It goes to that host
//! only, over https or to this machine, in a header or the body of a form, and is never shown.

mod credential;
mod kind;
mod place;
mod secret;
mod session;
mod shape;
mod state;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use geohub_core::{Context, Error};
use url::Url;

use self::place::variable;
use self::state::State;
use crate::error::{FetchError, Result};
use crate::http::{is_loopback, visible};

pub use self::credential::Credential;
pub use self::kind::{Platform, TokenKind};
pub use self::place::TokenHost;
pub(crate) use self::place::host_name;
pub use self::secret::Secret;
pub(crate) use self::session::Session;
pub use self::shape::Shape;
pub use self::store::{Added, StoreChoice, StorePlace, TokenEntry, TokenStore};

/// The credentials of a run. Clones share what they know of refused ones, and short-lived tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    environment: bool,
    given: BTreeMap<String, Secret>,
    store: Option<TokenStore>,
    pub(crate) state: Arc<State>,
}

/// A credential, and where it came from, in words that follow `the token`.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) credential: Credential,
    pub(crate) origin: String,
    /// It is of the kind it was stored as, rather than what a platform makes of a text.
    pub(crate) stored: bool,
}

impl Tokens {
    /// Those of the environment.
    pub fn from_environment() -> Self {
        Self { environment: true, ..Self::default() }
    }

    /// The same and those of a store, where the environment has none.
    #[must_use]
    pub fn with_store(mut self, store: TokenStore) -> Self {
        self.store = Some(store);
        self
    }

    /// The same and one more, for `HOST` or `HOST:PORT`, as the environment would have it: a token, or `ID:SECRET`.
    ///
    /// # Errors
    /// A token that no header can carry.
    pub fn with(mut self, host: &str, token: &str) -> Result<Self> {
        Credential::of_text(token, Platform::Socrata).map_err(|why| unusable(&variable(host), why))?;
        self.given.insert(host.to_ascii_lowercase(), Secret::new(token));
        Ok(self)
    }

    /// The names of variables in the environment that hold credentials.
    pub fn variables() -> Vec<String> {
        let names = std::env::vars_os()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, _)| name.into_string().ok());
        let ours = |name: &String| name.starts_with(place::VARIABLES) && name != STORE_VARIABLE;
        let mut names: Vec<String> = names.filter(ours).collect();
        names.sort();
        names
    }

    /// The credential for a server, unless the server has refused it or it may not travel there.
    ///
    /// # Errors
    /// A variable whose value no header can carry.
    pub(crate) async fn of(&self, url: &Url, platform: Platform, context: &Context) -> Result<Option<Found>> {
        let host = host_name(url);
        if self.state.is_refused(&host) {
            return Ok(None);
        }
        let found = if let Some(known) = self.state.known(&host, platform) {
            known
        } else {
            let found = self.look(&host, platform, context).await?;
            self.state.learn(&host, platform, found)
        };
        let usable = found.as_ref().clone().filter(|found| found.credential.kind.platform() == platform);
        Ok(usable.filter(|found| self.may_travel(url, found, context)))
    }

    /// True when there is a credential for a server that has not been refused.
    pub(crate) async fn has(&self, url: &Url, platform: Platform, context: &Context) -> bool {
        matches!(self.of(url, platform, context).await, Ok(Some(_)))
    }

    /// The server refuses its credential; true the first time.
    pub(crate) fn refuse(&self, url: &Url) -> bool {
        self.state.refuse(&host_name(url))
    }

    /// The platforms that a host's credential may be of, the likeliest first.
    pub(crate) async fn platforms(&self, host: &TokenHost, context: &Context) -> Result<Vec<Platform>> {
        let Some(found) = self.look(host.name(), Platform::Socrata, context).await? else {
            return Ok(Vec::new());
        };
        let path = host.url().path().to_ascii_lowercase();
        Ok(match found.credential.shape() {
            _ if found.stored => vec![found.credential.kind.platform()],
            _ if path.contains("/rest/") || path.contains("server/") => vec![Platform::ArcGis],
            Shape::Whole(kind) => vec![kind.platform()],
            Shape::AppSecret | Shape::KeyId | Shape::KeySecret => vec![Platform::Socrata],
            Shape::Unknown => vec![Platform::Socrata, Platform::ArcGis],
        })
    }

    pub(crate) async fn look(
        &self,
        host: &str,
        platform: Platform,
        context: &Context,
    ) -> Result<Option<Found>> {
        let name = variable(host);
        let text = match self.given.get(host) {
            Some(given) => Some(given.text().to_owned()),
            None => std::env::var(&name).ok().filter(|text| self.environment && !text.trim().is_empty()),
        };
        if let Some(text) = text {
            let credential = Credential::of_text(&text, platform).map_err(|why| unusable(&name, why))?;
            return Ok(Some(Found { credential, origin: format!("in {name}"), stored: false }));
        }
        let Some(store) = self.store.clone() else { return Ok(None) };
        let (key, with) = (host.to_owned(), context.clone());
        // A keyring may take as long as its user needs to type a password.
        let looked = tokio::task::spawn_blocking(move || store.find(&key, &with)).await;
        let found = looked.unwrap_or_else(|_| {
            Err(FetchError::TokenStore { what: "the store of tokens failed".to_owned(), hint: None })
        });
        match found {
            Ok(found) => {
                let origin = format!("stored for {host}");
                Ok(found.map(|(_, credential)| Found { credential, origin, stored: true }))
            }
            // Most layers are public.
            Err(error) => {
                context.warn(format!("{error}; going on without a token for {host}"));
                Ok(None)
            }
        }
    }

    /// Whoever listens to plain http would have it; and the secret of an app is nobody's business.
    fn may_travel(&self, url: &Url, found: &Found, context: &Context) -> bool {
        let why = if url.scheme() != "https" && !is_loopback(url) {
            format!("{}: a token is not sent over http", visible(url))
        } else if found.credential.is_app_secret() {
            format!(
                "what is {} looks like the secret of an app, not its token, and is not sent; geohub token add {} asks for \
                 the token",
                found.origin,
                host_name(url)
            )
        } else {
            return true;
        };
        if self.refuse(url) {
            context.warn(why);
        }
        false
    }
}

/// Where new credentials go, by environment.
pub const STORE_VARIABLE: &str = "GEOHUB_TOKEN_STORE";

/// The environment variable with the token of a server.
pub(crate) fn variable_of(url: &Url) -> String {
    variable(&host_name(url))
}

fn unusable(variable: &str, why: &str) -> FetchError {
    let message = format!("{variable} holds no token: {why}");
    Error::Request { message, hint: Some("copy the token again, without line breaks".to_owned()) }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    async fn of(tokens: &Tokens, text: &str) -> Option<Found> {
        tokens.of(&url(text), Platform::Socrata, &Context::new(1)).await.unwrap()
    }

    #[tokio::test]
    async fn a_token_is_for_its_host_until_refused_and_never_shown() {
        let tokens = Tokens::default().with("Data.Example:8443", "s3cret-value").unwrap();
        let own = "https://data.example:8443/resource/a";
        let sent = of(&tokens, own).await.unwrap();
        assert_eq!(sent.credential.secret.text(), "s3cret-value");
        for other in [
            "https://data.example/",
            "https://example:8443/",
            "https://data.example.org:8443/",
            "http://data.example:8443/",
        ] {
            assert!(of(&tokens.clone(), other).await.is_none(), "{other}");
        }
        assert!(!format!("{tokens:?} {sent:?}").contains("s3cret"));
        let error = Tokens::default().with("h", "s3cret\nx").unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }

    #[tokio::test]
    async fn a_refused_token_is_not_given_again() {
        let tokens = Tokens::default().with("data.example", "s3cret-value").unwrap();
        let own = "https://data.example/resource/a";
        assert!(of(&tokens, own).await.is_some());
        assert!(tokens.clone().refuse(&url(own)) && !tokens.refuse(&url(own)));
        assert!(of(&tokens, own).await.is_none());
    }

    #[tokio::test]
    async fn the_secret_of_an_app_does_not_travel() {
        let tokens = Tokens::default().with("data.example", "1-Xx4MG5mYbDKbhJyR_NOnPPwb7dUvRcMOc-").unwrap();
        assert!(of(&tokens, "https://data.example/").await.is_none());
    }
}
