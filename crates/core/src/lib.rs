//! What every part of geohub shares: batches of features, layers, the stage traits and the executor.
//!
//! Data flows one way: [`Source`] → [`Reader`] → [`Chunk`] → [`Operator`] → [`Encoder`] → [`Writer`],
//! or into a [`Collector`]. No network and no command line live here.

pub mod batch;
pub mod bbox;
pub mod budget;
pub mod context;
pub mod crs;
pub mod error;
pub mod executor;
pub mod expr;
pub mod geometry;
pub mod layer;
pub mod licence;
pub mod output;
pub mod panics;
pub mod personal;
pub mod positioned;
pub mod progress;
pub mod provenance;
pub mod schema;
pub mod source;
pub mod stage;
pub mod text;
pub mod wkb;
pub mod wkt;

pub use batch::Batch;
pub use bbox::Bbox;
pub use budget::{Budget, Reservation};
pub use context::Context;
pub use crs::Crs;
pub use error::{DataError, Error, Result};
pub use executor::{Pipeline, Plan, Report, collect, run};
pub use geometry::{
    Dimensions, GeometryBuilder, GeometryColumn, GeometryKind, GeometryPart, GeometryRing, GeometryRow,
};
pub use layer::{GeometryInfo, Layer, Order, RowCount};
pub use output::{Output, OutputFile};
pub use progress::Progress;
pub use provenance::{Ancestor, Parent, Provenance, SourceFacts};
pub use source::Source;
pub use stage::{
    Chunk, Collector, Encoded, EncodedFeatures, Encoder, FeatureNode, Level, Needs, Operator, Origin, Part,
    Pushdown, ReadOptions, Reader, Sink, Writer, Written,
};
