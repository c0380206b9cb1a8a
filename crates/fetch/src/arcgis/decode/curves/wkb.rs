//! Curves as ISO WKB (SQL/MM Part 3), little-endian.

use super::chain::{Chain, Step};

const LINE_STRING: u32 = 2;
const CIRCULAR_STRING: u32 = 8;
const COMPOUND_CURVE: u32 = 9;
pub(super) const CURVE_POLYGON: u32 = 10;
pub(super) const MULTI_CURVE: u32 = 11;
pub(super) const MULTI_SURFACE: u32 = 12;

fn header(code: u32, count: usize) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(code.to_le_bytes());
    out.extend((count as u32).to_le_bytes());
    out
}

/// A geometry of geometries.
pub(super) fn collection(code: u32, members: &[Vec<u8>]) -> Vec<u8> {
    let mut out = header(code, members.len());
    for member in members {
        out.extend(member);
    }
    out
}

/// A run of steps of one kind: its control points.
struct Run {
    curved: bool,
    points: Vec<[f64; 2]>,
}

fn runs(chain: &Chain) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = [chain.start.x(), chain.start.y()];
    for step in &chain.steps {
        let curved = matches!(step, Step::Curved(_));
        if runs.last().is_none_or(|run| run.curved != curved) {
            runs.push(Run { curved, points: vec![at] });
        }
        let Some(run) = runs.last_mut() else { continue };
        if let Step::Curved(arc) = step {
            run.points.push(arc.through);
        }
        at = step.end();
        run.points.push(at);
    }
    runs
}

/// A line, a circular string, or a compound curve of both.
pub(super) fn chain(chain: &Chain, backwards: bool) -> Vec<u8> {
    let mut runs = runs(chain);
    if backwards {
        runs.reverse();
        runs.iter_mut().for_each(|run| run.points.reverse());
    }
    let write = |run: &Run| {
        let code = if run.curved { CIRCULAR_STRING } else { LINE_STRING };
        let mut out = header(code, run.points.len());
        for number in run.points.iter().flatten() {
            out.extend(number.to_le_bytes());
        }
        out
    };
    match &runs[..] {
        [only] => write(only),
        several => collection(COMPOUND_CURVE, &several.iter().map(write).collect::<Vec<_>>()),
    }
}
