//! Paths.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::assemble::soda2;
use super::config::{Asset, Config};
use super::dataset::Dataset;
use super::errors::Refusal;
use super::json::{self as soda_json, Style};
use super::params::ready;
use super::query::run;
use super::{Switches, catalog, csv, export, geojson, headers, metadata, v3};
use crate::Result;
use crate::net::{Answer, Edit, Kind, Portal, Request, Tweaks};

/// The stand-in's data and routes.
pub(super) struct Socrata {
    datasets: Vec<Dataset>,
    assets: Vec<Asset>,
    switches: Switches,
}

type Answered = std::result::Result<Answer, Refusal>;

/// `name.ext` taken apart.
fn split(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(name, ext)| (name, Some(ext)))
}

fn pretty(json: &Json) -> Answer {
    let text = serde_json::to_string_pretty(json).unwrap_or_default().replace("\": ", "\" : ");
    Answer::new(200, "application/json; charset=utf-8", text + "\n")
}

fn format_of<'a>(ext: Option<&'a str>, request: &'a Request) -> &'a str {
    ext.unwrap_or_else(|| match request.header("accept").unwrap_or_default() {
        accept if accept.starts_with("text/csv") => "csv",
        accept if accept.starts_with("application/vnd.geo+json") => "geojson",
        _ => "json",
    })
}

impl Socrata {
    pub(super) fn new(config: Config) -> Result<Self> {
        config.check()?;
        let region = config.switches.computed_region;
        let datasets =
            config.datasets.iter().map(|source| Dataset::new(source, region)).collect::<Result<_>>()?;
        Ok(Self { datasets, assets: config.assets, switches: config.switches })
    }

    fn dataset(&self, id: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.id == id && !dataset.gone.load(Ordering::Relaxed))
    }

    /// The datasets that are there for everybody.
    fn listed(&self) -> Vec<&Dataset> {
        let here = |dataset: &&Dataset| {
            !dataset.gone.load(Ordering::Relaxed) && !dataset.private.load(Ordering::Relaxed)
        };
        self.datasets.iter().filter(here).collect()
    }

    fn asset(&self, id: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.id() == id)
    }

    /// The dataset behind an id, and the filter of the view if it is one.
    fn rows_behind(&self, id: &str) -> Option<(&Dataset, Option<&Asset>)> {
        if let Some(dataset) = self.dataset(id) {
            return Some((dataset, None));
        }
        match self.asset(id)? {
            asset @ Asset::Filter { parent, .. } => Some((self.dataset(parent)?, Some(asset))),
            Asset::Moved { to, .. } => Some((self.dataset(to)?, None)),
            _ => None,
        }
    }

    fn resource(&self, name: &str, request: &Request, tweaks: &Tweaks) -> Answered {
        let (id, ext) = split(name);
        if let Some(status) = self.switches.soda2_refused {
            return Err(Refusal { status, ..Refusal::login() });
        }
        if matches!(self.asset(id), Some(Asset::GeoParent { .. })) {
            return Ok(Answer::new(200, "application/json;charset=utf-8", "[]\n"));
        }
        let (dataset, view) = self.rows_behind(id).ok_or_else(|| Refusal::dataset_missing(id))?;
        let mut ready = ready(&soda2(request, dataset)?, dataset, &self.switches)?;
        if let Some(view) = view {
            view.narrow(&mut ready, dataset)?;
        }
        let state = dataset.state();
        let rows = run(&ready, dataset, &state, &self.switches, tweaks)?;
        let style = Style { numbers: false, needs_recoding: self.switches.legacy };
        let names: Vec<&str> = ready.outputs.iter().map(|output| output.name.as_str()).collect();
        let (text, content_type, typed) = match format_of(ext, request) {
            "json" => {
                (soda_json::soda2(&rows, &ready.outputs, style), "application/json;charset=utf-8", true)
            }
            "csv" => (csv::write(&rows, &ready.outputs, &names), "text/csv; charset=UTF-8", true),
            "geojson" => (
                geojson::write(&rows, &ready.outputs, style),
                "application/vnd.geo+json; charset=utf-8",
                false,
            ),
            other => return Err(Refusal::format(other)),
        };
        let answer = Answer::new(200, content_type, text).with_rows(rows.len());
        let answer = headers::rows(answer, request, &state, &ready.outputs, tweaks, typed);
        let answer = match &self.switches.warning {
            Some(words) => answer.with("X-SODA2-Warning", words),
            None => answer,
        };
        Ok(if self.switches.legacy { answer.with("X-SODA2-Legacy-Types", "true") } else { answer })
    }

    fn view(&self, id: &str) -> std::result::Result<Json, Refusal> {
        if let Some(dataset) = self.dataset(id) {
            return Ok(metadata::view(dataset));
        }
        let own = self.asset(id).filter(|asset| !matches!(asset, Asset::Foreign { .. }));
        let asset = own.ok_or_else(|| Refusal::view_missing(id))?;
        let parent = self.rows_behind(id).map(|(dataset, _)| dataset);
        Ok(metadata::asset(asset, parent))
    }

    fn views(&self, parts: &[&str], request: &Request, tweaks: &Tweaks) -> Answered {
        let need = |id: &str| self.dataset(id).ok_or_else(|| Refusal::view_missing(id));
        match parts {
            ["metadata", "v1"] => Ok(pretty(&self.datasets.iter().map(metadata::flat).collect())),
            ["metadata", "v1", name] => Ok(pretty(&metadata::flat(need(split(name).0)?))),
            [name] => self.view(split(name).0).map(|json| pretty(&json)),
            [id, "columns.json"] => Ok(pretty(&metadata::columns(need(id)?))),
            [id, file] => match split(file) {
                ("rows", Some(format)) => export::rows(need(id)?, format, request, &self.switches, tweaks),
                _ => Err(Refusal::view_missing(id)),
            },
            _ => Err(Refusal::view_missing("")),
        }
    }

    fn route(&self, request: &Request, tweaks: &Tweaks) -> Answered {
        let domain = request.origin.trim_start_matches("http://");
        match request.segments().as_slice() {
            ["resource", name] => self.resource(name, request, tweaks),
            ["api", "v3", "views", id, file] => {
                let behind = self.rows_behind(id).ok_or_else(|| Refusal::dataset_missing(id))?;
                match split(file) {
                    ("query" | "export", Some(format)) => {
                        v3::answer(behind, format, request, &self.switches, tweaks)
                    }
                    _ => Err(Refusal::view_missing(id)),
                }
            }
            ["api", "catalog", "v1"] => Ok(catalog::search(&self.listed(), &self.assets, request, domain)),
            ["api", "users", "current.json"] if self.key(request)? => {
                Ok(pretty(&json!({"id": "user-0001", "displayName": "Owner of the key"})))
            }
            ["api", "users", "current.json"] => Err(Refusal::view_missing("")),
            ["data.json"] => Ok(pretty(&catalog::dcat(&self.datasets, &request.origin))),
            ["api", "migrations", id] => match self.asset(id) {
                Some(Asset::Moved { to, .. }) => {
                    Ok(pretty(&json!({"obeId": id, "nbeId": to, "syncedAt": 1_490_000_000})))
                }
                _ => Err(Refusal::view_missing(id)),
            },
            // The older address without `api` still answers, and portalkit asks there.
            ["api", "views", parts @ ..] | ["views", parts @ ..] => self.views(parts, request, tweaks),
            ["api", "geospatial", id] => {
                let dataset = self.dataset(id).ok_or_else(|| Refusal::view_missing(id))?;
                export::geospatial(dataset, request, &self.switches, tweaks)
            }
            ["d", id] => {
                let to = format!("{}/Transportation/stand-in/{id}", request.origin);
                Ok(Answer::html(302, "Found").with("Location", to))
            }
            [_, _, id] if super::config::is_id(id) => Ok(Answer::html(200, "Dataset page")),
            _ => Err(Refusal {
                status: 404,
                body: json!({"code": "not_found", "error": true, "message": "Not found"}),
            }),
        }
    }

    /// True for a dataset that was made private, whatever of it is asked for.
    fn is_private(&self, request: &Request) -> bool {
        let named = |part: &str, id: &str| split(part).0 == id;
        let private = self.datasets.iter().filter(|dataset| dataset.private.load(Ordering::Relaxed));
        let segments = request.segments();
        let mut private = private.map(|dataset| dataset.id.as_str());
        private.any(|id| segments.iter().any(|part| named(part, id)))
    }

    /// Whether the request shows an API key; a wrong one is refused whatever it is for.
    fn key(&self, request: &Request) -> std::result::Result<bool, Refusal> {
        let Some(sent) = request.header("authorization").and_then(|value| value.strip_prefix("Basic "))
        else {
            return Ok(false);
        };
        let known = |(id, secret): &(String, String)| STANDARD.encode(format!("{id}:{secret}")) == sent;
        if self.switches.keys.iter().any(known) { Ok(true) } else { Err(Refusal::bad_login()) }
    }

    fn admit(&self, request: &Request) -> std::result::Result<(), Refusal> {
        if let Some(refusal) = self.bad_token(request) {
            return Err(refusal);
        }
        if !self.key(request)? && (self.switches.private || self.is_private(request)) {
            return Err(Refusal::login());
        }
        Ok(())
    }

    fn bad_token(&self, request: &Request) -> Option<Refusal> {
        let sent =
            request.header("x-app-token").or(request.param("$$app_token")).or(request.param("app_token"))?;
        (!self.switches.tokens.iter().any(|known| known == sent)).then(Refusal::bad_token)
    }
}

fn is_count(request: &Request) -> bool {
    let named = ["$select", "$query", "query"].iter().filter_map(|name| request.param(name));
    named.chain([request.body.as_str()]).any(|text| text.to_ascii_lowercase().contains("count("))
}

fn is_ids(request: &Request) -> bool {
    let body: Json = serde_json::from_str(&request.body).unwrap_or_default();
    let query = body["query"].as_str().unwrap_or_default().to_ascii_lowercase();
    let listed = query.split_whitespace().take(2).eq(["select", ":id"]);
    listed || request.param("$select").is_some_and(|text| text.trim() == ":id")
}

impl Portal for Socrata {
    fn kind(&self, request: &Request) -> Kind {
        match request.segments().as_slice() {
            ["resource", _] | ["api", "v3", ..] if is_count(request) => Kind::Count,
            ["resource", _] | ["api", "v3", ..] if is_ids(request) => Kind::Ids,
            ["resource", _] | ["api", "v3", ..] => Kind::Page,
            ["api", "views", _, file] if file.starts_with("rows.") => Kind::Export,
            ["api", "geospatial", _] => Kind::Export,
            ["api", "views", ..] | ["views", ..] => Kind::Metadata,
            ["api", "catalog", ..] | ["data.json"] => Kind::Catalog,
            _ => Kind::Other,
        }
    }

    fn answer(&self, request: &Request, tweaks: &Tweaks) -> Answer {
        let is_query = request.segments().starts_with(&["api", "v3"]);
        if request.method != "GET" && !(is_query && request.method == "POST") {
            return headers::common(Answer::html(405, "Method Not Allowed"), tweaks);
        }
        let made = self.admit(request).and_then(|()| self.route(request, tweaks));
        match made {
            Ok(answer) if answer.headers.iter().any(|(name, _)| name == "X-Socrata-RequestId") => answer,
            Ok(answer) => headers::common(answer, tweaks),
            Err(refusal) => headers::common(refusal.answer(), tweaks),
        }
    }

    fn edit(&self, edit: &Edit) {
        for dataset in &self.datasets {
            dataset.edit(edit);
        }
    }

    fn too_many(&self) -> Answer {
        headers::common(Refusal::too_many().answer(), &Tweaks::default())
    }
}
