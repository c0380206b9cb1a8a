//! What became of a reference that leads nowhere, and what may stand in its place: asked of its server with two requests at
//! most, and looked up in the catalogues kept on this machine. Whatever goes wrong here leaves the first error as it is.

use std::time::Duration;

use geohub_fetch::{Effort, Fate, FetchError, Known, Lot, Reference, Settings};
use geohub_portals::{
    Address, Filter, Gathered, Hit, Portal, Portals, PortalsError, Source, State, address_of_reference,
    merge, portal_of, search,
};

use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::portals;
use crate::session::Session;

/// Candidates that are named.
const NAMED: usize = 4;

/// The failure of a layer that could not be opened or read, explained where it is gone.
pub fn explained(session: &Session, reference: &Reference, error: FetchError) -> Failure {
    if !matches!(error, FetchError::NotFound { .. }) {
        return error.into();
    }
    let failure = Failure::from(error);
    // A portal's file with a typo is not the affair of a layer's own address.
    let known = portals::all().or_else(|_| Portals::built_in()).unwrap_or_default();
    let (typed, address) = (reference.text(), reference.address());
    let dead = Dead::new(&typed, &address, &known);
    let kept = kept(dead.portal, &known);
    let title = dead.title.clone().or_else(|| listed_title(&kept, dead.address.as_ref()));
    let fate = fate(session, reference, title.clone());
    let mut candidates: Vec<(String, String)> = Vec::new();
    if let Some(fate) = &fate {
        candidates.extend(fate.candidates.iter().map(|one| (one.reference.clone(), one.title.clone())));
    }
    candidates.extend(alike(kept, &known, &dead, title.as_deref()));
    told(failure, fate, candidates, title.as_deref(), &dead)
}

/// The failure of an alias, an item or a page whose item is gone.
pub fn of_unresolved(text: &str, known: &Portals, error: PortalsError) -> Failure {
    if !matches!(error, PortalsError::Fetch(FetchError::NotFound { .. })) {
        return error.into();
    }
    let failure = Failure::from(error);
    let dead = Dead::new(text, text, known);
    let kept = kept(dead.portal, known);
    let title = dead
        .title
        .clone()
        .or_else(|| listed_title(&kept, dead.address.as_ref()))
        .or_else(|| words_of_slug(dead.address.as_ref()));
    let candidates = alike(kept, known, &dead, title.as_deref());
    told(failure, None, candidates, title.as_deref(), &dead)
}

/// A reference that leads nowhere.
struct Dead<'a> {
    typed: String,
    /// By which catalogues know it.
    address: Option<Address>,
    /// Its portal.
    portal: Option<&'a Portal>,
    /// Its title, if it was typed as an alias.
    title: Option<String>,
}

impl<'a> Dead<'a> {
    fn new(typed: &str, address: &str, known: &'a Portals) -> Self {
        let alias = known.alias(typed).and_then(Result::ok);
        let own = alias.map_or(address, |(_, _, alias)| alias.reference.as_str());
        Self {
            typed: typed.to_owned(),
            address: address_of_reference(own).or_else(|| address_of_reference(address)),
            portal: portal_of(typed, known).or_else(|| portal_of(address, known)),
            title: alias.map(|(_, _, alias)| alias.title.clone()),
        }
    }
}

/// What became of it, as far as two requests tell.
fn fate(session: &Session, reference: &Reference, title: Option<String>) -> Option<Fate> {
    let settings = RemoteArgs::default().settings(session, std::env::temp_dir());
    let settings = Settings {
        tries: 1,
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(10),
        drip_window: Duration::from_secs(10),
        longest_wait: Duration::from_secs(5),
        ..settings
    };
    let known = Known { title, item: None };
    match geohub_fetch::inquire(reference, &known, Effort::Brief, &settings, &session.context) {
        Ok(fate) => Some(fate),
        Err(error) => {
            session.context.detail(format!("what became of it cannot be asked: {error}"));
            None
        }
    }
}

/// The catalogues of a portal as they are kept, else those of all; nobody is asked.
fn kept(portal: Option<&Portal>, known: &Portals) -> Vec<Gathered> {
    let portals: Vec<&Portal> = portal.map_or_else(|| known.iter().collect(), |portal| vec![portal]);
    let cache = portals::cache();
    let sources = portals.into_iter().flat_map(Source::all);
    let read = |source: Source| {
        let kept = cache.get(&source)?;
        let state = State::Kept(kept.read);
        Some(Gathered { source, entries: kept.entries, state, unreadable: 0, missing: 0 })
    };
    sources.filter_map(read).collect()
}

/// The title under which catalogues list an address.
fn listed_title(kept: &[Gathered], address: Option<&Address>) -> Option<String> {
    let address = address?;
    let mut entries = kept.iter().flat_map(|one| &one.entries);
    entries.find(|entry| entry.means(address)).map(|entry| entry.title.clone())
}

/// `lahub::parking-meters-2` as words.
fn words_of_slug(address: Option<&Address>) -> Option<String> {
    let Some(Address::Slug(slug)) = address else { return None };
    let name = slug.rsplit(['/', ':']).next()?;
    let words: Vec<&str> = name.split('-').filter(|word| word.parse::<u32>().is_err()).collect();
    Some(words.join(" ")).filter(|words| !words.is_empty())
}

/// Datasets of the kept catalogues of the same title, else those that have its words.
fn alike(
    kept: Vec<Gathered>,
    known: &Portals,
    dead: &Dead<'_>,
    title: Option<&str>,
) -> Vec<(String, String)> {
    let Some(title) = title else { return Vec::new() };
    let other = |hit: &Hit| {
        let means = |text: &String| address_of_reference(text);
        hit.reference != dead.typed
            && !hit.entry.addresses.iter().any(|text| means(text) == dead.address && dead.address.is_some())
    };
    let same = |hit: &Hit| folded(&hit.entry.title) == folded(title);
    let mut hits = search(merge(kept, known), title, &Filter::default()).hits;
    hits.retain(|hit| hit.entry.kind.has_rows() && other(hit));
    if hits.iter().any(same) {
        hits.retain(same);
    }
    hits.into_iter().take(NAMED).map(|hit| (hit.reference, hit.entry.title)).collect()
}

/// Titles compare without case and punctuation.
fn folded(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn told(
    failure: Failure,
    fate: Option<Fate>,
    candidates: Vec<(String, String)>,
    title: Option<&str>,
    dead: &Dead<'_>,
) -> Failure {
    let mut failure = failure;
    let mut moved = false;
    if let Some(fate) = fate {
        moved = fate.lot == Lot::Moved;
        // Nobody knows whether it ever was there.
        let lot = if fate.lot == Lot::Deleted {
            "deleted, or never there".to_owned()
        } else {
            fate.lot.to_string()
        };
        failure.message = format!("{}; it was {lot}: {}", failure.message, fate.words);
        if fate.words.starts_with("its service is there") && failure.hint.is_none() {
            failure.hint = Some(format!("geohub layers {} lists what its service has", dead.typed));
        }
        if fate.lot == Lot::Private {
            (failure.exit, failure.code) = (Exit::Credentials, "credentials");
        }
    }
    let mut names: Vec<String> = Vec::new();
    for (reference, title) in candidates {
        let name = format!("{reference} ({title})");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(NAMED);
    if !names.is_empty() {
        let word = if moved { "probably" } else { "perhaps" };
        return failure.hint(format!("{word} {}", names.join(", or ")));
    }
    match (title, dead.portal) {
        (Some(title), Some(portal)) if failure.hint.is_none() => {
            failure.hint(format!("geohub search {title} --portal {} looks for another one", portal.id))
        }
        _ => failure,
    }
}
