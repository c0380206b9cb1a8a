//! How a request shows who asks: in headers, or in a form's body, never in an address.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;
use reqwest::header::{HeaderName, HeaderValue, REFERER};
use url::form_urlencoded::byte_serialize;

use crate::token::Secret;

const APP_TOKEN: HeaderName = HeaderName::from_static("x-app-token");
const ESRI: HeaderName = HeaderName::from_static("x-esri-authorization");

/// Headers and fields of a form that are for the asked server only.
#[derive(Clone, Default)]
pub(crate) struct Auth {
    headers: Vec<(HeaderName, HeaderValue)>,
    form: Vec<(&'static str, Secret)>,
    /// Texts that nothing may show.
    hidden: Vec<String>,
}

impl Auth {
    /// A Socrata app token.
    pub(crate) fn app_token(token: &Secret) -> Self {
        Self::default().header(APP_TOKEN, token.text()).hide(token.text())
    }

    /// Name and password, or the id and the secret of a key, as HTTP has them.
    pub(crate) fn basic(name: &str, password: &Secret) -> Self {
        let pair = STANDARD.encode(format!("{name}:{}", password.text()));
        Self::default()
            .header(reqwest::header::AUTHORIZATION, &format!("Basic {pair}"))
            .hide(password.text())
            .hide(&pair)
    }

    /// An `ArcGIS` token, which stays out of addresses and of logs of them.
    pub(crate) fn bearer(token: &Secret) -> Self {
        Self::default().header(ESRI, &format!("Bearer {}", token.text())).hide(token.text())
    }

    /// An `ArcGIS` token as servers of any age take it.
    pub(crate) fn token_in_form(token: &Secret) -> Self {
        Self::default().field("token", token)
    }

    /// What a server's token service wants to know.
    pub(crate) fn login(name: &str, password: &Secret) -> Self {
        Self::default().field("username", &Secret::new(name)).field("password", password)
    }

    /// The web page that a token is bound to.
    #[must_use]
    pub(crate) fn on_page(self, page: Option<&str>) -> Self {
        match page {
            Some(page) => self.header(REFERER, page),
            None => self,
        }
    }

    /// A text that no header can carry was refused when it came in.
    fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name != REFERER);
            self.headers.push((name, value));
        }
        self
    }

    fn field(mut self, name: &'static str, value: &Secret) -> Self {
        self.form.push((name, value.clone()));
        let hidden = name != "username";
        if hidden { self.hide(value.text()) } else { self }
    }

    fn hide(mut self, text: &str) -> Self {
        let escaped: String = byte_serialize(text.as_bytes()).collect();
        if escaped != text {
            self.hidden.push(escaped);
        }
        self.hidden.push(text.to_owned());
        self
    }

    /// True where it goes into the body of a form.
    pub(super) fn is_form(&self) -> bool {
        !self.form.is_empty()
    }

    /// The form with its fields at the end.
    pub(super) fn with_form(&self, form: &str) -> String {
        let pairs = self.form.iter().map(|(name, value)| (*name, value.text()));
        url::form_urlencoded::Serializer::new(form.to_owned()).extend_pairs(pairs).finish()
    }

    pub(super) fn apply(&self, builder: RequestBuilder) -> RequestBuilder {
        self.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value))
    }

    /// Texts that are to be kept out of messages.
    pub(super) fn hidden(&self) -> &[String] {
        &self.hidden
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_its_own_fields_and_nothing_is_shown() {
        let auth = Auth::login("ann", &Secret::new("p&w ü"));
        assert_eq!(auth.with_form("f=json"), "f=json&username=ann&password=p%26w+%C3%BC");
        assert_eq!(auth.hidden(), ["p%26w+%C3%BC", "p&w ü"]);
        let basic = Auth::basic("id", &Secret::new("s3cret"));
        assert_eq!(basic.hidden(), ["s3cret", "aWQ6czNjcmV0"]);
        assert!(!format!("{auth:?} {basic:?} {:?}", basic.headers).contains("aWQ6"));
    }
}
