//! What a command selects from a layer, split between its reader and operators.

use std::collections::BTreeSet;

use geohub_core::expr::Expr;
use geohub_core::{
    Bbox, Crs, Error, GeometryKind, Layer, Level, Operator, Pipeline, Pushdown, ReadOptions, Reader, Result,
};

use crate::bbox::{BboxCrs, BboxFilter};
use crate::filter::{Filter, expression};
use crate::near::{Near, NearFilter};
use crate::reproject::Reproject;
use crate::select::{Select, resolve};
use crate::within::{Mask, Within};

/// Rows and columns to be selected; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Rows whose geometry meets this rectangle, and in which coordinates it is given.
    pub bbox: Option<(Bbox, BboxCrs)>,
    /// Rows for which this is true.
    pub filter: Option<Expr>,
    /// Rows within this area.
    pub within: Option<Mask>,
    /// Rows near this place.
    pub near: Option<Near>,
    /// These columns, in this order.
    pub fields: Option<Vec<String>>,
    /// The first rows of those selected.
    pub limit: Option<u64>,
    /// Brought to this CRS once selected.
    pub to_crs: Option<Crs>,
}

/// A selection prepared for one layer.
struct Prepared {
    bbox: Option<BboxFilter>,
    within: Option<Within>,
    near: Option<NearFilter>,
    filter: Option<Expr>,
    fields: Option<Vec<String>>,
}

impl Selection {
    /// Asks the reader for as much as it can do, and gives the operators for the rest.
    ///
    /// Whatever the reader answers, the rows are the same. Fits [`geohub_core::Plan::prepare`].
    ///
    /// # Errors
    /// Unknown columns, with the nearest names; a box or an area that does not go with the layer's CRS.
    pub fn plan(&self, reader: &mut dyn Reader) -> Result<Pipeline> {
        Ok(self.plan_and_answer(reader)?.0)
    }

    /// As [`Self::plan`], with the reader's answer, for `--explain`.
    pub fn plan_and_answer(&self, reader: &mut dyn Reader) -> Result<(Pipeline, Pushdown)> {
        let prepared = self.prepare(reader.layer())?;
        let options = self.options(&prepared, reader.layer());
        let answer = reader.plan(&options)?;
        let rows_are_exact = options.bbox.is_none_or(|_| answer.bbox == Level::Exact)
            && options.filter.as_ref().is_none_or(|_| answer.filter == Level::Exact);
        if answer.limit == Level::Exact && options.limit.is_some() && !rows_are_exact {
            return Err(Error::Internal(format!("{} limits rows before all are selected", reader.target())));
        }
        let limit = self.limit.filter(|_| options.limit.is_none() || answer.limit != Level::Exact);
        let mut operators = rest(prepared, &options, answer, reader.layer())?;
        if let Some(reproject) = self.reproject(reader.layer(), answer)? {
            operators.push(Box::new(reproject));
        }
        Ok((Pipeline { operators, limit }, answer))
    }

    /// Last, so that only selected rows are moved. A table has nothing to move.
    fn reproject(&self, layer: &Layer, answer: Pushdown) -> Result<Option<Reproject>> {
        let Some(to) = self.to_crs.as_ref().filter(|_| layer.geometry.kind != GeometryKind::None) else {
            return Ok(None);
        };
        let reproject = Reproject::new(&layer.crs, to)?;
        let leaves_rows_out = answer.bbox != Level::None || answer.filter != Level::None;
        Ok(Some(if leaves_rows_out { reproject.of_some_rows() } else { reproject }))
    }

    fn prepare(&self, layer: &Layer) -> Result<Prepared> {
        let bbox = self.bbox.as_ref().map(|(bbox, crs)| BboxFilter::new(*bbox, crs, layer)).transpose()?;
        let within = self.within.as_ref().map(|mask| Within::new(mask, layer)).transpose()?;
        let near = self.near.as_ref().map(|near| NearFilter::new(near, layer)).transpose()?;
        let filter = match &self.filter {
            Some(filter) => {
                filter.bind(&layer.schema).map_err(expression)?;
                Some(filter.resolve(&layer.schema).map_err(expression)?)
            }
            None => None,
        };
        let fields = self.fields.as_ref().map(|fields| resolve(fields, &layer.schema)).transpose()?;
        Ok(Prepared { bbox, within, near, filter, fields })
    }

    fn options(&self, prepared: &Prepared, layer: &Layer) -> ReadOptions {
        let whole_rows_condition = prepared.within.is_none()
            && prepared.near.is_none()
            && prepared.bbox.as_ref().is_none_or(BboxFilter::is_exactly_cover);
        ReadOptions {
            bbox: cover(prepared, layer),
            filter: prepared.filter.clone(),
            columns: columns(prepared, layer),
            limit: self.limit.filter(|_| whole_rows_condition),
        }
    }
}

/// The box all rows of the answer meet. Of several conditions on the place, that of the smallest box.
fn cover(prepared: &Prepared, layer: &Layer) -> Option<Bbox> {
    let area = |bbox: &Bbox| (bbox.max_x - bbox.min_x) * (bbox.max_y - bbox.min_y);
    let covers = [
        prepared.bbox.as_ref().and_then(BboxFilter::cover),
        prepared.within.as_ref().map(Within::cover),
        prepared.near.as_ref().and_then(|near| near.cover(layer)),
    ];
    covers.into_iter().flatten().min_by(|a, b| area(a).total_cmp(&area(b)))
}

/// The columns to be read, in schema order: those selected and those the condition needs.
fn columns(prepared: &Prepared, layer: &Layer) -> Option<Vec<String>> {
    let fields = prepared.fields.as_ref()?;
    let needed: BTreeSet<String> = prepared.filter.as_ref().map(Expr::columns).unwrap_or_default();
    let names = layer.schema.fields().iter().map(|field| field.name().clone());
    Some(names.filter(|name| fields.contains(name) || needed.contains(name)).collect())
}

/// The operators for what the reader, planned by now, leaves undone.
fn rest(
    prepared: Prepared,
    options: &ReadOptions,
    answer: Pushdown,
    layer: &Layer,
) -> Result<Vec<Box<dyn Operator>>> {
    let mut operators: Vec<Box<dyn Operator>> = Vec::new();
    if let Some(filter) = prepared.filter
        && answer.filter != Level::Exact
    {
        operators.push(Box::new(Filter::new(&filter, layer)?));
    }
    if let Some(bbox) = prepared.bbox {
        let asked_exactly = bbox.is_exactly_cover() && options.bbox == bbox.cover();
        if !(asked_exactly && answer.bbox == Level::Exact) {
            operators.push(Box::new(bbox));
        }
    }
    if let Some(within) = prepared.within {
        operators.push(Box::new(within));
    }
    if let Some(fields) = prepared.fields {
        let given = layer.schema.fields().iter().map(|field| field.name());
        if !given.eq(&fields) {
            operators.push(Box::new(Select::new(fields)));
        }
    }
    // After the columns are chosen: its own comes last.
    if let Some(near) = prepared.near {
        operators.push(Box::new(near));
    }
    Ok(operators)
}
