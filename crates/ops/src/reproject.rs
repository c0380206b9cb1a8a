//! Geometries in another coordinate reference system.

use std::ops::ControlFlow;
use std::sync::Arc;

use geohub_core::{
    Batch, Chunk, Context, Crs, DataError, Error, Layer, Level, Operator, Order, Origin, Pushdown,
    ReadOptions, Reader, Result, Sink,
};
use geohub_crs::{CrsError, PointError, Transform};

/// Moves the vertices of every geometry to another CRS; edges stay straight between them, Z and M stay as they are.
#[derive(Debug)]
pub struct Reproject {
    from: Crs,
    to: Crs,
    transform: Transform,
    numbers_rows: bool,
}

impl Reproject {
    /// Prepares the way.
    ///
    /// # Errors
    /// [`Error::CrsMismatch`] where one of the two is not known or there is no way between them.
    pub fn new(from: &Crs, to: &Crs) -> Result<Self> {
        let transform = Transform::new(from, to).map_err(|error| no_way(&error))?;
        Ok(Self { from: from.clone(), to: to.clone(), transform, numbers_rows: true })
    }

    /// For rows of which the reader leaves some out: errors then give no number, for it would not be the input's.
    #[must_use]
    pub fn of_some_rows(mut self) -> Self {
        self.numbers_rows = false;
        self
    }

    /// The batch with its geometries moved.
    ///
    /// # Errors
    /// [`Error::Data`] naming the first coordinate outside the transformation's domain.
    pub fn moved(&self, batch: Batch) -> Result<Batch> {
        if self.transform.is_identity() {
            return Ok(batch);
        }
        let mut apply = |xy: &mut [f64]| self.transform.apply(xy).map_err(|error| self.outside(&error));
        let geometry = batch.geometry.map_coordinates(&mut apply)?;
        Ok(Batch { geometry, ..batch })
    }

    fn outside(&self, error: &PointError) -> Error {
        let message =
            format!("({}, {}) cannot be brought from {} to {}", error.x, error.y, self.from, self.to);
        let refused = DataError::new(message).with_hint(
            "the coordinate lies outside what that system can show; if the layer's CRS is wrong, say the right one \
             with --from-crs",
        );
        if self.numbers_rows { Error::Row(Box::new(refused)) } else { refused.into() }
    }
}

/// A reader whose rows come in another CRS.
pub struct Reprojected {
    inner: Box<dyn Reader>,
    reproject: Arc<Reproject>,
    layer: Layer,
}

impl Reprojected {
    /// The rows of `inner`, moved.
    pub fn new(inner: Box<dyn Reader>, reproject: Reproject) -> Result<Self> {
        let layer = reproject.layer(inner.layer())?;
        Ok(Self { inner, reproject: Arc::new(reproject), layer })
    }
}

impl Reader for Reprojected {
    fn target(&self) -> &str {
        self.inner.target()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    /// A box in the new CRS is left to whoever asks: its image in the old one would have to allow for edges that bend.
    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let limit = options.limit.filter(|_| options.bbox.is_none());
        let answer = self.inner.plan(&ReadOptions { bbox: None, limit, ..options.clone() })?;
        self.layer = self.reproject.layer(self.inner.layer())?;
        Ok(Pushdown { bbox: Level::None, ..answer })
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        let chunk = self.inner.next_chunk()?;
        let reproject = Arc::clone(&self.reproject);
        Ok(chunk.map(|inner| -> Box<dyn Chunk> { Box::new(ReprojectedChunk { inner, reproject }) }))
    }

    fn size_hint(&self) -> Option<u64> {
        self.inner.size_hint()
    }

    fn may_misfit(&self) -> bool {
        self.inner.may_misfit()
    }

    fn complete(self: Box<Self>, context: &Context) -> Result<Box<dyn Reader>> {
        let inner = self.inner.complete(context)?;
        let layer = self.reproject.layer(inner.layer())?;
        Ok(Box::new(Self { inner, layer, ..*self }))
    }
}

struct ReprojectedChunk {
    inner: Box<dyn Chunk>,
    reproject: Arc<Reproject>,
}

impl Chunk for ReprojectedChunk {
    fn origin(&self) -> Origin {
        self.inner.origin()
    }

    fn weight_bytes(&self) -> usize {
        self.inner.weight_bytes()
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        self.inner.decode(&mut Moving { reproject: &self.reproject, out })
    }
}

struct Moving<'a> {
    reproject: &'a Reproject,
    out: &'a mut dyn Sink,
}

impl Sink for Moving<'_> {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        self.out.push(self.reproject.moved(batch)?)
    }
}

impl Operator for Reproject {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        let moves = !self.transform.is_identity();
        Ok(Layer {
            crs: self.to.clone(),
            extent: input.extent.filter(|_| !moves),
            order: if moves { Order::Input } else { input.order },
            ..input.clone()
        })
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        out.push(self.moved(batch)?)
    }
}

fn no_way(error: &CrsError) -> Error {
    Error::CrsMismatch(error.to_string())
}
