//! Reads one definition text a line; writes the code it means a line, or `-` and the reason.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        match geohub_crs::identify(&line?) {
            Ok(crs) => writeln!(out, "{}", crs.id().unwrap_or_else(|| "- no code".to_owned()))?,
            Err(error) => writeln!(out, "- {error}")?,
        }
    }
    out.flush()
}
