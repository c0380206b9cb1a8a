//! What pairs a left row with a right row.

use geohub_core::{Bbox, Crs, Layer, Result};
use geohub_crs::{Distance, Metric};
use geohub_index::{Predicate, Wish, reach};

use crate::metres;

/// The relation of a join, as asked for; the left row is the subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Relation {
    /// By where the two lie.
    Predicate(Predicate),
    /// Not farther apart than this: `dwithin`.
    Within(Distance),
    /// By the least distances of each left row.
    Nearest(Nearest),
}

/// Which right rows are nearest enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// So many for a left row; more only by `ties`.
    pub count: usize,
    /// None farther than this.
    pub limit: Option<Distance>,
    /// Also all that are as near as the last one; without it the lowest right rows of those.
    pub ties: bool,
}

impl From<Predicate> for Relation {
    fn from(predicate: Predicate) -> Self {
        Self::Predicate(predicate)
    }
}

impl Relation {
    /// True where the distance of a pair is known.
    pub(super) fn measures(&self) -> bool {
        !matches!(self, Self::Predicate(_))
    }

    pub(super) fn is_nearest(&self) -> bool {
        matches!(self, Self::Nearest(_))
    }

    /// The farthest that two rows of a pair may be apart, in metres; `None` where any pair may match.
    fn limit(&self) -> Option<f64> {
        match self {
            Self::Predicate(predicate) => predicate.needs_box_intersection().then_some(0.0),
            Self::Within(limit) => Some(limit.metres()),
            Self::Nearest(nearest) => nearest.limit.map(Distance::metres),
        }
    }

    /// The box outside which rows of `other` match nothing within `extent`; `None` where there is no such box, or
    /// `other` may hold longitudes that are the same a full turn away.
    pub(super) fn window(&self, crs: &Crs, extent: &Bbox, other: &Layer) -> Result<Option<Bbox>> {
        let Some(limit) = self.limit().filter(|_| !extent.is_empty()) else { return Ok(None) };
        if !self.measures() {
            return Ok(Some(*extent));
        }
        let metric = metres::metric(crs)?;
        let window = reach(&metric, extent, limit);
        Ok(metres::is_plain(&metric, &window, other).then_some(window))
    }
}

/// A relation in the coordinates of the left layer.
#[derive(Clone, Debug)]
pub(super) enum Means {
    Predicate(Predicate),
    /// The limit in metres.
    Within(Metric, f64),
    Nearest(Metric, Wish),
}

impl Means {
    pub(super) fn new(relation: &Relation, crs: &Crs) -> Result<Self> {
        Ok(match relation {
            Relation::Predicate(predicate) => Self::Predicate(*predicate),
            Relation::Within(limit) => Self::Within(metres::metric(crs)?, limit.metres()),
            Relation::Nearest(Nearest { count, limit, ties }) => {
                let limit = limit.map_or(f64::INFINITY, Distance::metres);
                Self::Nearest(metres::metric(crs)?, Wish { count: *count, limit, ties: *ties })
            }
        })
    }
}
