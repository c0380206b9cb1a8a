//! The stages of a run and the contracts between them.
//!
//! split (own thread) → decode + operate (workers) → in-order point → encode (workers) → write (own thread).

use std::any::Any;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::context::NoteLevel;
use crate::expr::Expr;
use crate::{Batch, Bbox, Context, Error, Layer, Provenance, Result};

/// Splits an input into chunks. Lives on the split thread.
pub trait Reader: Send {
    /// What messages call the input.
    fn target(&self) -> &str;

    /// Schema (declared or inferred), CRS, rows and order of what [`Self::next_chunk`] brings; after
    /// [`Self::plan`], of what is left.
    fn layer(&self) -> &Layer;

    /// Asks the reader to do some of the selection itself; called at most once, before the first chunk.
    ///
    /// Whatever it does not do exactly is done again behind it, so a reader may answer [`Pushdown::NONE`].
    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown>;

    /// The next chunk in input order; serial and cheap. May block on reading.
    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>>;

    /// Bytes of the input in the count of [`Chunk::origin`], as far as can be told by now: a progress display's measure
    /// where rows are not known.
    fn size_hint(&self) -> Option<u64> {
        None
    }

    /// True as long as a chunk may answer [`Error::Misfit`]; false of what [`Self::complete`] gives.
    fn may_misfit(&self) -> bool {
        false
    }

    /// The same input with its complete schema, after a chunk answered [`Error::Misfit`]: the reader scans on to
    /// the end, so that the schema is the join over all rows. Not planned yet.
    fn complete(self: Box<Self>, _context: &Context) -> Result<Box<dyn Reader>> {
        Err(Error::Internal(format!("{} has a declared schema and cannot be restarted", self.target())))
    }
}

/// What a reader is asked to select.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Only rows whose geometry may meet this box, in the layer's own coordinates. Rows with null or empty geometry
    /// meet no box.
    pub bbox: Option<Bbox>,
    /// Only rows for which this is true.
    pub filter: Option<Expr>,
    /// Only these attribute columns, in schema order; the names exist.
    pub columns: Option<Vec<String>>,
    /// Only the first rows of those selected.
    pub limit: Option<u64>,
}

/// How far a reader went with one wish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    #[default]
    None,
    /// Some rows that do not belong may still come; none that belongs is missing.
    Superset,
    /// Exactly as asked.
    Exact,
}

/// A reader's answer to [`ReadOptions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pushdown {
    /// Rows outside the box.
    pub bbox: Level,
    /// Rows for which the filter is not true.
    pub filter: Level,
    /// Columns not asked for.
    pub columns: Level,
    /// Rows over the limit.
    pub limit: Level,
}

impl Pushdown {
    /// The answer of a reader that selects nothing.
    pub const NONE: Self =
        Self { bbox: Level::None, filter: Level::None, columns: Level::None, limit: Level::None };
}

/// A piece of input with everything needed to decode it on any thread.
pub trait Chunk: Send {
    /// Where the piece lies.
    fn origin(&self) -> Origin;

    /// Bytes this chunk and its decoded batches will hold together; what the window weighs.
    fn weight_bytes(&self) -> usize;

    /// Pushes the chunk's rows in order.
    ///
    /// # Errors
    /// [`Error::Misfit`] when a row does not fit the reader's inferred schema; [`Error::Data`] with absolute places.
    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()>;
}

/// The place of a chunk in its input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// First byte, in the decompressed input.
    pub byte: u64,
    /// Input bytes covered.
    pub bytes: u64,
    /// Index of its first row, counted from 0, where the split knows it.
    pub row: Option<u64>,
}

/// Takes batches. Push, not pull: a decoder may turn one chunk into many batches without holding them.
pub trait Sink {
    /// Takes a batch of at most [`Batch::MAX_ROWS`] rows and [`Batch::MAX_BYTES`], or one feature. `Break` asks the
    /// caller to stop pushing; that is no error.
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>>;
}

/// Turns batches into batches; shared by all workers.
pub trait Operator: Send + Sync {
    /// The layer that comes out when `input` goes in.
    fn layer(&self, input: &Layer) -> Result<Layer>;

    /// Works on one batch and pushes any number of batches, in order.
    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>>;
}

/// Holds what it is given, against a [`Budget`](crate::Budget): a join's build side, an aggregate, a sort.
///
/// Workers fill one [`Part`] per chunk; parts are merged in chunk order, so `--jobs` changes nothing.
pub trait Collector: Send + Sync {
    /// What one chunk contributes.
    type Part: Part;

    /// An empty part.
    fn part(&self) -> Self::Part;

    /// Takes a finished part; called in chunk order.
    fn merge(&mut self, part: Self::Part) -> Result<()>;
}

/// The contribution of one chunk to a [`Collector`].
pub trait Part: Sink + Send + 'static {}

impl<T: Sink + Send + 'static> Part for T {}

/// Turns batches into what a writer writes; shared by all workers, so it keeps no state between batches.
pub trait Encoder: Send + Sync {
    /// Encodes one batch.
    fn encode(&self, batch: Batch) -> Result<Encoded>;

    /// Encodes the rows of some batches, at least one, as one piece. The answer depends on the rows only, not on how
    /// batches divide them.
    fn encode_group(&self, batches: Vec<Batch>) -> Result<Encoded> {
        self.encode(Batch::concat(&batches[0].schema(), &batches)?)
    }
}

/// A batch in the form its writer takes.
pub enum Encoded {
    /// Bytes to be appended. Whether they are the first of the file is the writer's business.
    Bytes(Vec<u8>),
    /// Features with the boxes that an index needs.
    Features(EncodedFeatures),
    /// Anything else between an encoder and its own writer, such as a row group.
    Other(Box<dyn Any + Send>),
}

/// Encoded features laid end to end.
#[derive(Debug, Default)]
pub struct EncodedFeatures {
    /// All features' bytes.
    pub bytes: Vec<u8>,
    /// One node per feature, in order.
    pub nodes: Vec<FeatureNode>,
}

/// Length and box of one encoded feature.
#[derive(Clone, Copy, Debug)]
pub struct FeatureNode {
    /// Bytes of the feature.
    pub len: u32,
    /// Its box; [`Bbox::EMPTY`] for null and empty geometries.
    pub bbox: Bbox,
}

/// Writes encoded batches in order. Lives on the write thread.
pub trait Writer: Send {
    /// What the executor must provide.
    fn needs(&self) -> Needs;

    /// Begins the output.
    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>>;

    /// Appends one encoded batch.
    fn write(&mut self, encoded: Encoded) -> Result<()>;

    /// What the user should know of the output, asked for once before [`Self::finish`].
    fn notes(&self) -> Vec<(NoteLevel, String)> {
        Vec::new()
    }

    /// Takes the origin to be written in place of the layer's own: it may be known only when the rows are through.
    /// Called before [`Self::finish`], if at all; a format without room for it does nothing.
    fn sign(&mut self, _provenance: &Arc<Provenance>) {}

    /// Ends the output; only now does the file get its name. The workers are free for what is left to do.
    fn finish(self: Box<Self>, context: &Context) -> Result<Written>;

    /// Gives the output up and leaves nothing behind.
    fn abort(self: Box<Self>);
}

/// What a writer asks of the executor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Groups of exactly this many rows (the last one excepted), for outputs whose bytes depend on it.
    pub rows_per_group: Option<usize>,
    /// Bytes go out as they are made and cannot be taken back, as in a pipe: a run must not restart, so a schema that is
    /// only inferred is completed before it begins.
    pub irrevocable: bool,
}

/// What a writer did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes of the output.
    pub bytes: u64,
}
