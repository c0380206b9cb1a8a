//! A request before it is sent.

use url::Url;
use url::form_urlencoded::Serializer;

use crate::token::Token;

/// Longest URL sent as GET; longer ones go as a POST form, as Esri's own clients do.
const GET_CHARS: usize = 2000;

/// An address with parameters.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    url: Url,
    params: Vec<(&'static str, String)>,
    may_post: bool,
    json: Option<String>,
    token: Option<Token>,
}

impl Request {
    pub(crate) fn new(url: Url) -> Self {
        Self { url, params: Vec::new(), may_post: false, json: None, token: None }
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

    /// Sent with this token as `X-App-Token`.
    #[must_use]
    pub(crate) fn with_token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The body of a request that is a POST in any case.
    pub(crate) fn json(&self) -> Option<&str> {
        self.json.as_deref()
    }

    /// The token, for the very server that was asked: a redirect does not take it along.
    pub(crate) fn token_for(&self, hop: &Url) -> Option<&Token> {
        self.token.as_ref().filter(|_| hop.origin() == self.url.origin())
    }

    /// The URL, and the form when it goes as POST.
    pub(crate) fn parts(&self) -> (Url, Option<String>) {
        let mut url = self.url.clone();
        if self.params.is_empty() {
            return (url, None);
        }
        let form = Serializer::new(String::new()).extend_pairs(&self.params).finish();
        if self.may_post && url.as_str().len() + 1 + form.len() > GET_CHARS {
            return (url, Some(form));
        }
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{form}"),
            _ => form,
        };
        url.set_query(Some(&query));
        (url, None)
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
        let tokens = crate::token::Tokens::default().with("h", "abc").unwrap();
        let own = url("https://h/a");
        let request = Request::new(own.clone()).with_token(tokens.of(&own).unwrap().unwrap());
        assert!(request.token_for(&url("https://h/b?c")).is_some());
        for other in ["https://g/a", "http://h/a", "https://h:8443/a", "https://h.example/a"] {
            assert!(request.token_for(&url(other)).is_none(), "{other}");
        }
        assert!(!format!("{request:?}").contains("abc"));
    }

    #[test]
    fn long_parameters_go_as_a_form_and_names_hide_secrets() {
        let url = Url::parse("http://me:secret@127.0.0.1:1/a/query?token=x#f").unwrap();
        let short = Request::new(url.clone()).or_post().with("where", "a = 'b&c'");
        assert!(short.parts().0.query().unwrap().ends_with("&where=a+%3D+%27b%26c%27"));
        assert_eq!(short.name(), "http://127.0.0.1:1/a/query");
        let long = Request::new(url).or_post().with("objectIds", "1,".repeat(2000));
        assert!(long.parts().1.is_some_and(|form| form.starts_with("objectIds=1%2C1")));
    }
}
