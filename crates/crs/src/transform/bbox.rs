//! Rectangles across CRSs.

use super::Transform;
use crate::PointError;

impl Transform {
    /// A rectangle (least x, least y, greatest x, greatest y) that covers the image of `bbox`.
    ///
    /// Each edge is cut into `densify` pieces (at least one); what an edge may bulge between two cuts is added, so that
    /// the answer is a little too large rather than too small. Rectangles that hold a pole or the line opposite the
    /// central meridian have no such image; corners outside the domain are an error.
    pub fn transform_bbox(&self, bbox: [f64; 4], densify: usize) -> Result<[f64; 4], PointError> {
        let [min_x, min_y, max_x, max_y] = bbox;
        if self.is_separable() {
            let mut corners = [min_x, min_y, max_x, max_y];
            self.apply(&mut corners)?;
            return Ok(corners);
        }
        // Twice as many cuts as asked for: every second one tells how far an edge bulges.
        let pieces = densify.clamp(1, 10_000) * 2;
        let corners = [[min_x, min_y], [max_x, min_y], [max_x, max_y], [min_x, max_y], [min_x, min_y]];
        let mut image = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut bulge = [0.0_f64; 2];
        for ends in corners.windows(2) {
            let mut xy = cut(ends[0], ends[1], pieces);
            self.apply(&mut xy)?;
            for axis in 0..2 {
                let along: Vec<f64> = xy.iter().skip(axis).step_by(2).copied().collect();
                image[axis] = along.iter().copied().fold(image[axis], f64::min);
                image[axis + 2] = along.iter().copied().fold(image[axis + 2], f64::max);
                let deviation = along.windows(3).step_by(2).map(|w| (w[1] - f64::midpoint(w[0], w[2])).abs());
                bulge[axis] = deviation.fold(bulge[axis], f64::max);
            }
        }
        let [x, y] = bulge;
        Ok([image[0] - x, image[1] - y, image[2] + x, image[3] + y])
    }
}

fn cut(from: [f64; 2], to: [f64; 2], pieces: usize) -> Vec<f64> {
    let at = |step: usize, axis: usize| {
        let share = step as f64 / pieces as f64;
        from[axis] * (1.0 - share) + to[axis] * share
    };
    (0..=pieces).flat_map(|step| [at(step, 0), at(step, 1)]).collect()
}
