//! How to treat servers: who we are, how fast, how long.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::choice::GeometryChoice;
use crate::token::Tokens;

/// The one User-Agent: program, version, address of those responsible.
pub const USER_AGENT: &str =
    concat!("geohub/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");

/// Settings of a fetch. The defaults are the polite ones.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the journal, made and removed by the fetch; by custom `OUT.geohub-partial`.
    pub journal: PathBuf,
    /// What requests say of themselves.
    pub user_agent: String,
    /// Requests at once to one host; by default 4 to `*.arcgis.com`, else 2. Never more than 8.
    pub max_connections: Option<usize>,
    /// Rows asked for at once, instead of the server's own page size.
    pub page_rows: Option<usize>,
    /// Time between the starts of two requests to one host.
    pub spacing: Duration,
    /// First pause before a repetition; doubled each time, with jitter.
    pub first_pause: Duration,
    /// Longest pause of our own choosing. A server may ask for a longer one.
    pub longest_pause: Duration,
    /// Longest pause a server may ask for.
    pub longest_wait: Duration,
    /// Tries of one request.
    pub tries: u32,
    /// Time for a connection to come about.
    pub connect_timeout: Duration,
    /// Longest silence within an answer.
    pub read_timeout: Duration,
    /// When to give up altogether.
    pub deadline: Option<Instant>,
    /// Tokens of portals; by default those of the environment.
    pub tokens: Tokens,
    /// Which column is the geometry; by default the first that is one.
    pub geometry: Option<GeometryChoice>,
}

impl Settings {
    /// The polite defaults with the journal in `journal`.
    pub fn new(journal: impl Into<PathBuf>) -> Self {
        Self {
            journal: journal.into(),
            user_agent: USER_AGENT.to_owned(),
            max_connections: None,
            page_rows: None,
            spacing: Duration::from_millis(100),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(1),
            longest_wait: Duration::from_mins(10),
            tries: 5,
            connect_timeout: Duration::from_secs(20),
            read_timeout: Duration::from_secs(90),
            deadline: None,
            tokens: Tokens::from_environment(),
            geometry: None,
        }
    }

    /// Requests at once to a host.
    pub fn connections(&self, host: &str) -> usize {
        let hosted = host == "arcgis.com" || host.ends_with(".arcgis.com");
        self.max_connections.unwrap_or(if hosted { 4 } else { 2 }).clamp(1, 8)
    }
}
