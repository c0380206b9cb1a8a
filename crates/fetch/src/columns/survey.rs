//! What values a column really holds, for columns whose declared type does not hold them all.

use arrow_schema::{DataType, Field, Schema};
use geohub_core::schema::field;

use super::builder::fits;
use super::cell::Cell;

/// The kinds of values seen in one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent finding")]
pub(crate) struct Seen {
    /// Whole numbers within 16, 32, 64 bits: the widest.
    int_bits: u8,
    /// Whole numbers that a double may not tell apart.
    beyond_double: bool,
    /// Numbers with a fraction or an exponent, or too large for 64 bits.
    float: bool,
    /// `NaN` and `Infinity` as text.
    words: bool,
    /// Anything that is no number.
    other: bool,
    /// What a column of dates, times or truth values does not hold.
    misfit: bool,
}

impl Seen {
    pub(crate) fn add(&mut self, declared: &Field, cell: &Cell<'_>) {
        self.misfit |= !fits(declared, cell);
        match (cell, cell.integer()) {
            (Cell::Null, _) => {}
            // Of floats it is a value.
            (cell, None)
                if cell.is_nan()
                    && !declared.data_type().is_floating()
                    && *declared.data_type() != DataType::Utf8 => {}
            (_, Some(value)) => {
                let bits = if i16::try_from(value).is_ok() {
                    16
                } else if i32::try_from(value).is_ok() {
                    32
                } else {
                    64
                };
                self.int_bits = self.int_bits.max(bits);
                self.beyond_double |= value.unsigned_abs() > 1 << 53;
            }
            (Cell::UInt(_), None) => self.beyond_double = true,
            (Cell::Text(text), None) if is_decimal(text) => {
                self.float = true;
                self.beyond_double |= !survives(text);
            }
            (Cell::Text(_), None) if cell.float().is_some_and(|value| !value.is_finite()) => {
                self.words = true
            }
            (Cell::Float(_), None) => self.float = true,
            _ => self.other = true,
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.int_bits = self.int_bits.max(other.int_bits);
        self.beyond_double |= other.beyond_double;
        self.float |= other.float;
        self.words |= other.words;
        self.other |= other.other;
        self.misfit |= other.misfit;
    }

    /// The type for the numbers seen; `None` when only text holds them all. `declared` when there are none.
    fn number_type(self, declared: &DataType) -> Option<DataType> {
        match self {
            Self { other: true, .. } | Self { words: true, .. } => None,
            Self { float: true, beyond_double: true, .. } => None,
            Self { float: true, .. } => Some(DataType::Float64),
            Self { int_bits: 0, beyond_double: true, .. } => None,
            Self { int_bits: 0, .. } => Some(declared.clone()),
            Self { int_bits: 16, .. } => Some(DataType::Int16),
            Self { int_bits: 32, .. } => Some(DataType::Int32),
            _ => Some(DataType::Int64),
        }
    }
}

/// A number as SQL writes it: no leading zeros, no words such as `NaN`.
fn is_decimal(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let padded = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    !padded && digits.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// True when a double keeps the decimal: printed to as many digits it is the same. Services print doubles to 17 digits
/// and more; those come back. A decimal of the publisher's own may have digits that no double has.
fn survives(text: &str) -> bool {
    let Ok(value) = text.trim().parse::<f64>() else { return false };
    let digits = significant(text);
    if !value.is_finite() || (value == 0.0 && !digits.is_empty()) {
        return false;
    }
    // Every decimal of 15 digits has a double of its own.
    digits.len() <= 15 || significant(&format!("{value:.*e}", digits.len() - 1)) == digits
}

/// The digits that count, without exponent.
fn significant(text: &str) -> String {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

/// The schema that holds every value seen. A declared type stays as long as it can; `narrow` names columns declared
/// as numbers of any kind, which become `Int64` where every value is whole.
pub(crate) fn widened(schema: &Schema, seen: &[Seen], narrow: impl Fn(&str) -> bool) -> Schema {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .zip(seen)
        .map(|(declared, seen)| widened_field(declared, *seen, narrow(declared.name())))
        .collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}

fn widened_field(declared: &Field, seen: Seen, narrow: bool) -> Field {
    let text = || field(declared.name(), DataType::Utf8);
    let with = |data_type: DataType| declared.clone().with_data_type(data_type);
    let bits = match declared.data_type() {
        DataType::Int16 => 16,
        DataType::Int32 => 32,
        DataType::Int64 => 64,
        DataType::Float32 | DataType::Float64 if !narrow => {
            return if seen.other { text() } else { declared.clone() };
        }
        DataType::Float64 => 0,
        DataType::Date32 | DataType::Timestamp(..) | DataType::Boolean if seen.misfit => return text(),
        _ => return declared.clone(),
    };
    match seen.number_type(declared.data_type()) {
        None => text(),
        Some(DataType::Float64) => with(DataType::Float64),
        Some(_) if narrow && seen.int_bits > 0 => with(DataType::Int64),
        Some(_) if seen.int_bits > bits && bits > 0 => with(DataType::Int64),
        Some(_) => declared.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(declared: &Field, cells: &[&'static str]) -> Seen {
        let mut seen = Seen::default();
        for text in cells {
            seen.add(declared, &serde_json::from_str(text).unwrap());
        }
        seen
    }

    fn type_of(declared: DataType, cells: &[&'static str], narrow: bool) -> DataType {
        let declared = field("a", declared);
        widened_field(&declared, seen(&declared, cells), narrow).data_type().clone()
    }

    #[test]
    fn numbers_of_any_kind_become_what_they_are() {
        let number = |cells: &[&'static str]| type_of(DataType::Float64, cells, true);
        assert_eq!(number(&["\"1\"", "\"200\"", "null"]), DataType::Int64);
        assert_eq!(number(&["\"1\"", "\"2.50\""]), DataType::Float64);
        assert_eq!(number(&["null"]), DataType::Float64);
        assert_eq!(number(&["\"9007199254740993\""]), DataType::Int64);
        assert_eq!(number(&["\"9007199254740993\"", "\"0.5\""]), DataType::Utf8);
        assert_eq!(number(&["\"007\""]), DataType::Utf8);
    }

    #[test]
    fn decimals_stay_text_where_a_double_would_change_them() {
        let number = |text: &'static str| type_of(DataType::Float64, &[text], true);
        for kept in [
            "\"-122.33477954499972\"",
            "\"34.052199999999999\"",
            "\"0.1000000000000000055511151231257827\"",
            "\"1000000000000000000000.0e-3\"",
            "\"0.00\"",
        ] {
            assert_eq!(number(kept), DataType::Float64, "{kept}");
        }
        for lost in
            ["\"0.12345678901234567891\"", "\"1e400\"", "\"1e-400\"", "\"12345678901234567.25\"", "\"NaN\""]
        {
            assert_eq!(number(lost), DataType::Utf8, "{lost}");
        }
        assert_eq!(
            type_of(DataType::Float64, &["\"NaN\"", "1.5", "\"-Infinity\""], false),
            DataType::Float64
        );
    }

    #[test]
    fn declared_types_give_way_only_to_values_they_cannot_hold() {
        assert_eq!(type_of(DataType::Int32, &["7"], false), DataType::Int32);
        assert_eq!(type_of(DataType::Int32, &["7", "3000000000"], false), DataType::Int64);
        assert_eq!(type_of(DataType::Int32, &["7", "0.5"], false), DataType::Float64);
        assert_eq!(type_of(DataType::Int32, &["7", "\"n/a\""], false), DataType::Utf8);
        assert_eq!(type_of(DataType::Float64, &["\"n/a\""], false), DataType::Utf8);
        assert_eq!(type_of(DataType::Float64, &["\"NaN\"", "\"-Infinity\"", "1"], false), DataType::Float64);
        assert_eq!(type_of(DataType::Int32, &["\"NaN\"", "7"], false), DataType::Int32);
        assert_eq!(type_of(DataType::Date32, &["\"NaN\"", "\"2024-02-29\""], false), DataType::Date32);
        assert_eq!(type_of(DataType::Date32, &["\"2024-02-29\"", "null"], false), DataType::Date32);
        assert_eq!(type_of(DataType::Date32, &["\"2023-02-29\""], false), DataType::Utf8);
        assert_eq!(type_of(DataType::Boolean, &["true", "1"], false), DataType::Boolean);
    }
}
