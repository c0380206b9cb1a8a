//! The named predicates by the patterns that OGC Simple Features and JTS print.

use geohub_index::{Dimension, Location, Matrix, Predicate};

/// Whether the matrix, read row by row, fits the pattern: `T` anything, `F` nothing, `*` either, a digit that dimension.
fn fits(matrix: &Matrix, pattern: &str) -> bool {
    let places = [Location::Interior, Location::Boundary, Location::Exterior];
    let cells = places.iter().flat_map(|left| places.iter().map(|right| matrix.get(*left, *right)));
    pattern.chars().zip(cells).all(|(wanted, cell)| match wanted {
        'T' => cell != Dimension::Empty,
        'F' => cell == Dimension::Empty,
        '0' => cell == Dimension::Point,
        '1' => cell == Dimension::Line,
        _ => true,
    })
}

/// Reads a predicate off a matrix without the code under test.
pub fn holds(predicate: Predicate, matrix: &Matrix) -> bool {
    let (left, right) = matrix.dimensions();
    let patterns: &[&str] = match predicate {
        Predicate::Equals if left == right => &["T*F**FFF*"],
        Predicate::Disjoint => &["FF*FF****"],
        Predicate::Intersects => &["T********", "*T*******", "***T*****", "****T****"],
        Predicate::Touches => &["FT*******", "F**T*****", "F***T****"],
        Predicate::Crosses if left < right => &["T*T******"],
        Predicate::Crosses if left > right => &["T*****T**"],
        Predicate::Crosses if left == Dimension::Line => &["0********"],
        Predicate::Within => &["T*F**F***"],
        Predicate::Contains => &["T*****FF*"],
        Predicate::Overlaps if left == right && left == Dimension::Line => &["1*T***T**"],
        Predicate::Overlaps if left == right => &["T*T***T**"],
        Predicate::Equals | Predicate::Crosses | Predicate::Overlaps => &[],
        Predicate::Covers => &["T*****FF*", "*T****FF*", "***T**FF*", "****T*FF*"],
        Predicate::CoveredBy => &["T*F**F***", "*TF**F***", "**FT*F***", "**F*TF***"],
    };
    patterns.iter().any(|pattern| fits(matrix, pattern))
}
