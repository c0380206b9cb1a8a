//! What became of each layer.

use geohub_core::text;
use geohub_fetch::{Changes, Fate, How};
use serde_json::{Value, json};

use crate::exit::STALE;
use crate::failure::Failure;

/// How a layer stands.
#[derive(Debug)]
pub enum State {
    /// Up to date; by which test.
    Fresh(String),
    /// Not up to date; why.
    Stale(String),
    /// Nothing tells whether it is up to date; why not.
    Unknown(String),
    /// Brought up to date.
    Updated {
        /// How.
        how: How,
        /// The output has the same bytes as before.
        same: bool,
        /// Rows in it.
        features: u64,
        /// Why it was not.
        why: String,
    },
    /// Its reference is dead.
    Dead(Fate, Failure),
    /// It could not be brought up to date.
    Failed(Failure),
}

/// A layer and how it stands.
#[derive(Debug)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// Its output.
    pub output: String,
    /// How it stands.
    pub state: State,
    /// When its output was last written, UTC.
    pub fetched: Option<String>,
    /// Requests sent for it.
    pub requests: u64,
    /// Bytes received for it.
    pub bytes: u64,
}

/// Exit codes from the worst on; the worst of all layers is that of the command.
const WORST_FIRST: [u8; 8] = [1, 2, 7, 6, 4, 3, 5, STALE];

impl Status {
    /// The exit code for this layer alone.
    pub fn exit(&self) -> u8 {
        match &self.state {
            State::Fresh(_) | State::Updated { .. } => 0,
            State::Stale(_) | State::Unknown(_) => STALE,
            State::Dead(_, failure) | State::Failed(failure) => failure.exit as u8,
        }
    }

    /// The exit code for all.
    pub fn worst(all: &[Self]) -> u8 {
        let codes: Vec<u8> = all.iter().map(Self::exit).collect();
        WORST_FIRST.into_iter().find(|code| codes.contains(code)).unwrap_or(0)
    }

    fn word(&self) -> &'static str {
        match &self.state {
            State::Fresh(_) => "fresh",
            State::Stale(_) => "stale",
            State::Unknown(_) => "unknown",
            State::Updated { same: true, .. } => "unchanged",
            State::Updated { .. } => "updated",
            State::Dead(..) => "dead",
            State::Failed(_) => "failed",
        }
    }

    /// The line for people.
    pub fn line(&self) -> String {
        let name = &self.name;
        match &self.state {
            State::Fresh(by) => format!("{name}: fresh (by {by})"),
            State::Stale(why) => format!("{name}: stale: {why}"),
            State::Unknown(why) => format!("{name}: may be stale: {why}"),
            State::Updated { how, same, features, why } => {
                let rows = text::plural(*features, "feature");
                let output = &self.output;
                let done = if *same {
                    format!("{output} stays as it was")
                } else {
                    format!("{rows} written to {output}")
                };
                format!("{name}: {done}; {} ({why})", brought(how))
            }
            State::Dead(_, failure) | State::Failed(failure) => format!("{name}: {}", failure.text()),
        }
    }

    /// The member of the result object.
    pub fn json(&self) -> Value {
        let mut value = json!({
            "name": self.name, "status": self.word(), "output": self.output, "fetched": self.fetched,
            "requests": self.requests, "bytes": self.bytes,
        });
        match &self.state {
            State::Fresh(by) => value["by"] = json!(by),
            State::Stale(why) | State::Unknown(why) => value["reason"] = json!(why),
            State::Updated { how, features, why, .. } => {
                value["features"] = json!(features);
                value["reason"] = json!(why);
                match how {
                    How::Whole(why) => value["whole"] = json!(why),
                    How::Changes(Changes { added, changed, removed }) => {
                        value["changes"] = json!({ "added": added, "changed": changed, "removed": removed });
                    }
                }
            }
            State::Dead(fate, failure) => {
                value["fate"] = json!(fate);
                value["error"] = failure.json()["error"].clone();
            }
            State::Failed(failure) => value["error"] = failure.json()["error"].clone(),
        }
        value
    }
}

fn brought(how: &How) -> String {
    match how {
        How::Whole(why) => format!("every row fetched: {why}"),
        How::Changes(Changes { added, changed, removed }) => {
            let count = text::grouped;
            format!("{} added, {} changed, {} removed", count(*added), count(*changed), count(*removed))
        }
    }
}
