//! Pages of rows in Esri JSON.

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::columns::{Cell, Row, RowSeed};

/// A page, its features not yet read.
#[derive(Deserialize)]
pub(super) struct EsriPage<'a> {
    #[serde(borrow)]
    pub(super) features: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow, rename = "exceededTransferLimit")]
    more: Option<Cell<'a>>,
    #[serde(default, rename = "spatialReference")]
    pub(super) spatial_reference: Option<Value>,
    #[serde(default, rename = "hasZ")]
    pub(super) has_z: Option<bool>,
    #[serde(default, rename = "hasM")]
    pub(super) has_m: Option<bool>,
}

impl EsriPage<'_> {
    /// The flag that more rows follow.
    pub(super) fn more(&self) -> bool {
        match &self.more {
            Some(Cell::Bool(more)) => *more,
            Some(Cell::Text(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }
}

/// A feature, its parts not yet read.
#[derive(Deserialize)]
pub(super) struct EsriFeature<'a> {
    #[serde(default, borrow)]
    pub(super) attributes: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) geometry: Option<&'a RawValue>,
}

/// The object id of a feature. The key may be the field's name in another case, or its alias.
pub(super) fn object_id(feature: &RawValue, names: &[String]) -> Result<Option<i64>, serde_json::Error> {
    let feature: EsriFeature<'_> = serde_json::from_str(feature.get())?;
    let Some(attributes) = feature.attributes else { return Ok(None) };
    let mut found = Found::new(names);
    let mut deserializer = serde_json::Deserializer::from_str(attributes.get());
    RowSeed(&mut found).deserialize(&mut deserializer)?;
    Ok(found.id)
}

/// Takes the object id out of a row.
pub(super) struct Found<'a> {
    names: &'a [String],
    pub(super) id: Option<i64>,
}

impl<'a> Found<'a> {
    pub(super) fn new(names: &'a [String]) -> Self {
        Self { names, id: None }
    }
}

impl Row for Found<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(key)).then_some(0)
    }

    fn set(&mut self, _column: usize, cell: &Cell<'_>) {
        self.id = self.id.or_else(|| cell.integer());
    }
}
