//! Serves recorded answers on loopback: `replay-stand-in [--port P] [--net FILE] [--faults FILE] FOLDER...`
//! prints its URL and runs until it is killed.

use std::path::Path;
use std::process::ExitCode;

use geohub_testkit::args::{Args, finish, say};
use geohub_testkit::replay::{Server, recordings};
use geohub_testkit::{Error, Result};

fn run() -> Result<()> {
    let args = Args::parse(std::env::args().skip(1), &["port", "net", "faults"])?;
    let mut all = Vec::new();
    for folder in &args.words {
        all.extend(recordings(Path::new(folder))?);
    }
    if all.is_empty() {
        return Err(Error::Usage("name at least one folder that holds recordings".to_owned()));
    }
    let server = Server::start(all, args.net()?)?;
    say(&server.url())?;
    server.run_forever();
    Ok(())
}

fn main() -> ExitCode {
    finish(run())
}
