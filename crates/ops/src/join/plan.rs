//! A join is a build plan, then a probe plan.

use std::cell::RefCell;
use std::sync::Arc;

use geohub_core::executor::{Collected, with_late_columns};
use geohub_core::{
    Bbox, Context, Error, GeometryKind, Layer, Pipeline, Plan, ReadOptions, Reader, Report, Result, RowCount,
    Writer, collect, run, text,
};

use geohub_index::Predicate;

use super::build::{BuildCollector, Built};
use super::columns::{OutputColumns, RightColumns};
use super::matcher::Matcher;
use super::options::{How, JoinOptions};
use super::probe::PairProbe;
use super::relation::Relation;
use super::slot_collector::SlotCollector;
use super::slot_probe::{SlotProbe, values_of};
use super::stats::{Counters, JoinReport};
use crate::memory::MemoryReader;
use crate::metres;
use crate::reproject::{Reproject, Reprojected};

/// The side of a join that is held in memory; the other is streamed past it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left rows, each with a slot that right rows fill.
    Left,
    /// Right rows.
    Right,
}

/// Which side a join holds: the smaller one where each left row has a slot, else the right one, for left rows
/// must come out in their order. Unknown sizes mean the right one, and so do the nearest: a right row cannot tell
/// whether another one is nearer.
pub fn build_side(options: &JoinOptions, left: &Layer, right: &Layer) -> Side {
    let either = options.has_slots() && !options.relation.is_nearest();
    match (left.rows.hint(), right.rows.hint()) {
        (Some(left), Some(right)) if either && left < right => Side::Left,
        _ => Side::Right,
    }
}

/// Makes the writer; called again when a run restarts.
pub type Create<'a> = dyn FnMut() -> Result<Box<dyn Writer>> + 'a;

/// Joins two layers into the writer that `create` makes.
///
/// Rows come in left order, within it right order, whatever side is held and however many workers there are.
///
/// # Errors
/// [`Error::Request`] for contradictory options and unknown columns, [`Error::CrsMismatch`] for layers in two
/// CRSs, [`Error::Memory`] where the build side does not fit, [`Error::Data`] for `--many error` and integer
/// sums out of range, and whatever readers and writer report.
pub fn join(
    left: Box<dyn Reader>,
    right: Box<dyn Reader>,
    options: &JoinOptions,
    create: &mut Create<'_>,
    context: &Context,
) -> Result<JoinReport> {
    options.check()?;
    if options.relation.measures() {
        metres::check(&left.layer().crs, context)?;
    }
    let right = in_crs_of(left.layer(), right, options, context)?;
    // Unknown columns are reported before any row is joined.
    let (right, columns) =
        with_late_columns(right, context, &|reader| RightColumns::new(options, &reader.layer().schema))?;
    let (left, _) = with_late_columns(left, context, &|reader| {
        OutputColumns::new(options, &reader.layer().schema, &columns)
    })?;
    let report = match build_side(options, left.layer(), right.layer()) {
        Side::Right => build_right(left, right, options, create, context),
        Side::Left => build_left(left, right, options, create, context),
    }?;
    warn_of_crossings(&report, context);
    Ok(report)
}

fn warn_of_crossings(report: &JoinReport, context: &Context) {
    for (side, rows) in [("left", report.left_crossing), ("right", report.right_crossing)] {
        if rows > 0 {
            context.warn(format!(
                "{} of the {side} layer with edges that cross each other: matches with lines and polygons are best effort there",
                text::plural(rows, "polygon")
            ));
        }
    }
}

/// The right reader, its geometries brought to the CRS of the left layer where they are in another.
fn in_crs_of(
    left: &Layer,
    right: Box<dyn Reader>,
    options: &JoinOptions,
    context: &Context,
) -> Result<Box<dyn Reader>> {
    let theirs = right.layer().crs.clone();
    if geohub_crs::same(&left.crs, &theirs) {
        return Ok(right);
    }
    if left.crs.is_unknown() || theirs.is_unknown() {
        return Err(incomparable(left, right.layer()));
    }
    let reproject = Reproject::new(&theirs, &left.crs)?.of_some_rows();
    context.note(format!("the right layer is brought from {theirs} to {}", left.crs));
    if let Relation::Predicate(
        predicate @ (Predicate::Equals | Predicate::Touches | Predicate::Covers | Predicate::CoveredBy),
    ) = options.relation
    {
        context.warn(format!(
            "{predicate} on borders that both layers share cannot be trusted when one is reprojected"
        ));
    }
    Ok(Box::new(Reprojected::new(right, reproject)?))
}

/// One of two layers is in no known CRS: it has no geometry, or says nothing of it.
fn incomparable(left: &Layer, right: &Layer) -> Error {
    for (side, layer) in [("left", left), ("right", right)] {
        if layer.geometry.kind == GeometryKind::None {
            return Error::CrsMismatch(format!(
                "the {side} layer, {}, has no geometry to join by",
                layer.name
            ));
        }
    }
    Error::CrsMismatch(format!(
        "the left layer is in {}, the right layer in {}: their coordinates cannot be compared; geohub convert \
         --from-crs makes a copy that says its CRS",
        left.crs, right.crs
    ))
}

fn build_right(
    left: Box<dyn Reader>,
    right: Box<dyn Reader>,
    options: &JoinOptions,
    create: &mut Create<'_>,
    context: &Context,
) -> Result<JoinReport> {
    let name = right.target().to_owned();
    let Collected { collector, layer, .. } = collect(
        narrowed(right, Narrow { columns: options.right_names(), ..Narrow::default() }),
        &mut |layer| {
            let columns = RightColumns::new(options, &layer.schema)?.read;
            BuildCollector::new(columns, layer.rows.hint(), &context.budget)
        },
        context,
    )?;
    let columns = RightColumns::new(options, &layer.schema)?;
    context.progress.begin(format!("indexing {name}"), RowCount::Unknown);
    let built = Arc::new(Built::new(collector, options.relation.measures(), context)?);
    let probe = Probe { options, columns, layer, built };
    probe.stream(left, create, context)
}

/// A right build side and how left rows are streamed past it.
struct Probe<'a> {
    options: &'a JoinOptions,
    columns: RightColumns,
    layer: Layer,
    built: Arc<Built>,
}

impl Probe<'_> {
    fn stream(
        &self,
        left: Box<dyn Reader>,
        create: &mut Create<'_>,
        context: &Context,
    ) -> Result<JoinReport> {
        let rows = exact_rows(left.layer());
        let drops_unmatched = matches!(self.options.how, How::Inner | How::Semi);
        let extent = self.built.index.extent();
        let window = self.options.relation.window(&left.layer().crs, &extent, left.layer())?;
        let window = window.filter(|_| drops_unmatched);
        let values = Arc::new(values_of(self.options, &self.columns, &self.built)?);
        // Counted anew when the run restarts.
        let counters = RefCell::new(Arc::new(Counters::default()));
        let prepare = |reader: &mut dyn Reader| {
            let window = window.filter(|_| rows.is_some());
            Narrow { window, columns: self.options.left_fields.clone() }.push(reader)?;
            *counters.borrow_mut() = Arc::new(Counters::default());
            let columns = OutputColumns::new(self.options, &reader.layer().schema, &self.columns)?;
            let matcher = Matcher::new(self.options, &reader.layer().crs, true, reader.layer().order)?;
            let (options, built) = (self.options.clone(), Arc::clone(&self.built));
            let (right, counters) = (Arc::clone(&self.layer.provenance), Arc::clone(&counters.borrow()));
            let operator: Box<dyn geohub_core::Operator> = if self.options.has_slots() {
                let values = Arc::clone(&values);
                Box::new(SlotProbe { options, matcher, built, values, columns, right, counters })
            } else {
                Box::new(PairProbe { options, matcher, built, columns, right, counters })
            };
            Ok(Pipeline { operators: vec![operator], limit: None })
        };
        let plan = Plan { reader: left, prepare: Box::new(prepare) };
        let report = run(plan, create, context)?;
        let counters = counters.borrow();
        Ok(counters.report(
            rows.filter(|_| window.is_some()),
            &self.built.gaps,
            self.built.crossing(),
            report,
        ))
    }
}

fn build_left(
    left: Box<dyn Reader>,
    right: Box<dyn Reader>,
    options: &JoinOptions,
    create: &mut Create<'_>,
    context: &Context,
) -> Result<JoinReport> {
    let name = left.target().to_owned();
    let Collected { collector, layer: left_layer, .. } = collect(
        narrowed(left, Narrow { columns: options.left_fields.clone(), ..Narrow::default() }),
        &mut |layer| {
            let columns = (0..layer.schema.fields().len()).collect();
            BuildCollector::new(columns, layer.rows.hint(), &context.budget)
        },
        context,
    )?;
    context.progress.begin(format!("indexing {name}"), RowCount::Unknown);
    let left = Arc::new(Built::new(collector, options.relation.measures(), context)?);
    let rows = exact_rows(right.layer());
    let window = options.relation.window(&left_layer.crs, &left.index.extent(), right.layer())?;
    let matcher = Matcher::new(options, &left_layer.crs, false, right.layer().order)?;
    let wish = Narrow { window: window.filter(|_| rows.is_some()), columns: options.right_names() };
    let Collected { collector: filled, layer: right_layer, .. } = collect(
        narrowed(right, wish),
        &mut |layer| {
            let columns = RightColumns::new(options, &layer.schema)?;
            SlotCollector::new(options, &matcher, columns, &left, &context.budget)
        },
        context,
    )?;
    let columns = RightColumns::new(options, &right_layer.schema)?;
    let output = OutputColumns::new(options, &left_layer.schema, &columns)?;
    let mut layer = output.layer(options, &left_layer, &right_layer.provenance);
    let counters = Counters::default();
    let batches = finished(&left, &filled, options, &output, &counters)?;
    let kept = batches.iter().map(|batch| batch.rows() as u64).sum();
    layer.rows = RowCount::Exact(kept);
    let report = write(layer, batches, create, context)?;
    let mut gaps = filled.gaps;
    gaps.rows = rows.filter(|_| window.is_some()).unwrap_or(gaps.rows);
    counters.crossing(left.crossing());
    Ok(counters.report(None, &gaps, filled.crossing, report))
}

/// The left batches with their aggregates, or without the rows that do not come out.
fn finished(
    left: &Built,
    filled: &SlotCollector,
    options: &JoinOptions,
    columns: &OutputColumns,
    counters: &Counters,
) -> Result<Vec<geohub_core::Batch>> {
    let batches = left.batches.iter().enumerate().map(|(number, batch)| {
        counters.saw(&batch.geometry);
        let start = left.start(number) as usize;
        let slots = start..start + batch.rows();
        filled.slots().finish(options, columns, batch, slots, counters)
    });
    batches.collect()
}

fn write(
    layer: Layer,
    batches: Vec<geohub_core::Batch>,
    create: &mut Create<'_>,
    context: &Context,
) -> Result<Report> {
    run(Plan::all(Box::new(MemoryReader::new(layer, batches))), create, context)
}

/// What a join needs of a layer.
#[derive(Clone, Default)]
struct Narrow {
    /// Only rows that may meet this box; set where rows can still be counted without reading them.
    window: Option<Bbox>,
    /// Only these columns.
    columns: Option<Vec<String>>,
}

impl Narrow {
    /// Asks the reader for no more than that; what it brings beyond matches nothing or is not looked at.
    fn push(&self, reader: &mut dyn Reader) -> Result<()> {
        let fields = reader.layer().schema.fields().iter().map(|field| field.name());
        let columns = self
            .columns
            .as_ref()
            .map(|wanted| fields.filter(|name| wanted.contains(name)).cloned().collect());
        // A window around the whole layer would only cost tests: what it might leave out matches nothing.
        let layer = reader.layer().extent;
        let bbox = self.window.filter(|window| layer.is_none_or(|extent| !window.contains(&extent)));
        reader.plan(&ReadOptions { bbox, columns, ..ReadOptions::default() })?;
        Ok(())
    }
}

fn narrowed(reader: Box<dyn Reader>, wish: Narrow) -> Plan<'static> {
    let prepare = move |reader: &mut dyn Reader| {
        wish.push(reader)?;
        Ok(Pipeline::default())
    };
    Plan { reader, prepare: Box::new(prepare) }
}

fn exact_rows(layer: &Layer) -> Option<u64> {
    match layer.rows {
        RowCount::Exact(rows) => Some(rows),
        _ => None,
    }
}
