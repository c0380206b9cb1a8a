//! Runs a plan into a writer or a collector.

use std::ops::ControlFlow;
use std::sync::{Arc, RwLock};

use super::drive::{Job, drive};
use super::encode::EncodeStage;
use super::job::{EncodeNow, Keep, work};
use super::regroup::Regroup;
use super::report::Report;
use super::window::Permit;
use super::write::WriteThread;
use crate::{Batch, Collector, Context, Encoded, Error, Layer, Operator, Reader, Result, Writer};

/// What happens between a reader and a writer or collector.
#[derive(Default)]
pub struct Pipeline {
    /// Applied in this order to every batch.
    pub operators: Vec<Box<dyn Operator>>,
    /// Rows that may leave the last operator.
    pub limit: Option<u64>,
}

impl Pipeline {
    /// The layer that leaves the last operator.
    pub fn layer(&self, input: &Layer) -> Result<Layer> {
        self.operators.iter().try_fold(input.clone(), |layer, operator| operator.layer(&layer))
    }
}

/// A reader and how to prepare it. Preparing is repeated when the run restarts with a wider schema.
pub struct Plan<'a> {
    /// The input, not planned yet.
    pub reader: Box<dyn Reader>,
    /// Plans the reader and builds the operators for what it leaves undone.
    pub prepare: Box<Prepare<'a>>,
}

/// Plans a reader and builds the operators for what it leaves undone.
pub type Prepare<'a> = dyn Fn(&mut dyn Reader) -> Result<Pipeline> + 'a;

impl Plan<'_> {
    /// A plan that takes every row as it is.
    pub fn all(reader: Box<dyn Reader>) -> Self {
        Self { reader, prepare: Box::new(|_| Ok(Pipeline::default())) }
    }
}

/// Runs a plan into the writer that `create` makes. `create` is called again when the run restarts.
pub fn run(
    plan: Plan<'_>,
    create: &mut dyn FnMut() -> Result<Box<dyn Writer>>,
    context: &Context,
) -> Result<Report> {
    restarting(plan, context, &mut |reader, pipeline| run_once(reader, pipeline, create, context))
}

/// What a collector holds at the end of its run.
pub struct Collected<C> {
    /// The collector, all parts merged.
    pub collector: C,
    /// The layer it was given: the complete one where the run restarted.
    pub layer: Layer,
    /// What was counted.
    pub report: Report,
}

/// Runs a plan into the collector that `create` makes of the layer it will be given.
pub fn collect<C: Collector + 'static>(
    plan: Plan<'_>,
    create: &mut dyn FnMut(&Layer) -> Result<C>,
    context: &Context,
) -> Result<Collected<C>> {
    let mut collected = None;
    let report = restarting(plan, context, &mut |reader, pipeline| {
        let created = pipeline.layer(reader.layer()).and_then(|layer| Ok((create(&layer)?, layer)));
        let (collector, layer) = match created {
            Ok(created) => created,
            Err(error) => return (Some(reader), Err(error)),
        };
        let (reader, result) = collect_once(reader, pipeline, collector, context);
        let keep = |(collector, report)| {
            collected = Some((collector, layer));
            report
        };
        (reader, result.map(keep))
    })?;
    let (collector, layer) =
        collected.ok_or_else(|| Error::Internal("a run ended without its collector".to_owned()))?;
    Ok(Collected { collector, layer, report })
}

/// The reader back, unless its thread was lost, and what came of the attempt.
type Attempted<T> = (Option<Box<dyn Reader>>, Result<T>);

type Attempt<'a> = dyn FnMut(Box<dyn Reader>, Pipeline) -> Attempted<Report> + 'a;

/// Runs once, and once more with the complete schema when a row did not fit the inferred one.
fn restarting(plan: Plan<'_>, context: &Context, attempt: &mut Attempt<'_>) -> Result<Report> {
    let Plan { reader, prepare } = plan;
    let (reader, pipeline) = with_late_columns(reader, context, &*prepare)?;
    let (reader, result) = attempt(reader, pipeline);
    match (result, reader) {
        (Err(Error::Misfit(reason)), Some(reader)) => {
            context.detail(format!("reading {} to its end for the schema: {reason}", reader.target()));
            let mut reader = reader.complete(context)?;
            let pipeline = prepare(&mut *reader)?;
            let report = attempt(reader, pipeline).1?;
            Ok(Report { restarted: true, ..report })
        }
        (result, _) => result,
    }
}

/// Looks at a reader's schema; when what is asked for is not in it, reads an inferred schema to its end and looks
/// again, for a column may first appear far down. The first error stands when the schema was declared.
pub fn with_late_columns<T>(
    mut reader: Box<dyn Reader>,
    context: &Context,
    look: &dyn Fn(&mut dyn Reader) -> Result<T>,
) -> Result<(Box<dyn Reader>, T)> {
    match look(&mut *reader) {
        Ok(found) => Ok((reader, found)),
        Err(error @ (Error::Request { .. } | Error::Expression(_))) => {
            let Ok(mut complete) = reader.complete(context) else { return Err(error) };
            let found = look(&mut *complete)?;
            Ok((complete, found))
        }
        Err(error) => Err(error),
    }
}

fn run_once(
    reader: Box<dyn Reader>,
    pipeline: Pipeline,
    create: &mut dyn FnMut() -> Result<Box<dyn Writer>>,
    context: &Context,
) -> Attempted<Report> {
    let started = pipeline.layer(reader.layer()).and_then(|layer| {
        let mut writer = create()?;
        if writer.needs().irrevocable && reader.may_misfit() {
            writer.abort();
            return Err(Error::Misfit("the output cannot be written twice".to_owned()));
        }
        match writer.start(&layer) {
            Ok(encoder) => Ok((writer, encoder)),
            Err(error) => {
                writer.abort();
                Err(error)
            }
        }
    });
    let (writer, encoder) = match started {
        Ok(started) => started,
        Err(error) => return (Some(reader), Err(error)),
    };
    let needs = writer.needs();
    let thread = match WriteThread::spawn(writer) {
        Ok(thread) => thread,
        Err(error) => return (Some(reader), Err(error)),
    };
    let mut report = Report::default();
    let (reader, result) = if pipeline.limit.is_none() && needs.rows_per_group.is_none() {
        run_fused(reader, pipeline, encoder, &thread, &mut report, context)
    } else {
        let regroup = Regroup::new(needs.rows_per_group, pipeline.limit);
        let stage = EncodeStage::new(context, encoder, &thread);
        run_ordered(reader, pipeline, regroup, stage, &mut report, context)
    };
    let written = thread.close(result, context);
    (reader, written.map(|written| report.written(&written)))
}

/// Decode, operate and encode in one job: nothing depends on how rows are batched.
fn run_fused(
    reader: Box<dyn Reader>,
    pipeline: Pipeline,
    encoder: Arc<dyn crate::Encoder>,
    thread: &WriteThread,
    report: &mut Report,
    context: &Context,
) -> Attempted<()> {
    let job: Job<(Vec<Encoded>, Report)> = Arc::new(move |chunk| {
        let mut last = EncodeNow { encoder: &*encoder, encoded: Vec::new() };
        let counts = work(chunk, &pipeline.operators, &mut last)?;
        Ok((last.encoded, counts))
    });
    drive(reader, context, job, &mut |(encoded, counts), permit| {
        report.add(&counts);
        context.progress.add_rows(counts.rows_read);
        Ok(proceed(thread.send((encoded, Some(permit)))))
    })
}

/// Decode and operate, then limit and regroup in order, then encode.
fn run_ordered(
    reader: Box<dyn Reader>,
    pipeline: Pipeline,
    mut regroup: Regroup,
    mut stage: EncodeStage<'_>,
    report: &mut Report,
    context: &Context,
) -> Attempted<()> {
    if regroup.is_full() {
        return (Some(reader), Ok(()));
    }
    let operators = pipeline.operators;
    let job: Job<(Vec<Batch>, Report)> = Arc::new(move |chunk| {
        let mut last = Keep::default();
        let counts = work(chunk, &operators, &mut last)?;
        Ok((last.0, counts))
    });
    let (reader, result) = drive(reader, context, job, &mut |(batches, counts), permit: Permit| {
        report.rows_read += counts.rows_read;
        context.progress.add_rows(counts.rows_read);
        // A batch held back for regrouping must not hold room, or the window could fill with what waits for more.
        drop(permit);
        for batch in batches {
            for ready in regroup.push(batch) {
                report.count_all(&ready);
                if !stage.submit(ready)? {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(proceed(!regroup.is_full()))
    });
    let result = result.and_then(|()| {
        if let Some(last) = regroup.finish() {
            report.count_all(&last);
            stage.submit(last)?;
        }
        stage.finish()
    });
    (reader, result)
}

fn collect_once<C: Collector + 'static>(
    reader: Box<dyn Reader>,
    pipeline: Pipeline,
    collector: C,
    context: &Context,
) -> Attempted<(C, Report)> {
    if pipeline.limit.is_some() {
        let error = Error::Internal("a collector takes no limit".to_owned());
        return (Some(reader), Err(error));
    }
    let collector = Arc::new(RwLock::new(collector));
    let shared = Arc::clone(&collector);
    let job: Job<(C::Part, Report)> = Arc::new(move |chunk| {
        let mut part = shared.read().map_err(|_| poisoned())?.part();
        let counts = work(chunk, &pipeline.operators, &mut part)?;
        Ok((part, counts))
    });
    let mut report = Report::default();
    let merging = Arc::clone(&collector);
    let (reader, result) = drive(reader, context, job, &mut |(part, counts), permit| {
        report.add(&counts);
        context.progress.add_rows(counts.rows_read);
        drop(permit);
        merging.write().map_err(|_| poisoned())?.merge(part)?;
        Ok(ControlFlow::Continue(()))
    });
    drop(merging);
    let result = result.and_then(|()| {
        let collector = unshare(collector).ok_or_else(poisoned)?;
        Ok((collector, report))
    });
    (reader, result)
}

/// The collector back from the workers. The last job may still be dropping its handle when its result is merged.
fn unshare<C>(mut collector: Arc<RwLock<C>>) -> Option<C> {
    loop {
        match Arc::try_unwrap(collector) {
            Ok(lock) => return lock.into_inner().ok(),
            Err(shared) => {
                collector = shared;
                std::thread::yield_now();
            }
        }
    }
}

fn poisoned() -> Error {
    Error::Internal("a collector was lost to a panic".to_owned())
}

fn proceed(go_on: bool) -> ControlFlow<()> {
    if go_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}
