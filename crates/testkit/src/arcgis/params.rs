//! The parameters of `/query`, read and refused.

use serde_json::Value as Json;

use super::crs;
use super::errors::Refusal;
use super::layer::Layer;
use crate::net::Request;
use crate::sql::ast::Expr;
use crate::sql::bind;
use crate::sql::bind::Scope;
use crate::sql::parse::Parser;
use crate::sql::statement::{self, Key};
use crate::sql::token::Dialect;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mode {
    Rows,
    Count,
    Ids,
    Extent { count: bool },
    Statistics(Vec<Statistic>),
}

/// One of `outStatistics`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statistic {
    pub(super) kind: String,
    pub(super) field: usize,
    pub(super) name: String,
}

/// A box in longitude and latitude and how rows must meet it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    pub(super) bounds: [f64; 4],
    pub(super) relation: String,
}

/// A whole query.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) mode: Mode,
    pub(super) filter: Expr,
    pub(super) ids: Option<Vec<i64>>,
    pub(super) window: Option<Window>,
    pub(super) fields: Vec<usize>,
    pub(super) geometry: bool,
    pub(super) distinct: bool,
    pub(super) order: Vec<Key>,
    pub(super) offset: usize,
    pub(super) limit: Option<usize>,
    pub(super) out_wkid: u32,
}

type Read<T> = Result<T, Refusal>;

fn text<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.param_any_case(name).map(str::trim).filter(|value| !value.is_empty())
}

fn flag(request: &Request, name: &str, default: bool) -> Read<bool> {
    match text(request, name).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(Refusal::input(format!("'{name}' parameter is invalid"))),
    }
}

fn number(request: &Request, name: &str) -> Read<Option<usize>> {
    text(request, name)
        .map(|value| value.parse().map_err(|_| Refusal::input(format!("'{name}' parameter is invalid"))))
        .transpose()
}

/// A well-known id, plain or as a JSON object.
fn wkid(request: &Request, name: &str, default: u32) -> Read<u32> {
    let Some(value) = text(request, name) else { return Ok(default) };
    let json: Json = serde_json::from_str(value).unwrap_or(Json::Null);
    let found =
        json.as_u64().or_else(|| json.get("wkid")?.as_u64()).and_then(|code| u32::try_from(code).ok());
    found.and_then(crs::canonical).ok_or_else(|| Refusal::input(format!("'{name}' parameter is invalid")))
}

fn filter(request: &Request, layer: &Layer) -> Read<Expr> {
    let all = Expr::Literal(crate::table::Value::Bool(true));
    let Some(clause) = text(request, "where") else {
        let other = ["objectIds", "geometry"].iter().any(|name| text(request, name).is_some());
        return if other { Ok(all) } else { Err(Refusal::query("'where' clause is required")) };
    };
    if layer.switches.refuse_one_equals_one && clause.replace(' ', "") == "1=1" {
        return Err(Refusal::operation());
    }
    let mut expr = Parser::whole(clause, Dialect::ArcGis)?;
    bind(&mut expr, layer)?;
    Ok(expr)
}

fn field(layer: &Layer, name: &str) -> Read<usize> {
    let found = Scope::column(layer, name.trim()).map(|(index, _)| index);
    found.ok_or_else(|| Refusal::query(format!("'Invalid field: {}' parameter is invalid", name.trim())))
}

fn fields(request: &Request, layer: &Layer) -> Read<Vec<usize>> {
    match text(request, "outFields") {
        None => Ok(layer.all_fields()[..1].to_vec()),
        Some("*") => Ok(layer.all_fields()),
        Some(list) => list.split(',').map(|name| field(layer, name)).collect(),
    }
}

fn order(request: &Request, layer: &Layer) -> Read<Vec<Key>> {
    let Some(clause) = text(request, "orderByFields") else { return Ok(Vec::new()) };
    if !layer.switches.order_by {
        return Err(Refusal::input("'orderByFields' is not supported"));
    }
    let mut keys = statement::order(clause, Dialect::ArcGis)?;
    for (expr, _) in &mut keys {
        bind(expr, layer)?;
    }
    Ok(if layer.switches.order_ignored { Vec::new() } else { keys })
}

fn ids(request: &Request) -> Read<Option<Vec<i64>>> {
    let bad = |_| Refusal::input("'objectIds' parameter is invalid");
    text(request, "objectIds")
        .map(|list| list.split(',').map(|id| id.trim().parse().map_err(bad)).collect())
        .transpose()
}

/// Four numbers, as text or as a JSON envelope with an optional spatial reference of its own.
fn envelope(value: &str) -> Option<([f64; 4], Option<u32>)> {
    if !value.starts_with('{') {
        let numbers: Vec<f64> = value.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
        return Some((numbers.try_into().ok()?, None));
    }
    let json: Json = serde_json::from_str(value).ok()?;
    let at = |name: &str| json.get(name).and_then(Json::as_f64);
    let own = json.get("spatialReference").and_then(|sr| sr.get("wkid")?.as_u64());
    let own = own.and_then(|code| u32::try_from(code).ok());
    Some(([at("xmin")?, at("ymin")?, at("xmax")?, at("ymax")?], own))
}

fn window(request: &Request, layer: &Layer) -> Read<Option<Window>> {
    let Some(value) = text(request, "geometry") else { return Ok(None) };
    if layer.geometry_type.is_none() {
        return Err(Refusal::operation());
    }
    if text(request, "geometryType").is_some_and(|kind| kind != "esriGeometryEnvelope") {
        return Err(Refusal::input("'geometryType' parameter is invalid"));
    }
    let relation = text(request, "spatialRel").unwrap_or("esriSpatialRelIntersects");
    let known = ["Intersects", "Contains", "Within", "EnvelopeIntersects", "IndexIntersects"];
    let relation = relation.strip_prefix("esriSpatialRel").filter(|name| known.contains(name));
    let relation = relation.ok_or_else(|| Refusal::input("'spatialRel' parameter is invalid"))?;
    let bad = || Refusal::input("'geometry' parameter is invalid");
    let (corners, own) = envelope(value).ok_or_else(bad)?;
    let default = own.and_then(crs::canonical).unwrap_or(layer.switches.wkid);
    let reference = wkid(request, "inSR", default)?;
    let (min_x, min_y) = crs::inverse(reference, corners[0], corners[1]);
    let (max_x, max_y) = crs::inverse(reference, corners[2], corners[3]);
    Ok(Some(Window { bounds: [min_x, min_y, max_x, max_y], relation: relation.to_owned() }))
}

fn statistics(list: &str, layer: &Layer) -> Read<Vec<Statistic>> {
    let bad = || Refusal::input("'outStatistics' parameter is invalid");
    let json: Json = serde_json::from_str(list).map_err(|_| bad())?;
    let one = |item: &Json| {
        let part = |name: &str| item.get(name).and_then(Json::as_str).ok_or_else(bad);
        let kind = part("statisticType")?.to_ascii_lowercase();
        if !["min", "max", "count", "sum", "avg"].contains(&kind.as_str()) {
            return Err(bad());
        }
        let name = part("outStatisticFieldName").unwrap_or(&kind).to_owned();
        Ok(Statistic { field: field(layer, part("onStatisticField")?)?, kind: kind.clone(), name })
    };
    json.as_array().ok_or_else(bad)?.iter().map(one).collect()
}

fn mode(request: &Request, layer: &Layer) -> Read<Mode> {
    if let Some(list) = text(request, "outStatistics") {
        return if layer.switches.statistics {
            statistics(list, layer).map(Mode::Statistics)
        } else {
            Err(Refusal::operation())
        };
    }
    let (count, ids) = (flag(request, "returnCountOnly", false)?, flag(request, "returnIdsOnly", false)?);
    if flag(request, "returnExtentOnly", false)? {
        return if layer.switches.extent { Ok(Mode::Extent { count }) } else { Err(Refusal::operation()) };
    }
    Ok(match (count, ids) {
        (false, true) if layer.switches.no_object_id => return Err(Refusal::operation()),
        _ if layer.switches.only_ignored => Mode::Rows,
        (_, true) if !count => Mode::Ids,
        (true, _) => Mode::Count,
        _ => Mode::Rows,
    })
}

fn paging(request: &Request, layer: &Layer) -> Read<(usize, Option<usize>)> {
    let (offset, limit) = (number(request, "resultOffset")?, number(request, "resultRecordCount")?);
    if !layer.switches.pagination && (offset.is_some() || limit.is_some()) {
        return Err(Refusal::input("Pagination is not supported."));
    }
    let offset = if layer.switches.offset_ignored { 0 } else { offset.unwrap_or(0) };
    Ok((offset, limit))
}

impl Query {
    /// Reads a request; the first thing wrong is the refusal.
    pub(super) fn read(request: &Request, layer: &Layer) -> Read<Self> {
        let (offset, limit) = paging(request, layer)?;
        let distinct = flag(request, "returnDistinctValues", false)?;
        let geometry = flag(request, "returnGeometry", true)? && layer.geometry_type.is_some();
        Ok(Self {
            mode: mode(request, layer)?,
            filter: filter(request, layer)?,
            ids: ids(request)?,
            window: window(request, layer)?,
            fields: fields(request, layer)?,
            geometry: geometry && !distinct,
            distinct,
            order: order(request, layer)?,
            offset,
            limit,
            out_wkid: wkid(request, "outSR", layer.switches.wkid)?,
        })
    }
}
