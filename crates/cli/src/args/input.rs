//! How to read an input.

use clap::Args;
use geohub_fetch::GeometryChoice;
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
    #[arg(long, value_name = "COLUMN", requires = "y", conflicts_with = "geometry")]
    pub x: Option<String>,

    /// Column with latitude or northing, in CSV
    #[arg(long, value_name = "COLUMN", requires = "x")]
    pub y: Option<String>,

    #[command(flatten)]
    pub remote: RemoteArgs,
}

impl InputArgs {
    /// The reader's options.
    pub fn options(&self) -> Result<OpenOptions, Failure> {
        let format = self.input_format.as_deref().map(geohub_formats::named).transpose()?;
        let (mut x, mut y, mut geometry) = (self.x.clone(), self.y.clone(), None);
        match &self.remote.geometry {
            None => {}
            Some(GeometryChoice::Pair { latitude, longitude }) => {
                (x, y) = (Some(longitude.clone()), Some(latitude.clone()));
            }
            Some(one) => geometry = Some(one.to_string()),
        }
        Ok(OpenOptions { format, x, y, geometry })
    }
}
