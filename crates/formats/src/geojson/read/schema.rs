//! The columns of a layer, as inferred.

use std::collections::HashMap;

use arrow_schema::{Field, Schema};
use geohub_core::schema::feature_id;

use super::class::Kind;

/// Columns with their types, frozen for decoding.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Property names and types, in order of first appearance.
    pub(super) properties: Vec<(Box<str>, Kind)>,
    /// The type of the features' `id`, where any has one.
    pub(super) id: Option<Kind>,
    slots: HashMap<Box<str>, usize>,
}

impl Columns {
    pub(super) fn new(properties: Vec<(Box<str>, Kind)>, id: Option<Kind>) -> Self {
        let slots = properties.iter().enumerate().map(|(slot, (name, _))| (name.clone(), slot)).collect();
        Self { properties, id, slots }
    }

    /// The slot of a property.
    pub(super) fn slot(&self, name: &str) -> Option<usize> {
        self.slots.get(name).copied()
    }

    /// The slot of the id: behind those of the properties.
    pub(super) fn id_slot(&self) -> usize {
        self.properties.len()
    }

    /// The fields with their slots, the id first.
    pub(super) fn fields(&self) -> Vec<(usize, Kind, Field)> {
        let id = self.id.map(|kind| (self.id_slot(), kind, feature_id(kind.field(&self.id_name()))));
        let properties = self.properties.iter().enumerate();
        id.into_iter().chain(properties.map(|(slot, (name, kind))| (slot, *kind, kind.field(name)))).collect()
    }

    pub(super) fn schema(&self) -> Schema {
        Schema::new(self.fields().into_iter().map(|(_, _, field)| field).collect::<Vec<_>>())
    }

    /// `id`, unless a property has that name.
    fn id_name(&self) -> String {
        let taken = |name: &str| self.slots.contains_key(name);
        if !taken("id") {
            return "id".to_owned();
        }
        let mut name = "feature_id".to_owned();
        let mut next = 2;
        while taken(&name) {
            name = format!("feature_id_{next}");
            next += 1;
        }
        name
    }
}
