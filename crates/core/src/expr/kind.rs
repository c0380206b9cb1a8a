//! What the language knows about a type: which comparisons it has and how its arrays are prepared for them.

use arrow_schema::{DataType, Field, TimeUnit};

use crate::schema::is_json;

/// The kinds of values. Integers up to 32 bits are `Int`, for they fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Always null; compares with everything, giving null.
    Null,
    Boolean,
    /// `Int64` arrays.
    Int,
    /// `UInt64` arrays.
    UInt,
    /// `Float64` arrays.
    Float,
    /// Arrays of this type (`Utf8`, `LargeUtf8`, `Utf8View`), or dictionaries of it.
    Text(DataType),
    /// Text that holds JSON; equal or not, but in no order.
    Json(DataType),
    /// `Int64` arrays of ticks since 1970-01-01.
    Instant(Scale),
    /// Nothing but IS NULL.
    Other(DataType),
}

/// How ticks become time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    pub nanos_per_tick: i128,
    pub zone: Zone,
}

/// Whether a time is a point in time, a wall clock's reading, or the start of a day in either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Utc,
    Wall,
    Day,
}

impl Zone {
    pub(super) fn comparable(self, other: Self) -> bool {
        self == other || self == Self::Day || other == Self::Day
    }
}

impl Kind {
    /// The kind of a column and the casts that bring its arrays into the shape named at the kind.
    pub(super) fn of(field: &Field) -> (Self, Vec<DataType>) {
        let data_type = field.data_type();
        let (values, unpack) = match data_type {
            DataType::Dictionary(_, values) => (values.as_ref(), vec![values.as_ref().clone()]),
            plain => (plain, Vec::new()),
        };
        let casts = |own: &[DataType]| {
            if own.is_empty() { unpack.clone() } else { [unpack.as_slice(), own].concat() }
        };
        match values {
            DataType::Null => (Self::Null, Vec::new()),
            DataType::Boolean => (Self::Boolean, casts(&[])),
            DataType::Int64 => (Self::Int, casts(&[])),
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => (Self::Int, casts(&[DataType::Int64])),
            DataType::UInt64 => (Self::UInt, casts(&[])),
            DataType::Float64 => (Self::Float, casts(&[])),
            DataType::Float16 | DataType::Float32 => (Self::Float, casts(&[DataType::Float64])),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => (text(field, values), Vec::new()),
            _ => temporal(values).map_or_else(
                || (Self::Other(data_type.clone()), Vec::new()),
                |(scale, own)| (Self::Instant(scale), casts(&own)),
            ),
        }
    }

    /// For messages.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Int | Self::UInt => "an integer".to_owned(),
            Self::Float => "a number".to_owned(),
            Self::Text(_) => "text".to_owned(),
            Self::Json(_) => "JSON".to_owned(),
            Self::Instant(Scale { zone: Zone::Day, .. }) => "a date".to_owned(),
            Self::Instant(Scale { zone: Zone::Utc, .. }) => "a timestamp with a time zone".to_owned(),
            Self::Instant(Scale { zone: Zone::Wall, .. }) => "a timestamp without a time zone".to_owned(),
            Self::Other(data_type) => format!("of type {data_type}"),
        }
    }

    /// A literal of the kind, for hints.
    pub(super) const fn example(&self) -> &'static str {
        match self {
            Self::Boolean => "TRUE",
            Self::Int | Self::UInt => "10",
            Self::Float => "10.5",
            Self::Text(_) => "'text'",
            Self::Json(_) => "'[1,2]'",
            Self::Instant(Scale { zone: Zone::Day, .. }) => "'2024-05-01'",
            Self::Instant(Scale { zone: Zone::Utc, .. }) => "'2024-05-01T12:30:00Z'",
            Self::Instant(Scale { zone: Zone::Wall, .. }) => "'2024-05-01T12:30:00'",
            Self::Null | Self::Other(_) => "NULL",
        }
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::UInt | Self::Float)
    }
}

fn text(field: &Field, values: &DataType) -> Kind {
    if is_json(field) { Kind::Json(values.clone()) } else { Kind::Text(values.clone()) }
}

fn temporal(values: &DataType) -> Option<(Scale, Vec<DataType>)> {
    const DAY: i128 = 86_400_000_000_000;
    let scale = |nanos_per_tick, zone| Scale { nanos_per_tick, zone };
    Some(match values {
        DataType::Date32 => (scale(DAY, Zone::Day), vec![DataType::Int32, DataType::Int64]),
        DataType::Date64 => (scale(1_000_000, Zone::Day), vec![DataType::Int64]),
        DataType::Timestamp(unit, zone) => {
            let nanos_per_tick = match unit {
                TimeUnit::Second => 1_000_000_000,
                TimeUnit::Millisecond => 1_000_000,
                TimeUnit::Microsecond => 1_000,
                TimeUnit::Nanosecond => 1,
            };
            let zone = if zone.is_some() { Zone::Utc } else { Zone::Wall };
            (scale(nanos_per_tick, zone), vec![DataType::Int64])
        }
        _ => return None,
    })
}
