//! Which rows and columns.

use clap::Args;
use geohub_core::Bbox;

/// Which rows and columns.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Selection")]
pub struct SelectArgs {
    /// Rows whose geometry meets this rectangle: west,south,east,north in degrees
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<Bbox>,

    /// Rows for which this is true, such as "use = 'R1' AND height > 30"; @FILE reads it from a file
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    pub where_: Option<String>,

    /// Columns to keep, separated by commas
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub fields: Option<Vec<String>>,

    /// At most so many rows
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}
