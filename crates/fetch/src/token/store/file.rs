//! Credentials in a file of their owner's.

use std::collections::BTreeMap;

use super::private::Private;
use crate::error::{FetchError, Result};
use crate::token::credential::Credential;

pub(super) const NAME: &str = "secrets.json";

type Secrets = BTreeMap<String, Credential>;

fn read(private: &Private<'_>) -> Result<Secrets> {
    let Some(text) = private.read(NAME)? else { return Ok(Secrets::new()) };
    // The parser's words would quote the text.
    serde_json::from_str(&text).map_err(|error| FetchError::TokenStore {
        what: format!("{} is broken at line {}", private.path(NAME).display(), error.line()),
        hint: Some("remove it and add the tokens again".to_owned()),
    })
}

fn write(private: &Private<'_>, secrets: &Secrets) -> Result<()> {
    let text = serde_json::to_string_pretty(secrets).map_err(|error| FetchError::TokenStore {
        what: format!("{} cannot be written: {error}", private.path(NAME).display()),
        hint: None,
    })?;
    private.write(NAME, &text)
}

pub(super) fn get(private: &Private<'_>, host: &str) -> Result<Option<Credential>> {
    Ok(read(private)?.remove(host))
}

pub(super) fn put(private: &Private<'_>, host: &str, credential: &Credential) -> Result<()> {
    let mut secrets = read(private)?;
    secrets.insert(host.to_owned(), credential.clone());
    write(private, &secrets)
}

/// True where there was one.
pub(super) fn remove(private: &Private<'_>, host: &str) -> Result<bool> {
    let mut secrets = read(private)?;
    let found = secrets.remove(host).is_some();
    if found {
        write(private, &secrets)?;
    }
    Ok(found)
}
