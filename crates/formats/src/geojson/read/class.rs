//! The lattice of attribute types: what was seen in a column decides its type, in whatever order it was seen.

use arrow_schema::{DataType, Field};
use geohub_core::schema;

/// A set of what values look like. The sets of two parts of a file are joined by union.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(u16);

impl Class {
    pub(super) const NULL: Self = Self(0);
    pub(super) const BOOL: Self = Self(1);
    /// Whole numbers up to 2^53 in magnitude, which a double holds exactly.
    pub(super) const SMALL: Self = Self(1 << 1);
    pub(super) const SMALL_NEGATIVE: Self = Self(1 << 2);
    /// Whole numbers of 64 bits with a sign.
    pub(super) const BIG: Self = Self(1 << 3);
    pub(super) const BIG_NEGATIVE: Self = Self(1 << 4);
    /// Whole numbers from 2^63 to 2^64 - 1.
    pub(super) const UNSIGNED: Self = Self(1 << 5);
    /// Whole numbers beyond 64 bits.
    pub(super) const HUGE: Self = Self(1 << 6);
    /// Numbers with a fraction or an exponent, and -0.
    pub(super) const FLOAT: Self = Self(1 << 7);
    pub(super) const TEXT: Self = Self(1 << 8);
    /// Objects and arrays.
    pub(super) const NESTED: Self = Self(1 << 9);

    const SIGNED: Self = Self(Self::SMALL.0 | Self::SMALL_NEGATIVE.0 | Self::BIG.0 | Self::BIG_NEGATIVE.0);
    const NOT_NEGATIVE: Self = Self(Self::SMALL.0 | Self::BIG.0 | Self::UNSIGNED.0);
    const DOUBLES: Self = Self(Self::SMALL.0 | Self::SMALL_NEGATIVE.0 | Self::FLOAT.0);

    #[must_use]
    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The type of a column in which all of this was seen.
    pub(super) const fn kind(self) -> Kind {
        if self.0 == 0 {
            Kind::Null
        } else if self.is_within(Self::BOOL) {
            Kind::Bool
        } else if self.is_within(Self::TEXT) {
            Kind::Text
        } else if self.is_within(Self::SIGNED) {
            Kind::Int64
        } else if self.is_within(Self::NOT_NEGATIVE) {
            Kind::UInt64
        } else if self.is_within(Self::DOUBLES) {
            Kind::Float64
        } else {
            Kind::Json
        }
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only nulls were seen; shown as text.
    Null,
    Bool,
    Int64,
    UInt64,
    Float64,
    Text,
    /// A mixture, nested values, or integers that no other type holds: the JSON text of each value.
    Json,
}

impl Kind {
    /// What a column of this type takes without becoming another type.
    pub(super) const fn accepts(self) -> Class {
        match self {
            Self::Null => Class::NULL,
            Self::Bool => Class::BOOL,
            Self::Int64 => Class::SIGNED,
            Self::UInt64 => Class::NOT_NEGATIVE,
            Self::Float64 => Class::DOUBLES,
            Self::Text => Class::TEXT,
            Self::Json => Class(u16::MAX),
        }
    }

    pub(super) fn field(self, name: &str) -> Field {
        match self {
            Self::Null | Self::Text => schema::field(name, DataType::Utf8),
            Self::Bool => schema::field(name, DataType::Boolean),
            Self::Int64 => schema::field(name, DataType::Int64),
            Self::UInt64 => schema::field(name, DataType::UInt64),
            Self::Float64 => schema::field(name, DataType::Float64),
            Self::Json => schema::json_field(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// If every value that comes later is accepted, the type of all values together is the type frozen early.
    #[test]
    fn accepted_values_never_change_the_type() {
        for early in 0..1 << 10 {
            let kind = Class(early).kind();
            for bit in 0..10 {
                let one = Class(1 << bit);
                let joined = Class(early).union(one).kind();
                if one.is_within(kind.accepts()) {
                    assert_eq!(joined, kind, "{early:b} and {one:?}");
                } else {
                    assert_ne!(joined, kind, "{early:b} and {one:?}");
                }
            }
        }
    }

    #[test]
    fn integers_become_floats_only_while_doubles_hold_them() {
        assert_eq!(Class::SMALL.union(Class::FLOAT).kind(), Kind::Float64);
        assert_eq!(Class::BIG.union(Class::FLOAT).kind(), Kind::Json);
        assert_eq!(Class::SMALL.union(Class::UNSIGNED).kind(), Kind::UInt64);
        assert_eq!(Class::SMALL_NEGATIVE.union(Class::UNSIGNED).kind(), Kind::Json);
        assert_eq!(Class::HUGE.kind(), Kind::Json);
        assert_eq!(Class::BOOL.union(Class::SMALL).kind(), Kind::Json);
    }
}
