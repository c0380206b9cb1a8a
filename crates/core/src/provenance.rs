//! Where a layer came from and under which terms.

use serde::{Deserialize, Serialize};

/// Stable facts about a layer's origin; no times, counts of requests or hashes of outputs, so that a rerun
/// writes the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The reference as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The service or dataset the rows came from, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_url: Option<String>,
    /// The layer's title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the publisher says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
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
    /// The query that selected the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

impl Provenance {
    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
