//! Serves CSV and GeoJSON files as Socrata datasets on loopback:
//! `soda-stand-in [--port P] [--location Lat,Long] [--cap N] [--switches FILE] [--net FILE] [--faults FILE] ID=FILE...`
//! prints the URL of each dataset and runs until it is killed. `--location` names two columns that become one
//! `location` column wherever both are found.

use std::path::Path;
use std::process::ExitCode;

use geohub_testkit::args::{Args, finish, say};
use geohub_testkit::socrata::{Config, Server, Source, Switches};
use geohub_testkit::table::Table;
use geohub_testkit::{Error, Result};

fn source(word: &str, location: Option<(&str, &str)>) -> Result<Source> {
    let (id, file) =
        word.split_once('=').ok_or_else(|| Error::Usage(format!("`{word}`: give datasets as ID=FILE")))?;
    let table = Table::open(Path::new(file))?;
    let both = location.filter(|(lat, lon)| table.column(lat).is_some() && table.column(lon).is_some());
    let source = Source::new(id, table);
    Ok(match both {
        Some((latitude, longitude)) => source.location(latitude, longitude),
        None => source,
    })
}

fn run() -> Result<()> {
    let known = ["port", "location", "cap", "switches", "net", "faults"];
    let args = Args::parse(std::env::args().skip(1), &known)?;
    if args.words.is_empty() {
        return Err(Error::Usage("name at least one dataset as ID=FILE".to_owned()));
    }
    let mut switches: Switches = args.json("switches")?;
    if args.get("cap").is_some() {
        switches.cap_limit = Some(args.number("cap", 0)?);
    }
    let location = args.get("location").and_then(|pair| pair.split_once(','));
    let mut config = Config::default().switches(switches).net(args.net()?);
    for word in &args.words {
        config = config.and(source(word, location)?);
    }
    let ids: Vec<String> = config.datasets.iter().map(|source| source.id.clone()).collect();
    let server = Server::start(config)?;
    for id in ids {
        say(&server.resource_url(&id))?;
    }
    server.run_forever();
    Ok(())
}

fn main() -> ExitCode {
    finish(run())
}
