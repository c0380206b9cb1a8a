//! Asking a server: with its token where there is one, anew once that has run out, and in a form where the server looks
//! for tokens there only.

use url::Url;

use super::login::{PAGE, renew, session};
use crate::error::{FetchError, Result};
use crate::http::{Answer, Auth, Fault, Http, Request, visible};
use crate::token::{Credential, Found, Platform, TokenKind, host_name, variable_of};

/// A token that is bad or has run out.
const BAD: i64 = 498;
/// No token was seen.
const NONE_SEEN: i64 = 499;
/// Of requests side by side one may get a token that the others have used up.
const RENEWALS: u32 = 3;

/// Sends a request to a server.
pub(super) async fn send<T>(
    http: &Http,
    request: &Request,
    read: impl Fn(&Answer) -> Result<T, Fault> + Send + Sync,
) -> Result<T> {
    let tokens = &http.settings.tokens;
    let url = request.url();
    let Some(found) = tokens.of(url, Platform::ArcGis, &http.context).await? else {
        return http.get(request, read).await.map_err(|error| wanting(error, url));
    };
    let host = host_name(url);
    let answer = match Pass::new(http, url, &found.credential).await {
        Ok(pass) => pass.ask(http, request, &read).await,
        Err(error) => Err(error),
    };
    match answer {
        // What was given to a token may be more than what is given to nobody: half of each would be neither.
        Err(error) if is_refusal(&error) && !tokens.state.is_taken(&host) => {
            if tokens.refuse(url) {
                http.context.warn(refusal(url, &found, &error));
            }
            http.get(request, read).await.map_err(|error| wanting(error, url))
        }
        answer => answer,
    }
}

/// What a request is sent with.
pub(super) struct Pass<'a> {
    credential: &'a Credential,
    url: &'a Url,
    token: crate::token::Session,
    in_form: bool,
}

/// What may help after a refusal.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Renew,
    Form,
    Stop,
}

/// After 498 the token is no longer good; after 499 none was seen. Some servers mix the two up.
fn next(code: i64, may_renew: bool, may_form: bool) -> Next {
    match (code, may_renew, may_form) {
        (BAD, true, _) | (NONE_SEEN, true, false) => Next::Renew,
        (BAD | NONE_SEEN, _, true) => Next::Form,
        _ => Next::Stop,
    }
}

impl<'a> Pass<'a> {
    pub(super) async fn new(http: &Http, url: &'a Url, credential: &'a Credential) -> Result<Self> {
        let token = session(http, url, credential).await?;
        let in_form = http.settings.tokens.state.is_in_form(&host_name(url));
        Ok(Self { credential, url, token, in_form })
    }

    /// Sends the request, a few times with something else to show.
    async fn ask<T>(
        mut self,
        http: &Http,
        request: &Request,
        read: &(impl Fn(&Answer) -> Result<T, Fault> + Send + Sync),
    ) -> Result<T> {
        let mut renewals = if self.credential.kind == TokenKind::ArcgisLogin { RENEWALS } else { 0 };
        let mut may_form = !self.in_form && !request.is_json();
        loop {
            let error = match http.get(&request.clone().with_auth(self.auth()), read).await {
                Err(error) => error,
                Ok(value) => {
                    http.settings.tokens.state.take(&host_name(self.url), self.in_form);
                    return Ok(value);
                }
            };
            match next(code(&error), renewals > 0, may_form) {
                Next::Renew => {
                    renewals -= 1;
                    self.token = renew(http, self.url, self.credential, &self.token).await?;
                }
                Next::Form => (may_form, self.in_form) = (false, true),
                Next::Stop => return Err(error),
            }
        }
    }

    pub(super) fn auth(&self) -> Auth {
        let token = &self.token.token;
        let auth = if self.in_form { Auth::token_in_form(token) } else { Auth::bearer(token) };
        let page = match self.credential.kind {
            TokenKind::ArcgisLogin => Some(PAGE),
            _ => self.credential.referer.as_deref(),
        };
        auth.on_page(page)
    }

    /// The same, as servers of any age take it.
    pub(super) fn in_form(mut self) -> Self {
        self.in_form = true;
        self
    }
}

/// HTTP status or code of a refusal; 0 of anything else.
fn code(error: &FetchError) -> i64 {
    match error {
        FetchError::Credentials { code, .. } => *code,
        _ => 0,
    }
}

fn is_refusal(error: &FetchError) -> bool {
    matches!(code(error), BAD | NONE_SEEN) || matches!(error, FetchError::Login { .. })
}

fn refusal(url: &Url, found: &Found, error: &FetchError) -> String {
    let what = match found.credential.kind {
        TokenKind::ArcgisLogin => "user and password",
        TokenKind::ArcgisKey => "API key",
        _ => "token",
    };
    let words = match error {
        FetchError::Credentials { words, .. } | FetchError::Login { words, .. } => words.clone(),
        other => other.to_string(),
    };
    let (server, host) = (visible(url), host_name(url));
    format!(
        "{server}: the server refuses the {what} {} ({words}); going on without (geohub token check {host})",
        found.origin
    )
}

fn wanting(error: FetchError, url: &Url) -> FetchError {
    match error {
        FetchError::Credentials { url: asked, words, .. } => {
            FetchError::TokenWanted { url: asked, words, host: host_name(url), variable: variable_of(url) }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_answered_by_what_may_help() {
        for (code, may_renew, may_form, expected) in [
            (498, true, true, Next::Renew),
            (498, true, false, Next::Renew),
            (498, false, true, Next::Form),
            (498, false, false, Next::Stop),
            (499, true, true, Next::Form),
            (499, true, false, Next::Renew),
            (499, false, true, Next::Form),
            (403, true, true, Next::Stop),
            (0, true, true, Next::Stop),
        ] {
            assert_eq!(next(code, may_renew, may_form), expected, "{code} {may_renew} {may_form}");
        }
    }
}
