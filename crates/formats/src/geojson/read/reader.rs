//! The reader of both formats.

use std::sync::Arc;

use geohub_core::source::SpoolSource;
use geohub_core::{
    Chunk, Context, Crs, DataError, Error, Layer, Level, Pushdown, ReadOptions, Reader, Result, RowCount,
    Source,
};

use super::chunk::TextChunk;
use super::decoder::Plan;
use super::head::{CrsMember, Head};
use super::infer::{self, Inferred};
use super::schema::Columns;
use super::splitter::Splitter;
use crate::format::OpenOptions;
use crate::open::layer_name;

/// Largest feature whatever the settings say: offsets within a batch have 31 bits.
const MAX_FEATURE_BYTES: usize = 1 << 30;

/// Opens a collection, a sequence, a feature or a bare geometry.
pub(crate) fn open(
    source: Arc<dyn Source>,
    _options: &OpenOptions,
    context: &Context,
) -> Result<Box<dyn Reader>> {
    let source: Arc<dyn Source> = if source.rereadable() {
        source
    } else {
        Arc::new(SpoolSource::new(source.name(), source.stream()?)?)
    };
    let mut context = context.clone();
    context.max_feature_bytes = context.max_feature_bytes.min(MAX_FEATURE_BYTES);
    let inferred = infer::sample(&*source, &context).map_err(|error| in_target(error, &*source))?;
    Ok(Box::new(TextReader::new(source, &context, &inferred)))
}

struct TextReader {
    source: Arc<dyn Source>,
    context: Context,
    layer: Layer,
    plan: Arc<Plan>,
    splitter: Option<Splitter>,
    ended: bool,
    /// The schema and CRS are those of the whole input.
    whole: bool,
    /// Rows that the schema was inferred from.
    inferred_rows: u64,
}

impl TextReader {
    fn new(source: Arc<dyn Source>, context: &Context, inferred: &Inferred) -> Self {
        let columns = Arc::new(inferred.tally.columns());
        let head = &inferred.head;
        let name = head.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| layer_name(&*source));
        let mut layer = Layer::new(name, Arc::new(columns.schema()));
        layer.geometry = inferred.tally.geometry(inferred.whole);
        layer.rows = inferred.rows;
        layer.crs = crs_of(head);
        note(head, context, source.name());
        let plan = Arc::new(Plan::new(columns, None, context));
        Self {
            source,
            context: context.clone(),
            layer,
            plan,
            splitter: None,
            ended: false,
            whole: inferred.whole,
            inferred_rows: inferred.tally.rows,
        }
    }

    fn splitter(&mut self) -> Result<&mut Splitter> {
        match &mut self.splitter {
            Some(splitter) => Ok(splitter),
            none => {
                let context = &self.context;
                let splitter = Splitter::open(&*self.source, context.block_bytes, context.max_feature_bytes)?;
                // Of a small layer, and of one that is read again, all is known. Rows must be counted for a limit.
                let hasty = !self.whole && self.plan.limit.is_none();
                Ok(none.insert(if hasty { splitter.hasty() } else { splitter }))
            }
        }
    }

    /// A CRS named behind the features is a wider schema than the start showed.
    fn check_crs(&self) -> Result<()> {
        let Some(splitter) = &self.splitter else { return Ok(()) };
        let crs = crs_of(splitter.head());
        if self.whole || crs == self.layer.crs {
            return Ok(());
        }
        Err(Error::Misfit(format!("the CRS {crs} is named behind the features")))
    }
}

impl Reader for TextReader {
    fn target(&self) -> &str {
        self.source.name()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let columns: Arc<Columns> = Arc::clone(&self.plan.columns);
        let mut plan = Plan::new(columns, options.columns.as_deref(), &self.context);
        // A box across 180 degrees has no west below its east; the operator behind knows such boxes.
        plan.bbox = options.bbox.filter(|bbox| !bbox.is_empty());
        plan.limit = options.limit.filter(|_| options.bbox.is_none() && options.filter.is_none());
        let level = |done: bool, level: Level| if done { level } else { Level::None };
        let pushdown = Pushdown {
            bbox: level(plan.bbox.is_some(), Level::Superset),
            filter: Level::None,
            columns: level(options.columns.is_some(), Level::Exact),
            limit: level(plan.limit.is_some(), Level::Exact),
        };
        self.layer.schema = Arc::clone(plan.schema());
        self.layer.rows = rows_left(self.layer.rows, &plan);
        self.plan = Arc::new(plan);
        Ok(pushdown)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        if self.ended {
            return Ok(None);
        }
        let limit = self.plan.limit.unwrap_or(u64::MAX);
        let splitter = self.splitter()?;
        if splitter.rows() >= limit {
            self.ended = true;
            return Ok(None);
        }
        if let Some(piece) = splitter.next()? {
            return Ok(Some(Box::new(TextChunk { piece, plan: Arc::clone(&self.plan) })));
        }
        self.ended = true;
        self.check_crs()?;
        Ok(None)
    }

    fn size_hint(&self) -> Option<u64> {
        self.source.size_hint()
    }

    fn may_misfit(&self) -> bool {
        !self.whole && self.plan.limit.is_none_or(|limit| limit > self.inferred_rows)
    }

    fn complete(self: Box<Self>, context: &Context) -> Result<Box<dyn Reader>> {
        let mut context = context.clone();
        context.max_feature_bytes = self.context.max_feature_bytes;
        let inferred =
            infer::whole(&*self.source, &context).map_err(|error| in_target(error, &*self.source))?;
        Ok(Box::new(Self::new(self.source, &context, &inferred)))
    }
}

/// The rows that come under a plan.
fn rows_left(rows: RowCount, plan: &Plan) -> RowCount {
    let limit = plan.limit.unwrap_or(u64::MAX);
    match rows {
        RowCount::Exact(rows) if plan.bbox.is_none() => RowCount::Exact(rows.min(limit)),
        RowCount::Exact(rows) | RowCount::Estimate(rows) => RowCount::Estimate(rows.min(limit)),
        RowCount::Unknown => plan.limit.map_or(RowCount::Unknown, RowCount::Estimate),
    }
}

fn crs_of(head: &Head) -> Crs {
    head.crs.as_ref().map_or_else(Crs::crs84, CrsMember::crs)
}

fn note(head: &Head, context: &Context, target: &str) {
    if let Some(CrsMember::Unknown(text)) = &head.crs {
        context.warn(format!(
            "{target}: the crs member `{}` is not understood; the CRS is unknown",
            geohub_core::text::clean(text)
        ));
    }
    if !head.foreign.is_empty() {
        let names =
            head.foreign.iter().map(|name| geohub_core::text::clean(name)).collect::<Vec<_>>().join(", ");
        context.detail(format!("{target}: members beside the features are left out: {names}"));
    }
}

/// Errors met before a run need the name of the input.
fn in_target(error: Error, source: &dyn Source) -> Error {
    match error {
        Error::Data(data) if data.target.is_empty() => DataError::in_target(*data, source.name()).into(),
        error => error,
    }
}
