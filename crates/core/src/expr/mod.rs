//! The language of `--where`: conditions over the columns of a layer.
//!
//! ```text
//! comparison   a = 1   a <> 'x'   a != 'x'   < <= > >=
//! logic        AND   OR   NOT   with three values: true, false, null
//! lists        a IN (1, 2)   a NOT IN ('x', 'y')   a BETWEEN 1 AND 9
//! text         a LIKE 'MAIN%'   a ILIKE '%st_'   a LIKE '100!%' ESCAPE '!'
//! null         a IS NULL   a IS NOT NULL
//! arithmetic   + - * / %   unary minus   ( )
//! literals     12   -0.5   1e6   'it''s'   TRUE   FALSE   NULL   DATE '2024-05-01'   TIMESTAMP '2024-05-01T12:00:00Z'
//! columns      name   "Name with blanks"
//! ```
//!
//! - A bare column name is matched with its case first, then without, if only one column fits. A quoted name is matched
//!   exactly.
//! - Integers are exact over the whole range of 64 bits, signed and unsigned, also against doubles. A literal with a
//!   point or an exponent is the nearest double. Doubles compare by IEEE 754: NaN equals nothing, -0.0 equals 0.0.
//! - `/` gives a double (`7 / 2` is 3.5). Division by zero and the remainder by zero are null. Integer arithmetic that
//!   leaves 64 bits is an error.
//! - Text is compared by its UTF-8 bytes. LIKE has no escape character unless ESCAPE names one.
//! - Dates and timestamps are compared with literals of ISO 8601, typed or plain text. A date is its midnight. A
//!   timestamp with a time zone takes literals with an offset (or a date, in UTC), one without takes literals without.
//! - JSON columns are compared as text, by `=`, `<>`, IN and LIKE only.
//!
//! Parse with [`Expr::parse`], [`Expr::bind`] to a schema, then [`BoundExpr::evaluate`] on batches.

mod ast;
mod bind;
mod bind_compare;
mod bind_member;
mod columns;
mod convert;
mod error;
mod eval_arithmetic;
mod eval_compare;
mod eval_member;
mod eval_text;
mod eval_threshold;
mod instant;
mod kind;
mod node;
mod parse;
mod pattern;
mod pushdown;
mod sql;
mod threshold;
mod unsupported;
mod value;

pub use ast::{ArithmeticOp, ColumnName, CompareOp, Expr, Like, Literal};
pub use bind::BoundExpr;
pub use error::{ExprError, Position, SUPPORTED};
pub use instant::{Date, Timestamp};
pub use sql::{ArcGisSql, SoQl, SqlDialect};
