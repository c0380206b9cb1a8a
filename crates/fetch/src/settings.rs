//! How to treat servers: who we are, how fast, how long.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::choice::GeometryChoice;
use crate::codes::Domains;
use crate::terms::TermsLookup;
use crate::token::Tokens;

/// The one User-Agent: program, version, address of those responsible.
pub const USER_AGENT: &str =
    concat!("geohub/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");

/// Settings of a fetch. The defaults are the polite ones.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Settings {
    /// Folder of the journal, made and removed by the fetch; by custom `OUT.geohub-partial`.
    pub journal: PathBuf,
    /// The journal of a run that does not end well stays, and the next run goes on with it.
    pub keep_journal: bool,
    /// What an earlier run left is not used.
    pub fresh: bool,
    /// Rows that are missing in the end are no error.
    pub allow_partial: bool,
    /// What requests say of themselves.
    pub user_agent: String,
    /// Folder in which the processes of this machine keep the limits of hosts together; without it each keeps them
    /// alone.
    pub hosts: Option<PathBuf>,
    /// Requests at once to one host; by default 4 to `*.arcgis.com`, else 2. Never more than 8.
    pub max_connections: Option<usize>,
    /// Rows asked for at once, instead of the server's own page size.
    pub page_rows: Option<usize>,
    /// Which layer of a service: its number or name.
    pub layer: Option<String>,
    /// How coded values come.
    pub domains: Domains,
    /// Coordinates in full where a server has a shorter form with less digits.
    pub exact: bool,
    /// True curves as such, where a server would draw them as short straight lines unless it is asked.
    pub true_curves: bool,
    /// Time between the starts of two requests to `*.arcgis.com` or this machine; to other hosts it is twice that.
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
    /// An answer that brings less than `drip_bytes_per_s` for so long is cut off and asked for again.
    pub drip_window: Duration,
    /// See `drip_window`.
    pub drip_bytes_per_s: f64,
    /// Time for what is asked beside the rows, such as a layer's item.
    pub aside_time: Duration,
    /// When to give up altogether.
    pub deadline: Option<Instant>,
    /// Tokens of portals; by default those of the environment.
    pub tokens: Tokens,
    /// Which column is the geometry; by default the first that is one.
    pub geometry: Option<GeometryChoice>,
    /// Terms of use by address, for layers whose service states none.
    pub terms: TermsLookup,
}

impl Settings {
    /// The polite defaults with the journal in `journal`.
    pub fn new(journal: impl Into<PathBuf>) -> Self {
        Self {
            journal: journal.into(),
            keep_journal: false,
            fresh: false,
            allow_partial: false,
            hosts: None,
            user_agent: USER_AGENT.to_owned(),
            max_connections: None,
            page_rows: None,
            layer: None,
            domains: Domains::default(),
            exact: false,
            true_curves: false,
            spacing: Duration::from_millis(100),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(1),
            longest_wait: Duration::from_mins(10),
            tries: 5,
            connect_timeout: Duration::from_secs(20),
            read_timeout: Duration::from_secs(90),
            drip_window: Duration::from_mins(1),
            drip_bytes_per_s: 100.0,
            aside_time: Duration::from_secs(5),
            deadline: None,
            tokens: Tokens::from_environment(),
            geometry: None,
            terms: TermsLookup::default(),
        }
    }

    /// Most requests at once to any host, whatever is asked for.
    pub const MOST_CONNECTIONS: usize = 8;

    /// Requests at once to a host.
    pub fn connections(&self, host: &str) -> usize {
        let usual = if is_hosted(host) { 4 } else { 2 };
        self.max_connections.unwrap_or(usual).clamp(1, Self::MOST_CONNECTIONS)
    }

    /// Time for what is asked beside the rows: no large part of what is left.
    pub(crate) fn aside_limit(&self) -> Duration {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()) / 4);
        left.map_or(self.aside_time, |left| self.aside_time.min(left))
    }

    /// Time between the starts of two requests to a host.
    pub fn spacing(&self, host: &str) -> Duration {
        if host == crate::demo::HOST {
            return Duration::ZERO;
        }
        let own = host == "localhost"
            || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        // A city's own server is a small machine.
        if own || is_hosted(host) { self.spacing } else { self.spacing * 2 }
    }
}

/// Whether a host is `ArcGIS` Online.
pub(crate) fn is_hosted(host: &str) -> bool {
    host == "arcgis.com" || host.ends_with(".arcgis.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_hosts_get_more_than_a_citys_own_server() {
        let settings = Settings::new("j");
        for (host, connections, spacing) in [
            ("services5.arcgis.com", 4, 100),
            ("arcgis.com", 4, 100),
            ("notarcgis.com", 2, 200),
            ("data.lacity.org", 2, 200),
            ("127.0.0.1", 2, 100),
            ("[::1]", 2, 100),
            ("demo.geohub.invalid", 2, 0),
        ] {
            assert_eq!(settings.connections(host), connections, "{host}");
            assert_eq!(settings.spacing(host), Duration::from_millis(spacing), "{host}");
        }
        for (asked, given) in [(0, 1), (1, 1), (8, 8), (100, 8)] {
            let settings = Settings { max_connections: Some(asked), ..Settings::new("j") };
            assert_eq!(settings.connections("h"), given);
        }
    }
}
