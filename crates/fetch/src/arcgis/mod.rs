//! `ArcGIS` servers: layers of a `FeatureServer` or `MapServer`.

mod answer;
mod arrival;
mod dataset;
mod decode;
mod fields;
mod metadata;
mod page;
mod pbf;
mod pbf_use;
mod request;
mod url;

use crate::error::Result;
use crate::http::{Http, Request};
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

    fn open<'a>(&self, target: &'a Target, http: &'a Http) -> Pending<'a, Box<dyn Dataset>> {
        Box::pin(async move {
            let request = Request::new(target.url.clone()).with("f", "json");
            let (raw, etag) = http
                .get(&request, |answer| {
                    let raw: serde_json::Value = answer::json(answer)?;
                    Ok((raw, answer.header("etag")))
                })
                .await?;
            let metadata = metadata::Metadata::read(&raw, &target.url, etag)?;
            Ok(Box::new(dataset::Layer::new(target.url.clone(), metadata, http.settings.exact))
                as Box<dyn Dataset>)
        })
    }
}
