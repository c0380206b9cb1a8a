//! Rows near a place.

use clap::Args;
use geohub_crs::Distance;
use geohub_ops::BboxCrs;
use geohub_ops::near::{Near, Place};

use super::SelectArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mask;
use crate::session::Session;

/// Which rows are near enough.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Distance")]
pub struct NearArgs {
    /// Rows near this: LON,LAT in degrees unless --bbox-crs says otherwise, a file, or WKT or GeoJSON in longitude and
    /// latitude. Goes with --distance, -k or both; where the layer is in degrees it is measured in true metres on the
    /// ellipsoid
    #[arg(long, value_name = "LON,LAT|FILE|TEXT", allow_hyphen_values = true)]
    pub near: Option<String>,

    /// Not farther than this: 60m, 200ft, 0.1mi, 1km, 50usft, 2nmi; a bare number is metres
    #[arg(long, value_name = "LENGTH", requires = "near")]
    pub distance: Option<Distance>,

    /// The nearest so many rows, the nearest first, with their distance in the column `distance_m`
    #[arg(short, value_name = "N", requires = "near", value_parser = clap::value_parser!(u32).range(1..))]
    pub k: Option<u32>,

    /// Put each row's distance in metres in a column of this name
    #[arg(long, value_name = "NAME", requires = "near")]
    pub distance_field: Option<String>,
}

impl NearArgs {
    /// The place, read where it is a file, and how near rows must be.
    pub fn near(&self, session: &Session, select: &SelectArgs) -> Result<Option<Near>, Failure> {
        let Some(text) = &self.near else { return Ok(None) };
        if self.distance.is_none() && self.k.is_none() {
            return Err(Failure::usage(
                "--near needs --distance, such as --distance 200ft, or -k, the number of rows wanted",
            ));
        }
        let place = if let Some([x, y]) = coordinates(text) {
            Place::point(x, y, select.bbox_crs())?
        } else if text.split_whitespace().all(|word| word.parse::<f64>().is_ok()) {
            return Err(Failure::usage(format!("--near: `{text}` is no place"))
                .hint("write LON,LAT with a comma, such as -118.25,34.05, or a file, WKT or GeoJSON"));
        } else {
            let (columns, crs) =
                mask::geometries(session, "--near", text).map_err(|failure| no_place(failure, text))?;
            let mut place = Place::new(crs.map_or_else(|| select.bbox_crs(), BboxCrs::Crs));
            for column in &columns {
                place.add_column(column)?;
            }
            place
        };
        Ok(Some(Near { place, limit: self.distance, distance_field: self.distance_field.clone() }))
    }
}

/// A name of a place is taken for that of a file.
fn no_place(failure: Failure, text: &str) -> Failure {
    let is_name = failure.exit == Exit::NotFound && !text.contains(['/', '.', ':', '\\']);
    if is_name {
        failure.hint("--near takes LON,LAT, such as -118.25,34.05, or a file, WKT or GeoJSON; --place takes names of areas")
    } else {
        failure
    }
}

/// Two numbers with a comma between them.
fn coordinates(text: &str) -> Option<[f64; 2]> {
    let (x, y) = text.split_once(',')?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    Some([number(x)?, number(y)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_are_a_point_and_all_else_is_not() {
        assert_eq!(coordinates("-118.25, 34.05"), Some([-118.25, 34.05]));
        for text in ["-118.25", "-118.25 34.05", "1,2,3", "a,b", "nan,1", "points,1.fgb", "POINT (1 2)"] {
            assert_eq!(coordinates(text), None, "{text}");
        }
    }
}
