//! Places with names: `neighborhood:Silver Lake` in the layers of areas that portal files name.

mod kind;
mod names;
mod text;

pub use kind::{choose, portal_of};
pub use names::{Names, Row};
pub use text::PlaceText;

use crate::portal::{PlaceLayer, Portal};

/// The layer in which a place is looked up.
#[derive(Clone, Copy, Debug)]
pub struct PlaceSource<'a> {
    /// The portal that names it.
    pub portal: &'a Portal,
    /// The layer.
    pub layer: &'a PlaceLayer,
}

impl PlaceSource<'_> {
    /// What to type for a place of it: `la/neighborhood:Silver Lake`.
    pub fn reference(&self, name: &str) -> String {
        format!("{}/{}:{name}", self.portal.id, self.layer.kind)
    }

    /// `the neighborhood of la`, for messages.
    pub fn what(&self) -> String {
        format!("{} of {}", self.layer.kind, self.portal.id)
    }
}
