//! Serves GeoJSON and CSV files as ArcGIS services on loopback, one service for each file:
//! `arcgis-stand-in [--port P] [--cap N] [--switches FILE] [--net FILE] [--faults FILE] [--items FILE] FILE...`
//! prints the URL of each layer and runs until it is killed.

use std::process::ExitCode;

use geohub_testkit::arcgis::{Config, Server, Switches};
use geohub_testkit::args::{Args, finish, say};
use geohub_testkit::{Error, Result};

fn run() -> Result<()> {
    let args = Args::parse(std::env::args().skip(1), &["port", "cap", "switches", "net", "faults", "items"])?;
    if args.words.is_empty() {
        return Err(Error::Usage("name at least one file to serve".to_owned()));
    }
    let mut switches: Switches = args.json("switches")?;
    switches.cap = args.number("cap", switches.cap)?;
    let mut config = Config::files(&args.words, &switches)?.net(args.net()?);
    config.items = args.json("items")?;
    let names: Vec<String> = config.services.iter().map(|service| service.name.clone()).collect();
    let server = Server::start(config)?;
    for name in names {
        say(&server.layer_url(&name, "FeatureServer", 0))?;
    }
    server.run_forever();
    Ok(())
}

fn main() -> ExitCode {
    finish(run())
}
