//! Where a layer came from and under which terms.

use serde::{Deserialize, Serialize};

mod derive;

pub use derive::Ancestor;

/// Where rows came from, whose they are and under which terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceFacts {
    /// The reference as typed; of a file of which nothing else is known its name without folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The service or dataset the rows came from, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_url: Option<String>,
    /// The layer's title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The publisher or owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The licence's name or address, as stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The credit line asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// The address of the terms of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Where the address of the terms was read, and when, if it is not the layer's own service that states them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_source: Option<String>,
    /// The query that selected the rows at the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// When the rows were fetched, UTC. Receipts have it; it is never written into an output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieved: Option<String>,
}

impl SourceFacts {
    /// The address of the terms that the layer itself states, not its portal.
    pub fn own_terms(&self) -> Option<&String> {
        self.terms.as_ref().filter(|_| self.terms_source.is_none())
    }

    /// What is stated of the layer's terms: the licence and the address of the terms of use. Those of a portal say nothing of
    /// a single layer.
    pub fn stated_terms(&self) -> Option<String> {
        let own = [self.licence.as_ref(), self.own_terms()];
        let parts: Vec<&str> = own.into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// Stable facts about a layer's origin; no times, counts of requests or hashes of outputs, so that a rerun
/// writes the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Of a layer made of others the first one's title and address, and everyone's terms.
    #[serde(flatten)]
    pub origin: SourceFacts,
    /// What the publisher says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The layers that it was made of, those of which these were made included; empty for a layer that came from a
    /// portal as it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Parent>,
}

/// A layer of which another was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parent {
    /// What is known of it.
    #[serde(flatten)]
    pub origin: SourceFacts,
    /// What was done to it, the first step first: `convert`, `join left`, `query within`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
}

impl Provenance {
    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// True when it says more than a name: where from, whose, or under which terms.
    pub fn names_a_source(&self) -> bool {
        let SourceFacts { reference, service_url, owner, licence, attribution, terms, .. } = &self.origin;
        let said = [reference, service_url, owner, licence, attribution, terms];
        !self.parents.is_empty() || said.iter().any(|fact| fact.is_some())
    }

    /// The same without times: what an output may hold.
    #[must_use]
    pub fn stable(mut self) -> Self {
        self.origin.retrieved = None;
        self.parents.iter_mut().for_each(|parent| parent.origin.retrieved = None);
        self
    }

    /// The layers that have to be credited: the parents, or else this one, unless nothing is known of it.
    pub fn sources(&self) -> Vec<Parent> {
        if !self.parents.is_empty() {
            return self.parents.clone();
        }
        let own = Parent { origin: self.origin.clone(), done: Vec::new() };
        if own == Parent::default() { Vec::new() } else { vec![own] }
    }
}
