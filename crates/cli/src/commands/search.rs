//! `geohub search`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use geohub_core::{Bbox, text};
use geohub_portals::{Filter, Found, Hit, Kind, State, merge, search};
use serde_json::{Value, json};

use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::portals;
use crate::session::Session;
use crate::table::{self, Column};

/// Search the catalogues of a city's portals.
///
/// Hub search, the ArcGIS organisation, the Socrata catalogue and DCAT feeds are read at once, whole, and kept for an
/// hour; a layer that several of them list is one result. The first column is what to type for it in every other
/// command. Exit code 3 when nothing fits.
#[derive(Args, Debug)]
pub struct Search {
    /// Words that the title, the keywords, the columns or the description must have; all of them, of more than three most
    #[arg(value_name = "WORDS")]
    words: Vec<String>,

    /// Portals to search: ids of `geohub portal list`, separated by commas, or `all` [env: GEOHUB_PORTAL]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    portal: Vec<String>,

    /// Only of these kinds, or `data` for all that fetch takes: layer, table, service, view, file, map, app, document,
    /// link
    #[arg(long = "type", value_name = "KIND", value_delimiter = ',', help_heading = "Selection")]
    kinds: Vec<String>,

    /// Only what was changed since a date, or in so many days, weeks, months, years: 2026-01-31, 90d, 6w, 3mo, 2y
    #[arg(long, value_name = "DATE|AGE", value_parser = since, help_heading = "Selection")]
    updated_since: Option<i64>,

    /// Only with this in the licence
    #[arg(long, value_name = "TEXT", help_heading = "Selection")]
    licence: Option<String>,

    /// Only with this in the publisher's name
    #[arg(long, value_name = "TEXT", help_heading = "Selection")]
    owner: Option<String>,

    /// Only what meets this rectangle: west,south,east,north, in degrees
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, help_heading = "Selection")]
    bbox: Option<Bbox>,

    /// At most so many results
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,

    /// Ask the portals again, also where what is kept is not an hour old
    #[arg(long, conflicts_with = "offline")]
    refresh: bool,

    /// Give up after this time, such as 30s, 5m; a portal that has not answered by then is left out
    #[arg(long, value_name = "TIME", value_parser = crate::args::duration)]
    max_time: Option<Duration>,
}

impl Search {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let words = self.words.join(" ");
        let filter = self.filter()?;
        let known = portals::all()?;
        let named = portals::named(&known, &self.portals(&known)?)?;
        let args = RemoteArgs { max_time: self.max_time, ..RemoteArgs::default() };
        let gathered = portals::catalogues(session, &named, &args, self.refresh)?;
        let catalogues: Vec<Value> = gathered.iter().map(catalogue).collect();
        let mut found = search(merge(gathered, &known), &words, &filter);
        if found.unknown > 0 {
            let many = text::plural(found.unknown as u64, "result");
            session
                .context
                .note(format!("{many} left out whose catalogue does not say what an option asks for"));
        }
        if found.hits.is_empty() {
            return Err(nothing(&words, &found));
        }
        let total = found.hits.len();
        found.hits.truncate(self.limit);
        if session.global.json {
            let value =
                json!({"query": words, "total": total, "results": found.hits, "catalogues": catalogues});
            return session.print(&format!("{value}\n"));
        }
        session.print(&shown(&found.hits, table::width()))?;
        if total > found.hits.len() {
            let (shown, total) = (found.hits.len(), text::grouped(total as u64));
            session.messages.say(&format!("{shown} of {total} results; --limit shows more"));
        }
        Ok(())
    }

    /// The ids of portals to search.
    fn portals(&self, known: &geohub_portals::Portals) -> Result<Vec<String>, Failure> {
        if !self.portal.is_empty() {
            return Ok(self.portal.clone());
        }
        let variable = std::env::var("GEOHUB_PORTAL").unwrap_or_default();
        let ids: Vec<String> =
            variable.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
        if !ids.is_empty() {
            return Ok(ids);
        }
        let all: Vec<String> =
            known.iter().map(|portal| format!("{} ({})", portal.id, portal.name)).collect();
        Err(Failure::usage("search which portals? Name them with --portal, or in GEOHUB_PORTAL")
            .hint(format!("--portal all, or some of {}", all.join(", "))))
    }

    fn filter(&self) -> Result<Filter, Failure> {
        let mut kinds = Vec::new();
        for name in &self.kinds {
            let name = name.trim().to_ascii_lowercase();
            if name == "data" {
                kinds.extend(Kind::ALL.into_iter().filter(|kind| kind.has_rows()));
                continue;
            }
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name.trim_end_matches('s'));
            kinds.push(kind.ok_or_else(|| {
                let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                Failure::usage(format!("--type: `{name}` is no kind"))
                    .hint(format!("data, {}", names.join(", ")))
            })?);
        }
        let bbox = self.bbox.map(|bbox| [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y]);
        let (licence, owner) = (self.licence.clone(), self.owner.clone());
        Ok(Filter { kinds, since: self.updated_since, licence, owner, bbox })
    }
}

/// A catalogue in the result object.
fn catalogue(one: &geohub_portals::Gathered) -> Value {
    let (state, read, error) = match &one.state {
        State::Asked => ("asked", None, None),
        State::Kept(read) => ("kept", Some(*read), None),
        State::Stale(read, error) => ("stale", Some(*read), Some(error.to_string())),
        State::Down(error) => ("down", None, Some(error.to_string())),
        State::Unread => ("unread", None, None),
    };
    json!({
        "name": one.source.name(), "portal": one.source.portal, "entries": one.entries.len(), "missing": one.missing,
        "state": state, "read": read.map(geohub_fetch::iso_ms), "error": error,
    })
}

/// Nothing fits: what comes near.
fn nothing(words: &str, found: &Found) -> Failure {
    let message = match (words.is_empty(), found.filtered + found.unknown) {
        (true, _) => "nothing fits these options".to_owned(),
        (false, 0) => format!("nothing fits `{words}`"),
        (false, left) => format!(
            "nothing fits `{words}` and these options; {} without them",
            text::plural(left as u64, "result")
        ),
    };
    let failure = Failure::new("no-hit", Exit::NotFound, message);
    let near: Vec<String> =
        found.near.iter().map(|hit| format!("{} ({})", hit.reference, hit.entry.title)).collect();
    match (&found.spelling[..], &near[..]) {
        ([], []) => failure,
        ([], near) => failure.hint(format!("some of the words are in {}", near.join(", "))),
        (words, _) => failure.hint(format!("did you mean {}?", words.join(" "))),
    }
}

/// The results for people: a table, or two lines each where that does not fit.
fn shown(hits: &[Hit], width: Option<usize>) -> String {
    let column = |head, elastic| Column { head, elastic, right: head == "ROWS" };
    let columns = [
        column("REFERENCE", false),
        column("TITLE", true),
        column("KIND", false),
        column("ROWS", false),
        column("CHANGED", false),
        column("LICENCE", true),
        column("ON", true),
    ];
    let rows: Vec<Vec<String>> = hits.iter().map(cells).collect();
    let lines = table::lines(&columns, &rows, width).unwrap_or_else(|| {
        let width = width.unwrap_or(usize::MAX);
        let facts = |row: &Vec<String>| {
            let facts: Vec<&str> =
                row[2..].iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
            let line = format!("{}  ({})", row[1], facts.join(", "));
            [table::cut(&line, width), format!("    {}", row[0])]
        };
        rows.iter().flat_map(facts).collect()
    });
    lines.into_iter().map(|line| line + "\n").collect()
}

fn cells(hit: &Hit) -> Vec<String> {
    let entry = &hit.entry;
    let kind =
        if entry.private { format!("private {}", entry.kind.name()) } else { entry.kind.name().to_owned() };
    let mut hosts: Vec<&str> = Vec::new();
    for place in &hit.places {
        if !hosts.contains(&place.host.as_str()) {
            hosts.push(&place.host);
        }
    }
    let texts = [
        hit.reference.clone(),
        entry.title.clone(),
        kind,
        entry.rows.map(text::grouped).unwrap_or_default(),
        entry.updated.map(geohub_portals::day).unwrap_or_default(),
        table::cut(entry.licence.as_deref().unwrap_or_default(), 40),
        hosts.join(" + "),
    ];
    texts.iter().map(|text| text::clean(text)).collect()
}

/// A date, or an age back from now; in milliseconds since 1970.
fn since(word: &str) -> Result<i64, String> {
    if let Some(moment) = geohub_portals::ms_of(word) {
        return Ok(moment);
    }
    let unreadable =
        || format!("`{word}` is neither a date such as 2026-01-31 nor an age such as 90d, 6w, 3mo, 2y");
    let digits = word.find(|c: char| !c.is_ascii_digit()).ok_or_else(unreadable)?;
    let (number, unit) = word.split_at(digits);
    let days = match unit {
        "d" => 1.0,
        "w" => 7.0,
        "mo" => 30.44,
        "y" => 365.25,
        _ => return Err(unreadable()),
    };
    let number: u32 = number.parse().ok().filter(|number| *number < 100_000).ok_or_else(unreadable)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    Ok(now - (f64::from(number) * days * 86_400_000.0) as i64)
}
