//! A request before it is sent.

use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;
use url::form_urlencoded::Serializer;

use super::auth::Auth;
use crate::error::{FetchError, Result};

/// Longest URL sent as GET; longer ones go as a POST form, as Esri's own clients do.
const GET_CHARS: usize = 2000;
/// Longest URL where POST is refused and nothing can be left out: what web servers take at most.
const LONGEST_GET_CHARS: usize = 8000;

/// Largest answer that is taken at all, unless less is asked for.
const MOST_BYTES: usize = 512 << 20;
/// Largest answer to a question that was asked beside the download.
const MOST_ASIDE_BYTES: usize = 4 << 20;

/// An address with parameters.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(crate) struct Request {
    url: Url,
    params: Vec<(&'static str, String)>,
    may_post: bool,
    divisible: bool,
    shortens: bool,
    json: Option<String>,
    auth: Option<Auth>,
    aside: bool,
    most_bytes: usize,
}

impl Request {
    pub(crate) fn new(url: Url) -> Self {
        Self {
            url,
            params: Vec::new(),
            may_post: false,
            divisible: false,
            shortens: false,
            json: None,
            auth: None,
            aside: false,
            most_bytes: MOST_BYTES,
        }
    }

    /// An answer of more bytes is not taken.
    #[must_use]
    pub(crate) fn at_most(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    pub(super) fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// Whoever asks can ask for less when this fails.
    #[must_use]
    pub(crate) fn divisible_if(mut self, divisible: bool) -> Self {
        self.divisible = divisible;
        self
    }

    /// A request for less is also a shorter one.
    #[must_use]
    pub(crate) fn shortens_if(mut self, shortens: bool) -> Self {
        self.shortens = shortens;
        self
    }

    /// Not needed for the rows: tried once, and taken only if it is small.
    #[must_use]
    pub(crate) fn aside(mut self) -> Self {
        self.aside = true;
        self.at_most(MOST_ASIDE_BYTES)
    }

    pub(super) fn is_aside(&self) -> bool {
        self.aside
    }

    pub(crate) fn is_divisible(&self) -> bool {
        self.divisible
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Long parameters may go as a POST form.
    #[must_use]
    pub(crate) fn or_post(mut self) -> Self {
        self.may_post = true;
        self
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn with_some(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Sent as a POST with this body.
    #[must_use]
    pub(crate) fn with_json(mut self, body: &serde_json::Value) -> Self {
        self.json = Some(body.to_string());
        self
    }

    /// Sent with this.
    #[must_use]
    pub(crate) fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// True for a body that is no form.
    pub(crate) fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// The body of a request that is a POST in any case.
    pub(crate) fn json(&self) -> Option<&str> {
        self.json.as_deref()
    }

    /// Texts that are to be kept out of messages.
    pub(super) fn hidden(&self) -> &[String] {
        self.auth.as_ref().map_or(&[], Auth::hidden)
    }

    /// Who asks, for the very server that was asked: a redirect does not take it along.
    pub(crate) fn auth_for(&self, hop: &Url) -> Option<&Auth> {
        self.auth.as_ref().filter(|_| hop.origin() == self.url.origin())
    }

    /// True where the body of the request says who asks, so that it cannot go as GET.
    pub(super) fn must_post(&self) -> bool {
        self.auth.as_ref().is_some_and(Auth::is_form)
    }

    /// The URL, and the form when it goes as POST.
    ///
    /// # Errors
    /// Too long for GET where POST is refused.
    pub(crate) fn parts(&self, posts: bool) -> Result<(Url, Option<String>)> {
        let mut url = self.url.clone();
        if self.params.is_empty() && !self.must_post() {
            return Ok((url, None));
        }
        let form = Serializer::new(String::new()).extend_pairs(&self.params).finish();
        if self.must_post() {
            return Ok((url, Some(form)));
        }
        let chars = url.as_str().len() + 1 + form.len();
        if self.may_post && chars > GET_CHARS {
            if posts {
                return Ok((url, Some(form)));
            }
            if self.shortens {
                return Err(FetchError::PostRefused { url: self.name() });
            }
            if chars > LONGEST_GET_CHARS {
                return Err(self.too_long(chars));
            }
        }
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{form}"),
            _ => form,
        };
        url.set_query(Some(&query));
        Ok((url, None))
    }

    fn too_long(&self, chars: usize) -> FetchError {
        let url = self.name();
        FetchError::Unsupported {
            what: format!("{url}: POST is refused on the way, and {chars} characters are too many for GET"),
            hint: Some(
                "shorten the conditions; or a proxy is in the way, and NO_PROXY names hosts that are asked without"
                    .to_owned(),
            ),
        }
    }

    /// What requests of one kind have in common: the address, the parameters' names and the format asked for.
    pub(super) fn shape(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        self.url.as_str().hash(&mut hash);
        for (name, value) in &self.params {
            name.hash(&mut hash);
            if *name == "f" {
                value.hash(&mut hash);
            }
        }
        hash.finish()
    }

    /// What messages call it: without parameters, credentials or fragment.
    pub(crate) fn name(&self) -> String {
        visible(&self.url)
    }
}

/// A URL as messages, receipts and files may show it: no credentials, query or fragment.
pub(crate) fn visible(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Fails only on URLs that cannot have credentials at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stays_with_its_origin() {
        let url = |text: &str| Url::parse(text).unwrap();
        let token = crate::token::Secret::new("abc");
        let request = Request::new(url("https://h/a")).with_auth(Auth::app_token(&token));
        assert!(request.auth_for(&url("https://h/b?c")).is_some());
        for other in ["https://g/a", "http://h/a", "https://h:8443/a", "https://h.example/a"] {
            assert!(request.auth_for(&url(other)).is_none(), "{other}");
        }
        assert!(!format!("{request:?}").contains("abc"));
    }

    #[test]
    fn a_token_in_a_form_never_becomes_part_of_an_address() {
        let auth = Auth::token_in_form(&crate::token::Secret::new("abc"));
        let request = Request::new(Url::parse("https://h/a").unwrap()).with_auth(auth);
        for request in [request.clone(), request.with("f", "json")] {
            for posts in [true, false] {
                let (url, form) = request.parts(posts).unwrap();
                assert_eq!(url.as_str(), "https://h/a");
                assert!(form.is_some_and(|form| !form.contains("abc")));
            }
        }
    }

    #[test]
    fn long_parameters_go_as_a_form_and_names_hide_secrets() {
        let url = Url::parse("http://me:secret@127.0.0.1:1/a/query?token=x#f").unwrap();
        let short = Request::new(url.clone()).or_post().with("where", "a = 'b&c'");
        assert!(short.parts(true).unwrap().0.query().unwrap().ends_with("&where=a+%3D+%27b%26c%27"));
        assert_eq!(short.name(), "http://127.0.0.1:1/a/query");
        let long = Request::new(url).or_post().with("objectIds", "1,".repeat(2000));
        assert!(long.parts(true).unwrap().1.is_some_and(|form| form.starts_with("objectIds=1%2C1")));
        assert_ne!(short.shape(), long.shape());
        assert_eq!(long.shape(), long.clone().divisible_if(true).shape());
    }

    #[test]
    fn without_post_what_can_be_shorter_must_be_short() {
        let url = Url::parse("http://h/query?token=x").unwrap();
        let of = |chars: usize| Request::new(url.clone()).or_post().with("objectIds", "1".repeat(chars));
        for (chars, whole, shorter) in [(1900, true, true), (3000, true, false), (9000, false, false)] {
            assert_eq!(of(chars).parts(false).is_ok_and(|parts| parts.1.is_none()), whole, "{chars}");
            let refused = of(chars).shortens_if(true).parts(false);
            assert_eq!(refused.is_ok(), shorter, "{chars}");
            assert!(refused.err().is_none_or(|error| !error.to_string().contains("token")));
        }
    }
}
