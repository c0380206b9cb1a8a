//! What tells layers, and what is asked of them, apart.

use geohub_fetch::{Query, Reference};
use serde_json::json;

use crate::args::{OutputArgs, RemoteArgs};

/// A layer, and the options that decide what its rows look like.
#[derive(Clone, Debug)]
pub struct LayerKey {
    address: String,
    layer: Option<String>,
    manner: String,
}

impl LayerKey {
    /// That of a reference.
    pub fn new(reference: &Reference, args: &RemoteArgs) -> Self {
        let geometry = args.geometry.as_ref().map(ToString::to_string);
        let manner =
            json!([format!("{:?}", args.domains), args.exact_coordinates, args.true_curves, geometry]);
        Self { address: reference.address(), layer: args.layer.clone(), manner: manner.to_string() }
    }

    /// The same layer by its own address, where something else led to it.
    pub fn at(&self, url: &str) -> Option<Self> {
        let address = Reference::parse(url).ok()?.address();
        Some(Self { address, layer: None, manner: self.manner.clone() })
    }

    /// In one spelling.
    pub fn text(&self) -> String {
        json!([self.address, self.layer, self.manner]).to_string()
    }
}

/// What of a layer an output has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Every row and column.
    Whole,
    /// A selection.
    Part {
        /// In one spelling.
        text: String,
        /// Part of it is in the server's own words, which nobody else understands.
        verbatim: bool,
    },
    /// Something that cannot be told from its text alone, such as the rows within a file's polygons.
    Untold,
}

impl Asked {
    /// True for what can be selected from the whole layer here.
    pub fn is_selected_here(&self) -> bool {
        !matches!(self, Self::Part { verbatim: true, .. })
    }

    /// What `fetch` was asked for: `to_crs` and a rectangle's CRS in words.
    pub fn new(
        reference: &Reference,
        query: &Query,
        is_within: bool,
        crs: &[Option<String>; 2],
        output: &OutputArgs,
    ) -> Self {
        // Shortened coordinates and points in two columns are not what the service has.
        if is_within || output.precision.is_some() || output.xy {
            return Self::Untold;
        }
        let Query { filter, server_where, bbox, fields, limit } = query;
        let narrow = reference.narrowing();
        let is_whole = filter.is_none() && bbox.is_none() && limit.is_none() && fields.is_none();
        if is_whole && server_where.is_none() && narrow.is_none() && *crs == [None, None] {
            return Self::Whole;
        }
        let filter = filter.as_ref().map(|filter| format!("{filter:?}"));
        let bbox = bbox.map(|bbox| bbox.to_string());
        Self::Part {
            text: json!([narrow, filter, server_where, bbox, fields, limit, crs]).to_string(),
            verbatim: server_where.is_some() || narrow.is_some(),
        }
    }
}
