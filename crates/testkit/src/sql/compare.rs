//! The order and equality of values.

use std::cmp::Ordering;

use crate::table::{Value, parse_timestamp};

/// How two non-null values compare; `None` when they do not.
pub fn compare(a: &Value, b: &Value, fold_case: bool) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) | (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) if fold_case => Some(a.to_lowercase().cmp(&b.to_lowercase())),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Text(b)) => Some(a.cmp(&parse_timestamp(b)?.0)),
        (Value::Text(a), Value::Time(b)) => Some(parse_timestamp(a)?.0.cmp(b)),
        (Value::RowId { rank: a, .. }, Value::RowId { rank: b, .. }) => Some(a.cmp(b)),
        (Value::Text(text), number) if number.number().is_some() => {
            text.parse().ok().and_then(|a: f64| a.partial_cmp(&number.number()?))
        }
        (number, Value::Text(text)) if number.number().is_some() => {
            number.number()?.partial_cmp(&text.parse().ok()?)
        }
        (a, b) => a.number()?.partial_cmp(&b.number()?),
    }
}

/// A total order for sorting: nulls last, or first when descending (`protocols/socrata.md` section 3.4).
pub fn sort_key(a: &Value, b: &Value, descending: bool, fold_case: bool) -> Ordering {
    let ascending = match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare(a, b, fold_case).unwrap_or(Ordering::Equal),
    };
    if descending { ascending.reverse() } else { ascending }
}

/// SQL `LIKE`: `%` any run, `_` any one character; no escape character.
pub fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut t, mut p, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '_' || *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    t = from + 1;
                    p = at + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_backtracks() {
        for (text, pattern, holds) in [
            ("CAÑON DR", "CA_ON%", true),
            ("abcbc", "%bc", true),
            ("abc", "a%d", false),
            ("", "%", true),
            ("a", "", false),
            ("a%b", "a%b", true),
        ] {
            assert_eq!(like(text, pattern), holds, "{text} like {pattern}");
        }
    }

    #[test]
    fn nulls_come_last_ascending_and_first_descending() {
        let (null, one) = (Value::Null, Value::Int(1));
        assert_eq!(sort_key(&null, &one, false, false), Ordering::Greater);
        assert_eq!(sort_key(&null, &one, true, false), Ordering::Less);
    }
}
