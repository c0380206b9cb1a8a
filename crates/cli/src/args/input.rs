//! How to read an input.

use clap::Args;
use geohub_formats::OpenOptions;

use super::RemoteArgs;
use crate::failure::Failure;

/// How to read an input.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Input options")]
pub struct InputArgs {
    /// Format of the input [default: by content, then by extension]
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<String>,

    /// Column with longitude or easting, in CSV
    #[arg(long, value_name = "COLUMN", requires = "y")]
    pub x: Option<String>,

    /// Column with latitude or northing, in CSV
    #[arg(long, value_name = "COLUMN", requires = "x")]
    pub y: Option<String>,

    /// Column with WKT, GeoJSON or (lat, lon), in CSV
    #[arg(long, value_name = "COLUMN", conflicts_with = "x")]
    pub geometry: Option<String>,

    #[command(flatten)]
    pub remote: RemoteArgs,
}

impl InputArgs {
    /// The reader's options.
    pub fn options(&self) -> Result<OpenOptions, Failure> {
        let format = self.input_format.as_deref().map(geohub_formats::named).transpose()?;
        Ok(OpenOptions { format, x: self.x.clone(), y: self.y.clone(), geometry: self.geometry.clone() })
    }
}
