//! A request for more than the limits allow.

use geohub_core::text;
use serde::{Deserialize, Serialize};

use super::channel::addressees;
use super::draft::{Block, Draft, Section};
use crate::portal::RequestKind;
use crate::terms::{HostFacts, host_name};

/// What a receipt says of the volume of its download.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Taken {
    requests: u64,
    retries: u64,
    bytes: u64,
    features: u64,
    started: String,
    ended: String,
    provenance: Origin,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Origin {
    service_url: Option<String>,
    title: Option<String>,
}

impl Taken {
    /// Reads a receipt; `None` for one of a file that was made of others, and for what is none.
    ///
    /// # Errors
    /// It is no JSON: a receipt that is damaged.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        let value: serde_json::Value = serde_json::from_slice(bytes)?;
        Ok(Self::deserialize(value).ok())
    }

    /// The host that was asked.
    pub fn host(&self) -> String {
        self.provenance.service_url.as_deref().map(host_name).unwrap_or_default()
    }
}

/// Layers that are named.
const SHOWN: usize = 12;

/// The volume of downloads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Volume {
    pub downloads: u64,
    pub requests: u64,
    pub retries: u64,
    pub bytes: u64,
    pub rows: u64,
    /// Titles, each once.
    pub layers: Vec<String>,
    /// Days on which there were downloads.
    pub days: u64,
    /// First and last moment, UTC.
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Volume {
    /// The sum over receipts.
    pub fn of<'a>(receipts: impl IntoIterator<Item = &'a Taken>) -> Self {
        let (mut sum, mut days) = (Self::default(), std::collections::BTreeSet::new());
        for one in receipts {
            sum.downloads += 1;
            sum.requests = sum.requests.saturating_add(one.requests);
            sum.retries = sum.retries.saturating_add(one.retries);
            sum.bytes = sum.bytes.saturating_add(one.bytes);
            sum.rows = sum.rows.saturating_add(one.features);
            days.insert(one.started.chars().take(10).collect::<String>());
            sum.from = sum.from.into_iter().chain([one.started.clone()]).min();
            sum.to = sum.to.max(Some(one.ended.clone()));
            let name = one.provenance.title.clone().or_else(|| one.provenance.service_url.clone());
            sum.layers.extend(name);
        }
        sum.layers.sort();
        sum.layers.dedup();
        sum.days = days.len() as u64;
        sum
    }

    fn lines(&self) -> Vec<String> {
        let megabytes = self.bytes as f64 / 1e6;
        let day = |moment: &Option<String>| {
            moment.as_deref().unwrap_or_default().chars().take(10).collect::<String>()
        };
        let mut lines = vec![
            format!(
                "{} on {} from {} to {} (UTC)",
                text::plural(self.downloads, "download"),
                text::plural(self.days, "day"),
                day(&self.from),
                day(&self.to)
            ),
            format!(
                "{}, of which {} repeated: no answer, an error, or a pause that the server asked for",
                text::plural(self.requests, "request"),
                text::grouped(self.retries)
            ),
            format!("{}, {megabytes:.1} MB received", text::plural(self.rows, "row")),
        ];
        if let Some(requests) = self.requests.checked_div(self.days) {
            let each = megabytes / self.days as f64;
            lines.push(format!(
                "on such a day {} and {each:.1} MB on average",
                text::plural(requests, "request")
            ));
        }
        let more = if self.layers.len() > SHOWN {
            format!(", and {} more", self.layers.len() - SHOWN)
        } else {
            String::new()
        };
        let shown: Vec<&str> = self.layers.iter().take(SHOWN).map(String::as_str).collect();
        lines.push(format!(
            "{}: {}{more}",
            text::plural(self.layers.len() as u64, "layer"),
            shown.join(", ")
        ));
        lines
    }
}

/// The request. `texts` are purpose, what is needed, contact, and the credential in words; empty where nothing was said.
pub fn access(host: &str, facts: Option<&HostFacts<'_>>, volume: &Volume, texts: [&str; 4]) -> Draft {
    let or = |text: &str| if text.trim().is_empty() { "(not said)".to_owned() } else { text.to_owned() };
    let [purpose, need, contact, token] = texts;
    let used = if volume.downloads == 0 {
        Block::Text("No download so far.".to_owned())
    } else {
        Block::Items(volume.lines())
    };
    let limits: Vec<String> = facts.map_or_else(Vec::new, |facts| {
        let line = |limit: &&crate::portal::Limit| {
            format!("{} (read on {} at {} )", limit.text, facts.portal.read, limit.source)
        };
        facts.limits.iter().map(line).collect()
    });
    let limits =
        if limits.is_empty() { Block::Text("None that I know of.".to_owned()) } else { Block::Items(limits) };
    let sections = vec![
        Section::text("Request", format!("I ask for a higher rate, or access of another kind, to {host}.")),
        Section::text("1. Purpose", or(purpose)),
        Section::text("2. What is needed", or(need)),
        Section::new("3. Use so far, from the receipts of my downloads", vec![used]),
        Section::new("4. Limits known to me", vec![limits]),
        Section::text("5. Credential", if token.is_empty() { "None is in use." } else { token }),
        Section::text(
            "6. How the server is treated",
            "Requests are spaced and few at once, follow Retry-After, name the program in User-Agent, and layers that did \
             not change are not brought again.",
        ),
        Section::text("Contact", or(contact)),
    ];
    let to = facts.map_or_else(Vec::new, |facts| addressees(facts.portal, RequestKind::Access));
    Draft { subject: format!("Request for access: {host}"), to, sections }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_add_up_and_papers_of_other_kinds_are_none() {
        let paper = |day: &str, title: &str| {
            Taken::read(
                format!(
                    r#"{{"requests":5,"retries":1,"bytes":2000000,"features":10,"started":"{day}T10:00:00Z",
                    "ended":"{day}T10:01:00Z","provenance":{{"service_url":"https://H.example/x","title":"{title}"}}}}"#
                )
                .as_bytes(),
            )
            .unwrap()
            .unwrap()
        };
        let papers = [paper("2026-11-02", "a"), paper("2026-11-01", "b"), paper("2026-11-02", "a")];
        assert_eq!(papers[0].host(), "h.example");
        let volume = Volume::of(&papers);
        assert_eq!((volume.downloads, volume.requests, volume.retries, volume.rows), (3, 15, 3, 30));
        assert_eq!((volume.days, volume.layers.len(), volume.bytes), (2, 2, 6_000_000));
        assert_eq!(volume.from.as_deref(), Some("2026-11-01T10:00:00Z"));
        assert_eq!(volume.to.as_deref(), Some("2026-11-02T10:01:00Z"));
        assert!(volume.lines()[0].contains("3 downloads on 2 days from 2026-11-01 to 2026-11-02"));
        for text in ["[]", "{}", r#"{"provenance":{},"features":1}"#] {
            assert_eq!(Taken::read(text.as_bytes()).unwrap(), None, "{text}");
        }
        assert!(Taken::read(b"").is_err() && Taken::read(b"{bad").is_err());
    }
}
