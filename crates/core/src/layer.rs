//! What is known about a layer before its rows are read.

use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};

use crate::geometry::GeometryKind;
use crate::{Bbox, Crs, Provenance};

/// The description of a stream of features: attributes, geometry, CRS, size.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The layer's name, without folder or extension.
    pub name: String,
    /// The attribute columns; the geometry is not among them.
    pub schema: SchemaRef,
    /// What the geometry column holds.
    pub geometry: GeometryInfo,
    /// The coordinate reference system of the geometry.
    pub crs: Crs,
    /// How many rows come.
    pub rows: RowCount,
    /// In which order the rows come.
    pub order: Order,
    /// The box of all rows where a header or index states it.
    pub extent: Option<Bbox>,
    /// Origin and terms.
    pub provenance: Arc<Provenance>,
}

impl Layer {
    /// A layer of unknown size with mixed geometry in CRS84.
    pub fn new(name: impl Into<String>, schema: SchemaRef) -> Self {
        Self {
            name: name.into(),
            schema,
            geometry: GeometryInfo::default(),
            crs: Crs::crs84(),
            rows: RowCount::Unknown,
            order: Order::Input,
            extent: None,
            provenance: Arc::default(),
        }
    }

    /// The same layer with other attribute columns.
    #[must_use]
    pub fn with_schema(mut self, schema: Schema) -> Self {
        self.schema = Arc::new(schema);
        self
    }
}

/// What is declared about the geometry of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeometryInfo {
    /// The one type all rows have, [`GeometryKind::Mixed`] when it is unknown or varies,
    /// [`GeometryKind::None`] for a table.
    pub kind: GeometryKind,
    /// Rows may carry Z.
    pub has_z: bool,
    /// Rows may carry M.
    pub has_m: bool,
}

impl Default for GeometryInfo {
    fn default() -> Self {
        Self { kind: GeometryKind::Mixed, has_z: false, has_m: false }
    }
}

/// How many rows a layer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowCount {
    /// Stated and checked while reading.
    Exact(u64),
    /// A guess good enough for a progress bar and for choosing a build side.
    Estimate(u64),
    /// Not known before the end.
    Unknown,
}

impl RowCount {
    /// The number, exact or guessed.
    pub fn hint(self) -> Option<u64> {
        match self {
            Self::Exact(rows) | Self::Estimate(rows) => Some(rows),
            Self::Unknown => None,
        }
    }
}

/// The order in which rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the input has them.
    Input,
    /// Along the Hilbert curve, as in an indexed `FlatGeobuf` file.
    Hilbert,
}
