//! `geohub request new`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;
use geohub_core::text;
use geohub_portals::{
    Evidence, Gathered, Hit, Listed, Model, Portal, Portals, State, Wanted, dataset, day, lint, merge, search,
};
use serde_json::json;

use super::dialogue::Dialogue;
use super::file::{self, Answers};
use super::like;
use super::out::OutArgs;
use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::portals;
use crate::session::Session;

const FORMAT: &str =
    "a layer on the portal with its API, and CSV or GeoJSON; an id for each row that does not change";
const METADATA: &str =
    "title, publisher, licence, meaning of each column, date of the last change, how often it is updated";
/// Hits that are attached.
const NEAREST: usize = 5;

/// Draft a request for a dataset that is not published.
///
/// The portal's catalogues are searched first; query, date and nearest hits go into the request. What was not given by
/// options or --from is asked for on a terminal. Where something fits, a script ends with exit code 2 unless --anyway.
/// Nothing is sent.
#[derive(Args, Debug)]
pub struct New {
    /// Words of the dataset, as for `geohub search`
    #[arg(value_name = "WORDS")]
    words: Vec<String>,

    /// The portal: an id of `geohub portal list` [env: `GEOHUB_PORTAL`]
    #[arg(long, value_name = "ID")]
    portal: Option<String>,

    /// Answers in a TOML file; options go before them
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// Another city's dataset of that kind, whose columns and two rows are attached; may be repeated
    #[arg(long, value_name = "CITY:ALIAS")]
    like: Vec<String>,

    /// What the rows are, which columns, area and years
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    dataset: Option<String>,

    /// What it is for
    #[arg(long = "use", value_name = "TEXT", help_heading = "Answers")]
    purpose: Option<String>,

    /// How it should be published
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    publish: Option<String>,

    /// How often it should be updated
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    frequency: Option<String>,

    /// An example, or where one is seen
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    sample: Option<String>,

    /// What should be said of it
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    metadata: Option<String>,

    /// Whether a person could be named by it
    #[arg(long, value_name = "yes|no", value_parser = BoolishValueParser::new(), help_heading = "Answers")]
    personal: Option<bool>,

    /// On which ground sensitive records may be had
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    legal: Option<String>,

    /// Who asks: name, and mail address or phone
    #[arg(long, value_name = "TEXT", help_heading = "Answers")]
    contact: Option<String>,

    /// Draft it even where something fits
    #[arg(long)]
    anyway: bool,

    #[command(flatten)]
    out: OutArgs,
}

impl New {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let answers = self.from.as_deref().map(file::read).transpose()?.unwrap_or_default();
        self.out.check(session)?;
        let known = portals::all()?;
        let mut dialogue = Dialogue::here(session, self.from.is_some());
        if dialogue.is_person() {
            session.end_progress();
        }
        let mut wanted = self.wanted(&answers);
        let portal = self.portal(&known, &answers, &mut dialogue)?;
        dialogue.fill(&mut wanted.words, "Words of the dataset you look for", "")?;
        if wanted.words.trim().is_empty() {
            return Err(Failure::usage("which dataset? Give its words")
                .hint("geohub request new parking citations --portal la"));
        }
        let evidence = evidence(session, &known, portal, &wanted.words)?;
        if let Some(evidence) = &evidence
            && !self.may_go_on(session, evidence, &mut dialogue)?
        {
            session.messages.say("nothing drafted; geohub info shows what is published");
            return Ok(());
        }
        let like = if self.like.is_empty() { &answers.like } else { &self.like };
        let models: Vec<Model> =
            like.iter().map(|reference| like::read(session, reference)).collect::<Result<_, _>>()?;
        ask(&mut dialogue, &mut wanted, models.is_empty())?;
        let lints = lint(&wanted, evidence.as_ref(), models.len());
        self.out.judge(session, &lints)?;
        let draft = dataset(portal, &wanted, evidence.as_ref(), &models);
        let result = json!({"portal": portal.id, "lint": lints, "searched": evidence});
        self.out.write(session, &draft, result)
    }

    /// What options and file say; options first.
    fn wanted(&self, answers: &Answers) -> Wanted {
        let first = |option: &Option<String>, answer: &Option<String>| {
            option.clone().or_else(|| answer.clone()).unwrap_or_default()
        };
        let words = (!self.words.is_empty()).then(|| self.words.join(" "));
        Wanted {
            words: first(&words, &answers.words),
            dataset: first(&self.dataset, &answers.dataset),
            purpose: first(&self.purpose, &answers.purpose),
            format: first(&self.publish, &answers.format),
            frequency: first(&self.frequency, &answers.frequency),
            sample: first(&self.sample, &answers.sample),
            metadata: first(&self.metadata, &answers.metadata),
            personal: self.personal.or(answers.personal),
            legal: first(&self.legal, &answers.legal),
            contact: first(&self.contact, &answers.contact),
        }
    }

    fn portal<'a>(
        &self,
        known: &'a Portals,
        answers: &Answers,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<&'a Portal, Failure> {
        let variable = std::env::var("GEOHUB_PORTAL").ok().filter(|id| !id.trim().is_empty());
        let named = self.portal.clone().or_else(|| answers.portal.clone()).or(variable);
        let mut id = named.unwrap_or_default();
        let ids: Vec<&str> = known.iter().map(|portal| portal.id.as_str()).collect();
        dialogue.fill(&mut id, &format!("Portal ({})", ids.join(" ")), "")?;
        if id.trim().is_empty() {
            return Err(Failure::usage("which portal? Name it with --portal, or in GEOHUB_PORTAL")
                .hint(format!("one of {}", ids.join(", "))));
        }
        Ok(known.get(id.trim())?)
    }

    /// What is published need not be asked for: false where a person says so.
    fn may_go_on(
        &self,
        session: &Session,
        evidence: &Evidence,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<bool, Failure> {
        if evidence.fits.is_empty() || self.anyway {
            return Ok(true);
        }
        let line = |one: &Listed| format!("{}  {}", one.reference, one.title);
        let lines: Vec<String> = evidence.fits.iter().map(line).collect();
        if !dialogue.is_person() {
            let message = format!("this is published already:\n  {}", lines.join("\n  "));
            return Err(Failure::new("published", Exit::Usage, message)
                .hint("geohub info shows them; --anyway drafts the request all the same"));
        }
        session.messages.say("This may be published already:");
        for line in &lines {
            session.messages.say(&format!("  {line}"));
        }
        Ok(dialogue.choose("Is it something else that you need?")? == Some(true))
    }
}

/// The six headings, and who asks. A script gets no defaults where only its author can know.
fn ask(dialogue: &mut Dialogue<'_>, wanted: &mut Wanted, wants_sample: bool) -> Result<(), Failure> {
    dialogue.fill(&mut wanted.dataset, "Dataset: what a row is, which columns, area, years", "")?;
    dialogue.fill(&mut wanted.purpose, "Intended use", "")?;
    dialogue.fill(&mut wanted.format, "Publication format", FORMAT)?;
    dialogue.fill(&mut wanted.frequency, "How often should it be updated", "")?;
    if wants_sample {
        dialogue.fill(&mut wanted.sample, "Sample data: an example row, or where one is seen", "")?;
    }
    dialogue.fill(&mut wanted.metadata, "Metadata", METADATA)?;
    if wanted.personal.is_none() {
        wanted.personal = dialogue.choose("Could a person be named by it?")?;
    }
    if wanted.personal == Some(true) {
        dialogue.fill(&mut wanted.legal, "Legal ground, if you know one (no law is named for you)", "")?;
    }
    dialogue.fill(&mut wanted.contact, "Your name and mail address", "")
}

/// Searches the catalogues; `None` where none of them answered, which is said.
fn evidence(
    session: &Session,
    known: &Portals,
    portal: &Portal,
    words: &str,
) -> Result<Option<Evidence>, Failure> {
    let gathered = match portals::catalogues(session, &[portal], &RemoteArgs::default(), false) {
        Ok(gathered) => gathered,
        Err(failure) if failure.exit == Exit::Network => {
            session.context.warn(format!("not searched: {}", failure.message));
            return Ok(None);
        }
        Err(failure) => return Err(failure),
    };
    let catalogues = gathered.iter().map(asked).collect();
    let partial = gathered.iter().any(|one| !matches!(one.state, State::Asked | State::Kept(_)));
    let found = search(merge(gathered, known), words, &geohub_portals::Filter::default());
    let listed = |hits: Vec<Hit>| hits.into_iter().take(NEAREST).map(listed).collect();
    let (fits, others) = found.hits.into_iter().partition(|hit: &Hit| hit.entry.kind.has_rows());
    let near: Vec<Hit> = [others, found.near].concat();
    let day = day(std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64));
    Ok(Some(Evidence { day, catalogues, partial, fits: listed(fits), near: listed(near) }))
}

fn asked(one: &Gathered) -> String {
    let name = one.source.name();
    let entries = text::grouped(one.entries.len() as u64);
    match &one.state {
        State::Asked => format!("{name}: {entries} entries"),
        State::Kept(read) => format!("{name}: {entries} entries, as of {}", portals::moment(*read)),
        State::Stale(read, _) => {
            format!("{name}: did not answer; {entries} entries, as of {}", portals::moment(*read))
        }
        State::Down(_) => format!("{name}: did not answer"),
        State::Unread => format!("{name}: not asked, without a network"),
    }
}

fn listed(hit: Hit) -> Listed {
    let host = hit.places.first().map(|place| place.host.clone()).unwrap_or_default();
    Listed { title: hit.entry.title, reference: hit.reference, host, updated: hit.entry.updated.map(day) }
}
