//! Writing a file: row groups as they come, the `geo` metadata last.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use geohub_core::context::NoteLevel;
use geohub_core::layer::Order;
use geohub_core::{
    Context, Encoded, Encoder, Error, GeometryKind, Layer, Needs, Output, OutputFile, Provenance, Result,
    Writer, Written,
};
use geohub_crs::projjson_of;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowSchemaConverter, encode_arrow_schema};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use serde_json::Value;

use super::encoder::{GeoParquetEncoder, RowGroup, Seen, cannot_encode, covering_fields};
use super::geo::{Column, Covering, CoveringBox, GEO_KEY, Geo, OWN_KEY};
use crate::io_output::IoOutput;

/// Rows of a row group: large enough to compress and to skip, small enough that several are in memory.
const GROUP_ROWS: usize = 50_000;

/// Writes row groups.
pub(super) struct GeoParquetWriter {
    output: Option<OutputFile>,
    name: String,
    is_stream: bool,
    open: Option<Open>,
}

/// A file that has been started.
struct Open {
    file: SerializedFileWriter<IoOutput>,
    output: IoOutput,
    schema: SchemaRef,
    layer: Layer,
    geometry: Option<String>,
    covering: Option<String>,
    seen: Seen,
}

impl GeoParquetWriter {
    pub(super) fn create(output: &Output, fsync: bool) -> Result<Self> {
        let file = OutputFile::create(output, fsync)?;
        Ok(Self { output: Some(file), name: output.name(), is_stream: output.is_stream(), open: None })
    }
}

impl Writer for GeoParquetWriter {
    fn needs(&self) -> Needs {
        Needs { rows_per_group: Some(GROUP_ROWS), irrevocable: self.is_stream }
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        check_names(&layer.schema)?;
        let geometry = (layer.geometry.kind != GeometryKind::None)
            .then(|| free_name(&layer.schema, &["geometry", "geom", "geohub_geometry"]));
        // The boxes of points are the points: they pay only where rows that lie close together follow each other.
        let pays = layer.geometry.kind != GeometryKind::Point || layer.order == Order::Hilbert;
        let covering = (geometry.is_some() && pays)
            .then(|| free_name(&layer.schema, &["bbox", "geometry_bbox", "geohub_bbox"]));
        let schema = Arc::new(file_schema(layer, geometry.as_deref(), covering.as_deref()));
        let root = ArrowSchemaConverter::new().convert(&schema).map_err(cannot_encode)?;
        let properties = properties(geometry.as_deref());
        let output = IoOutput::new(self.output.take().ok_or_else(started_twice)?);
        let file = SerializedFileWriter::new(output.clone(), root.root_schema_ptr(), Arc::new(properties));
        let file = file.map_err(|error| output.take_error().unwrap_or_else(|| cannot_encode(error)))?;
        let factory = ArrowRowGroupWriterFactory::new(&file, Arc::clone(&schema));
        let encoder = GeoParquetEncoder {
            factory,
            schema: Arc::clone(&schema),
            has_geometry: geometry.is_some(),
            has_covering: covering.is_some(),
        };
        self.open = Some(Open {
            file,
            output,
            schema,
            layer: layer.clone(),
            geometry,
            covering,
            seen: Seen::default(),
        });
        Ok(Arc::new(encoder))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        let Encoded::Other(other) = encoded else { return Err(something_else()) };
        let group = other.downcast::<RowGroup>().map_err(|_| something_else())?;
        let open = self.open.as_mut().ok_or_else(not_started)?;
        open.seen.add(&group.seen);
        open.append(*group).map_err(|error| open.failed(error))
    }

    fn notes(&self) -> Vec<(NoteLevel, String)> {
        let mut notes = Vec::new();
        if let Some(open) = &self.open {
            if open.seen.with_m {
                notes.push((
                    NoteLevel::Warning,
                    format!("{}: GeoParquet does not name M; it is kept in the WKB", self.name),
                ));
            }
            if open.geometry.is_some() && !open.layer.crs.is_unknown() && open.crs() == Some(Value::Null) {
                let message = format!(
                    "{}: {} cannot be written as PROJJSON; the file says no CRS",
                    self.name, open.layer.crs
                );
                notes.push((NoteLevel::Warning, message));
            }
        }
        notes
    }

    fn sign(&mut self, provenance: &Arc<Provenance>) {
        if let Some(open) = &mut self.open {
            open.layer.provenance = Arc::clone(provenance);
        }
    }

    fn finish(mut self: Box<Self>, _: &Context) -> Result<Written> {
        let mut open = self.open.take().ok_or_else(not_started)?;
        let metadata = open.metadata()?;
        // Arrow readers take a file's metadata from its Arrow schema where there is one.
        let schema = Schema::clone(&open.schema).with_metadata(metadata.clone().into_iter().collect());
        let schema = KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), encode_arrow_schema(&schema));
        let metadata = metadata.into_iter().map(|(key, text)| KeyValue::new(key, text));
        metadata.chain([schema]).for_each(|pair| open.file.append_key_value_metadata(pair));
        open.file.finish().map_err(|error| open.failed(error))?;
        Ok(Written { bytes: open.output.finish()? })
    }

    fn abort(self: Box<Self>) {}
}

impl Open {
    fn append(&mut self, group: RowGroup) -> Result<(), ParquetError> {
        let mut row_group = self.file.next_row_group()?;
        for column in group.columns {
            column.append_to_row_group(&mut row_group)?;
        }
        row_group.close().map(|_| ())
    }

    /// The output's own error where writing failed.
    fn failed(&self, error: ParquetError) -> Error {
        self.output.take_error().unwrap_or_else(|| cannot_encode(error))
    }

    /// What is written of the CRS; left out for the default.
    fn crs(&self) -> Option<Value> {
        let crs = &self.layer.crs;
        let is_default = crs.authority() == Some("OGC") && crs.code() == Some("CRS84");
        (!is_default).then(|| projjson_of(crs).unwrap_or_default())
    }

    /// The file's metadata by key.
    fn metadata(&self) -> Result<BTreeMap<String, String>> {
        let unwritten = |error: serde_json::Error| Error::Internal(error.to_string());
        let mut metadata = BTreeMap::new();
        if let Some(geo) = self.geo() {
            metadata.insert(GEO_KEY.to_owned(), serde_json::to_string(&geo).map_err(unwritten)?);
        }
        if !self.layer.provenance.is_empty() {
            let provenance = serde_json::to_string(&Provenance::clone(&self.layer.provenance).stable())
                .map_err(unwritten)?;
            metadata.insert(OWN_KEY.to_owned(), provenance);
        }
        Ok(metadata)
    }

    fn geo(&self) -> Option<Geo> {
        let name = self.geometry.clone()?;
        let types = self.seen.kinds.iter().map(|(kind, z)| format!("{kind}{}", if *z { " Z" } else { "" }));
        let flat = self.seen.kinds.iter().all(|(_, z)| !z);
        let column = Column {
            encoding: "WKB".to_owned(),
            // An empty list says that any type may occur.
            geometry_types: if self.seen.unnamed { Vec::new() } else { types.collect() },
            crs: self.crs(),
            edges: None,
            bbox: self.seen.extent.filter(|_| flat).map(|it| vec![it.min_x, it.min_y, it.max_x, it.max_y]),
            covering: self.covering.as_deref().map(|name| Covering { bbox: CoveringBox::of_column(name) }),
        };
        let columns = BTreeMap::from([(name.clone(), column)]);
        Some(Geo { version: "1.1.0".to_owned(), primary_column: name, columns })
    }
}

fn file_schema(layer: &Layer, geometry: Option<&str>, covering: Option<&str>) -> Schema {
    let mut fields: Vec<Arc<Field>> = layer
        .schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            // A column without values has no type of its own in Parquet that readers agree on.
            DataType::Null => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
            DataType::Dictionary(_, values) => {
                Arc::new(field.as_ref().clone().with_data_type((**values).clone()))
            }
            _ => Arc::clone(field),
        })
        .collect();
    fields.extend(geometry.map(|name| Arc::new(Field::new(name, DataType::Binary, true))));
    fields.extend(covering.map(|name| Arc::new(Field::new(name, DataType::Struct(covering_fields()), true))));
    Schema::new(fields)
}

fn properties(geometry: Option<&str>) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("geohub ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()));
    if let Some(name) = geometry {
        let path = ColumnPath::from(name);
        // No two geometries are alike, and the least WKB says nothing.
        builder = builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_statistics_enabled(path, EnabledStatistics::None);
    }
    builder.build()
}

fn check_names(schema: &Schema) -> Result<()> {
    let mut names = HashSet::new();
    match schema.fields().iter().find(|field| !names.insert(field.name())) {
        Some(field) => Err(Error::request(format!("two columns are named `{}`", field.name()))),
        None => Ok(()),
    }
}

/// The first of the names, numbered at need, that no attribute has.
fn free_name(schema: &Schema, names: &[&str]) -> String {
    let is_free =
        |name: &String| schema.fields().iter().all(|field| !field.name().eq_ignore_ascii_case(name));
    let last = names.last().copied().unwrap_or_default();
    let numbered = (2..).map(|number| format!("{last}_{number}"));
    names.iter().map(|name| (*name).to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

fn something_else() -> Error {
    Error::Internal("a GeoParquet writer got something else".to_owned())
}

fn not_started() -> Error {
    Error::Internal("a writer was used before it was started".to_owned())
}

fn started_twice() -> Error {
    Error::Internal("a writer was started twice".to_owned())
}
