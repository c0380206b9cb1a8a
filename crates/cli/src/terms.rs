//! Terms of use, as portal files state them: recorded where a service is silent, told when a host is used for the first
//! time.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use geohub_core::Context;
use geohub_fetch::{PortalTerms, TermsLookup};
use geohub_portals::{HostFacts, Portals, Source};

use crate::folders;
use crate::session::Session;

/// More hosts than this are told of in one breath.
const MOST_TOLD: usize = 2;

/// What receipts say of layers whose service states no terms. The files are read when the first such layer comes.
pub fn lookup(session: &Session) -> TermsLookup {
    let (known, context) = (session.known_portals(), session.context.clone());
    TermsLookup::new(move |url| {
        let facts = HostFacts::of(known.get_or_init(|| sound(&context)), url)?;
        let terms = facts.terms.first()?;
        let source = format!("{}, read {}", terms.source, facts.read(terms));
        Some(PortalTerms { url: terms.url.to_string(), source })
    })
}

/// The portals. A file with a typo is not the affair of whoever names a layer by its address.
fn sound(context: &Context) -> Portals {
    let (portals, flaws) = Portals::sound_ones(crate::portals::folder().as_deref());
    for flaw in flaws {
        context.detail(format!("a portal file is left out: {flaw}"));
    }
    portals
}

/// Tells, on a terminal and once a host, where the terms of a layer's host are.
pub fn first_use(session: &Session, address: &str) {
    if !is_wanted(session) {
        return;
    }
    let shown = Shown::here();
    let known = session.known_portals();
    let facts = HostFacts::of(known.get_or_init(|| sound(&session.context)), address);
    if let Some(facts) = facts.filter(|facts| !facts.terms.is_empty() && shown.first(&facts.host)) {
        for line in lines(&facts) {
            session.messages.say(&line);
        }
    }
}

/// The same for the hosts of catalogues that are about to be read.
pub fn first_search(session: &Session, sources: &[Source]) {
    if !is_wanted(session) {
        return;
    }
    let shown = Shown::here();
    let known = session.known_portals();
    let portals = known.get_or_init(|| sound(&session.context));
    let mut new: Vec<HostFacts<'_>> = Vec::new();
    for facts in sources.iter().filter_map(|source| HostFacts::of(portals, &source.host)) {
        let known = new.iter().any(|other| other.host == facts.host);
        if !known && !facts.terms.is_empty() && !shown.before(&facts.host) {
            new.push(facts);
        }
    }
    if new.len() <= MOST_TOLD {
        for facts in new.iter().filter(|facts| shown.first(&facts.host)) {
            for line in lines(facts) {
                session.messages.say(&line);
            }
        }
    } else if shown.first("several hosts") {
        let hosts: Vec<&str> = new.iter().take(3).map(|facts| facts.host.as_str()).collect();
        session.messages.say(&format!(
            "each of {} hosts has terms of its own: {}, ...",
            new.len(),
            hosts.join(", ")
        ));
        session.messages.say("geohub terms HOST shows them, and the limits of the host");
    }
}

fn is_wanted(session: &Session) -> bool {
    !session.global.quiet && !session.global.json && std::io::stderr().is_terminal()
}

/// Two lines: where the terms are and what they say; limits, and how to see more.
fn lines(facts: &HostFacts<'_>) -> [String; 2] {
    let host = &facts.host;
    let terms = facts.terms.first().map(|terms| format!("{} ({})", terms.url, terms.summary));
    let limits = facts.limits.first().map_or_else(String::new, |limit| format!("limits: {} ", limit.text));
    [
        format!("terms of {host}: {}", terms.unwrap_or_default()),
        format!("{limits}geohub terms {host} shows more; this is said once"),
    ]
}

/// The hosts that were told of: a file each.
struct Shown {
    folder: PathBuf,
}

impl Shown {
    fn here() -> Self {
        Self { folder: folders::cache().unwrap_or_else(std::env::temp_dir).join("terms-shown") }
    }

    fn path(&self, host: &str) -> PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        self.folder.join(host.chars().map(plain).collect::<String>())
    }

    fn before(&self, host: &str) -> bool {
        self.path(host).exists()
    }

    /// True the first time. Where nothing can be kept every time is the first.
    fn first(&self, host: &str) -> bool {
        !self.before(host) && keep(&self.folder, &self.path(host))
    }
}

/// False when another process was faster.
fn keep(folder: &Path, path: &Path) -> bool {
    let made = std::fs::create_dir_all(folder).and_then(|()| std::fs::File::create_new(path));
    made.err().is_none_or(|error| error.kind() != std::io::ErrorKind::AlreadyExists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_of_once_and_always_where_nothing_can_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown { folder: folder.path().join("a").join("terms-shown") };
        assert!(shown.first("h.example:80/x") && !shown.first("h.example:80/x") && shown.first("other"));
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let nowhere = Shown { folder: file.join("below") };
        assert!(nowhere.first("h.example") && nowhere.first("h.example"));
    }

    #[test]
    fn two_lines_say_where_terms_are_and_how_to_see_more() {
        let portals = Portals::built_in().unwrap();
        let facts = HostFacts::of(&portals, "https://data.lacity.org/d/s49e-q6j2").unwrap();
        let [terms, more] = lines(&facts);
        assert!(
            terms.starts_with("terms of data.lacity.org: https://www.tylertech.com/terms (The platform"),
            "{terms}"
        );
        assert!(
            more.starts_with("limits: No figure") && more.contains("geohub terms data.lacity.org"),
            "{more}"
        );
    }
}
