//! How layers of portals are asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use geohub_fetch::{Domains, GeometryChoice, Settings};

use crate::session::Session;
use crate::{folders, terms, tokens};

/// How layers of portals are asked for.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Portal options")]
pub struct RemoteArgs {
    /// Requests at once to one host, 8 at most [default: 4 to *.arcgis.com, else 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub max_connections: Option<u16>,

    /// Give up after this time, such as 30s, 5m, 1h; a bare number is seconds. The same command goes on from there
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub max_time: Option<Duration>,

    /// Layer of a service that has several: its number or name
    #[arg(long, value_name = "ID|NAME")]
    pub layer: Option<String>,

    /// Coded values, such as land uses: their codes, their names, or the codes in `X` and the names in `X_name`
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub domains: DomainsArg,

    /// Coordinates with all the digits that an ArcGIS server has, in answers twice as large. Otherwise they are rounded to
    /// its grid, usually 0.1 mm or 0.000000001 degrees
    #[arg(long)]
    pub exact_coordinates: bool,

    /// True curves of ArcGIS layers as such, for FlatGeobuf and GeoParquet. Otherwise the server draws them as short
    /// straight lines
    #[arg(long)]
    pub true_curves: bool,

    /// What the geometry of a Socrata dataset or of CSV is: a column (in CSV of WKT, GeoJSON or (lat, lon)), two columns
    /// of degrees, or none [default: the first geometry]
    #[arg(long, value_name = "COLUMN|LAT,LON|none")]
    pub geometry: Option<GeometryChoice>,
}

/// How coded values come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DomainsArg {
    /// The codes alone.
    Code,
    /// The names in place of the codes.
    Name,
    /// Both.
    #[default]
    Both,
}

impl RemoteArgs {
    /// How to treat the servers, with the journal in `journal`. The time allowed runs from the command's beginning.
    pub fn settings(&self, session: &Session, journal: PathBuf) -> Settings {
        let mut settings = Settings::new(journal);
        settings.domains = match self.domains {
            DomainsArg::Code => Domains::Code,
            DomainsArg::Name => Domains::Name,
            DomainsArg::Both => Domains::Both,
        };
        settings.tokens = tokens::all();
        settings.terms = terms::lookup(session);
        settings.layer.clone_from(&self.layer);
        settings.true_curves = self.true_curves;
        settings.exact = self.exact_coordinates;
        settings.hosts = folders::cache().map(|cache| cache.join("hosts"));
        settings.max_connections = self.max_connections.map(usize::from);
        settings.geometry.clone_from(&self.geometry);
        settings.deadline = self.max_time.and_then(|time| session.begun.checked_add(time));
        let most = Settings::MOST_CONNECTIONS;
        if settings.max_connections.is_some_and(|asked| asked > most) {
            session.note_once(format!("--max-connections is {most} at most; taking {most}"));
        }
        settings
    }
}

/// Reads `90s`, `1.5m`, `2h`; a bare number is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let unreadable = || format!("`{text}` is no length of time; write 90s, 5m or 1h");
    let trimmed = text.trim();
    let digits = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let seconds = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(unreadable()),
    };
    let seconds = number.parse::<f64>().map_err(|_| unreadable())? * seconds;
    if (0.001..1e9).contains(&seconds) { Ok(Duration::from_secs_f64(seconds)) } else { Err(unreadable()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_units() {
        let good = [("90s", 90.0), ("90", 90.0), ("1.5m", 90.0), (" 2 h", 7200.0), ("0.25", 0.25)];
        for (text, seconds) in good {
            assert_eq!(duration(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        for text in ["", "s", "-5s", "0", "1d", "1e5", "99999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
