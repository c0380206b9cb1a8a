//! Which rows and columns.

use clap::Args;
use geohub_core::expr::Expr;
use geohub_core::{Bbox, Crs};
use geohub_fetch::Query;
use geohub_ops::{BboxCrs, Selection};

use crate::exit::Exit;
use crate::failure::Failure;

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

impl SelectArgs {
    /// The selection, its expression parsed.
    pub fn selection(&self) -> Result<Selection, Failure> {
        Ok(Selection {
            bbox: self.bbox.map(|bbox| (bbox, BboxCrs::Crs(Crs::crs84()))),
            filter: self.filter()?,
            within: None,
            fields: self.fields.clone(),
            limit: self.limit,
        })
    }

    /// What of the selection may go to a server.
    pub fn query(&self, selection: &Selection) -> Query {
        let limit = if selection.within.is_none() { self.limit } else { None };
        Query {
            filter: selection.filter.clone(),
            server_where: None,
            bbox: self.bbox,
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
