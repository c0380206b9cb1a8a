//! A request for a dataset that is not published.

use serde::Serialize;

use super::channel::addressees;
use super::draft::{Block, Draft, Section};
use crate::portal::{Portal, RequestKind};

/// What is asked for, in the asker's words; empty where nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wanted {
    /// The words it was searched by.
    pub words: String,
    /// What the rows are, which columns, which area and years.
    pub dataset: String,
    /// What for.
    pub purpose: String,
    /// How it should be published.
    pub format: String,
    /// How often it should be brought up to date.
    pub frequency: String,
    /// An example, or where one is seen.
    pub sample: String,
    /// What should be said of it.
    pub metadata: String,
    /// Whether a person could be named by it.
    pub personal: Option<bool>,
    /// On which ground sensitive records may be had.
    pub legal: String,
    /// Name and address of who asks.
    pub contact: String,
}

/// What a search of the portal's catalogues gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The day, UTC.
    pub day: String,
    /// The catalogues, each with what it has, or why it was not asked.
    pub catalogues: Vec<String>,
    /// One of them did not answer, or was not asked.
    pub partial: bool,
    /// What fits.
    pub fits: Vec<Listed>,
    /// What comes near.
    pub near: Vec<Listed>,
}

/// A dataset that is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Listed {
    pub title: String,
    pub reference: String,
    pub host: String,
    pub updated: Option<String>,
}

/// Another city's dataset of the same kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Model {
    /// `sf:parking-citations`.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// Names and types of columns.
    pub fields: Vec<(String, String)>,
    /// Values of rows in the order of `fields`, as text.
    pub rows: Vec<Vec<String>>,
    /// Columns whose values are left out, for their names look personal.
    pub masked: Vec<String>,
}

const NOT_SAID: &str = "(not said)";

/// The request. Legal words are neutral and name no law.
pub fn dataset(portal: &Portal, wanted: &Wanted, evidence: Option<&Evidence>, models: &[Model]) -> Draft {
    let or = |text: &str| if text.trim().is_empty() { NOT_SAID.to_owned() } else { text.to_owned() };
    let mut usage = vec![Block::Text(or(&wanted.purpose))];
    if !wanted.frequency.trim().is_empty() {
        usage.push(Block::Text(format!("How often it should be updated: {}", wanted.frequency)));
    }
    let mut sample = Vec::new();
    if !wanted.sample.trim().is_empty() || models.is_empty() {
        sample.push(Block::Text(or(&wanted.sample)));
    }
    for model in models {
        push_model(&mut sample, model);
    }
    let mut sections = vec![
        Section::text("Request", opening(&portal.name, evidence)),
        Section::text("1. Dataset", or(&wanted.dataset)),
        Section::new("2. Intended use", usage),
        Section::text("3. Publication format", or(&wanted.format)),
        Section::new("4. Sample data", sample),
        Section::text("5. Metadata", or(&wanted.metadata)),
        Section::new("6. Legal ground", legal(wanted)),
    ];
    sections.extend(evidence.map(|evidence| searched(&wanted.words, evidence)));
    sections.push(Section::text("Contact", or(&wanted.contact)));
    let short: String = wanted.words.chars().take(60).collect();
    Draft {
        subject: format!("Dataset request: {short}"),
        to: addressees(portal, RequestKind::Dataset),
        sections,
    }
}

/// Of the search no more is said than was seen.
fn opening(city: &str, evidence: Option<&Evidence>) -> String {
    let searched = match evidence {
        None => "I could not search your catalogues; if it is there already, please tell me where.",
        Some(evidence) if !evidence.fits.is_empty() => {
            "What your catalogues have under these words is listed below, and is not what I need."
        }
        Some(evidence) if evidence.partial => "I did not find it in those of your catalogues that answered.",
        Some(_) => "I did not find it in your catalogues.",
    };
    format!("To the open data office of {city}: please publish the dataset described here. {searched}")
}

/// What may be disclosed is the city's to say.
fn legal(wanted: &Wanted) -> Vec<Block> {
    let mut blocks = Vec::new();
    match wanted.personal {
        Some(true) => blocks.push(Block::Text(
            "The records may allow a person to be named. I ask only for what may be disclosed under the public-records law \
             that applies to the city: for example with names, contact data and exact addresses removed, or counted by area \
             and month. If a part cannot be disclosed, please say which part and on which ground, and publish the rest."
                .to_owned(),
        )),
        Some(false) => {
            blocks.push(Block::Text("To my knowledge no person can be named by these records.".to_owned()));
        }
        None => blocks.push(Block::Text(
            "I do not know whether a person could be named by these records; please leave out what may not be disclosed."
                .to_owned(),
        )),
    }
    if !wanted.legal.trim().is_empty() {
        blocks.push(Block::Text(wanted.legal.clone()));
    }
    blocks
}

fn searched(words: &str, evidence: &Evidence) -> Section {
    let mut blocks = vec![
        Block::Text(format!("On {} I searched for \"{words}\" in:", evidence.day)),
        Block::Items(evidence.catalogues.clone()),
    ];
    let mut list = |said: &str, listed: &[Listed]| {
        if !listed.is_empty() {
            let line = |one: &Listed| {
                let updated = one.updated.as_ref().map_or_else(String::new, |day| format!(", updated {day}"));
                format!("{} ({}, on {}{updated})", one.title, one.reference, one.host)
            };
            blocks.push(Block::Text(said.to_owned()));
            blocks.push(Block::Items(listed.iter().map(line).collect()));
        }
    };
    list("These have the words, and are not what I ask for:", &evidence.fits);
    list("Nearest to it, and not the same:", &evidence.near);
    if evidence.fits.is_empty() && evidence.near.is_empty() {
        let where_ = if evidence.partial { " in those that answered" } else { "" };
        blocks.push(Block::Text(format!("Nothing fits{where_}, and nothing comes near.")));
    }
    Section::new("Searched and not found", blocks)
}

fn push_model(blocks: &mut Vec<Block>, model: &Model) {
    let at = model.url.as_ref().map_or_else(String::new, |url| format!(", {url}"));
    blocks
        .push(Block::Text(format!("Like \"{}\" ({}{at}), whose columns are:", model.title, model.reference)));
    let rows = model.fields.iter().map(|(name, kind)| vec![name.clone(), kind.clone()]).collect();
    blocks.push(Block::Table { head: vec!["column".to_owned(), "type".to_owned()], rows });
    if !model.rows.is_empty() {
        blocks.push(Block::Text(format!("The first {} of its rows, values cut:", model.rows.len())));
        let head = model.fields.iter().map(|(name, _)| name.clone()).collect();
        blocks.push(Block::Table { head, rows: model.rows.clone() });
    }
    if !model.masked.is_empty() {
        let names = model.masked.join(", ");
        blocks.push(Block::Text(format!("Values of columns that look personal are left out: {names}.")));
    }
}
