//! A token that was given for a name and a password.

use super::secret::Secret;

/// A short-lived token.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) token: Secret,
    /// The how-many-eth of this host it is.
    pub(crate) number: u64,
}
