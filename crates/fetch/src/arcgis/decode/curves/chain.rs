//! A path or ring: straight runs and arcs, one behind the other.

use geohub_core::Bbox;
use serde_json::Value;

use super::arc::Arc;
use crate::position::Position;

/// Chords for one arc.
const CHORDS: usize = 32;

/// One step of a chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Straight(Position),
    Curved(Arc),
}

impl Step {
    pub(super) fn end(&self) -> [f64; 2] {
        match self {
            Self::Straight(position) => [position.x(), position.y()],
            Self::Curved(arc) => arc.end,
        }
    }
}

/// A start and the steps from there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chain {
    pub(super) start: Position,
    pub(super) steps: Vec<Step>,
}

impl Chain {
    /// Reads vertices and curve objects: `{"c": [end, through]}` and `{"a": [end, centre, minor, clockwise, ...]}`.
    pub(super) fn read(part: &[Value]) -> Result<Self, String> {
        let broken = || "a curve that cannot be read".to_owned();
        let (first, rest) = part.split_first().ok_or_else(broken)?;
        let start = vertex(first).ok_or_else(broken)?;
        let mut steps: Vec<Step> = Vec::with_capacity(rest.len());
        for raw in rest {
            let from = steps.last().map_or([start.x(), start.y()], Step::end);
            steps.push(match raw {
                Value::Object(_) => Step::Curved(curve(raw, from)?),
                other => Step::Straight(vertex(other).ok_or_else(broken)?),
            });
        }
        Ok(Self { start, steps })
    }

    pub(super) fn is_straight(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Straight(_)))
    }

    /// The chain with its arcs as chords, for telling where it lies.
    pub(super) fn chords(&self) -> Vec<Position> {
        let mut out = vec![self.start];
        for step in &self.steps {
            match step {
                Step::Straight(position) => out.push(*position),
                Step::Curved(arc) => out.extend(arc.points(CHORDS).into_iter().map(flat)),
            }
        }
        out
    }

    /// The chain with a last step back to its start where there is none.
    pub(super) fn closed(&self) -> Self {
        let mut closed = self.clone();
        if self.steps.last().is_some_and(|last| last.end() != [self.start.x(), self.start.y()]) {
            closed.steps.push(Step::Straight(self.start));
        }
        closed
    }

    pub(super) fn extend(&self, bbox: &mut Bbox) {
        bbox.add(self.start.x(), self.start.y());
        for step in &self.steps {
            match step {
                Step::Straight(position) => bbox.add(position.x(), position.y()),
                Step::Curved(arc) => arc.extend(bbox),
            }
        }
    }
}

fn flat([x, y]: [f64; 2]) -> Position {
    Position { values: [x, y, f64::NAN, f64::NAN], len: 2 }
}

fn vertex(raw: &Value) -> Option<Position> {
    let position: Position = serde_json::from_value(raw.clone()).ok()?;
    (!position.x().is_nan() && !position.y().is_nan()).then_some(position)
}

fn point(raw: Option<&Value>) -> Option<[f64; 2]> {
    vertex(raw?).map(|position| [position.x(), position.y()])
}

fn curve(raw: &Value, from: [f64; 2]) -> Result<Arc, String> {
    let refused = |what: &str| format!("its geometry has {what}, which cannot be kept");
    let member = |name: &str| raw.get(name).and_then(Value::as_array);
    if let Some(list) = member("c") {
        let ends = point(list.first()).zip(point(list.get(1)));
        let (end, through) = ends.ok_or_else(|| refused("an arc without an end"))?;
        return Ok(Arc { start: from, through, end });
    }
    if member("b").is_some() {
        return Err(refused("a Bezier curve"));
    }
    let list = member("a").ok_or_else(|| refused("a curve of an unknown kind"))?;
    let ends = point(list.first()).zip(point(list.get(1)));
    let (end, centre) = ends.ok_or_else(|| refused("an arc without an end"))?;
    let number = |at: usize| list.get(at).and_then(Value::as_f64);
    // Rotation, semi-major axis and ratio make it an ellipse, unless the ratio is 1.
    if list.len() > 4 && number(6) != Some(1.0) {
        return Err(refused("an arc of an ellipse"));
    }
    let clockwise = number(3).ok_or_else(|| refused("an arc without a direction"))? != 0.0;
    Ok(Arc::about(from, end, centre, clockwise))
}
