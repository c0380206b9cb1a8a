//! A layer's own description: `LAYER?f=json`.

use std::sync::Arc;

use geohub_core::{Bbox, Crs, GeometryInfo, GeometryKind, Layer, Provenance, SourceFacts};
use serde_json::Value;
use url::Url;

use super::codes::{Coding, codings, with_names};
use super::edits::{Edits, last_edit};
use super::fields::{EsriField, domains};
use super::remarks::remarks;
use crate::codes::Domains;
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::http::visible;

/// Rows asked for at once where the server states no limit of its own: old servers send 500 or 1000.
const DEFAULT_PAGE_ROWS: usize = 1000;
/// More rows at once bring nothing but larger losses when an answer breaks off.
const MOST_POINTS: usize = 2000;
const MOST_OTHERS: usize = 1000;

/// What is used of a layer's description.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    pub(super) description: Description,
    pub(super) fields: Vec<EsriField>,
    /// Columns of names.
    pub(super) codings: Vec<Coding>,
    /// The object id's column; empty where the layer has none.
    pub(super) oid: String,
    /// The number to ask for in `outSR`.
    pub(super) wkid: Option<u64>,
    pub(super) page_rows: usize,
    /// Pages are offered in protocol buffers.
    pub(super) pbf: bool,
    /// The server says that it has true curves and would send them as such.
    pub(super) has_curves: bool,
    pub(super) edits: Edits,
}

impl Metadata {
    pub(super) fn read(raw: &Value, url: &Url, etag: Option<String>, domains_as: Domains) -> Result<Self> {
        let name = visible(url);
        refuse_other_types(raw, &name)?;
        let fields: Vec<EsriField> = raw
            .get("fields")
            .and_then(Value::as_array)
            .ok_or_else(|| FetchError::bad(&name, "the description lists no fields; is this a layer?"))?
            .iter()
            .filter_map(EsriField::read)
            .collect();
        let oid = object_id(raw, &fields).unwrap_or_default();
        let kind = geometry_kind(raw, &name)?;
        let reference = spatial_reference(raw);
        let codings = codings(&fields, raw, domains_as);
        let layer = layer(raw, &name, &fields, &codings, kind, reference.as_ref());
        let description = Description {
            url: name,
            provider: "ArcGIS",
            id_field: oid.clone(),
            domains: domains(&fields),
            codes: codings.iter().map(|coding| (coding.field.clone(), coding.table.clone())).collect(),
            last_edit: last_edit(raw),
            etag,
            remarks: remarks(raw, &fields),
            layer,
        };
        let number = |name: &str| reference.as_ref()?.get(name)?.as_u64();
        Ok(Self {
            description,
            fields,
            codings,
            // Rows without an id are told apart by their text.
            pbf: offers_pbf(raw) && !oid.is_empty(),
            has_curves: offers_curves(raw)
                && matches!(kind, GeometryKind::LineString | GeometryKind::Polygon),
            oid,
            wkid: number("latestWkid").or_else(|| number("wkid")),
            page_rows: page_rows(raw, kind),
            edits: Edits::read(raw),
        })
    }

    /// True for lines and polygons.
    pub(super) fn may_be_curved(&self) -> bool {
        matches!(self.description.layer.geometry.kind, GeometryKind::LineString | GeometryKind::Polygon)
    }

    pub(super) fn has_geometry(&self) -> bool {
        self.description.layer.geometry.kind != GeometryKind::None
    }
}

fn refuse_other_types(raw: &Value, name: &str) -> Result<()> {
    let kind = raw.get("type").and_then(Value::as_str).unwrap_or("Feature Layer");
    if matches!(kind, "Feature Layer" | "Table") {
        return Ok(());
    }
    let children: Vec<String> = raw
        .get("subLayers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|child| Some(format!("{} ({})", child.get("id")?, child.get("name")?.as_str()?)))
        .collect();
    let hint = (!children.is_empty()).then(|| format!("name one of its layers: {}", children.join(", ")));
    Err(FetchError::Unsupported { what: format!("{name} is a {kind}, which holds no rows of its own"), hint })
}

/// The column named by the service; it is not always the one called OBJECTID.
fn object_id(raw: &Value, fields: &[EsriField]) -> Option<String> {
    let named = |name: &str| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
    let stated = raw.get("objectIdField").and_then(Value::as_str).and_then(named);
    let unique = || raw.pointer("/uniqueIdField/name").and_then(Value::as_str).and_then(named);
    let typed = || fields.iter().find(|field| field.is_oid());
    stated.or_else(typed).or_else(unique).map(|field| field.name.clone())
}

fn geometry_kind(raw: &Value, name: &str) -> Result<GeometryKind> {
    let text = raw.get("geometryType").and_then(Value::as_str).unwrap_or("");
    Ok(match text.trim_start_matches("esriGeometry").to_ascii_lowercase().as_str() {
        "" | "null" => GeometryKind::None,
        "point" => GeometryKind::Point,
        "multipoint" => GeometryKind::MultiPoint,
        "polyline" | "line" => GeometryKind::LineString,
        "polygon" | "multipatch" | "envelope" => GeometryKind::Polygon,
        other => {
            let what = format!("{name}: geometries of type {other} cannot be read");
            return Err(FetchError::Unsupported { what, hint: None });
        }
    })
}

fn spatial_reference(raw: &Value) -> Option<Value> {
    let places = ["/extent/spatialReference", "/sourceSpatialReference", "/spatialReference"];
    places.iter().find_map(|place| raw.pointer(place)).filter(|found| found.is_object()).cloned()
}

/// The CRS of an Esri spatial reference; unknown where nothing is said, the bare number where no table has it.
pub(super) fn crs(reference: Option<&Value>) -> Crs {
    let Some(reference) = reference else { return Crs::unknown() };
    let number = |name: &str| reference.get(name)?.as_u64().and_then(|code| u32::try_from(code).ok());
    let wkt = reference.get("wkt").and_then(Value::as_str);
    geohub_crs::esri_spatial_reference(number("wkid"), number("latestWkid"), wkt).unwrap_or_else(|_| {
        match (number("latestWkid").or_else(|| number("wkid")), wkt) {
            (Some(code), _) if code < 32_768 => Crs::epsg(code),
            (Some(code), _) => Crs::coded("ESRI", &code.to_string()),
            (None, Some(wkt)) => Crs::from_wkt(wkt),
            (None, None) => Crs::unknown(),
        }
    })
}

fn layer(
    raw: &Value,
    url: &str,
    fields: &[EsriField],
    codings: &[Coding],
    kind: GeometryKind,
    reference: Option<&Value>,
) -> Layer {
    let unknown_zone = raw.get("datesInUnknownTimezone").and_then(Value::as_bool) == Some(true);
    let columns: Vec<_> = fields.iter().filter_map(|field| field.column(unknown_zone)).collect();
    let title = text(raw, "name").unwrap_or_else(|| "layer".to_owned());
    let flag = |name: &str| raw.get(name).and_then(Value::as_bool) == Some(true);
    let mut layer = Layer::new(title, Arc::new(with_names(columns, codings)));
    layer.geometry = GeometryInfo { kind, has_z: flag("hasZ"), has_m: flag("hasM") };
    layer.crs = crs(reference);
    layer.extent = extent(raw);
    let origin = SourceFacts {
        service_url: Some(url.to_owned()),
        title: text(raw, "name"),
        attribution: text(raw, "copyrightText"),
        ..SourceFacts::default()
    };
    layer.provenance =
        Arc::new(Provenance { origin, description: text(raw, "description"), parents: Vec::new() });
    layer
}

/// Text that says something.
pub(super) fn text(raw: &Value, name: &str) -> Option<String> {
    let text = raw.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The stated extent, unless it is none: servers write NaN, nulls, and boxes inside out.
fn extent(raw: &Value) -> Option<Bbox> {
    let side = |name: &str| raw.pointer(&format!("/extent/{name}"))?.as_f64().filter(|side| side.is_finite());
    let bbox = Bbox::new(side("xmin")?, side("ymin")?, side("xmax")?, side("ymax")?);
    (!bbox.is_empty()).then_some(bbox)
}

fn offers_pbf(raw: &Value) -> bool {
    let formats = raw.get("supportedQueryFormats").and_then(Value::as_str).unwrap_or("");
    formats.split(',').any(|format| format.trim().eq_ignore_ascii_case("pbf"))
}

fn offers_curves(raw: &Value) -> bool {
    raw.pointer("/advancedQueryCapabilities/supportsTrueCurve").and_then(Value::as_bool).unwrap_or(false)
}

fn page_rows(raw: &Value, kind: GeometryKind) -> usize {
    let stated = raw.get("maxRecordCount").and_then(Value::as_u64).filter(|rows| *rows > 0);
    let most =
        if matches!(kind, GeometryKind::Point | GeometryKind::None) { MOST_POINTS } else { MOST_OTHERS };
    stated.map_or(DEFAULT_PAGE_ROWS, |rows| rows as usize).min(most)
}
