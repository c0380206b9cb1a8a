//! Attribute values as they are found, before their column decides what they become.

use super::class::Class;
use crate::geojson::json::{Cursor, Number, Parsed};

/// One attribute value: what it looks like, and where its text is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Value {
    pub(super) class: Class,
    /// The token, strings with their quotes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) content: Content,
}

/// What reading the token brought along.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Content {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text {
        escaped: bool,
    },
    Nested,
}

/// Reads the value at the cursor.
#[inline]
pub(super) fn value(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    let byte = cursor.peek();
    let start = cursor.at();
    let (class, content) = match byte {
        b'"' => {
            let span = cursor.string()?;
            (Class::TEXT, Content::Text { escaped: span.escaped })
        }
        b'-' | b'0'..=b'9' => {
            let number = cursor.number()?;
            (class_of(&number, cursor), Content::Number(number))
        }
        b'n' => {
            cursor.word("null")?;
            (Class::NULL, Content::Null)
        }
        b't' => {
            cursor.word("true")?;
            (Class::BOOL, Content::Bool(true))
        }
        b'f' => {
            cursor.word("false")?;
            (Class::BOOL, Content::Bool(false))
        }
        b'{' | b'[' => {
            cursor.value()?;
            (Class::NESTED, Content::Nested)
        }
        _ => return Err(cursor.unexpected_value()),
    };
    Ok(Value { class, start, end: cursor.at(), content })
}

fn class_of(number: &Number, cursor: &Cursor<'_>) -> Class {
    if !number.whole || (number.negative && number.mantissa == 0) {
        return Class::FLOAT;
    }
    let magnitude = number.magnitude(cursor.raw(0, number.end));
    match (magnitude, number.negative) {
        (Some(..=0x20_0000_0000_0000), false) => Class::SMALL,
        (Some(..=0x20_0000_0000_0000), true) => Class::SMALL_NEGATIVE,
        (Some(..=0x7fff_ffff_ffff_ffff), false) => Class::BIG,
        (Some(..=0x8000_0000_0000_0000), true) => Class::BIG_NEGATIVE,
        (Some(_), false) => Class::UNSIGNED,
        (Some(_), true) | (None, _) => Class::HUGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_classed_by_what_holds_them() {
        for (text, class) in [
            ("0", Class::SMALL),
            ("-0", Class::FLOAT),
            ("1.0", Class::FLOAT),
            ("1e3", Class::FLOAT),
            ("9007199254740992", Class::SMALL),
            ("9007199254740993", Class::BIG),
            ("-9007199254740992", Class::SMALL_NEGATIVE),
            ("9223372036854775807", Class::BIG),
            ("9223372036854775808", Class::UNSIGNED),
            ("-9223372036854775808", Class::BIG_NEGATIVE),
            ("-9223372036854775809", Class::HUGE),
            ("18446744073709551615", Class::UNSIGNED),
            ("18446744073709551616", Class::HUGE),
            ("100000000000000000000000", Class::HUGE),
        ] {
            assert_eq!(value(&mut Cursor::new(text)).unwrap().class, class, "{text}");
        }
    }
}
