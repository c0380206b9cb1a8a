//! What of a query goes to the server.

use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use geohub_core::expr::{Expr, SqlDialect};
use geohub_core::{Bbox, Error, text};

use crate::error::Result;
use crate::query::Query;

/// A query in the server's terms.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(crate) struct Selection {
    /// A condition in the server's language, without the box.
    pub(crate) condition: Option<String>,
    /// Boxes in longitude and latitude, any of which rows must meet; grown, none of them across 180.
    pub(crate) boxes: Vec<Bbox>,
    /// The attribute columns to bring, and true when they are all.
    pub(crate) schema: SchemaRef,
    pub(crate) all_fields: bool,
    /// Rows after which to stop.
    pub(crate) limit: Option<u64>,
    /// How the rows are asked for, where that is not the usual way.
    pub(crate) manner: Vec<&'static str>,
    /// What the geometry is made of, where that was a choice.
    pub(crate) geometry: Option<String>,
    /// Part of the filter went down.
    pub(crate) filtered: bool,
    /// A condition in the server's own words is part of it: which rows meet it may change with time.
    pub(crate) verbatim: bool,
    /// Ids alone: the geometry does not come either.
    pub(crate) bare: bool,
}

impl Selection {
    /// Translates a query. Boxes are grown by `grow_deg`; the server does not know the columns in `local`.
    pub(crate) fn new(
        query: &Query,
        schema: &SchemaRef,
        local: &[String],
        dialect: &dyn SqlDialect,
        grow_deg: f64,
    ) -> Result<Self> {
        let filter = query.filter.as_ref().map(|filter| filter.resolve(schema)).transpose();
        let filter = filter.map_err(|error| Error::Expression(Box::new(error)))?;
        let safe = filter.as_ref().map_or_else(Vec::new, |filter| safe_parts(filter, schema, local, dialect));
        let own = query.server_where.iter().map(|text| format!("({text})"));
        let parts: Vec<String> = own.chain(safe.iter().cloned()).collect();
        let exact = query.filter.is_none() && query.bbox.is_none();
        let wanted = wanted_columns(query, filter.as_ref(), schema)?;
        Ok(Self {
            condition: (!parts.is_empty()).then(|| parts.join(" AND ")),
            boxes: query.bbox.map_or_else(Vec::new, |bbox| boxes(bbox, grow_deg)),
            all_fields: wanted.is_none(),
            schema: wanted.unwrap_or_else(|| Arc::clone(schema)),
            limit: query.limit.filter(|_| exact),
            manner: Vec::new(),
            geometry: None,
            filtered: !safe.is_empty(),
            verbatim: query.server_where.is_some(),
            bare: false,
        })
    }

    /// The selection in one fixed spelling.
    pub(crate) fn canonical(&self) -> String {
        let boxes: Vec<String> = self.boxes.iter().map(ToString::to_string).collect();
        let fields: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let mut canonical = serde_json::json!({
            "where": self.condition,
            "bbox": boxes,
            "fields": if self.all_fields { None } else { Some(fields) },
            "limit": self.limit,
        });
        if !self.manner.is_empty() {
            canonical["with"] = self.manner.as_slice().into();
        }
        if let Some(geometry) = &self.geometry {
            canonical["geometry"] = geometry.as_str().into();
        }
        canonical.to_string()
    }
}

fn safe_parts(filter: &Expr, schema: &Schema, local: &[String], dialect: &dyn SqlDialect) -> Vec<String> {
    let known = |part: &Expr| part.columns().iter().all(|name| !local.contains(name));
    let safe = filter.conjuncts().iter().filter(|part| part.is_server_safe(schema) && known(part));
    safe.map(|part| format!("({})", part.to_sql(dialect))).collect()
}

/// The columns asked for and those the filter needs, in schema order; `None` for all.
fn wanted_columns(query: &Query, filter: Option<&Expr>, schema: &SchemaRef) -> Result<Option<SchemaRef>> {
    let Some(fields) = &query.fields else { return Ok(None) };
    let mut wanted: Vec<usize> = fields.iter().map(|name| column(name, schema)).collect::<Result<_>>()?;
    for name in filter.map(Expr::columns).unwrap_or_default() {
        wanted.push(column(&name, schema)?);
    }
    wanted.sort_unstable();
    wanted.dedup();
    let schema = schema.project(&wanted).map_err(Error::from)?;
    Ok(Some(Arc::new(schema)))
}

fn column(name: &str, schema: &Schema) -> Result<usize> {
    let exact = schema.fields().iter().position(|field| field.name() == name);
    let folded = || schema.fields().iter().position(|field| field.name().eq_ignore_ascii_case(name));
    exact.or_else(folded).ok_or_else(|| {
        let near = text::nearest(name, schema.fields().iter().map(|field| field.name().as_str()));
        let hint = (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")));
        Error::Request { message: format!("the layer has no column `{name}`"), hint }.into()
    })
}

/// The box grown, cut at the antimeridian where it crosses it.
fn boxes(bbox: Bbox, grow_deg: f64) -> Vec<Bbox> {
    let (south, north) = ((bbox.min_y - grow_deg).max(-90.0), (bbox.max_y + grow_deg).min(90.0));
    let (west, east) = (bbox.min_x - grow_deg, bbox.max_x + grow_deg);
    if bbox.min_x <= bbox.max_x {
        return vec![Bbox::new(west, south, east, north)];
    }
    vec![Bbox::new(west, south, 180.0, north), Bbox::new(-180.0, south, east, north)]
}

#[cfg(test)]
mod tests {
    use arrow_schema::{DataType, Field};
    use geohub_core::expr::ArcGisSql;

    use super::*;

    fn schema() -> SchemaRef {
        let fields = [("OBJECTID", DataType::Int64), ("ZIP", DataType::Utf8), ("Area", DataType::Float64)];
        Arc::new(Schema::new(fields.map(|(name, kind)| Field::new(name, kind, true)).to_vec()))
    }

    fn select(query: &Query) -> Selection {
        Selection::new(query, &schema(), &[], &ArcGisSql, 1e-6).unwrap()
    }

    #[test]
    fn only_what_every_server_understands_alike_goes_down() {
        let filter = Expr::parse("zip = '90012' AND area > 5 AND zip LIKE '9%'").unwrap();
        let query = Query { filter: Some(filter), limit: Some(5), ..Query::default() };
        let selection = select(&query);
        assert_eq!(selection.condition.as_deref(), Some("(ZIP = '90012') AND (Area > 5)"));
        assert_eq!(selection.limit, None);
        let verbatim =
            Query { server_where: Some("a = 1 OR b = 2".to_owned()), limit: Some(5), ..Query::default() };
        let selection = select(&verbatim);
        assert_eq!(selection.condition.as_deref(), Some("(a = 1 OR b = 2)"));
        assert_eq!(selection.limit, Some(5));
    }

    #[test]
    fn columns_of_the_filter_come_along_and_unknown_ones_are_named() {
        let query = Query {
            filter: Some(Expr::parse("Area IS NULL").unwrap()),
            fields: Some(vec!["zip".to_owned()]),
            ..Query::default()
        };
        let names: Vec<String> = select(&query).schema.fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, ["ZIP", "Area"]);
        let query = Query { fields: Some(vec!["Are".to_owned()]), ..Query::default() };
        let error = Selection::new(&query, &schema(), &[], &ArcGisSql, 0.0).unwrap_err();
        assert!(error.to_string().contains("no column `Are`"));
    }

    #[test]
    fn a_box_across_the_antimeridian_is_two() {
        let query = Query { bbox: Some(Bbox::new(179.0, -1.0, -179.0, 1.0)), ..Query::default() };
        let boxes = select(&query).boxes;
        assert_eq!(boxes.len(), 2);
        assert_eq!((boxes[0].max_x, boxes[1].min_x), (180.0, -180.0));
        assert!(boxes[0].min_y < -1.0);
    }
}
