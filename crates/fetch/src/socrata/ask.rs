//! Asking a portal: with its token or key, and without once the portal has refused that.

use crate::error::{FetchError, Result};
use crate::http::{Answer, Auth, Fault, Http, Request, visible};
use crate::token::{Credential, Found, Platform, TokenKind, host_name, variable_of};

/// Sends a request to a portal.
pub(crate) async fn ask<T>(
    http: &Http,
    request: Request,
    read: impl Fn(&Answer) -> Result<T, Fault> + Send + Sync,
) -> Result<T> {
    let tokens = &http.settings.tokens;
    let Some(found) = tokens.of(request.url(), Platform::Socrata, &http.context).await? else {
        return http.get(&request, read).await.map_err(|error| wanting(error, &request));
    };
    match http.get(&request.clone().with_auth(auth(&found.credential)), &read).await {
        Err(error) if refuses(&error, &found.credential) => {
            if tokens.refuse(request.url()) {
                http.context.warn(refusal(&request, &found));
            }
            http.get(&request, read).await.map_err(|error| wanting(error, &request))
        }
        answer => answer,
    }
}

/// How a portal takes a credential.
pub(super) fn auth(credential: &Credential) -> Auth {
    match credential.kind {
        TokenKind::SocrataKey => Auth::basic(&credential.name, &credential.secret),
        _ => Auth::app_token(&credential.secret),
    }
}

/// True when something can be shown to the portal of a request.
pub(super) async fn has_token(http: &Http, request: &Request) -> bool {
    http.settings.tokens.has(request.url(), Platform::Socrata, &http.context).await
}

/// A wrong token, or the id or secret of an API key in its place, turns a call that works without one into a 403; so
/// does a wrong key into a 401.
pub(super) fn refuses(error: &FetchError, credential: &Credential) -> bool {
    match (error, credential.kind) {
        (FetchError::Credentials { code, .. }, TokenKind::SocrataKey) => *code == 401,
        (FetchError::Credentials { words, .. }, _) => words.to_ascii_lowercase().contains("app_token"),
        _ => false,
    }
}

fn refusal(request: &Request, found: &Found) -> String {
    let what = match found.credential.kind {
        TokenKind::SocrataKey => "API key",
        _ => "app token",
    };
    let (portal, host) = (visible(request.url()), host_name(request.url()));
    format!(
        "{portal}: the portal refuses the {what} {}; going on without one (geohub token check {host})",
        found.origin
    )
}

fn wanting(error: FetchError, request: &Request) -> FetchError {
    match error {
        FetchError::Credentials { url, words, .. } => {
            let (host, variable) = (host_name(request.url()), variable_of(request.url()));
            FetchError::TokenWanted { url, words, host, variable }
        }
        error => error,
    }
}
