//! Where credentials are kept: in the keyring of the system where there is one, else in a file that its owner alone can
//! read. Which hosts have one is in an index beside it, which holds no secret.

mod file;
mod index;
mod keyring;
mod private;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use geohub_core::Context;

use self::index::Index;
use self::private::Private;
use super::credential::Credential;
use super::place::TokenHost;
use crate::error::{FetchError, Result};
use crate::stamp::iso;

pub use self::index::{StorePlace, TokenEntry};

/// Where new credentials go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreChoice {
    /// Into the keyring where there is one, else into the file.
    #[default]
    Best,
    /// Into the keyring or nowhere.
    Keyring,
    /// Into the file.
    File,
}

/// The credentials of a user.
#[derive(Clone, Debug)]
pub struct TokenStore {
    folder: PathBuf,
    choice: StoreChoice,
}

/// What became of a new credential.
#[derive(Clone, Debug)]
pub struct Added {
    /// Its entry.
    pub entry: TokenEntry,
    /// The file it lies in, where it is not in the keyring.
    pub file: Option<PathBuf>,
    /// Why it is not in the keyring, where that was wanted.
    pub no_keyring: Option<String>,
    /// There was one before.
    pub replaced: bool,
}

impl TokenStore {
    /// The store in a folder, which is made when it is needed.
    pub fn new(folder: impl Into<PathBuf>, choice: StoreChoice) -> Self {
        Self { folder: folder.into(), choice }
    }

    /// The hosts with a credential, by name.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn entries(&self, context: &Context) -> Result<Vec<TokenEntry>> {
        Ok(Index::read(&self.private(context))?.tokens)
    }

    /// Keeps a credential, in place of one the host had.
    ///
    /// # Errors
    /// A keyring that is wanted and not there; a folder that cannot be written.
    pub fn add(&self, host: &TokenHost, credential: &Credential, context: &Context) -> Result<Added> {
        let private = self.private(context);
        let _lock = private.lock()?;
        let mut index = Index::read(&private)?;
        let (store, no_keyring) = self.put(&private, host.name(), credential, context)?;
        let entry = TokenEntry {
            host: host.name().to_owned(),
            kind: credential.kind,
            store,
            added: iso(SystemTime::now()),
            address: host.url().to_string(),
        };
        let before = index.replace(entry.clone());
        index.write(&private)?;
        // The place it was in before may be the other one.
        match before.as_ref().map(|before| before.store).filter(|before| *before != store) {
            Some(StorePlace::File) => drop(file::remove(&private, host.name())?),
            Some(StorePlace::Keyring) => keyring::remove(host.name(), context).map_err(of_keyring)?,
            None => {}
        }
        let file = (store == StorePlace::File).then(|| private.path(file::NAME));
        Ok(Added { entry, file, no_keyring, replaced: before.is_some() })
    }

    /// Forgets the credential of a host; `None` where there is none.
    ///
    /// # Errors
    /// A keyring that does not answer; a folder that cannot be written.
    pub fn remove(&self, host: &str, context: &Context) -> Result<Option<TokenEntry>> {
        let private = self.private(context);
        if !self.folder.exists() {
            return Ok(None);
        }
        let _lock = private.lock()?;
        let mut index = Index::read(&private)?;
        let Some(entry) = index.take(host) else { return Ok(None) };
        match entry.store {
            StorePlace::Keyring => keyring::remove(host, context).map_err(of_keyring)?,
            StorePlace::File => drop(file::remove(&private, host)?),
        }
        index.write(&private)?;
        Ok(Some(entry))
    }

    /// The credential of a host, with its entry.
    ///
    /// # Errors
    /// One that is in the index and cannot be had.
    pub(crate) fn find(&self, host: &str, context: &Context) -> Result<Option<(TokenEntry, Credential)>> {
        if !self.folder.exists() {
            return Ok(None);
        }
        let private = self.private(context);
        let Some(entry) = Index::read(&private)?.take(host) else { return Ok(None) };
        let found = match entry.store {
            StorePlace::File => file::get(&private, host)?,
            StorePlace::Keyring => match keyring::get(host, context).map_err(of_keyring)? {
                Some(text) => Some(read_secret(&text, host)?),
                None => None,
            },
        };
        let gone = || FetchError::TokenStore {
            what: format!("the token for {host} is no longer in the {}", entry.store.words()),
            hint: Some(format!("geohub token add {host}")),
        };
        let credential = found.ok_or_else(gone)?;
        Ok(Some((entry, credential)))
    }

    /// Where the file of credentials would be.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn private<'a>(&'a self, context: &'a Context) -> Private<'a> {
        Private { folder: &self.folder, context }
    }

    /// The place taken, and why it is not the keyring.
    fn put(
        &self,
        private: &Private<'_>,
        host: &str,
        credential: &Credential,
        context: &Context,
    ) -> Result<(StorePlace, Option<String>)> {
        let text = serde_json::to_string(credential).map_err(|error| FetchError::TokenStore {
            what: format!("the token for {host} cannot be written down: {error}"),
            hint: None,
        })?;
        let no_keyring = match self.choice {
            StoreChoice::File => None,
            StoreChoice::Best | StoreChoice::Keyring => match keyring::set(host, &text, context) {
                Ok(()) => return Ok((StorePlace::Keyring, None)),
                Err(why) if self.choice == StoreChoice::Keyring => return Err(of_keyring(why)),
                Err(why) => Some(why),
            },
        };
        file::put(private, host, credential)?;
        Ok((StorePlace::File, no_keyring))
    }
}

fn read_secret(text: &str, host: &str) -> Result<Credential> {
    // The parser's words would quote the text.
    serde_json::from_str(text).map_err(|_| FetchError::TokenStore {
        what: format!("the keyring's entry for {host} is not one of geohub's"),
        hint: Some(format!("geohub token add {host} writes it anew")),
    })
}

fn of_keyring(why: impl std::fmt::Display) -> FetchError {
    FetchError::TokenStore {
        what: format!("the keyring cannot be used: {why}"),
        hint: Some("GEOHUB_TOKEN_STORE=file keeps tokens in a file instead".to_owned()),
    }
}
