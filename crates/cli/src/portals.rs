//! The portals of cities as commands use them: their files, their catalogues, the client that asks them.

use std::time::Duration;

use geohub_core::text;
use geohub_fetch::{Client, Settings};
use geohub_portals::{
    Cache, Gathered, How, Meaning, Portal, Portals, PortalsError, Source, State, day, gather, meaning,
    needs_portals,
};

use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;
use crate::kept::Store;
use crate::session::Session;
use crate::successors;
use crate::terms;

/// After this time a catalogue that has not answered is left out, unless another one is given.
const PATIENCE: Duration = Duration::from_mins(5);

/// The folder of the user's own portal files.
pub fn folder() -> Option<std::path::PathBuf> {
    folders::config().map(|config| config.join("portals"))
}

/// Every portal: those inside the program and the user's own.
pub fn all() -> Result<Portals, Failure> {
    Ok(Portals::with_folder(folder().as_deref())?)
}

/// The portals named: ids, or `all`.
pub fn named<'a>(portals: &'a Portals, ids: &[String]) -> Result<Vec<&'a Portal>, Failure> {
    let mut found: Vec<&Portal> = Vec::new();
    for id in ids {
        if id.eq_ignore_ascii_case("all") {
            // The sample is no city.
            found.extend(portals.iter().filter(|portal| portal.id.as_str() != "demo"));
        } else {
            found.push(portals.get(id)?);
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|portal| seen.insert(portal.id.as_str()));
    Ok(found)
}

/// A client for catalogues. Nobody waits minutes for one portal of several: a request has less time and tries than one
/// of a download.
pub fn client(session: &Session, args: &RemoteArgs) -> Result<Client, Failure> {
    let settings = args.settings(session, std::env::temp_dir());
    let patience = session.begun.checked_add(PATIENCE);
    let settings = Settings {
        deadline: settings.deadline.or(patience),
        tries: 3,
        connect_timeout: Duration::from_secs(10),
        read_timeout: Duration::from_secs(30),
        drip_window: Duration::from_secs(20),
        longest_wait: Duration::from_secs(20),
        ..settings
    };
    Ok(Client::new(&settings, &session.context)?)
}

/// What an alias, an item or a Hub page leads to; `None` for a text that is none of these.
pub fn resolved(session: &Session, text: &str) -> Result<Option<String>, Failure> {
    // A portal's file with a typo is not the affair of a file or of a layer's own address.
    if !needs_portals(text) || std::path::Path::new(text).exists() {
        return Ok(None);
    }
    let known = all()?;
    let Some(meaning) = meaning(text, &known)? else { return Ok(None) };
    let Some(host) = meaning.asks() else {
        return Ok(match meaning {
            Meaning::Plain(text) => Some(text),
            _ => None,
        });
    };
    let addresses = Store::named("addresses");
    let key = format!("{meaning:?}");
    if session.global.offline && host != geohub_fetch::DEMO_HOST {
        if let Some((at, address)) = addresses.get::<String>(&key) {
            let (text, address_shown) = (geohub_fetch::shown(text), geohub_fetch::shown(&address));
            session.context.detail(format!("{text} was {address_shown} on {}", moment(at)));
            return Ok(Some(address));
        }
        let message = format!(
            "{} is looked up at {host}, and --offline forbids the network",
            geohub_fetch::shown(text)
        );
        return Err(Failure::new("offline", Exit::Network, message));
    }
    let address = meaning
        .resolve(&client(session, &RemoteArgs::default())?)
        .map_err(|error| successors::of_unresolved(text, &known, error))?;
    if host != geohub_fetch::DEMO_HOST {
        addresses.put(&session.context, &key, &geohub_fetch::shown(&address));
    }
    session.context.detail(format!("{} is {}", geohub_fetch::shown(text), geohub_fetch::shown(&address)));
    Ok(Some(address))
}

/// The kept catalogues.
pub fn cache() -> Cache {
    Cache::new(&folders::cache().unwrap_or_else(std::env::temp_dir).join("catalogues"))
}

/// The catalogues of portals. What did not answer is said; that none did is an error.
pub fn catalogues(
    session: &Session,
    portals: &[&Portal],
    args: &RemoteArgs,
    refresh: bool,
) -> Result<Vec<Gathered>, Failure> {
    let sources: Vec<Source> = portals.iter().flat_map(|portal| Source::all(portal)).collect();
    terms::first_search(session, &sources);
    let how = How { refresh, offline: session.global.offline };
    let gathered = gather(sources, &client(session, args)?, &cache(), how)?;
    let is_there = |one: &Gathered| !matches!(one.state, State::Down(_) | State::Unread);
    if gathered.iter().any(is_there) {
        for one in &gathered {
            tell(session, one);
        }
        return Ok(gathered);
    }
    let down = gathered.into_iter().find_map(|one| match one.state {
        State::Down(cause) => Some(PortalsError::AllDown { name: one.source.name(), cause: Box::new(cause) }),
        _ => None,
    });
    let names = || portals.iter().map(|portal| portal.name.clone()).collect();
    Err(down.unwrap_or_else(|| PortalsError::NothingKept { portals: names() }).into())
}

/// Says how a catalogue came, where that is not as it should be.
fn tell(session: &Session, one: &Gathered) {
    let name = one.source.name();
    match &one.state {
        State::Asked => {}
        State::Kept(read) if session.global.offline => {
            session.note_once(format!("{name}: as it was read on {}", moment(*read)));
        }
        State::Kept(read) => session.context.detail(format!("{name}: as it was read on {}", moment(*read))),
        State::Stale(read, error) => {
            session
                .context
                .warn(format!("{name} does not answer, taking it as of {}: {error}", moment(*read)));
        }
        State::Down(error) => session.context.warn(format!("{name} is left out: {error}")),
        State::Unread => {
            session.context.warn(format!("{name} is left out: it was never read on this machine"));
        }
    }
    if one.missing > 0 {
        let missing = text::grouped(one.missing as u64);
        session.context.note(format!("{name}: {missing} of its entries did not come"));
    }
    if one.unreadable > 0 {
        let entries =
            if one.unreadable == 1 { "1 entry".to_owned() } else { format!("{} entries", one.unreadable) };
        session.context.detail(format!("{name}: {entries} without id or title"));
    }
}

/// `2026-11-26 10:15 UTC`.
pub fn moment(ms: i64) -> String {
    let text = geohub_fetch::iso_ms(ms);
    match text.get(11..16) {
        Some(time) => format!("{} {time} UTC", day(ms)),
        None => text,
    }
}
