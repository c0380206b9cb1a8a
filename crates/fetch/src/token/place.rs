//! Hosts, as tokens are kept by.

use std::fmt;

use url::{Host, Url};

use crate::error::{FetchError, Result};
use crate::http::is_loopback;
use crate::token::Shape;

/// A host that has a token: `HOST`, or `HOST:PORT` where the port is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHost {
    name: String,
    /// The address given, or the root of the host.
    url: Url,
}

impl TokenHost {
    /// Reads `HOST`, `HOST:PORT`, `http://127.0.0.1:PORT`, `socrata:HOST/ID` or any address there.
    ///
    /// # Errors
    /// No host in it, or a password.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if is_secret(text) {
            return Err(refused("...", "it looks like a token, and a host is wanted"));
        }
        let bare = text.strip_prefix("socrata:").unwrap_or(text);
        let scheme = if loopback(bare) { "http" } else { "https" };
        let full = if bare.contains("://") { bare.to_owned() } else { format!("{scheme}://{bare}") };
        let url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let mut url = url.filter(Url::has_host).ok_or_else(|| refused(text, "it names no host"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                text,
                "leave name and password out of it; --kind arcgis-login asks for them",
            ));
        }
        url.set_query(None);
        url.set_fragment(None);
        let name = host_name(&url);
        if !name.contains(['.', ':', '[']) && name != "localhost" {
            return Err(refused(text, "a host has a dot in it, such as data.lacity.org"));
        }
        Ok(Self { name, url })
    }

    /// The host's name, with its port where that is not the scheme's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address that was given, without what may be secret; the root of the host where only that was.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The environment variable that may hold its token.
    pub fn variable(&self) -> String {
        variable(&self.name)
    }
}

impl fmt::Display for TokenHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A token where a host belongs must not be echoed. Long hosts are in small letters.
fn is_secret(text: &str) -> bool {
    Shape::of(text) != Shape::Unknown && !(text.contains('.') && text == text.to_ascii_lowercase())
}

fn loopback(text: &str) -> bool {
    let url = Url::parse(&format!("http://{text}")).ok().filter(Url::has_host);
    url.is_some_and(|url| is_loopback(&url))
}

fn refused(text: &str, reason: &str) -> FetchError {
    FetchError::Reference {
        text: crate::reference::shown(text),
        reason: reason.to_owned(),
        hint: Some("write HOST, HOST:PORT or the address of a layer there".to_owned()),
    }
}

/// `HOST`, or `HOST:PORT` for a port that is not the scheme's own.
pub(crate) fn host_name(url: &Url) -> String {
    let name = match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').to_ascii_lowercase(),
        _ => url.host_str().unwrap_or_default().to_owned(),
    };
    url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"))
}

/// `GEOHUB_TOKEN_` and the host in capitals, `_` for everything that is no letter or digit.
pub(crate) fn variable(host: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    host.chars().fold(VARIABLES.to_owned(), |mut name, c| {
        name.push(plain(c));
        name
    })
}

/// What the names of all variables with tokens begin with.
pub(crate) const VARIABLES: &str = "GEOHUB_TOKEN_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_written_in_many_ways() {
        for (text, name, url, variable) in [
            (
                "data.lacity.org",
                "data.lacity.org",
                "https://data.lacity.org/",
                "GEOHUB_TOKEN_DATA_LACITY_ORG",
            ),
            (
                "Data.LaCity.org:443",
                "data.lacity.org",
                "https://data.lacity.org/",
                "GEOHUB_TOKEN_DATA_LACITY_ORG",
            ),
            ("h.example:8443", "h.example:8443", "https://h.example:8443/", "GEOHUB_TOKEN_H_EXAMPLE_8443"),
            ("127.0.0.1:80", "127.0.0.1", "http://127.0.0.1/", "GEOHUB_TOKEN_127_0_0_1"),
            ("[::1]:8080", "[::1]:8080", "http://[::1]:8080/", "GEOHUB_TOKEN____1__8080"),
            ("localhost:81", "localhost:81", "http://localhost:81/", "GEOHUB_TOKEN_LOCALHOST_81"),
            (
                "http://127.0.0.1:8080",
                "127.0.0.1:8080",
                "http://127.0.0.1:8080/",
                "GEOHUB_TOKEN_127_0_0_1_8080",
            ),
            (
                "socrata:data.lacity.org/abcd-1234",
                "data.lacity.org",
                "https://data.lacity.org/abcd-1234",
                "GEOHUB_TOKEN_DATA_LACITY_ORG",
            ),
            (
                "https://h.example/a/FeatureServer/0?token=x#y",
                "h.example",
                "https://h.example/a/FeatureServer/0",
                "GEOHUB_TOKEN_H_EXAMPLE",
            ),
            ("h.example.", "h.example", "https://h.example./", "GEOHUB_TOKEN_H_EXAMPLE"),
        ] {
            let host = TokenHost::parse(text).unwrap();
            let found = (host.name(), host.url().as_str(), host.variable());
            assert_eq!(found, (name, url, variable.to_owned()), "{text}");
        }
        for text in [
            "",
            "ftp://h.example/",
            "https://me:pw@h.example/",
            "a b",
            "nothing",
            "bQxkV3RyTm90QVJlYWwTok3n1",
        ] {
            let error = TokenHost::parse(text).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(!said.contains("pw") && !said.contains("bQxk"), "{text}");
        }
    }
}
