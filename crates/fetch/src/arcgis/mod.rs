//! `ArcGIS` servers: layers of a `FeatureServer` or `MapServer`.

mod answer;
mod arrival;
mod ask;
pub(crate) mod check;
mod codes;
mod dataset;
mod decode;
mod edits;
mod fate;
mod fields;
mod item;
mod login;
mod metadata;
mod nameless;
mod page;
mod pbf;
mod pbf_use;
mod remarks;
mod request;
mod service;
mod url;

pub(crate) use answer::text;
pub(crate) use service::list;

use crate::error::Result;
use crate::fate::{Effort, Fate, Known};
use crate::http::Http;
use crate::provider::{Dataset, Pending, Provider};
use crate::reference::Target;

/// The provider.
pub(crate) struct ArcGis;

impl Provider for ArcGis {
    fn name(&self) -> &'static str {
        "ArcGIS"
    }

    fn parse(&self, text: &str) -> Option<Result<Target>> {
        url::parse(text)
    }

    fn inquire<'a>(
        &'a self,
        target: &'a Target,
        known: &'a Known,
        effort: Effort,
        http: &'a Http,
    ) -> Pending<'a, Fate> {
        Box::pin(fate::inquire(target, known, effort, http))
    }

    fn open<'a>(&self, target: &'a Target, http: &'a Http) -> Pending<'a, Box<dyn Dataset>> {
        Box::pin(async move {
            let given = url::Given::read(&target.url);
            let mut url = target.url.clone();
            url.set_query(None);
            let settings = &http.settings;
            let found = service::layer_url(&url, settings.layer.as_deref(), http).await?;
            let url = found.url;
            let service::Described { raw, etag } = match found.described {
                Some(described) => described,
                None => service::describe(&url, http).await?,
            };
            let mut metadata = metadata::Metadata::read(&raw, &url, etag, settings.domains)?;
            metadata.edits.item = metadata.edits.item.or(found.item);
            metadata.description.remarks.item.clone_from(&metadata.edits.item);
            Ok(Box::new(dataset::Layer::new(url, metadata, given, settings)) as Box<dyn Dataset>)
        })
    }
}
