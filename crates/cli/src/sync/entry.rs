//! One layer as `geohub.toml` has it.

use std::path::Path;

use clap::ValueEnum;
use geohub_core::Bbox;
use geohub_fetch::{FetchError, Reference};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::args;
use crate::args::{AreaArgs, DomainsArg, OutputArgs, RemoteArgs, SelectArgs};
use crate::commands::fetch::Fetch;

/// The keys of `[layers.NAME]`: those of `geohub fetch`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) reference: Spanned<String>,
    pub(super) output: Spanned<String>,
    pub(super) layer: Option<NumberOrName>,
    pub(super) bbox: Option<Spanned<BboxText>>,
    pub(super) bbox_crs: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub(super) where_: Option<Spanned<String>>,
    pub(super) within: Option<Spanned<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Spanned<String>>,
    pub(super) server_where: Option<String>,
    pub(super) fields: Option<Vec<String>>,
    pub(super) limit: Option<u64>,
    pub(super) to_crs: Option<Spanned<String>>,
    pub(super) domains: Option<Spanned<String>>,
    pub(super) geometry: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) true_curves: bool,
    #[serde(default)]
    pub(super) exact_coordinates: bool,
    pub(super) format: Option<Spanned<String>>,
    pub(super) precision: Option<Spanned<u8>>,
    #[serde(default)]
    pub(super) xy: bool,
    pub(super) max_connections: Option<Spanned<u16>>,
    pub(super) keep: Option<bool>,
}

/// A layer of a service.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "the number or name of a layer")]
pub(super) enum NumberOrName {
    Number(u32),
    Name(String),
}

/// A rectangle as text or as four numbers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "a rectangle: \"west,south,east,north\" or [west, south, east, north]")]
pub(super) enum BboxText {
    Text(String),
    Sides([f64; 4]),
}

/// What is wrong with a value, and where in the file.
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// Reads a value as the command line does.
fn read<T, E: ToString>(
    value: Option<&Spanned<String>>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Wrong> {
    let one = |value: &Spanned<String>| {
        read(value.get_ref()).map_err(|error| Wrong::new(value.span().start, error.to_string()))
    };
    value.map(one).transpose()
}

impl Entry {
    /// The same as typed for `geohub fetch`, files found from `folder`.
    pub(super) fn fetch(&self, folder: &Path) -> Result<Fetch, Wrong> {
        match Reference::parse(self.reference.get_ref()) {
            // What must be looked up is told when it is.
            Ok(_) | Err(FetchError::NotYet { .. }) => {}
            Err(error) => return Err(Wrong::new(self.reference.span().start, error.to_string())),
        }
        let bbox = match &self.bbox {
            None => None,
            Some(bbox) => {
                let text = match bbox.get_ref() {
                    BboxText::Text(text) => text.clone(),
                    BboxText::Sides(sides) => sides.map(|side| side.to_string()).join(","),
                };
                let parsed = text.parse::<Bbox>();
                Some(parsed.map_err(|error| Wrong::new(bbox.span().start, error.to_string()))?)
            }
        };
        if let (None, Some(crs)) = (&bbox, &self.bbox_crs) {
            return Err(Wrong::new(
                crs.span().start,
                "bbox_crs says in which CRS bbox is, and there is no bbox",
            ));
        }
        if let (Some(place), Some(_)) = (&self.place, &self.within) {
            return Err(Wrong::new(place.span().start, "place and within are two areas; give one"));
        }
        let within = self.within.as_ref().map(|area| area_in(folder, area.get_ref()));
        let place = self.place.as_ref().map(|place| place.get_ref().clone());
        Ok(Fetch {
            reference: self.reference.get_ref().clone(),
            area: AreaArgs { within, place },
            server_where: self.server_where.clone(),
            to_crs: read(self.to_crs.as_ref(), |text| args::crs(&crs_in(folder, text)))?,
            select: SelectArgs {
                bbox,
                bbox_crs: read(self.bbox_crs.as_ref(), args::bbox_crs)?,
                where_: self.condition(folder)?,
                fields: self.fields.clone(),
                limit: self.limit,
            },
            remote: self.remote()?,
            output: self.output(folder)?,
            ..Fetch::default()
        })
    }

    /// The expression, checked here so that its place can be told.
    fn condition(&self, folder: &Path) -> Result<Option<String>, Wrong> {
        let Some(given) = &self.where_ else { return Ok(None) };
        let wrong = |message: String| Wrong::new(given.span().start, message);
        let text = match given.get_ref().strip_prefix('@') {
            None => given.get_ref().clone(),
            Some(file) => {
                let path = folder.join(file);
                std::fs::read_to_string(&path)
                    .map_err(|error| wrong(format!("cannot read {}: {error}", path.display())))?
            }
        };
        geohub_core::expr::Expr::parse(text.trim()).map_err(|error| wrong(error.to_string()))?;
        Ok(Some(text))
    }

    fn remote(&self) -> Result<RemoteArgs, Wrong> {
        let connections = self.max_connections.as_ref();
        if let Some(zero) = connections.filter(|number| *number.get_ref() == 0) {
            return Err(Wrong::new(zero.span().start, "max_connections is 1 or more"));
        }
        let domains = |text: &str| {
            DomainsArg::from_str(text, false)
                .map_err(|_| "domains is \"code\", \"name\" or \"both\"".to_owned())
        };
        Ok(RemoteArgs {
            max_connections: connections.map(|number| *number.get_ref()),
            max_time: None,
            layer: self.layer.as_ref().map(|layer| match layer {
                NumberOrName::Number(number) => number.to_string(),
                NumberOrName::Name(name) => name.clone(),
            }),
            domains: read(self.domains.as_ref(), domains)?.unwrap_or_default(),
            exact_coordinates: self.exact_coordinates,
            true_curves: self.true_curves,
            geometry: read(self.geometry.as_ref(), str::parse)?,
        })
    }

    fn output(&self, folder: &Path) -> Result<OutputArgs, Wrong> {
        if let Some(precision) = self.precision.as_ref().filter(|decimals| *decimals.get_ref() > 17) {
            return Err(Wrong::new(precision.span().start, "precision is 17 decimals at most"));
        }
        let at = self.output.span().start;
        if matches!(self.output.get_ref().as_str(), "" | "-") {
            return Err(Wrong::new(at, "the output is a file"));
        }
        let path = folder.join(self.output.get_ref());
        let known = read(self.format.as_ref(), |name| geohub_formats::named(name).map(|_| ()))?;
        if known.is_none() {
            geohub_formats::format_of_output(&geohub_core::Output::Path(path.clone()))
                .map_err(|error| Wrong::new(at, error.to_string()))?;
        }
        Ok(OutputArgs {
            out: Some(path.display().to_string()),
            format: self.format.as_ref().map(|name| name.get_ref().clone()),
            precision: self.precision.as_ref().map(|decimals| *decimals.get_ref()),
            xy: self.xy,
            fsync: true,
            receipt: false,
        })
    }

    /// What decides the content of the output beside the layer itself: another one makes the output stale.
    pub(super) fn asked(&self, folder: &Path) -> String {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        let mut text = serde_json::to_value(self).unwrap_or_default();
        text["keep"].take();
        text["max_connections"].take();
        hash.update(text.to_string());
        let files = [&self.within, &self.where_, &self.to_crs].into_iter().flatten();
        for file in files {
            // What is no file is in the text already.
            if let Ok(bytes) = std::fs::read(folder.join(file.get_ref().trim_start_matches('@'))) {
                hash.update(bytes);
            }
        }
        super::hex(&hash.finalize())
    }
}

/// An area as `--within` takes it, a file found from the folder.
fn area_in(folder: &Path, text: &str) -> String {
    let path = folder.join(text);
    if path.is_file() || !(text.contains('(') || text.trim_start().starts_with('{') || text.contains("://")) {
        path.display().to_string()
    } else {
        text.to_owned()
    }
}

/// A CRS as `--to-crs` takes it, a file found from the folder.
fn crs_in(folder: &Path, text: &str) -> String {
    let path = folder.join(text);
    if path.is_file() { path.display().to_string() } else { text.to_owned() }
}
