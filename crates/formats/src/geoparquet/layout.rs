//! What becomes of a file's columns.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use geohub_core::{DataError, Error, Result, schema};

use super::attributes::Conversion;
use super::geo::{Column, Geo};

/// How a geometry column is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Wkb,
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().trim_start_matches("geoarrow.") {
            "wkb" => Self::Wkb,
            "point" => Self::Point,
            "linestring" => Self::LineString,
            "polygon" => Self::Polygon,
            "multipoint" => Self::MultiPoint,
            "multilinestring" => Self::MultiLineString,
            "multipolygon" => Self::MultiPolygon,
            _ => return None,
        })
    }
}

/// An attribute: a column of the file and what is made of it.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// Position among the file's top columns.
    pub(super) root: usize,
    pub(super) conversion: Conversion,
}

/// The columns that are read.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) schema: SchemaRef,
    pub(super) attributes: Vec<Attribute>,
    /// Position and encoding of the geometry.
    pub(super) geometry: Option<(usize, Encoding)>,
}

impl Layout {
    /// All columns but the covering of the geometry's boxes.
    pub(super) fn new(file: &Schema, geo: Option<&Geo>) -> Result<Self> {
        let geometry = match geo {
            Some(geo) => Some(stated(file, geo)?),
            None => guessed(file),
        };
        let covering = geo.and_then(|geo| geo.columns.get(&geo.primary_column)).and_then(covering_column);
        let (mut fields, mut attributes, mut names) = (Vec::new(), Vec::new(), HashSet::new());
        for (root, field) in file.fields().iter().enumerate() {
            if geometry.is_some_and(|(at, _)| at == root) || covering == Some(field.name()) {
                continue;
            }
            if !names.insert(field.name()) {
                return Err(DataError::new(format!("two columns are named `{}`", field.name())).into());
            }
            let further = geo.is_some_and(|geo| geo.columns.contains_key(field.name()));
            let (out, conversion) = match Conversion::of(field) {
                (_, Conversion::Same | Conversion::Cast) if further => {
                    (schema::wkb_field(field.name()), Conversion::Cast)
                }
                converted => converted,
            };
            fields.push(out);
            attributes.push(Attribute { root, conversion });
        }
        Ok(Self { schema: Arc::new(Schema::new(fields)), attributes, geometry })
    }

    /// Only the columns named.
    pub(super) fn project(&self, names: &[String]) -> Self {
        let kept = |at: &usize| names.contains(self.schema.field(*at).name());
        let kept: Vec<usize> = (0..self.attributes.len()).filter(kept).collect();
        let fields: Vec<Field> = kept.iter().map(|at| self.schema.field(*at).clone()).collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            attributes: kept.iter().map(|at| self.attributes[*at].clone()).collect(),
            geometry: self.geometry,
        }
    }

    /// Positions of the columns read, ascending: the order in which they come.
    pub(super) fn roots(&self) -> Vec<usize> {
        let attributes = self.attributes.iter().map(|attribute| attribute.root);
        let mut roots: Vec<usize> = attributes.chain(self.geometry.map(|(root, _)| root)).collect();
        roots.sort_unstable();
        roots
    }
}

fn stated(file: &Schema, geo: &Geo) -> Result<(usize, Encoding)> {
    let name = &geo.primary_column;
    let missing =
        || DataError::new(format!("the geo metadata names a column `{name}` that the file does not have"));
    let root = file.index_of(name).map_err(|_| missing())?;
    let encoding = &geo.columns.get(name).ok_or_else(missing)?.encoding;
    let known = Encoding::named(encoding);
    let known = known.ok_or_else(|| Error::Unsupported(format!("geometry in the encoding `{encoding}`")))?;
    Ok((root, known))
}

/// The geometry of a file without `geo` metadata: a column marked by `GeoArrow`, else WKB under one of the usual names.
fn guessed(file: &Schema) -> Option<(usize, Encoding)> {
    let marked = |field: &Field| {
        Encoding::named(field.metadata().get("ARROW:extension:name")?.strip_prefix("geoarrow.")?)
    };
    let by_mark = file.fields().iter().position(|field| marked(field).is_some());
    if let Some(root) = by_mark {
        return Some((root, marked(file.field(root))?));
    }
    let is_binary = |field: &Field| {
        matches!(field.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
    };
    let usual = |field: &&Arc<Field>| {
        is_binary(field)
            && ["geometry", "geom", "wkb_geometry"].contains(&field.name().to_ascii_lowercase().as_str())
    };
    let field = file.fields().iter().find(usual)?;
    Some((file.index_of(field.name()).ok()?, Encoding::Wkb))
}

fn covering_column(column: &Column) -> Option<&String> {
    column.covering.as_ref()?.bbox.xmin.first()
}
