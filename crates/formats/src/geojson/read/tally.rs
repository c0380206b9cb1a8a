//! What a part of a file shows of its layer: columns, types, geometry, rows.

use std::collections::HashMap;

use geohub_core::{Dimensions, GeometryBuilder, GeometryInfo, GeometryKind};

use super::class::Class;
use super::feature::{Visitor, walk};
use super::geometry::{Shape, geometry, plain};
use super::member::value;
use super::schema::Columns;
use crate::geojson::json::{Cursor, Flaw, Parsed};

/// Most columns a layer may have. A file with features as diverse as a dictionary would else fill the memory.
pub(super) const MAX_COLUMNS: usize = 10_000;

/// The union of what features show. Parts are joined in file order.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) rows: u64,
    names: Vec<Box<str>>,
    classes: Vec<Class>,
    slots: HashMap<Box<str>, usize>,
    id: Option<Class>,
    kind: GeometryKind,
    dimensions: Dimensions,
    /// The slot after the last one met: features mostly repeat their keys in order.
    likely: usize,
    /// Takes coordinates for checking; holds one geometry at most.
    builder: GeometryBuilder,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            rows: 0,
            names: Vec::new(),
            classes: Vec::new(),
            slots: HashMap::new(),
            id: None,
            kind: GeometryKind::None,
            dimensions: Dimensions::XY,
            likely: 0,
            builder: GeometryBuilder::default(),
        }
    }
}

impl Tally {
    /// Adds the feature at the cursor.
    pub(super) fn add(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        self.likely = 0;
        walk(cursor, self)?;
        self.rows += 1;
        Ok(())
    }

    /// Adds what a later part of the file shows.
    pub(super) fn join(&mut self, later: &Self) -> Parsed<()> {
        self.rows += later.rows;
        for (name, &class) in later.names.iter().zip(&later.classes) {
            let slot = self.slot(name, 0)?;
            self.classes[slot] = self.classes[slot].union(class);
        }
        if let Some(class) = later.id {
            self.id = Some(self.id.unwrap_or_default().union(class));
        }
        self.kind = self.kind.join(later.kind);
        self.dimensions.z |= later.dimensions.z;
        self.dimensions.m |= later.dimensions.m;
        Ok(())
    }

    pub(super) fn columns(&self) -> Columns {
        let kinds = self.classes.iter().map(|class| class.kind());
        let id = self.id.map(Class::kind);
        Columns::new(self.names.iter().cloned().zip(kinds).collect(), id)
    }

    /// The geometry seen; of a part only the ordinates are worth telling.
    pub(super) fn geometry(&self, whole: bool) -> GeometryInfo {
        let kind = if whole { self.kind } else { GeometryKind::Mixed };
        GeometryInfo { kind, has_z: self.dimensions.z, has_m: self.dimensions.m }
    }

    fn slot(&mut self, name: &str, at: usize) -> Parsed<usize> {
        if self.names.get(self.likely).is_some_and(|likely| **likely == *name) {
            self.likely += 1;
            return Ok(self.likely - 1);
        }
        if let Some(&slot) = self.slots.get(name) {
            self.likely = slot + 1;
            return Ok(slot);
        }
        if self.names.len() == MAX_COLUMNS {
            let hint = "are the property names data? a table with one column per name has no room for them";
            return Err(Flaw::hinted(at, format!("more than {MAX_COLUMNS} different property names"), hint));
        }
        let slot = self.names.len();
        self.names.push(name.into());
        self.classes.push(Class::NULL);
        self.slots.insert(name.into(), slot);
        self.likely = slot + 1;
        Ok(slot)
    }
}

impl Visitor for Tally {
    fn geometry(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        let (kind, dimensions) = match geometry(cursor, &mut self.builder)? {
            Shape::Null => (GeometryKind::None, Dimensions::XY),
            Shape::Flat(kind) => (kind, self.builder.open_dimensions()),
            Shape::Collection { dimensions, .. } => (GeometryKind::GeometryCollection, dimensions),
        };
        self.builder.rollback_row();
        self.kind = self.kind.join(kind);
        self.dimensions.z |= dimensions.z;
        self.dimensions.m |= dimensions.m;
        Ok(())
    }

    fn properties(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        properties(cursor, &mut |cursor, name, at| {
            let class = value(cursor)?.class;
            let slot = self.slot(name, at)?;
            self.classes[slot] = self.classes[slot].union(class);
            Ok(())
        })
    }

    fn id(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        let class = value(cursor)?.class;
        self.id = Some(self.id.unwrap_or_default().union(class));
        Ok(())
    }

    fn foreign(&mut self, _name: &str) {}
}

/// Hands over each property: the cursor at its value, its name, and where the name is. Null has no properties.
#[inline]
pub(super) fn properties(
    cursor: &mut Cursor<'_>,
    take: &mut impl FnMut(&mut Cursor<'_>, &str, usize) -> Parsed<()>,
) -> Parsed<()> {
    match cursor.peek() {
        b'n' => return cursor.word("null"),
        b'{' => cursor.advance(1),
        _ => return Err(cursor.unexpected("an object of properties or null")),
    }
    let (mut scratch, mut first) = (String::new(), true);
    while let Some(key) = cursor.member(&mut first)? {
        let name = plain(cursor, key, &mut scratch)?;
        take(cursor, name, key.start)?;
    }
    Ok(())
}
