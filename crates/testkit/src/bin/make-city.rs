//! Writes a layer of the synthetic city:
//! `make-city --layer meters|parcels|streets|permits|neighborhoods --features N [--seed S] [--format F] -o OUT`
//! or, with `--sample DIR`, the whole sample city of the project's `data/` folder and its manifest;
//! F is one of geojson, geojsonl, geojsons, csv (from OUT's ending otherwise) and `-o -` for standard output.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use geohub_testkit::args::{Args, finish};
use geohub_testkit::city::{Format, Layer, sample, write};
use geohub_testkit::{Error, Result};

fn run() -> Result<()> {
    let known = ["layer", "features", "seed", "format", "output", "sample"];
    let args = Args::parse(std::env::args().skip(1), &known)?;
    match args.get("sample") {
        Some(folder) => sample::write_all(Path::new(folder)),
        None => one_layer(&args),
    }
}

fn one_layer(args: &Args) -> Result<()> {
    let layer = Layer::named(args.need("layer")?)?;
    let count: usize = args.number("features", 1000)?;
    let output = args.need("output")?;
    let ending = Path::new(output).extension().and_then(|end| end.to_str()).unwrap_or("geojson");
    let format = Format::named(args.get("format").unwrap_or(ending))?;
    let sink: Box<dyn Write> = if output == "-" {
        Box::new(std::io::stdout())
    } else {
        Box::new(File::create(output).map_err(|source| Error::File { path: output.into(), source })?)
    };
    let mut out = BufWriter::with_capacity(1 << 20, sink);
    let written = write(layer, count, args.number("seed", 7)?, format, &mut out)?;
    out.flush()?;
    if written < count {
        return Err(Error::Usage(format!("the city has room for {written} {} only", layer.name())));
    }
    Ok(())
}

fn main() -> ExitCode {
    finish(run())
}
