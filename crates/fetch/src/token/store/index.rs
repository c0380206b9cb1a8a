//! The list of hosts that have a credential.

use serde::{Deserialize, Serialize};

use super::private::Private;
use crate::error::{FetchError, Result};
use crate::token::kind::TokenKind;

const NAME: &str = "index.json";
const VERSION: u32 = 1;

/// Where a credential lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StorePlace {
    /// The keyring of the system.
    Keyring,
    /// The file.
    File,
}

impl StorePlace {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }
}

/// One host and what it has; nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenEntry {
    /// The host, with its port where that is not the scheme's own.
    pub host: String,
    /// What it is.
    pub kind: TokenKind,
    /// Where it lies.
    pub store: StorePlace,
    /// When it came, UTC.
    pub added: String,
    /// The address it was given for.
    pub address: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Index {
    version: u32,
    pub(super) tokens: Vec<TokenEntry>,
}

impl Index {
    pub(super) fn read(private: &Private<'_>) -> Result<Self> {
        let Some(text) = private.read(NAME)? else {
            return Ok(Self { version: VERSION, tokens: Vec::new() });
        };
        let index: Self = serde_json::from_str(&text).map_err(|error| broken(private, &error.to_string()))?;
        if index.version != VERSION {
            return Err(broken(private, &format!("version {} is not known here", index.version)));
        }
        Ok(index)
    }

    pub(super) fn write(&self, private: &Private<'_>) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(|error| broken(private, &error.to_string()))?;
        private.write(NAME, &text)
    }

    /// Puts an entry in, in order of hosts; the one that was there.
    pub(super) fn replace(&mut self, entry: TokenEntry) -> Option<TokenEntry> {
        let before = self.take(&entry.host);
        let at = self.tokens.partition_point(|other| other.host < entry.host);
        self.tokens.insert(at, entry);
        before
    }

    pub(super) fn take(&mut self, host: &str) -> Option<TokenEntry> {
        let at = self.tokens.iter().position(|entry| entry.host == host)?;
        Some(self.tokens.remove(at))
    }
}

fn broken(private: &Private<'_>, why: &str) -> FetchError {
    FetchError::TokenStore {
        what: format!("{} is no list of tokens: {why}", private.path(NAME).display()),
        hint: Some("remove it and add the tokens again".to_owned()),
    }
}
