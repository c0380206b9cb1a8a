//! Where this user's credentials come from.

use std::path::PathBuf;

use geohub_fetch::{STORE_VARIABLE, StoreChoice, TokenStore, Tokens};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;

fn folder() -> Option<PathBuf> {
    folders::config().map(|config| config.join("tokens"))
}

/// The credentials of the environment and of the store.
pub fn all() -> Tokens {
    let tokens = Tokens::from_environment();
    match folder() {
        Some(folder) => tokens.with_store(TokenStore::new(folder, StoreChoice::Best)),
        None => tokens,
    }
}

/// The store, to be changed.
pub fn store() -> Result<TokenStore, Failure> {
    let asked = std::env::var(STORE_VARIABLE).unwrap_or_default();
    let choice = match asked.as_str() {
        "" => StoreChoice::Best,
        "keyring" => StoreChoice::Keyring,
        "file" => StoreChoice::File,
        _ => return Err(Failure::usage(format!("{STORE_VARIABLE} is keyring or file, not `{asked}`"))),
    };
    let folder = folder().ok_or_else(|| {
        Failure::new("io", Exit::Failure, "there is no folder for configuration: HOME is not set")
            .hint("GEOHUB_CONFIG_DIR names one")
    })?;
    Ok(TokenStore::new(folder, choice))
}
