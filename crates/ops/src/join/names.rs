//! Choosing columns, and naming those of the right side.

use std::collections::HashSet;

use arrow_schema::{Field, Schema};
use geohub_core::{Error, Result, schema, text};

use crate::naming::{folded, free};

/// Positions of the named columns in `schema`, or of all.
///
/// # Errors
/// [`Error::Request`] for a name that is not there, with the nearest ones.
pub(super) fn positions(schema: &Schema, names: Option<&[String]>, side: &str) -> Result<Vec<usize>> {
    match names {
        None => Ok((0..schema.fields().len()).collect()),
        Some(names) => names.iter().map(|name| position(schema, name, side)).collect(),
    }
}

/// The position of one column.
pub(super) fn position(schema: &Schema, name: &str, side: &str) -> Result<usize> {
    schema.fields().iter().position(|field| field.name() == name).ok_or_else(|| {
        let known = schema.fields().iter().map(|field| field.name().as_str());
        let near = text::nearest(name, known);
        Error::Request {
            message: format!("the {side} layer has no column \"{}\"", text::clean(name)),
            hint: (!near.is_empty()).then(|| format!("nearest: {}", near.join(", "))),
        }
    })
}

/// The right columns as they come out: nullable, no longer feature ids, under names that collide with
/// nothing before them (letter case aside). With a prefix every name gets it; else those that collide get
/// `right_`. What still collides gets `_2`, `_3`, ...
pub(super) fn right_fields<'f>(
    left: impl IntoIterator<Item = &'f Field>,
    right: impl IntoIterator<Item = &'f Field>,
    prefix: Option<&str>,
) -> Vec<Field> {
    let mut taken: HashSet<String> = left.into_iter().map(|field| folded(field.name())).collect();
    right
        .into_iter()
        .map(|field| {
            let wanted = match prefix {
                Some(prefix) => format!("{prefix}{}", field.name()),
                None if taken.contains(&folded(field.name())) => format!("right_{}", field.name()),
                None => field.name().clone(),
            };
            let name = free(wanted, &taken);
            taken.insert(folded(&name));
            schema::without_role(field).with_name(name).with_nullable(true)
        })
        .collect()
}

/// Refuses an aggregate whose name is taken.
pub(super) fn check_free<'f>(fields: impl IntoIterator<Item = &'f Field>, name: &str) -> Result<()> {
    let wanted = folded(name);
    if fields.into_iter().any(|field| folded(field.name()) == wanted) {
        return Err(Error::Request {
            message: format!("the aggregate \"{}\" has the name of another column", text::clean(name)),
            hint: Some("give it another one: name=function(field)".to_owned()),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow_schema::DataType;

    use super::*;

    fn fields(names: &[&str]) -> Vec<Field> {
        names.iter().map(|name| schema::field(name, DataType::Utf8)).collect()
    }

    fn named(left: &[&str], right: &[&str], prefix: Option<&str>) -> Vec<String> {
        let (left, right) = (fields(left), fields(right));
        right_fields(&left, &right, prefix).iter().map(|field| field.name().clone()).collect()
    }

    #[test]
    fn collisions_are_renamed_letter_case_aside() {
        assert_eq!(named(&["id", "Name"], &["ID", "name", "zip"], None), ["right_ID", "right_name", "zip"]);
        assert_eq!(named(&["a", "right_a"], &["a", "A"], None), ["right_a_2", "right_A_3"]);
        assert_eq!(named(&["id"], &["id", "x"], Some("n_")), ["n_id", "n_x"]);
        assert_eq!(named(&["n_id"], &["id"], Some("n_")), ["n_id_2"]);
    }

    #[test]
    fn unknown_columns_are_answered_with_near_ones() {
        let schema = Schema::new(fields(&["amount", "zip"]));
        let error = positions(&schema, Some(&["amuont".to_owned()]), "right").unwrap_err();
        let Error::Request { message, hint } = error else { panic!("{error}") };
        assert!(message.contains("right layer") && hint.unwrap().contains("amount"));
    }
}
