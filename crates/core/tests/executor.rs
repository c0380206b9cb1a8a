//! The executor's promises: order, limit, first error, restart, no panic, bounded window.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Schema, SchemaRef};
use geohub_core::{
    Batch, Chunk, Collector, Context, DataError, Encoded, Encoder, Error, GeometryBuilder, Layer, Needs,
    Operator, Origin, Pipeline, Plan, Pushdown, ReadOptions, Reader, Report, Result, Sink, Writer, Written,
    collect, executor::Collected, run, schema,
};

fn numbers() -> SchemaRef {
    Arc::new(Schema::new(vec![schema::field("n", DataType::Int64)]))
}

fn batch(from: i64, rows: usize) -> Batch {
    let mut geometry = GeometryBuilder::default();
    for row in 0..rows {
        geometry.push_point(row as f64, from as f64);
    }
    let column: ArrayRef = Arc::new((0..rows as i64).map(|row| from + row).collect::<Int64Array>());
    Batch::new(geometry.finish(), RecordBatch::try_new(numbers(), vec![column]).unwrap())
}

fn values(batch: &Batch) -> Vec<i64> {
    batch.attributes.column(0).as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
}

/// What a fake chunk does instead of decoding.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    Data(u64),
    Panic(u64),
    Misfit(u64),
    None,
}

struct Numbers {
    layer: Layer,
    next: i64,
    total: i64,
    rows_per_chunk: usize,
    trouble: Trouble,
    weight: usize,
    complete_name: Option<&'static str>,
}

impl Numbers {
    fn boxed(total: i64, rows_per_chunk: usize, trouble: Trouble) -> Box<Self> {
        Box::new(Self {
            layer: Layer::new("numbers", numbers()),
            next: 0,
            total,
            rows_per_chunk,
            trouble,
            weight: 1 << 20,
            complete_name: None,
        })
    }
}

impl Reader for Numbers {
    fn target(&self) -> &'static str {
        "numbers.txt"
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, _: &ReadOptions) -> Result<Pushdown> {
        Ok(Pushdown::NONE)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        if self.next >= self.total {
            return Ok(None);
        }
        let from = self.next;
        let rows = self.rows_per_chunk.min((self.total - from) as usize);
        self.next += rows as i64;
        Ok(Some(Box::new(Piece { from, rows, trouble: self.trouble, weight: self.weight })))
    }

    fn may_misfit(&self) -> bool {
        matches!(self.trouble, Trouble::Misfit(_))
    }

    fn complete(self: Box<Self>, _: &Context) -> Result<Box<dyn Reader>> {
        let mut complete = Numbers::boxed(self.total, self.rows_per_chunk, Trouble::None);
        if let Some(name) = self.complete_name {
            name.clone_into(&mut complete.layer.name);
        }
        Ok(complete)
    }
}

struct Piece {
    from: i64,
    rows: usize,
    trouble: Trouble,
    weight: usize,
}

impl Chunk for Piece {
    fn origin(&self) -> Origin {
        Origin { byte: self.from as u64, bytes: self.rows as u64, row: Some(self.from as u64) }
    }

    fn weight_bytes(&self) -> usize {
        self.weight
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        // Later chunks finish first, so that order is restored and not given.
        std::thread::sleep(Duration::from_micros(500u64.saturating_sub(self.from as u64)));
        let reached = |at: u64| self.from as u64 >= at;
        match self.trouble {
            Trouble::Data(at) if reached(at) => {
                return Err(DataError::new("bad").at_feature(self.from as u64).into());
            }
            Trouble::Panic(at) if reached(at) => panic!("chunk at {}", self.from),
            Trouble::Misfit(at) if reached(at) => return Err(Error::Misfit("column `n` widened".into())),
            _ => {}
        }
        out.push(batch(self.from, self.rows)).map(|_| ())
    }
}

/// Writes the numbers as text; keeps what happened for the test.
#[derive(Default, Clone)]
struct Tape {
    text: Arc<Mutex<String>>,
    sizes: Arc<Mutex<Vec<usize>>>,
    ended: Arc<Mutex<Vec<&'static str>>>,
    rows_per_group: Option<usize>,
    /// What is written stays, as in a pipe.
    irrevocable: bool,
    fail_after: Option<usize>,
}

struct TapeEncoder(Arc<Mutex<Vec<usize>>>);

impl Encoder for TapeEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        self.0.lock().unwrap().push(batch.rows());
        Ok(Encoded::Bytes(expected(values(&batch).into_iter()).into_bytes()))
    }
}

impl Writer for Tape {
    fn needs(&self) -> Needs {
        Needs { rows_per_group: self.rows_per_group, irrevocable: self.irrevocable }
    }

    fn start(&mut self, _: &Layer) -> Result<Arc<dyn Encoder>> {
        if !self.irrevocable {
            self.text.lock().unwrap().clear();
        }
        Ok(Arc::new(TapeEncoder(Arc::clone(&self.sizes))))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        let Encoded::Bytes(bytes) = encoded else { panic!("bytes") };
        let mut text = self.text.lock().unwrap();
        text.push_str(std::str::from_utf8(&bytes).unwrap());
        match self.fail_after {
            Some(limit) if text.len() > limit => {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                Err(Error::Io { action: "write", target: "tape".into(), source: full })
            }
            _ => Ok(()),
        }
    }

    fn finish(self: Box<Self>, _: &Context) -> Result<Written> {
        self.ended.lock().unwrap().push("finish");
        Ok(Written { bytes: self.text.lock().unwrap().len() as u64 })
    }

    fn abort(self: Box<Self>) {
        self.ended.lock().unwrap().push("abort");
    }
}

struct Even;

impl Operator for Even {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(input.clone())
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let keep = values(&batch).iter().map(|n| Some(n % 2 == 0)).collect();
        out.push(batch.filter(&keep)?)
    }
}

fn write(reader: Box<Numbers>, limit: Option<u64>, even: bool, jobs: usize, tape: &Tape) -> Result<Report> {
    let prepare = move |_: &mut dyn Reader| {
        let operators: Vec<Box<dyn Operator>> = if even { vec![Box::new(Even)] } else { Vec::new() };
        Ok(Pipeline { operators, limit })
    };
    let plan = Plan { reader, prepare: Box::new(prepare) };
    run(plan, &mut || Ok(Box::new(tape.clone())), &Context::new(jobs))
}

fn expected(numbers: impl Iterator<Item = i64>) -> String {
    numbers.fold(String::new(), |text, n| text + &n.to_string() + ",")
}

#[test]
fn output_is_the_same_at_any_number_of_jobs_chunk_size_and_batch_size() {
    for jobs in [1, 2, 5] {
        for rows_per_chunk in [1, 7, 100] {
            for rows_per_group in [None, Some(1), Some(13), Some(10_000)] {
                for limit in [None, Some(0), Some(1), Some(99), Some(5_000)] {
                    let tape = Tape { rows_per_group, ..Tape::default() };
                    let report =
                        write(Numbers::boxed(300, rows_per_chunk, Trouble::None), limit, true, jobs, &tape)
                            .unwrap();
                    let rows = limit.unwrap_or(u64::MAX).min(150);
                    let text = expected((0..300).filter(|n| n % 2 == 0).take(rows as usize));
                    assert_eq!(
                        *tape.text.lock().unwrap(),
                        text,
                        "jobs {jobs}, chunk {rows_per_chunk}, limit {limit:?}"
                    );
                    assert_eq!((report.rows_written, report.bytes_written), (rows, text.len() as u64));
                    if let (Some(size), None) = (rows_per_group, limit) {
                        let mut sizes = tape.sizes.lock().unwrap().clone();
                        sizes.sort_unstable();
                        assert!(sizes[1..].iter().all(|&rows| rows == size.min(150)), "{sizes:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_lowest_failing_chunk_is_reported_and_the_output_given_up() {
    for jobs in [1, 4] {
        let tape = Tape::default();
        let error =
            write(Numbers::boxed(1_000, 10, Trouble::Data(200)), None, false, jobs, &tape).unwrap_err();
        assert_eq!(error.to_string(), "numbers.txt: feature 200: bad");
        assert_eq!(*tape.ended.lock().unwrap(), ["abort"]);
    }
}

#[test]
fn a_failure_behind_the_limit_is_never_met() {
    let tape = Tape::default();
    write(Numbers::boxed(1_000, 10, Trouble::Data(200)), Some(200), false, 3, &tape).unwrap();
    assert_eq!(*tape.text.lock().unwrap(), expected(0..200));
}

#[test]
fn a_panic_in_a_worker_is_an_error() {
    let tape = Tape::default();
    let error = write(Numbers::boxed(100, 10, Trouble::Panic(50)), None, false, 2, &tape).unwrap_err();
    assert!(matches!(&error, Error::Internal(text) if text.contains("chunk at 50")), "{error}");
    assert_eq!(*tape.ended.lock().unwrap(), ["abort"]);
}

#[test]
fn a_full_disk_ends_the_run_with_its_own_error() {
    for rows_per_group in [None, Some(5)] {
        let tape = Tape { fail_after: Some(100), rows_per_group, ..Tape::default() };
        let error = write(Numbers::boxed(100_000, 10, Trouble::None), None, false, 2, &tape).unwrap_err();
        assert!(error.to_string().starts_with("cannot write tape"), "{error}");
        assert_eq!(*tape.ended.lock().unwrap(), ["abort"]);
    }
}

#[test]
fn a_misfit_restarts_once_and_writes_everything() {
    let tape = Tape::default();
    let report = write(Numbers::boxed(500, 10, Trouble::Misfit(250)), None, false, 2, &tape).unwrap();
    assert!(report.restarted);
    assert_eq!((report.rows_read, report.rows_written), (500, 500));
    assert_eq!(*tape.text.lock().unwrap(), expected(0..500));
    assert_eq!(*tape.ended.lock().unwrap(), ["abort", "finish"]);
}

#[test]
fn what_cannot_be_taken_back_is_written_once() {
    for rows_per_group in [None, Some(7)] {
        let tape = Tape { irrevocable: true, rows_per_group, ..Tape::default() };
        write(Numbers::boxed(500, 10, Trouble::Misfit(250)), None, false, 2, &tape).unwrap();
        assert_eq!(*tape.text.lock().unwrap(), expected(0..500));
    }
}

#[derive(Default)]
struct Sum {
    order: Vec<i64>,
}

#[derive(Default)]
struct SumPart(Vec<i64>);

impl Sink for SumPart {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.0.extend(values(&batch));
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Sum {
    type Part = SumPart;

    fn part(&self) -> SumPart {
        SumPart::default()
    }

    fn merge(&mut self, part: SumPart) -> Result<()> {
        self.order.extend(part.0);
        Ok(())
    }
}

#[test]
fn collectors_get_their_parts_in_order_also_after_a_restart() {
    for trouble in [Trouble::None, Trouble::Misfit(100)] {
        let plan = Plan::all(Numbers::boxed(300, 7, trouble));
        let Collected { collector: sum, report, .. } =
            collect(plan, &mut |_| Ok(Sum::default()), &Context::new(3)).unwrap();
        assert_eq!(sum.order, (0..300).collect::<Vec<_>>());
        assert_eq!((report.rows_written, report.restarted), (300, trouble != Trouble::None));
    }
}

/// Counts the chunks that are decoded but not yet written.
struct Slow {
    tape: Tape,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

struct SlowEncoder {
    inner: Arc<dyn Encoder>,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Encoder for SlowEncoder {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.inner.encode(batch)
    }
}

impl Writer for Slow {
    fn needs(&self) -> Needs {
        self.tape.needs()
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        let inner = self.tape.start(layer)?;
        Ok(Arc::new(SlowEncoder {
            inner,
            in_flight: Arc::clone(&self.in_flight),
            most: Arc::clone(&self.most),
        }))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        std::thread::sleep(Duration::from_micros(200));
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        self.tape.write(encoded)
    }

    fn finish(self: Box<Self>, context: &Context) -> Result<Written> {
        Box::new(self.tape).finish(context)
    }

    fn abort(self: Box<Self>) {}
}

#[test]
fn a_slow_disk_bounds_what_is_in_flight() {
    let most = Arc::new(AtomicUsize::new(0));
    let mut reader = Numbers::boxed(2_000, 10, Trouble::None);
    let context = Context::new(2);
    reader.weight = context.window_bytes() / 4;
    let (tape, in_flight) = (Tape::default(), Arc::new(AtomicUsize::new(0)));
    let mut create = || -> Result<Box<dyn Writer>> {
        Ok(Box::new(Slow { tape: tape.clone(), in_flight: Arc::clone(&in_flight), most: Arc::clone(&most) }))
    };
    run(Plan::all(reader), &mut create, &context).unwrap();
    assert_eq!(*tape.text.lock().unwrap(), expected(0..2_000));
    assert!(most.load(Ordering::SeqCst) <= 4, "{most:?} chunks in flight");
}

#[test]
fn a_column_that_appears_late_is_looked_for_to_the_end() {
    let prepare = |reader: &mut dyn Reader| match reader.layer().name.as_str() {
        "complete" => Ok(Pipeline::default()),
        _ => Err(Error::request("no such column")),
    };
    let mut late = Numbers::boxed(50, 10, Trouble::None);
    late.complete_name = Some("complete");
    let tape = Tape::default();
    let plan = Plan { reader: late, prepare: Box::new(prepare) };
    run(plan, &mut || Ok(Box::new(tape.clone())), &Context::new(2)).unwrap();
    assert_eq!(*tape.text.lock().unwrap(), expected(0..50));
    let plan = Plan { reader: Numbers::boxed(50, 10, Trouble::None), prepare: Box::new(prepare) };
    let error = run(plan, &mut || Ok(Box::new(tape.clone())), &Context::new(2)).unwrap_err();
    assert_eq!(error.to_string(), "no such column");
}
