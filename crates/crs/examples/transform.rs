//! Transforms coordinate pairs: a first line `FROM TO`, then one `x y` a line; writes `x y` a line, or `error`.

use std::io::{self, BufRead, Write};

use geohub_core::Crs;
use geohub_crs::Transform;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = io::stdin().lock().lines();
    let head = lines.next().ok_or("no first line")??;
    let (from, to) = head.split_once(' ').ok_or("the first line is `FROM TO`")?;
    let transform = Transform::new(&from.parse::<Crs>()?, &to.parse::<Crs>()?)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in lines {
        let line = line?;
        let (x, y) = line.split_once(' ').ok_or("a line is `x y`")?;
        let mut pair = [x.parse()?, y.parse()?];
        match transform.apply(&mut pair) {
            Ok(()) => writeln!(out, "{:?} {:?}", pair[0], pair[1])?,
            Err(_) => writeln!(out, "error")?,
        }
    }
    Ok(out.flush()?)
}
