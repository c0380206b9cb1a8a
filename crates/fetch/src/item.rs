//! What a portal's item says of the layer that it stands for, and how it is kept beside a journal.

use std::path::Path;

use geohub_core::{Output, OutputFile, Provenance};
use serde::{Deserialize, Serialize};

use crate::error::{FetchError, Result};
use crate::http::Http;
use crate::provider::Dataset;

/// The name in the journal's folder.
const NAME: &str = "item.json";

/// What an item says; texts are plain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ItemFacts {
    pub(crate) title: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) licence: Option<String>,
    /// The credit line asked for.
    pub(crate) credit: Option<String>,
    /// The first address in the licence.
    pub(crate) terms: Option<String>,
    pub(crate) description: Option<String>,
    /// When the item was last changed, which is seldom when its rows were, epoch milliseconds.
    pub(crate) modified_ms: Option<i64>,
}

impl ItemFacts {
    /// Adds what the layer does not say itself. Credit is due as both say it.
    pub(crate) fn add_to(&self, provenance: &mut Provenance) {
        let origin = &mut provenance.origin;
        let fill = |place: &mut Option<String>, fact: &Option<String>| {
            if place.is_none() {
                place.clone_from(fact);
            }
        };
        fill(&mut origin.title, &self.title);
        fill(&mut origin.owner, &self.owner);
        fill(&mut origin.licence, &self.licence);
        fill(&mut origin.terms, &self.terms);
        fill(&mut provenance.description, &self.description);
        let origin = &mut provenance.origin;
        origin.attribution = match (origin.attribution.take(), &self.credit) {
            (Some(own), Some(credit)) if !own.to_lowercase().contains(&credit.to_lowercase()) => {
                Some(format!("{own}; {credit}"))
            }
            (own, credit) => own.or_else(|| credit.clone()),
        };
    }
}

/// Facts and the item they are of.
#[derive(Serialize, Deserialize)]
struct Kept {
    url: String,
    item: String,
    facts: ItemFacts,
}

/// What the item of a layer says. One that cannot be had is no reason to do without the rows.
pub(crate) async fn stated(http: &Http, dataset: &dyn Dataset) -> Option<ItemFacts> {
    asked(http, dataset).await.ok().flatten()
}

async fn asked(http: &Http, dataset: &dyn Dataset) -> Result<Option<ItemFacts>> {
    dataset.stated(http).await.inspect_err(|error| {
        http.context
            .detail(format!("owner, licence and terms are not known, as its item cannot be had: {error}"));
    })
}

/// The same of a download, whose output holds what is said: one that goes on after an interruption has what was said when
/// it began. Of an item that cannot be had for the moment the last that is known counts.
pub(crate) async fn of_download(
    http: &Http,
    dataset: &dyn Dataset,
    folder: &Path,
    goes_on: bool,
) -> Option<ItemFacts> {
    let item = dataset.item()?;
    let url = &dataset.description().url;
    let kept = read(folder).filter(|kept| kept.url == *url && kept.item == item).map(|kept| kept.facts);
    if goes_on && kept.is_some() {
        return kept;
    }
    match asked(http, dataset).await {
        Ok(facts) => {
            if let Some(facts) = &facts {
                let kept = Kept { url: url.clone(), item: item.to_owned(), facts: facts.clone() };
                keep(http, folder, &kept);
            }
            facts
        }
        Err(error) if may_pass(&error) => kept,
        Err(_) => None,
    }
}

/// True where the item may be there and the same as ever.
fn may_pass(error: &FetchError) -> bool {
    match error {
        FetchError::Network { .. } | FetchError::Deadline(_) | FetchError::Throttled { .. } => true,
        FetchError::Server { code, .. } => *code >= 500,
        _ => false,
    }
}

fn read(folder: &Path) -> Option<Kept> {
    serde_json::from_slice(&std::fs::read(folder.join(NAME)).ok()?).ok()
}

/// Without it a download that goes on asks again.
fn keep(http: &Http, folder: &Path, kept: &Kept) {
    let write = || -> geohub_core::Result<()> {
        let bytes =
            serde_json::to_vec(kept).map_err(|error| geohub_core::Error::Internal(error.to_string()))?;
        let mut file = OutputFile::create(&Output::Path(folder.join(NAME)), false)?;
        file.write(&bytes)?;
        file.finish().map(|_| ())
    };
    if let Err(error) = write() {
        http.context.detail(format!("what the item says is not kept: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use geohub_core::SourceFacts;

    use super::*;

    #[test]
    fn a_layer_keeps_what_it_says_itself_and_credit_adds_up() {
        let some = |text: &str| Some(text.to_owned());
        let facts = ItemFacts {
            title: some("Item"),
            owner: some("ann"),
            licence: some("CC0"),
            credit: some("City"),
            ..ItemFacts::default()
        };
        let credited = |own: Option<&str>| {
            let origin = SourceFacts {
                title: some("Layer"),
                attribution: own.map(str::to_owned),
                ..SourceFacts::default()
            };
            let mut provenance = Provenance { origin, ..Provenance::default() };
            facts.add_to(&mut provenance);
            assert_eq!(provenance.origin.title.as_deref(), Some("Layer"));
            assert_eq!(provenance.origin.licence.as_deref(), Some("CC0"));
            provenance.origin.attribution
        };
        assert_eq!(credited(None), some("City"));
        assert_eq!(credited(Some("the CITY of X")), some("the CITY of X"));
        assert_eq!(credited(Some("County")), some("County; City"));
    }
}
