//! Geometries in another coordinate reference system.

use std::ops::ControlFlow;

use geohub_core::{Batch, Crs, DataError, Error, Layer, Operator, Order, Result, Sink};
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
