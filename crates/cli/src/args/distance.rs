//! Joins by distance.

use clap::Args;
use geohub_crs::Distance;
use geohub_index::Predicate;
use geohub_ops::join::{Nearest, Relation};

use crate::failure::Failure;

/// Which right rows are near enough.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Distance")]
pub struct DistanceArgs {
    /// Pair each left row with the nearest right row; its distance comes in the column `distance_m`
    #[arg(long, conflicts_with = "predicate")]
    pub nearest: bool,

    /// With so many right rows instead of one, the nearest first
    #[arg(short, value_name = "N", requires = "nearest", value_parser = clap::value_parser!(u32).range(1..))]
    pub k: Option<u32>,

    /// Pairs not farther apart than this: 60m, 200ft, 0.1mi, 1km, 50usft, 2nmi; a bare number is metres
    #[arg(long, value_name = "LENGTH")]
    pub distance: Option<Distance>,

    /// Of right rows that are equally far as the last nearest one, take `lowest` (the first in the file) or `all`
    /// [default: lowest]
    #[arg(long, value_name = "WHICH", requires = "nearest")]
    pub ties: Option<Ties>,

    /// Add each pair's distance in metres in a column of this name
    #[arg(long, value_name = "NAME")]
    pub distance_field: Option<String>,
}

/// What becomes of right rows that are equally far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Ties {
    Lowest,
    All,
}

impl DistanceArgs {
    /// The relation that these and `--predicate` ask for.
    pub fn relation(&self, predicate: Option<&str>) -> Result<Relation, Failure> {
        if self.nearest {
            return Ok(Relation::Nearest(Nearest {
                count: self.k.unwrap_or(1) as usize,
                limit: self.distance,
                ties: self.ties == Some(Ties::All),
            }));
        }
        let is_dwithin =
            predicate.is_some_and(|name| ["dwithin", "d-within"].contains(&folded(name).as_str()));
        match (self.distance, predicate) {
            (Some(distance), None) => Ok(Relation::Within(distance)),
            (Some(distance), Some(_)) if is_dwithin => Ok(Relation::Within(distance)),
            (Some(_), Some(name)) => Err(Failure::usage(format!(
                "--distance goes with --predicate dwithin or with --nearest, not with --predicate {name}"
            ))),
            (None, Some(_)) if is_dwithin => {
                Err(Failure::usage("--predicate dwithin needs --distance, such as --distance 200ft"))
            }
            (None, name) => {
                let parsed = name.map_or(Ok(Predicate::Intersects), str::parse);
                parsed.map(Relation::from).map_err(|error| Failure::usage(format!("--predicate: {error}")))
            }
        }
    }
}

fn folded(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('_', "-")
}
