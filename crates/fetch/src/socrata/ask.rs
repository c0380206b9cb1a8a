//! Asking a portal: with its app token, and without it once the portal has refused it.

use crate::error::{FetchError, Result};
use crate::http::{Answer, Fault, Http, Request, is_loopback, visible};
use crate::token::{Token, variable_of};

/// Sends a request to a portal.
pub(crate) async fn ask<T>(
    http: &Http,
    request: Request,
    read: impl Fn(&Answer) -> Result<T, Fault> + Send + Sync,
) -> Result<T> {
    let Some(token) = token(http, &request)? else {
        return http.get(&request, read).await.map_err(|error| wanting(error, &request));
    };
    match http.get(&request.clone().with_token(token), &read).await {
        Err(error) if refuses_token(&error) => {
            if http.settings.tokens.refuse(request.url()) {
                let (portal, variable) = (visible(request.url()), variable_of(request.url()));
                http.context.warn(format!(
                    "{portal}: the portal refuses the app token in {variable}; going on without one"
                ));
            }
            http.get(&request, read).await.map_err(|error| wanting(error, &request))
        }
        answer => answer,
    }
}

/// The portal's token, where it may be sent: whoever listens to plain http would have it.
fn token(http: &Http, request: &Request) -> Result<Option<Token>> {
    let url = request.url();
    let token = http.settings.tokens.of(url)?;
    if token.is_some() && url.scheme() != "https" && !is_loopback(url) {
        if http.settings.tokens.refuse(url) {
            http.context.warn(format!("{}: an app token is not sent over http", visible(url)));
        }
        return Ok(None);
    }
    Ok(token)
}

/// True when a token can be sent to the portal of a request.
pub(super) fn has_token(http: &Http, request: &Request) -> bool {
    matches!(token(http, request), Ok(Some(_)))
}

/// A wrong token, or the id or secret of an API key in its place, turns a call that works without one into a 403.
fn refuses_token(error: &FetchError) -> bool {
    matches!(error, FetchError::Credentials { words, .. } if words.to_ascii_lowercase().contains("app_token"))
}

fn wanting(error: FetchError, request: &Request) -> FetchError {
    match error {
        FetchError::Credentials { url, words } => {
            FetchError::TokenWanted { url, words, variable: variable_of(request.url()) }
        }
        error => error,
    }
}
