//! Which rows and columns.

use clap::Args;
use geohub_core::expr::Expr;
use geohub_core::{Bbox, Crs};
use geohub_crs::Transform;
use geohub_fetch::Query;
use geohub_ops::{BboxCrs, Mask, Selection};

use super::crs::bbox_crs;
use crate::exit::Exit;
use crate::failure::Failure;

/// Which rows and columns.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Selection")]
pub struct SelectArgs {
    /// Rows whose geometry meets this rectangle: west,south,east,north, in degrees unless --bbox-crs says otherwise
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<Bbox>,

    /// In which CRS the rectangle is: `layer` for the layer's own, or a code [default: OGC:CRS84]
    #[arg(long, value_name = "CRS", value_parser = bbox_crs)]
    pub bbox_crs: Option<BboxCrs>,

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

impl SelectArgs {
    /// The selection, its expression parsed.
    pub fn selection(&self) -> Result<Selection, Failure> {
        if self.bbox_crs.is_some() && self.bbox.is_none() {
            return Err(Failure::usage("--bbox-crs says in which CRS --bbox is, and there is no --bbox"));
        }
        self.selection_with_place()
    }

    /// The same where something else may be given in the CRS of the rectangle.
    pub fn selection_with_place(&self) -> Result<Selection, Failure> {
        Ok(Selection {
            bbox: self.bbox.map(|bbox| (bbox, self.bbox_crs())),
            filter: self.filter()?,
            within: None,
            near: None,
            fields: self.fields.clone(),
            limit: self.limit,
            to_crs: None,
        })
    }

    /// The CRS of the rectangle.
    pub fn bbox_crs(&self) -> BboxCrs {
        self.bbox_crs.clone().unwrap_or_else(|| BboxCrs::Crs(Crs::crs84()))
    }

    /// What of the selection may go to a server.
    pub fn query(&self, selection: &Selection) -> Query {
        let server_selects_all =
            selection.within.is_none() && selection.near.is_none() && self.bbox_crs.is_none();
        let limit = if server_selects_all { self.limit } else { None };
        Query {
            filter: selection.filter.clone(),
            server_where: None,
            bbox: match (self.bbox, &selection.near) {
                (Some(bbox), _) => in_degrees(bbox, &self.bbox_crs()),
                (None, Some(near)) => near.degrees(),
                (None, None) => selection.within.as_ref().and_then(Mask::degrees),
            },
            fields: self.fields.clone(),
            limit,
        }
    }

    /// The expression of `--where`.
    pub fn filter(&self) -> Result<Option<Expr>, Failure> {
        let Some(text) = &self.where_ else { return Ok(None) };
        let text = match text.strip_prefix('@') {
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                Failure::new("not-found", Exit::NotFound, format!("cannot read {path}: {error}"))
            })?,
            None => text.clone(),
        };
        Ok(Some(Expr::parse(text.trim())?))
    }
}

/// Room around a rectangle brought to degrees, as a part of its size: edges of features that are straight in the
/// layer's coordinates may bulge into it.
const ROOM: f64 = 0.02;

/// A rectangle of degrees that covers one of another CRS, for a server; none where there is no such rectangle, and
/// then the server is asked for every row.
fn in_degrees(bbox: Bbox, crs: &BboxCrs) -> Option<Bbox> {
    let BboxCrs::Crs(crs) = crs else { return None };
    if crs.is_crs84() {
        return Some(bbox);
    }
    let way = Transform::new(crs, &Crs::crs84()).ok()?;
    let Bbox { min_x, min_y, max_x, max_y } = bbox;
    let [west, south, east, north] = way.transform_bbox([min_x, min_y, max_x, max_y], 32).ok()?;
    let room = (east - west).max(north - south) * ROOM;
    let grown = Bbox::new(west - room, south - room, east + room, north + room);
    (grown.min_x >= -180.0 && grown.max_x <= 180.0 && min_x <= max_x).then_some(grown)
}
