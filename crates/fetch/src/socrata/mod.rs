//! Socrata portals: datasets by SODA 2.1.

mod answer;
mod columns;
mod dataset;
mod decode;
mod geometry;
mod request;
mod url;
mod view;

use serde_json::Value;

use crate::error::{FetchError, Result};
use crate::http::{Http, Request};
use crate::provider::{Dataset, Pending, Provider};
use crate::reference::Target;

/// The provider.
pub(crate) struct Socrata;

impl Provider for Socrata {
    fn name(&self) -> &'static str {
        "Socrata"
    }

    fn parse(&self, text: &str) -> Option<Result<Target>> {
        url::parse(text)
    }

    fn open<'a>(&self, target: &'a Target, http: &'a Http) -> Pending<'a, Box<dyn Dataset>> {
        Box::pin(async move {
            let mut id = target.dataset.clone().unwrap_or_default();
            for _ in 0..2 {
                let (raw, etag) = read_view(target, &id, http).await?;
                match view::only_child(&raw) {
                    Some(child) => {
                        http.context.note(format!("{id} is a map; its rows are in {child}"));
                        id = child;
                    }
                    None => return dataset::SodaDataset::open(target, &id, &raw, etag),
                }
            }
            Err(FetchError::bad(target.url.as_str(), format!("{id} is a map of a map")))
        })
    }
}

async fn read_view(target: &Target, id: &str, http: &Http) -> Result<(Value, Option<String>)> {
    let request = Request::new(url::within(&target.url, &format!("api/views/{id}.json")));
    http.get(&request, |answer| Ok((answer::object(answer)?, answer.header("etag")))).await
}
