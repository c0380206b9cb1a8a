//! What can go wrong between a portal and a proven layer, named by situation.

use std::fmt;
use std::path::PathBuf;

use geohub_core::text::{clean, grouped};

use crate::layers::Layers;
use crate::reference::shown;

/// The result of everything that talks to a portal.
pub type Result<T, E = FetchError> = std::result::Result<T, E>;

/// An error of a portal, of the way to it, or of what it answered. URLs in it carry no secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The text names no layer of a portal.
    #[error("`{text}` is no reference to a layer: {reason}")]
    Reference {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
        /// What to type instead.
        hint: Option<String>,
    },
    /// The reference is of a kind that is not resolved yet.
    #[error("{kind} cannot be used as a reference yet: {text}")]
    NotYet {
        /// What was given.
        text: String,
        /// What kind of reference it is.
        kind: &'static str,
        /// What to type instead.
        hint: String,
    },
    /// A service with several layers, or none of the name given.
    #[error(transparent)]
    Layers(Box<Layers>),
    /// The server does not have it.
    #[error("{url}: not found: {words}")]
    NotFound {
        /// What was asked for.
        url: String,
        /// The server's own words.
        words: String,
    },
    /// The server wants a login or a token, or refuses the one given.
    #[error("{url}: the layer is not public: {words}")]
    Credentials {
        /// What was asked for.
        url: String,
        /// The server's own words.
        words: String,
        /// HTTP status, or the code in the body.
        code: i64,
    },
    /// The portal wants a login or an app token, and there is none.
    #[error("{url}: the layer is not public: {words}")]
    TokenWanted {
        /// What was asked for.
        url: String,
        /// The server's own words.
        words: String,
        /// The host whose token it would be.
        host: String,
        /// The environment variable that would hold the token.
        variable: String,
    },
    /// A token service does not take user and password.
    #[error("{url}: the server refuses user and password: {words}")]
    Login {
        /// The token service.
        url: String,
        /// The server's own words.
        words: String,
        /// The host whose they are.
        host: String,
    },
    /// The store of tokens is of no use.
    #[error("{what}")]
    TokenStore {
        /// What is wrong with it.
        what: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The server kept asking to come back later.
    #[error("{url}: the server asks for fewer requests: {words}")]
    Throttled {
        /// What was asked for.
        url: String,
        /// The server's own words.
        words: String,
    },
    /// This machine lacks what a client needs.
    #[error("nothing can be asked of portals: {cause}")]
    Client {
        /// The cause, innermost last.
        cause: String,
    },
    /// No answer came, or it broke off.
    #[error("{url}: {cause}")]
    Network {
        /// What was asked for.
        url: String,
        /// The cause, innermost last.
        cause: String,
        /// A connection had come about.
        reached: bool,
    },
    /// POST is refused on the way to the server, and the request is too long for GET. One for less is short enough.
    #[error("{url}: POST is refused on the way, and the list is too long for GET")]
    PostRefused {
        /// What was asked for.
        url: String,
    },
    /// The server refused or failed and said so.
    #[error("{url}: the server answered {code}: {words}")]
    Server {
        /// What was asked for.
        url: String,
        /// HTTP status, or the code in the body.
        code: i64,
        /// The server's own words.
        words: String,
    },
    /// An answer that is not what the protocol promises.
    #[error("{url}: {problem}")]
    BadAnswer {
        /// What was asked for.
        url: String,
        /// What is wrong with the answer.
        problem: String,
    },
    /// Rows are missing, and asking for them again did not bring them.
    #[error(transparent)]
    Incomplete(Box<Incomplete>),
    /// The service works in a way this program does not handle.
    #[error("{what}")]
    Unsupported {
        /// What and where.
        what: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// Another run works on the same output.
    #[error("{} is in use by process {pid}", folder.display())]
    Locked {
        /// The journal's folder.
        folder: PathBuf,
        /// Who holds it.
        pid: String,
    },
    /// The time allowed is over.
    #[error("the time allowed is over: {0}")]
    Deadline(String),
    /// An error of this machine or of a stage.
    #[error(transparent)]
    Core(#[from] geohub_core::Error),
}

impl FetchError {
    /// An answer that breaks the protocol.
    pub(crate) fn bad(url: &str, problem: impl Into<String>) -> Self {
        Self::BadAnswer { url: url.to_owned(), problem: clean(&problem.into()) }
    }

    /// The same without what a server's own words may give away: the token sent, parameters of addresses.
    pub(crate) fn discreet(mut self, hidden: &[String]) -> Self {
        match &mut self {
            Self::NotFound { words, .. }
            | Self::Credentials { words, .. }
            | Self::Login { words, .. }
            | Self::Throttled { words, .. }
            | Self::Server { words, .. }
            | Self::Network { cause: words, .. }
            | Self::BadAnswer { problem: words, .. } => *words = discreet(words, hidden),
            _ => {}
        }
        self
    }

    /// What to type next, where known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Reference { hint, .. }
            | Self::Unsupported { hint, .. }
            | Self::TokenStore { hint, .. }
            | Self::Core(geohub_core::Error::Request { hint, .. }) => hint.clone(),
            Self::NotYet { hint, .. } => Some(hint.clone()),
            Self::Layers(layers) => layers.hint(),
            Self::Throttled { .. } | Self::Network { .. } => {
                Some("nothing is lost by typing the same command again later".to_owned())
            }
            Self::Deadline(_) => Some("the same command goes on from here".to_owned()),
            Self::Client { .. } => Some(
                "the machine's CA certificates are needed, usually the package ca-certificates; SSL_CERT_FILE \
                 names a file of them"
                    .to_owned(),
            ),
            Self::Incomplete(incomplete) => Some(incomplete.hint()),
            Self::TokenWanted { host, variable, .. } => Some(format!(
                "geohub token add {host} takes the portal's token or key, or the environment variable {variable}; an app \
                 token opens no private dataset"
            )),
            Self::Login { host, .. } => Some(format!("geohub token add {host} --kind arcgis-login asks for them anew")),
            Self::Credentials { url, .. } => host_in(url).map(|host| {
                format!("geohub token check {host} tells whether its token is good, geohub token add {host} replaces it")
            }),
            _ => None,
        }
    }

    /// True when the server understands what is asked and does not do it: another way of asking may do.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Server { code: 400..=407 | 409..=412 | 414..=499, .. })
    }

    /// How much of `patience` with failures at one place is used up by this one. All of it where no connection comes
    /// about, which was tried several times; nothing where the server says itself that it fails.
    pub(crate) fn strain(&self, patience: u32) -> u32 {
        match self {
            Self::Network { reached: false, .. } => patience,
            Self::Network { .. } => 1,
            Self::BadAnswer { .. } => 2,
            _ => 0,
        }
    }

    /// True when a smaller page may succeed: the server failed at its work or did not answer in time.
    pub(crate) fn may_be_too_heavy(&self) -> bool {
        match self {
            Self::Server { code, .. } => !(0..500).contains(code) || matches!(code, 408 | 413),
            Self::Network { .. } | Self::BadAnswer { .. } | Self::PostRefused { .. } => true,
            _ => false,
        }
    }
}

/// The host of an address, as tokens are kept by.
fn host_in(url: &str) -> Option<String> {
    Some(crate::token::host_name(&url::Url::parse(url).ok()?))
}

/// Of a text that ends in fewer characters of a secret nobody can tell that it is one.
const PART_CHARS: usize = 4;

/// A text without a secret, and without the beginning of it where the text was cut off.
fn without(words: String, secret: &str) -> String {
    if secret.is_empty() {
        return words;
    }
    let mut words = words.replace(secret, "...");
    let cuts = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= PART_CHARS).rev();
    if let Some(at) = cuts.into_iter().find(|at| words.trim_end().ends_with(&secret[..*at])) {
        words.truncate(words.trim_end().len() - at);
        words.push_str("...");
    }
    words
}

/// Addresses without login and parameters, no value of a `token=`, and nothing of what was sent in secret.
fn discreet(words: &str, hidden: &[String]) -> String {
    let words = hidden.iter().fold(words.to_owned(), |words, secret| without(words, secret));
    let word = |word: &str| {
        if word.contains("://") {
            return shown(word);
        }
        match word.to_ascii_lowercase().find("token=") {
            Some(at) => format!("{}...", &word[..at + "token=".len()]),
            None => word.to_owned(),
        }
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl From<FetchError> for geohub_core::Error {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Core(error) => error,
            other => Self::Other(Box::new(other)),
        }
    }
}

/// How a download falls short of what the server says it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incomplete {
    /// The layer.
    pub url: String,
    /// What the server counts now.
    pub server_count: Option<u64>,
    /// Distinct ids received.
    pub distinct_ids: u64,
    /// Ids the server lists and does not give; numbers ascend.
    pub missing_ids: Vec<String>,
    /// The layer was edited while it was read.
    pub changed: bool,
    /// The file with all missing ids.
    pub list: Option<PathBuf>,
}

impl Incomplete {
    const NAMED: usize = 20;

    fn hint(&self) -> String {
        let list = self.list.as_ref();
        let list =
            list.map_or_else(String::new, |path| format!("; all missing ids are in {}", path.display()));
        let repeat = match (self.changed, &self.list) {
            (true, _) => "repeat the command when nobody edits the layer",
            (false, Some(_)) => {
                "the same command asks for the missing rows only; if they never come, tell the publisher"
            }
            (false, None) => "repeat the command; if it stays so, tell the publisher these ids",
        };
        format!("{repeat}{list}; --allow-partial of fetch writes what came")
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.changed { "edited while it was read, and incomplete" } else { "incomplete" };
        write!(f, "{}: {why}: ", self.url)?;
        match self.server_count {
            Some(count) => write!(f, "the server counts {}, ", grouped(count))?,
            None => f.write_str("the server gives no count, ")?,
        }
        write!(f, "{} came", grouped(self.distinct_ids))?;
        if self.missing_ids.is_empty() {
            return Ok(());
        }
        let named = self.missing_ids.iter().take(Self::NAMED).map(String::as_str).collect::<Vec<_>>();
        write!(f, "; missing ids: {}", clean(&named.join(", ")))?;
        match self.missing_ids.len().checked_sub(Self::NAMED) {
            Some(more) if more > 0 => write!(f, " and {} more", grouped(more as u64)),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Incomplete {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_servers_give_nothing_away() {
        for (words, told) in [
            ("Unable to complete  operation.", "Unable to complete  operation."),
            ("Invalid token=abc&f=json in request", "Invalid token=... in request"),
            ("APP_TOKEN=abc", "APP_TOKEN=..."),
            ("No such token: s3cret", "No such token: ..."),
            ("a long text, cut off at s3cre", "a long text, cut off at ..."),
            ("a long text, cut off at s3c", "a long text, cut off at s3c"),
            ("see 'https://me:pw@h/a?token=abc' or call", "see 'https://h/a or call"),
            ("Is A = 'x' ?", "Is A = 'x' ?"),
        ] {
            let error =
                FetchError::Server { url: "http://h/".to_owned(), code: 400, words: words.to_owned() };
            assert!(
                matches!(error.discreet(&["s3cret".to_owned()]), FetchError::Server { words, .. } if words == told),
                "{words}"
            );
        }
    }
}
