//! Paths.

use std::sync::atomic::Ordering;

use serde_json::{Value as Json, json};

use super::access::{Access, Door};
use super::config::Service;
use super::errors::Refusal;
use super::layer::Layer;
use super::{metadata, query};
use crate::net::{Answer, Edit, Kind, Portal, Request, Tweaks};

/// The stand-in's data and routes.
pub(super) struct ArcGis {
    services: Vec<Service>,
    items: Vec<Json>,
    door: Door,
}

/// Where a path leads.
enum Place<'a> {
    Info,
    Item(&'a Json),
    TokenService,
    Catalog(Option<&'a str>),
    Service(&'a Service, bool),
    Layer(&'a Layer, usize, bool),
    Group(&'a Service, usize),
    Query(&'a Layer, bool),
}

fn is_true(request: &Request, name: &str) -> bool {
    request.param_any_case(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn describe(json: &Json, format: &str) -> Answer {
    if format == "pjson" {
        let text = serde_json::to_string_pretty(json).unwrap_or_default();
        return Answer::new(200, "application/json;charset=UTF-8", text);
    }
    Answer::json(200, "application/json;charset=UTF-8", json)
}

impl ArcGis {
    pub(super) fn new(services: Vec<Service>, items: Vec<Json>, access: Option<Access>) -> Self {
        Self { services, items, door: Door::new(access) }
    }

    fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.eq_ignore_ascii_case(name))
    }

    fn below_services<'a>(&'a self, parts: &[&'a str]) -> Result<Place<'a>, Refusal> {
        let is_kind = |part: &&str| {
            part.eq_ignore_ascii_case("FeatureServer") || part.eq_ignore_ascii_case("MapServer")
        };
        let Some(at) = parts.iter().position(is_kind) else {
            return match parts {
                [] => Ok(Place::Catalog(None)),
                [folder] if self.services.iter().any(|s| s.name.starts_with(&format!("{folder}/"))) => {
                    Ok(Place::Catalog(Some(folder)))
                }
                _ => Err(Refusal::not_found("Folder not found")),
            };
        };
        let map = parts[at].eq_ignore_ascii_case("MapServer");
        let service = self.service(&parts[..at].join("/")).filter(|service| !service.is_gone());
        let service = service.ok_or(Refusal::not_found("Service not found"))?;
        let Some(number) = parts.get(at + 1) else { return Ok(Place::Service(service, map)) };
        let group = number.parse().ok().filter(|id| metadata::group(service, *id).is_some());
        if let (Some(id), [_]) = (group, &parts[at + 1..]) {
            return Ok(Place::Group(service, id));
        }
        let found = number.parse().ok().and_then(|id: usize| Some((id, service.layers.get(id)?)));
        let found = found.filter(|(_, layer)| !layer.gone.load(Ordering::Relaxed));
        let (id, layer) = found.ok_or(Refusal::not_found("Layer not found"))?;
        match &parts[at + 2..] {
            [] => Ok(Place::Layer(layer, id, map)),
            [last] if last.eq_ignore_ascii_case("query") => Ok(Place::Query(layer, map)),
            _ => Err(Refusal::not_found("Resource not found")),
        }
    }

    fn place<'a>(&'a self, parts: &[&'a str]) -> Result<Place<'a>, Refusal> {
        match parts {
            [server, rest, last]
                if server.eq_ignore_ascii_case("arcgis") && *rest == "rest" && *last == "info" =>
            {
                Ok(Place::Info)
            }
            [server, tokens, last]
                if server.eq_ignore_ascii_case("arcgis")
                    && *tokens == "tokens"
                    && last.eq_ignore_ascii_case("generateToken") =>
            {
                Ok(Place::TokenService)
            }
            [server, rest, services, below @ ..]
                if server.eq_ignore_ascii_case("arcgis") && *rest == "rest" && *services == "services" =>
            {
                self.below_services(below)
            }
            ["portal", "sharing", "rest", "content", "items", id] => {
                let found = self.items.iter().find(|item| item["id"] == **id);
                found.map(Place::Item).ok_or_else(Refusal::no_item)
            }
            _ => Err(Refusal::not_found("Resource not found")),
        }
    }

    fn token_refusal(place: &Place<'_>, request: &Request) -> Option<Refusal> {
        let layer = match place {
            Place::Layer(layer, ..) | Place::Query(layer, _) => layer,
            Place::Service(service, _) | Place::Group(service, _) => service.layers.first()?,
            _ => return None,
        };
        if layer.private.load(Ordering::Relaxed) {
            return Some(Refusal::token_required());
        }
        let wanted = layer.switches.token.as_deref()?;
        let bearer = |name: &str| request.header(name).and_then(|value| value.strip_prefix("Bearer "));
        let sent = request.param("token").or(bearer("x-esri-authorization")).or(bearer("authorization"));
        match sent {
            None => Some(Refusal::token_required()),
            Some(sent) if sent != wanted => Some(Refusal::invalid_token()),
            Some(_) => None,
        }
    }

    /// The refusal of whoever the server does not let in.
    fn refusal(&self, place: &Place<'_>, request: &Request) -> Option<Answer> {
        if matches!(place, Place::Info | Place::TokenService) {
            return None;
        }
        self.door
            .refusal(request)
            .or_else(|| Self::token_refusal(place, request).map(|refusal| refusal.answer()))
    }

    fn respond(&self, place: &Place<'_>, request: &Request, tweaks: &Tweaks) -> Answer {
        let format = request.param_any_case("f").unwrap_or("html").to_ascii_lowercase();
        let mut known = vec!["json", "pjson"];
        if let Place::Query(layer, _) = place {
            let s = &layer.switches;
            known.extend(s.geojson.then_some("geojson"));
            known.extend(s.serves_pbf.unwrap_or(s.pbf).then_some("pbf"));
        }
        if format == "html" {
            return Answer::html(200, "ArcGIS REST Services Directory");
        }
        if !known.contains(&format.as_str()) {
            return Refusal::input(format!("Output format '{format}' not supported.")).answer();
        }
        let json = match place {
            Place::Item(item) => (*item).clone(),
            Place::Info => {
                json!({"currentVersion": 11.2, "owningSystemUrl": format!("{}/portal", request.origin),
                "authInfo": {"isTokenBasedSecurity": true, "tokenServicesUrl": self.door.service(&request.origin)}})
            }
            Place::TokenService => return self.door.give(request),
            Place::Catalog(folder) => metadata::catalog(&self.services, *folder),
            Place::Service(service, map) => metadata::service(service, *map),
            Place::Group(service, id) => metadata::group(service, *id).unwrap_or_default(),
            Place::Layer(layer, id, map) => metadata::layer(layer, *id, *map),
            Place::Query(layer, map) => return query::answer(layer, request, &format, tweaks, *map),
        };
        describe(&json, &format)
    }
}

impl Portal for ArcGis {
    fn kind(&self, request: &Request) -> Kind {
        match self.place(&request.segments()) {
            Err(_) | Ok(Place::Info | Place::Item(_) | Place::TokenService) => Kind::Other,
            Ok(Place::Catalog(_)) => Kind::Catalog,
            Ok(Place::Service(..) | Place::Layer(..) | Place::Group(..)) => Kind::Metadata,
            Ok(Place::Query(..)) if request.param_any_case("outStatistics").is_some() => Kind::Statistics,
            Ok(Place::Query(..)) if is_true(request, "returnExtentOnly") => Kind::Extent,
            Ok(Place::Query(..)) if is_true(request, "returnCountOnly") => Kind::Count,
            Ok(Place::Query(..)) if is_true(request, "returnIdsOnly") => Kind::Ids,
            Ok(Place::Query(..)) => Kind::Page,
        }
    }

    fn answer(&self, request: &Request, tweaks: &Tweaks) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "POST" | "HEAD") {
            return Answer::html(405, "Method Not Allowed");
        }
        match self.place(&request.segments()) {
            Err(refusal) => refusal.answer(),
            Ok(place) => {
                self.refusal(&place, request).unwrap_or_else(|| self.respond(&place, request, tweaks))
            }
        }
    }

    fn edit(&self, edit: &Edit) {
        for layer in self.services.iter().flat_map(|service| &service.layers) {
            layer.edit(edit);
        }
    }

    fn too_many(&self) -> Answer {
        let mut answer = Refusal::too_many().answer();
        answer.status = 429;
        answer
    }
}
