//! Which columns of the two layers belong together.

use std::collections::HashSet;

use geohub_core::{Error, Layer, Result, text};

use super::DiffOptions;
use crate::naming::folded;

/// The columns of one layer that are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Side {
    /// Columns that tell rows apart; none where the geometry does.
    pub(super) keys: Vec<usize>,
    /// Columns that are compared, in the order of the second layer.
    pub(super) compared: Vec<usize>,
    /// Geometries are compared.
    pub(super) geometry: bool,
}

/// The columns of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) old: Side,
    pub(super) new: Side,
    /// For each column of the second layer the same one of the first.
    pub(super) counterparts: Vec<Option<usize>>,
    /// Names that only the second layer has, and those that only the first one has.
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

impl Columns {
    pub(super) fn new(old: &Layer, new: &Layer, options: &DiffOptions) -> Result<Self> {
        let (old_names, new_names) = (names(old), names(new));
        let counterparts: Vec<Option<usize>> = new_names.iter().map(|name| find(&old_names, name)).collect();
        let ignored = ignored(options, &old_names, &new_names)?;
        let position = |all: &[String], name: &String, layer: &Layer| {
            find(all, name).ok_or_else(|| lacking(layer, name, all))
        };
        let mut columns = Self { counterparts, ..Self::default() };
        for name in &options.keys {
            columns.old.keys.push(position(&old_names, name, old)?);
            columns.new.keys.push(position(&new_names, name, new)?);
        }
        for (at, counterpart) in columns.counterparts.iter().enumerate() {
            match counterpart {
                _ if ignored.contains(&folded(&new_names[at])) => {}
                Some(old_at) => {
                    columns.new.compared.push(at);
                    columns.old.compared.push(*old_at);
                }
                None => columns.added.push(new_names[at].clone()),
            }
        }
        let kept: HashSet<usize> = columns.counterparts.iter().flatten().copied().collect();
        let gone = (0..old_names.len()).filter(|at| !kept.contains(at)).map(|at| old_names[at].clone());
        columns.removed = gone.filter(|name| !ignored.contains(&folded(name))).collect();
        let geometry = !options.ignore_geometry;
        (columns.old.geometry, columns.new.geometry) = (geometry, geometry);
        Ok(columns)
    }
}

/// The names that are not compared; each must be there in one layer at least, else it is a slip of the finger.
fn ignored(options: &DiffOptions, old: &[String], new: &[String]) -> Result<HashSet<String>> {
    for name in &options.ignored {
        if find(old, name).is_none() && find(new, name).is_none() {
            return Err(Error::request(format!(
                "neither layer has a column `{}` to ignore",
                text::clean(name)
            )));
        }
    }
    Ok(options.ignored.iter().map(|name| folded(name)).collect())
}

fn names(layer: &Layer) -> Vec<String> {
    layer.schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// The column of that name, else the only one that differs from it in case alone.
fn find(names: &[String], name: &str) -> Option<usize> {
    let exact = names.iter().position(|found| found == name);
    exact.or_else(|| {
        let mut alike = (0..names.len()).filter(|&at| folded(&names[at]) == folded(name));
        alike.next().filter(|_| alike.next().is_none())
    })
}

fn lacking(layer: &Layer, name: &str, names: &[String]) -> Error {
    let near = text::nearest(name, names.iter().map(String::as_str));
    Error::Request {
        message: format!("the layer {} has no column `{}`", layer.name, text::clean(name)),
        hint: (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or "))),
    }
}

/// Coordinates of different CRSs are not comparable.
pub(super) fn check_crs(old: &Layer, new: &Layer) -> Result<()> {
    if old.crs.is_unknown() || new.crs.is_unknown() || geohub_crs::same(&old.crs, &new.crs) {
        return Ok(());
    }
    Err(Error::Request {
        message: format!("the layers are in different CRSs, {} and {}", old.crs, new.crs),
        hint: Some("bring one to the other's with geohub reproject first".to_owned()),
    })
}
