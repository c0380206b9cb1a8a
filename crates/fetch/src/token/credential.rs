//! A credential, and how it goes into a request.

use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};

use super::kind::{Platform, TokenKind};
use super::secret::Secret;
use super::shape::Shape;

/// One credential of one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// What it is.
    pub kind: TokenKind,
    /// The id of an API key or the name of a user; empty for what is one text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// The token, the key's secret or the password.
    pub(crate) secret: Secret,
    /// The web page that a token is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) referer: Option<String>,
    /// Where user and password are turned into a token, if the server itself does not do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_url: Option<String>,
}

impl Credential {
    /// One text as a token, or two as a pair.
    ///
    /// Errors: what is wrong with them, without a word of them.
    pub fn new(kind: TokenKind, name: &str, secret: Secret) -> Result<Self, &'static str> {
        let whole = Self { kind, name: name.to_owned(), secret, referer: None, token_url: None };
        if whole.secret.text().is_empty() {
            return Err("it is empty");
        }
        match (kind.is_pair(), name.is_empty()) {
            (true, true) => return Err("its first half is missing"),
            (false, false) => return Err("it has two halves"),
            _ => {}
        }
        if kind == TokenKind::SocrataKey && name.contains(':') {
            return Err("an id has no colon");
        }
        // Passwords go into forms, where any character may be.
        let in_header = kind != TokenKind::ArcgisLogin && kind != TokenKind::SocrataKey;
        if in_header && HeaderValue::from_str(whole.secret.text()).is_err() {
            return Err("it has characters that no header can carry");
        }
        if in_header && whole.secret.text().contains(char::is_whitespace) {
            return Err("it has blanks or line breaks");
        }
        Ok(whole)
    }

    /// The same, bound to a web page.
    #[must_use]
    pub fn with_referer(mut self, referer: Option<String>) -> Self {
        self.referer = referer;
        self
    }

    /// The same, with the address that gives tokens for it.
    #[must_use]
    pub fn with_token_url(mut self, url: Option<String>) -> Self {
        self.token_url = url;
        self
    }

    /// What a text without any more words is to a platform: `A:B` is a pair, all else a token.
    pub(crate) fn of_text(text: &str, platform: Platform) -> Result<Self, &'static str> {
        let text = text.trim();
        let pair = text.split_once(':');
        let (kind, name, secret) = match (platform, pair) {
            (Platform::Socrata, Some((id, secret))) => (TokenKind::SocrataKey, id, secret),
            (Platform::Socrata, None) => (TokenKind::SocrataToken, "", text),
            (Platform::ArcGis, Some((user, password))) => (TokenKind::ArcgisLogin, user, password),
            (Platform::ArcGis, None) => match Shape::of(text) {
                Shape::Whole(TokenKind::ArcgisKey) => (TokenKind::ArcgisKey, "", text),
                _ => (TokenKind::ArcgisToken, "", text),
            },
        };
        Self::new(kind, name, Secret::new(secret))
    }

    /// What it looks like, whatever it was given as.
    pub(crate) fn shape(&self) -> Shape {
        if self.name.is_empty() {
            return Shape::of(self.secret.text());
        }
        Shape::of(&format!("{}:{}", self.name, self.secret.text()))
    }

    /// True for the secret of a Socrata app where its token belongs. It must not travel.
    pub(crate) fn is_app_secret(&self) -> bool {
        self.kind == TokenKind::SocrataToken && self.shape() == Shape::AppSecret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_what_the_platform_takes_them_for() {
        let kind = |text: &str, platform| Credential::of_text(text, platform).map(|found| found.kind);
        assert_eq!(kind(" abc\n", Platform::Socrata), Ok(TokenKind::SocrataToken));
        assert_eq!(kind("abc:def", Platform::Socrata), Ok(TokenKind::SocrataKey));
        assert_eq!(kind("abc", Platform::ArcGis), Ok(TokenKind::ArcgisToken));
        assert_eq!(kind(&format!("AAPK{}", "x".repeat(90)), Platform::ArcGis), Ok(TokenKind::ArcgisKey));
        let login = Credential::of_text("ann:pa:ss word", Platform::ArcGis).unwrap();
        assert_eq!((login.kind, login.name.as_str()), (TokenKind::ArcgisLogin, "ann"));
        assert_eq!(login.secret.text(), "pa:ss word");
        for text in ["", "a b", "a\nb", "a\u{1}b", ":b", "a:"] {
            assert!(kind(text, Platform::Socrata).is_err(), "{text:?}");
        }
        assert!(!format!("{login:?}").contains("pa:ss"));
    }
}
