//! What the first pass learns about a column.

use geohub_core::{Dimensions, GeometryKind};

use super::number::{Lexeme, coordinate, could_be_thousands, trim};
use super::shape::{Form, shape};

/// How the cells of a column are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnType {
    /// Truth values.
    Bool,
    /// Integers.
    Int64,
    /// Integers of which some need the 64th bit.
    UInt64,
    /// Numbers.
    Float64,
    /// Numbers with decimal commas.
    CommaFloat64,
    /// Text.
    Utf8,
}

/// What is looked for in a column beside its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// The name or the user says longitude, latitude, x or y.
    pub(super) coordinate: bool,
    /// The name or the user says geometry: cells that are none do not end the search.
    pub(super) geometry: bool,
    /// Decimal commas are possible.
    pub(super) comma: bool,
}

/// Counts over the cells of a column. Order does not matter, so blocks are surveyed apart and added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent observations, not a state")]
pub(super) struct Facts {
    /// Cells with more than blanks in them.
    pub(super) filled: u64,
    text: bool,
    bools: u64,
    integers: u64,
    floats: u64,
    commas: u64,
    /// Decimal commas that cannot be thousands separators.
    sure_commas: u64,
    beyond_f64: bool,
    negative: bool,
    over_i64: bool,
    pub(super) shapes: ShapeFacts,
    pub(super) coordinates: CoordinateFacts,
}

/// Cells that look like geometries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ShapeFacts {
    pub(super) wkt: u64,
    pub(super) geojson: u64,
    pub(super) lat_lon: u64,
    pub(super) other: u64,
    pub(super) kind: GeometryKind,
    pub(super) dimensions: Dimensions,
    /// Place of the first coordinate that is no longitude and latitude.
    pub(super) far: Option<u64>,
    pub(super) srid: Srid,
}

/// The CRS numbers in front of extended WKT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Srid {
    /// No cell has one.
    #[default]
    None,
    /// All cells that have one have this.
    One(u32),
    /// Cells differ.
    Many,
}

impl Srid {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, srid) | (srid, Self::None) => srid,
            (a, b) if a == b => a,
            _ => Self::Many,
        }
    }
}

impl Default for ShapeFacts {
    fn default() -> Self {
        Self {
            wkt: 0,
            geojson: 0,
            lat_lon: 0,
            other: 0,
            kind: GeometryKind::None,
            dimensions: Dimensions::XY,
            far: None,
            srid: Srid::None,
        }
    }
}

/// Cells of a column that may hold coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct CoordinateFacts {
    pub(super) numbers: u64,
    /// Place of the first number beyond 180.
    pub(super) beyond_180: Option<u64>,
    /// Place of the first number beyond 90.
    pub(super) beyond_90: Option<u64>,
}

impl Facts {
    /// Takes a cell in; `place` is anything that grows along the input.
    pub(super) fn observe(&mut self, cell: &[u8], role: Role, place: u64) {
        let trimmed = trim(cell);
        if trimmed.is_empty() {
            return;
        }
        self.filled += 1;
        if role.geometry || self.shapes.other == 0 {
            self.shapes.observe(trimmed, place);
        }
        let lexeme = if self.text { Lexeme::Text } else { Lexeme::of(trimmed, b'.') };
        if role.coordinate {
            self.coordinates.observe(trimmed, lexeme, role.comma, place);
        }
        if !self.text {
            self.observe_type(trimmed, lexeme, role.comma);
        }
    }

    fn observe_type(&mut self, text: &[u8], lexeme: Lexeme, comma: bool) {
        self.beyond_f64 |= lexeme.beyond_f64();
        match lexeme {
            Lexeme::Bool(_) => self.bools += 1,
            Lexeme::Integer(value) => {
                self.integers += 1;
                self.negative |= value < 0;
                self.over_i64 |= value > i128::from(i64::MAX);
            }
            Lexeme::Float(_) => self.floats += 1,
            Lexeme::Text if comma && matches!(Lexeme::of(text, b','), Lexeme::Float(_)) => {
                self.commas += 1;
                self.sure_commas += u64::from(!could_be_thousands(text));
            }
            Lexeme::Text => self.text = true,
        }
    }

    /// The narrowest type that holds every cell without loss.
    pub(super) fn column_type(&self) -> ColumnType {
        let all = self.filled;
        if self.text || all == 0 {
            ColumnType::Utf8
        } else if self.bools == all {
            ColumnType::Bool
        } else if self.integers == all && !self.over_i64 {
            ColumnType::Int64
        } else if self.integers == all && !self.negative {
            ColumnType::UInt64
        } else if self.beyond_f64 {
            ColumnType::Utf8
        } else if self.integers + self.floats == all && self.floats > 0 {
            ColumnType::Float64
        } else if self.integers + self.commas == all && self.sure_commas > 0 {
            ColumnType::CommaFloat64
        } else {
            ColumnType::Utf8
        }
    }

    /// True when the numbers of the column have decimal commas.
    pub(super) fn has_commas(&self) -> bool {
        self.column_type() == ColumnType::CommaFloat64 || self.commas > self.floats
    }

    /// Adds what another stretch of the same column showed.
    pub(super) fn add(&mut self, other: &Self) {
        self.filled += other.filled;
        self.text |= other.text;
        self.bools += other.bools;
        self.integers += other.integers;
        self.floats += other.floats;
        self.commas += other.commas;
        self.sure_commas += other.sure_commas;
        self.beyond_f64 |= other.beyond_f64;
        self.negative |= other.negative;
        self.over_i64 |= other.over_i64;
        self.shapes.add(&other.shapes);
        self.coordinates.numbers += other.coordinates.numbers;
        first(&mut self.coordinates.beyond_180, other.coordinates.beyond_180);
        first(&mut self.coordinates.beyond_90, other.coordinates.beyond_90);
    }

    /// Turns every place into another measure of place.
    pub(super) fn map_places(&mut self, map: impl Fn(u64) -> u64) {
        let places =
            [&mut self.shapes.far, &mut self.coordinates.beyond_180, &mut self.coordinates.beyond_90];
        for place in places.into_iter().flatten() {
            *place = map(*place);
        }
    }
}

impl ShapeFacts {
    fn observe(&mut self, text: &[u8], place: u64) {
        let Some(shape) = shape(text) else {
            self.other += 1;
            return;
        };
        match shape.form {
            Form::Wkt => self.wkt += 1,
            Form::GeoJson => self.geojson += 1,
            Form::LatLon => self.lat_lon += 1,
        }
        self.kind = self.kind.join(shape.kind);
        self.dimensions.z |= shape.dimensions.z;
        self.dimensions.m |= shape.dimensions.m;
        self.srid = self.srid.join(shape.srid.map_or(Srid::None, Srid::One));
        if shape.far {
            first(&mut self.far, Some(place));
        }
    }

    fn add(&mut self, other: &Self) {
        self.wkt += other.wkt;
        self.geojson += other.geojson;
        self.lat_lon += other.lat_lon;
        self.other += other.other;
        self.kind = self.kind.join(other.kind);
        self.dimensions.z |= other.dimensions.z;
        self.dimensions.m |= other.dimensions.m;
        self.srid = self.srid.join(other.srid);
        first(&mut self.far, other.far);
    }

    /// Cells that look like a geometry of any form.
    pub(super) fn any(&self) -> u64 {
        self.wkt + self.geojson + self.lat_lon
    }
}

impl CoordinateFacts {
    fn observe(&mut self, text: &[u8], lexeme: Lexeme, comma: bool, place: u64) {
        let value = match lexeme {
            Lexeme::Float(value) => Some(value),
            Lexeme::Integer(value) => Some(value as f64),
            _ => coordinate(text, false).or_else(|| if comma { coordinate(text, true) } else { None }),
        };
        let Some(value) = value else { return };
        self.numbers += 1;
        if value.abs() > 180.0 {
            first(&mut self.beyond_180, Some(place));
        }
        if value.abs() > 90.0 {
            first(&mut self.beyond_90, Some(place));
        }
    }
}

fn first(place: &mut Option<u64>, other: Option<u64>) {
    *place = match (*place, other) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(cells: &[&str], comma: bool) -> ColumnType {
        let role = Role { comma, ..Role::default() };
        let facts = |cells: &[&str]| {
            let mut facts = Facts::default();
            for cell in cells {
                facts.observe(cell.as_bytes(), role, 0);
            }
            facts
        };
        let whole = facts(cells);
        for cut in 0..=cells.len() {
            let mut sum = facts(&cells[..cut]);
            sum.add(&facts(&cells[cut..]));
            assert_eq!(sum.column_type(), whole.column_type(), "{cells:?} cut at {cut}");
        }
        whole.column_type()
    }

    #[test]
    fn the_type_holds_every_cell() {
        use ColumnType::{Bool, CommaFloat64, Float64, Int64, UInt64, Utf8};
        for (cells, expected) in [
            (&["true", "", "FALSE"][..], Bool),
            (&["true", "1"], Utf8),
            (&["1", "-2", " 3"], Int64),
            (&["18446744073709551615", "1"], UInt64),
            (&["18446744073709551615", "-1"], Utf8),
            (&["1", "2.5"], Float64),
            (&["9007199254740992", "2.5"], Float64),
            (&["9007199254740993", "2.5"], Utf8),
            (&["1", "007"], Utf8),
            (&["2.5", "1,5"], Utf8),
            (&["", " "], Utf8),
            (&["1.5", "-"], Utf8),
        ] {
            assert_eq!(typed(cells, false), expected, "{cells:?}");
        }
        assert_eq!(typed(&["34,057", "-118,29", "5"], true), CommaFloat64);
        assert_eq!(typed(&["12,500", "1,000"], true), Utf8);
        assert_eq!(typed(&["1,5", "2.5"], true), Utf8);
    }
}
