//! The area in which rows lie.

use clap::Args;
use geohub_ops::Mask;

use crate::failure::Failure;
use crate::session::Session;
use crate::{mask, place};

/// The area in which rows lie.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Selection")]
pub struct AreaArgs {
    /// Rows within these polygons: a file, or WKT or GeoJSON in longitude and latitude
    #[arg(long, value_name = "FILE|TEXT")]
    pub within: Option<String>,

    /// Rows within a place that a portal knows by name, such as "neighborhood:Silver Lake", council-district:13 or
    /// la/council-district:13; council-district:? lists the names. The portal is that of IN, else of `GEOHUB_PORTAL`, else
    /// the only one with such places
    #[arg(long, value_name = "[PORTAL/]KIND:NAME", conflicts_with = "within")]
    pub place: Option<String>,
}

/// An area that was read.
#[derive(Clone, Debug)]
pub struct Area {
    /// Its polygons.
    pub mask: Mask,
    /// The hash of the layer of places that it is of.
    pub place: Option<String>,
}

impl AreaArgs {
    /// The area of a command on `input`; its layer becomes a parent of the output.
    pub fn read(&self, session: &Session, input: &str) -> Result<Option<Area>, Failure> {
        match (&self.within, &self.place) {
            (Some(text), _) => Ok(Some(Area { mask: mask::read(session, text)?, place: None })),
            (None, Some(text)) => place::read(session, text, input).map(Some),
            (None, None) => Ok(None),
        }
    }
}
