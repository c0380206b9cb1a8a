//! A dataset as it is served: field names, types, rows with ids and stamps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::config::Source;
use super::ids;
use crate::hash;
use crate::net::Edit;
use crate::sql::bind::Scope;
use crate::table::{Kind, Position, Row, Shape, Table, Value};
use crate::{Error, Result};

/// When the data was last changed, before anybody edits it: 2026-01-15T08:00:00Z.
const MODIFIED_MS: i64 = 1_768_464_000_000;

/// The system fields, which follow the columns in index.
pub(super) const SYSTEM: [(&str, Kind, &str); 4] = [
    (":id", Kind::Id, "row_identifier"),
    (":created_at", Kind::Fixed, "fixed_timestamp"),
    (":updated_at", Kind::Fixed, "fixed_timestamp"),
    (":version", Kind::Text, "row_version"),
];

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Display name.
    pub(super) name: String,
    /// Field name.
    pub(super) field: String,
    pub(super) kind: Kind,
    /// The type as SODA headers name it.
    pub(super) soda: &'static str,
    /// The type as `/api/views` names it.
    pub(super) view: &'static str,
    /// Flagged as hidden.
    pub(super) hidden: bool,
}

impl Column {
    pub(super) fn is_region(&self) -> bool {
        self.field.starts_with(":@computed_region")
    }
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: Value,
    pub(super) created_ms: i64,
    pub(super) updated_ms: i64,
    pub(super) cells: Vec<Value>,
}

/// Rows and when they were last changed.
#[derive(Debug)]
pub(super) struct State {
    pub(super) rows: Vec<Stored>,
    pub(super) modified_ms: i64,
    made: u64,
    waited_ms: i64,
}

/// A dataset.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) license: Option<String>,
    pub(super) columns: Vec<Column>,
    pub(super) identifier: Option<String>,
    seed: u64,
    state: RwLock<State>,
    pub(super) gone: AtomicBool,
    pub(super) private: AtomicBool,
}

/// Lower case, everything else an underscore.
fn field_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.trim().chars().map(plain).collect()
}

fn types(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Integer | Kind::BigInteger | Kind::Double | Kind::Decimal => ("number", "number"),
        Kind::Bool => ("boolean", "checkbox"),
        Kind::Floating => ("floating_timestamp", "calendar_date"),
        Kind::Fixed => ("fixed_timestamp", "date"),
        Kind::Location => ("location", "location"),
        Kind::Json => ("json", "json"),
        _ => ("text", "text"),
    }
}

fn plain(column: &crate::table::Column) -> Column {
    let (soda, view) = types(column.kind);
    let field = field_name(&column.name);
    Column { name: column.name.clone(), field, kind: column.kind, soda, view, hidden: false }
}

/// The point in the middle of a shape's box.
fn centre(shape: &Shape) -> Value {
    let [west, south, east, north] = shape.bounds();
    let at = [f64::midpoint(west, east), f64::midpoint(south, north), f64::NAN, f64::NAN];
    Value::Shape(Arc::new(Shape::Point(at)))
}

fn geometry_type(table: &Table) -> Option<&'static str> {
    let mut shapes = table.rows.iter().filter_map(|row| row.shape.as_deref());
    Some(match shapes.next()? {
        Shape::Point(_) if shapes.all(|shape| matches!(shape, Shape::Point(_))) => "point",
        Shape::Point(_) | Shape::MultiPoint(_) => "multipoint",
        Shape::Line(_) | Shape::MultiLine(_) => "multiline",
        Shape::Polygon(_) | Shape::MultiPolygon(_) => "multipolygon",
    })
}

/// Portals keep lines and polygons as multi-geometries.
fn promoted(shape: &Shape) -> Shape {
    match shape {
        Shape::Line(all) => Shape::MultiLine(vec![all.clone()]),
        Shape::Polygon(rings) => Shape::MultiPolygon(vec![rings.clone()]),
        other => other.clone(),
    }
}

fn location(row: &Row, latitude: usize, longitude: usize) -> Value {
    match (row.cells[longitude].number(), row.cells[latitude].number()) {
        (Some(x), Some(y)) => {
            let at: Position = [x, y, f64::NAN, f64::NAN];
            Value::Shape(Arc::new(Shape::Point(at)))
        }
        _ => Value::Null,
    }
}

/// Where the cells of a dataset's rows come from.
struct Plan {
    columns: Vec<Column>,
    geometry: bool,
    kept: Vec<usize>,
    location: Option<(usize, usize)>,
    centres: bool,
    region: bool,
}

fn plan(source: &Source, region: bool) -> Result<Plan> {
    let table = &source.table;
    let find = |name: &String| {
        let missing = || Error::Usage(format!("{}: no column `{name}` for the location", source.id));
        table.column(name).ok_or_else(missing)
    };
    let location =
        source.location.as_ref().map(|(lat, lon)| Ok::<_, Error>((find(lat)?, find(lon)?))).transpose()?;
    let used = |i: usize| location.is_some_and(|(lat, lon)| i == lat || i == lon);
    let kept: Vec<usize> = (0..table.columns.len()).filter(|i| !used(*i)).collect();
    let geometry = geometry_type(table);
    let mut columns = Vec::new();
    let special = |field: &str, kind, soda, view| Column {
        name: field.to_owned(),
        field: field.to_owned(),
        kind,
        soda,
        view,
        hidden: false,
    };
    if let Some(name) = geometry {
        columns.push(special("the_geom", Kind::Shape, name, name));
    }
    columns.extend(kept.iter().map(|i| plain(&table.columns[*i])));
    if location.is_some() {
        columns.push(special(&source.location_field, Kind::Location, "location", "location"));
    }
    if let Some(name) = &source.centres {
        columns.push(special(name, Kind::Shape, "point", "point"));
    }
    for column in &mut columns {
        let declared = source.declared.iter().find(|(name, _)| column.field.eq_ignore_ascii_case(name));
        column.view = declared.map_or(column.view, |(_, view)| view);
        column.hidden = source.hidden.contains(&column.field);
    }
    let centres = source.centres.is_some();
    if region {
        columns.push(special(":@computed_region_k83t_ady5", Kind::Integer, "number", "number"));
    }
    Ok(Plan { columns, geometry: geometry.is_some(), kept, location, centres, region })
}

impl Plan {
    fn cells(&self, row: &Row, n: usize) -> Vec<Value> {
        let shape = row.shape.as_ref().map_or(Value::Null, |shape| Value::Shape(Arc::new(promoted(shape))));
        let mut cells = Vec::with_capacity(self.columns.len());
        if self.geometry {
            cells.push(shape);
        }
        cells.extend(self.kept.iter().map(|i| row.cells[*i].clone()));
        if let Some((latitude, longitude)) = self.location {
            cells.push(location(row, latitude, longitude));
        }
        if self.centres {
            cells.push(row.shape.as_deref().map_or(Value::Null, centre));
        }
        if self.region {
            cells.push(Value::Int(18_000 + (n % 400) as i64));
        }
        cells
    }
}

impl Dataset {
    pub(super) fn new(source: &Source, region: bool) -> Result<Self> {
        let plan = plan(source, region)?;
        let seed = hash::text(source.id.as_bytes());
        let stored = |(n, row): (usize, &Row)| Stored {
            id: ids::nth(seed, n as u64),
            created_ms: MODIFIED_MS - 86_400_000,
            updated_ms: MODIFIED_MS - 3_600_000 + (n / 1000) as i64,
            cells: plan.cells(row, n),
        };
        let rows: Vec<Stored> = source.table.rows.iter().enumerate().map(stored).collect();
        let made = rows.len() as u64;
        Ok(Self {
            id: source.id.clone(),
            name: source.name.clone(),
            license: source.license.clone(),
            columns: plan.columns,
            identifier: source.identifier.clone(),
            seed,
            gone: AtomicBool::new(false),
            private: AtomicBool::new(false),
            state: RwLock::new(State { rows, modified_ms: MODIFIED_MS, made, waited_ms: 0 }),
        })
    }

    pub(super) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Field name, type and SODA type of an index.
    pub(super) fn describe(&self, index: usize) -> (&str, Kind, &'static str) {
        match self.columns.get(index) {
            Some(column) => (&column.field, column.kind, column.soda),
            None => SYSTEM[(index - self.columns.len()).min(SYSTEM.len() - 1)],
        }
    }

    pub(super) fn value(&self, stored: &Stored, index: usize) -> Value {
        match index.checked_sub(self.columns.len()) {
            None => stored.cells[index].clone(),
            Some(0) => stored.id.clone(),
            Some(1) => Value::Time(stored.created_ms),
            Some(2) => Value::Time(stored.updated_ms),
            Some(_) => Value::text(format!("rv-{}", stored.updated_ms)),
        }
    }

    /// Changes the rows; the data's stamp moves on.
    pub(super) fn edit(&self, edit: &Edit) {
        match edit {
            Edit::In { layer, edit } if *layer == self.id => return self.edit(edit),
            Edit::In { .. } => return,
            Edit::Gone { gone } => return self.gone.store(*gone, Ordering::Relaxed),
            Edit::Private { private } => return self.private.store(*private, Ordering::Relaxed),
            _ => {}
        }
        let mut guard = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *guard;
        if let Edit::Wait { ms } = edit {
            state.waited_ms += ms;
            return;
        }
        if let Edit::Secretly(edit) = edit {
            return self.change(state, edit, None);
        }
        state.modified_ms += 1000 + std::mem::take(&mut state.waited_ms);
        let now = state.modified_ms;
        self.change(state, edit, Some(now));
    }

    /// Changes the rows; without a time no row's stamp moves.
    fn change(&self, state: &mut State, edit: &Edit, now: Option<i64>) {
        let named = |stored: &Stored, id: &str| stored.id.display() == id;
        match edit {
            Edit::Insert => {
                if let Some(copy) = state.rows.first().cloned() {
                    let id = ids::nth(self.seed, state.made);
                    state.made += 1;
                    let (created_ms, updated_ms) =
                        (now.unwrap_or(copy.created_ms), now.unwrap_or(copy.updated_ms));
                    state.rows.push(Stored { id, created_ms, updated_ms, ..copy });
                }
            }
            Edit::Delete { id } => state.rows.retain(|stored| !named(stored, id)),
            Edit::DeleteAt { position } if *position < state.rows.len() => {
                state.rows.remove(*position);
            }
            Edit::Touch { id } => {
                for stored in state.rows.iter_mut().filter(|stored| named(stored, id)) {
                    stored.updated_ms = now.unwrap_or(stored.updated_ms);
                }
            }
            Edit::ReplaceAll => {
                for stored in &mut state.rows {
                    stored.id = ids::nth(self.seed, state.made);
                    stored.updated_ms = now.unwrap_or(stored.updated_ms);
                    stored.created_ms = stored.updated_ms;
                    state.made += 1;
                }
            }
            Edit::Change { position, field, value } => {
                let at = self.columns.iter().position(|column| column.field.eq_ignore_ascii_case(field));
                if let (Some(at), Some(stored)) = (at, state.rows.get_mut(*position)) {
                    stored.cells[at] = Value::from_json(value, self.columns[at].kind);
                    stored.updated_ms = now.unwrap_or(stored.updated_ms);
                }
            }
            _ => {}
        }
    }
}

impl Scope for Dataset {
    fn column(&self, name: &str) -> Option<(usize, Kind)> {
        let system = SYSTEM.iter().map(|(field, kind, _)| (*field, *kind));
        let all = self.columns.iter().map(|column| (column.field.as_str(), column.kind)).chain(system);
        if self.columns.iter().any(|column| column.hidden && column.field.eq_ignore_ascii_case(name)) {
            return None;
        }
        let mut named = all.enumerate().filter(|(_, (field, _))| field.eq_ignore_ascii_case(name));
        named.next().map(|(index, (_, kind))| (index, kind))
    }

    fn row_id(&self, text: &str) -> Option<Value> {
        ids::literal(text)
    }

    fn allows_aggregates(&self) -> bool {
        true
    }
}
