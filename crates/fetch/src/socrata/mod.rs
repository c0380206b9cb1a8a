//! Socrata portals: datasets by SODA 2.1, or by SODA 3.0 where only that answers.

mod answer;
mod ask;
pub(crate) mod check;
mod columns;
mod dataset;
mod decode;
mod fate;
mod filter;
mod geometry;
mod given;
mod key;
mod kind;
mod location;
mod page;
mod remarks;
mod request;
mod resolve;
mod row;
mod size;
mod source;
mod url;
mod view;

pub(crate) use ask::ask;

use crate::error::Result;
use crate::fate::{Effort, Fate, Known};
use crate::http::Http;
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

    fn inquire<'a>(
        &'a self,
        target: &'a Target,
        known: &'a Known,
        _effort: Effort,
        http: &'a Http,
    ) -> Pending<'a, Fate> {
        Box::pin(fate::inquire(target, known, http))
    }

    fn open<'a>(&self, target: &'a Target, http: &'a Http) -> Pending<'a, Box<dyn Dataset>> {
        Box::pin(resolve::resolve(target, http))
    }
}
