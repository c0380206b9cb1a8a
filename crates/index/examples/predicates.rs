//! Answers all ten predicates for pairs of geometries: a line of standard input holds two WKT texts separated
//! by a tab, a line of standard output ten digits in the order of `Predicate::ALL`, and the DE-9IM matrix
//! (`-` where one geometry is empty).
//!
//! The pairs run through every way of asking (either side prepared, both, points singly), and the program
//! fails where those disagree.

use std::io::{BufRead, BufWriter, Write};

use geo_types::Geometry;
use geohub_index::{Predicate, Prepared};
use wkt::TryFromWkt;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (left, right) = line.split_once('\t').ok_or("a line holds two WKT texts separated by a tab")?;
        let left = Geometry::<f64>::try_from_wkt_str(left)?;
        let right = Geometry::<f64>::try_from_wkt_str(right)?;
        let (left_prepared, right_prepared) = (Prepared::new(&left), Prepared::new(&right));
        for predicate in Predicate::ALL {
            let holds = left_prepared.matches(predicate, &right, true);
            let ways = [
                right_prepared.matches(predicate, &left, false),
                left_prepared.matches_prepared(predicate, &right_prepared),
            ];
            if ways.iter().any(|way| *way != holds) {
                return Err(format!("{predicate} depends on the way of asking: {line}").into());
            }
            write!(out, "{}", u8::from(holds))?;
        }
        match left_prepared.relate(&right_prepared) {
            Some(matrix) => writeln!(out, " {matrix}")?,
            None => writeln!(out, " -")?,
        }
    }
    Ok(out.flush()?)
}
