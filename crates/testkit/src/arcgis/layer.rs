//! One layer or table: its rows under their object ids.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::Switches;
use crate::hash::combine;
use crate::net::Edit;
use crate::sql::bind::Scope;
use crate::table::{Column, Kind, Row, Shape, Table, Value};

/// A row with its id and box.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) oid: i64,
    pub(super) row: Row,
    pub(super) bounds: [f64; 4],
}

/// A layer as it is served.
#[derive(Debug)]
pub struct Layer {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) oid_field: String,
    pub(super) switches: Switches,
    pub(super) geometry_type: Option<&'static str>,
    pub(super) has_z: bool,
    pub(super) has_m: bool,
    rows: RwLock<Vec<Stored>>,
    /// `lastEditDate` and the clock, epoch milliseconds.
    edited: RwLock<(Option<i64>, i64)>,
    pub(super) gone: AtomicBool,
    pub(super) private: AtomicBool,
}

fn geometry_type(shape: &Shape) -> &'static str {
    match shape {
        Shape::Point(_) => "esriGeometryPoint",
        Shape::MultiPoint(_) => "esriGeometryMultipoint",
        Shape::Line(_) | Shape::MultiLine(_) => "esriGeometryPolyline",
        Shape::Polygon(_) | Shape::MultiPolygon(_) => "esriGeometryPolygon",
    }
}

/// Ids that do not start at 1 and have gaps: steps of 1 to 3, and now and then a hole of hundreds.
fn object_ids(count: usize) -> impl Iterator<Item = i64> {
    let mut next = 37_i64;
    (0..count as u64).map(move |i| {
        let found = next;
        let roll = combine(&[7, i]);
        next += 1 + (roll % 3) as i64 + if roll.is_multiple_of(97) { 500 } else { 0 };
        found
    })
}

fn stored((oid, row): (i64, Row)) -> Stored {
    let bounds = row.shape.as_ref().map_or([f64::NAN; 4], |shape| shape.bounds());
    Stored { oid, row, bounds }
}

fn free_name(table: &Table) -> String {
    let taken = |name: &str| table.column(name).is_some();
    let numbered = (1..).map(|n| format!("OBJECTID_{n}"));
    std::iter::once("OBJECTID".to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

impl Layer {
    /// A layer out of a table of one kind of geometry; a table without any is a table here too.
    pub fn new(name: &str, mut table: Table, switches: Switches) -> Self {
        let first = table.rows.iter().find_map(|row| row.shape.clone());
        if let Some(field) = &switches.edit_field {
            table.columns.push(Column { name: field.clone(), kind: Kind::Fixed });
            let stamp = switches.last_edit_ms.map_or(Value::Null, |ms| Value::Time(ms - 86_400_000));
            table.rows.iter_mut().for_each(|row| row.cells.push(stamp.clone()));
        }
        let dimension = |i: usize| {
            table
                .rows
                .iter()
                .filter_map(|row| row.shape.as_ref())
                .any(|shape| shape.positions().any(|p| !p[i].is_nan()))
        };
        let oid_field = switches.object_id_field.clone().unwrap_or_else(|| free_name(&table));
        Self {
            name: name.to_owned(),
            oid_field,
            geometry_type: first.as_deref().map(geometry_type),
            has_z: dimension(2),
            has_m: dimension(3),
            columns: table.columns,
            edited: RwLock::new((switches.last_edit_ms, 0)),
            switches,
            rows: RwLock::new(object_ids(table.rows.len()).zip(table.rows).map(stored).collect()),
            gone: AtomicBool::new(false),
            private: AtomicBool::new(false),
        }
    }

    /// `lastEditDate` as it is now.
    pub(super) fn last_edit_ms(&self) -> Option<i64> {
        self.edited.read().unwrap_or_else(PoisonError::into_inner).0
    }

    /// The time of an edit: a second after the last one, or later when the clock went on.
    fn edit_time(&self) -> Option<i64> {
        let mut edited = self.edited.write().unwrap_or_else(PoisonError::into_inner);
        let (last, waited) = *edited;
        if self.switches.moves {
            *edited = (last.map(|last| last + 1000 + waited), 0);
        }
        edited.0
    }

    pub(super) fn rows(&self) -> RwLockReadGuard<'_, Vec<Stored>> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn rows_mut(&self) -> RwLockWriteGuard<'_, Vec<Stored>> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// All object ids, in stored order: what a test compares with.
    pub fn object_ids(&self) -> Vec<i64> {
        self.rows().iter().map(|stored| stored.oid).collect()
    }

    /// Changes the rows.
    pub(super) fn edit(&self, edit: &Edit) {
        match edit {
            Edit::Secretly(edit) => self.change(edit, None),
            Edit::Wait { ms } => self.edited.write().unwrap_or_else(PoisonError::into_inner).1 += ms,
            Edit::In { layer, edit } if *layer == self.name => self.edit(edit),
            Edit::In { .. } => {}
            Edit::Gone { gone } => self.gone.store(*gone, Ordering::Relaxed),
            Edit::Private { private } => self.private.store(*private, Ordering::Relaxed),
            edit => self.change(edit, self.edit_time()),
        }
    }

    fn change(&self, edit: &Edit, time: Option<i64>) {
        let mut rows = self.rows_mut();
        let last = rows.iter().map(|stored| stored.oid).max().unwrap_or(0);
        let stamped = self.switches.edit_field.as_ref().and_then(|_| self.columns.len().checked_sub(1));
        let stamp = |stored: &mut Stored| {
            if let (Some(at), Some(ms)) = (stamped, time) {
                stored.row.cells[at] = Value::Time(ms);
            }
        };
        match edit {
            Edit::Insert => {
                if let Some(copy) = rows.first().cloned() {
                    let mut new = Stored { oid: last + 1, ..copy };
                    stamp(&mut new);
                    rows.push(new);
                }
            }
            Edit::Delete { id } => rows.retain(|stored| stored.oid.to_string() != *id),
            Edit::DeleteAt { position } if *position < rows.len() => {
                rows.remove(*position);
            }
            Edit::ReplaceAll => {
                for (i, stored) in rows.iter_mut().enumerate() {
                    stored.oid = last + 1 + i as i64;
                    stamp(stored);
                }
            }
            Edit::Change { position, field, value } => {
                let at = self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(field));
                if let (Some(at), Some(stored)) = (at, rows.get_mut(*position)) {
                    stored.row.cells[at] = Value::from_json(value, self.columns[at].kind);
                    stamp(stored);
                }
            }
            Edit::Touch { id } => {
                rows.iter_mut().filter(|stored| stored.oid.to_string() == *id).for_each(stamp);
            }
            _ => {}
        }
    }

    /// The value under a bound index; the one past the columns is the object id.
    pub(super) fn value(&self, stored: &Stored, index: usize) -> Value {
        let own = stored.row.cells.get(index).cloned();
        own.unwrap_or(if index == self.columns.len() { Value::Int(stored.oid) } else { Value::Null })
    }

    /// Name and type of a bound index.
    pub(super) fn field(&self, index: usize) -> (&str, Kind) {
        self.columns
            .get(index)
            .map_or((self.oid_field.as_str(), Kind::Id), |column| (&column.name, column.kind))
    }

    /// Every index, the object id first.
    pub(super) fn all_fields(&self) -> Vec<usize> {
        let id = (!self.switches.no_object_id).then_some(self.columns.len());
        id.into_iter().chain(0..self.columns.len()).collect()
    }

    /// The shape of a row in a spatial reference.
    pub(super) fn shape(stored: &Stored, wkid: u32) -> Option<Arc<Shape>> {
        let shape = stored.row.shape.as_ref()?;
        Some(if wkid == 4326 { Arc::clone(shape) } else { Arc::new(super::crs::project(shape, wkid)) })
    }
}

impl Scope for Layer {
    fn column(&self, name: &str) -> Option<(usize, Kind)> {
        if !self.switches.no_object_id && name.eq_ignore_ascii_case(&self.oid_field) {
            return Some((self.columns.len(), Kind::BigInteger));
        }
        let index = self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))?;
        let kind = match self.columns[index].kind {
            Kind::Bool => Kind::Integer,
            Kind::Json => Kind::Text,
            kind => kind,
        };
        Some((index, kind))
    }

    fn row_id(&self, _text: &str) -> Option<Value> {
        None
    }

    fn allows_aggregates(&self) -> bool {
        false
    }
}
