//! Names for columns that are added.

use std::collections::HashSet;

use arrow_schema::{DataType, Field};
use geohub_core::{Error, Result, schema, text};

/// The column that distances come in unless another name is given.
const DISTANCE: &str = "distance_m";

/// The column of distances. A name that was asked for must be free; the usual one gets `_2`, `_3`, ... where it is taken,
/// as after another join.
pub(crate) fn distance_field<'f>(
    fields: impl IntoIterator<Item = &'f Field>,
    asked: Option<&str>,
) -> Result<Field> {
    let taken: HashSet<String> = fields.into_iter().map(|field| folded(field.name())).collect();
    let name = match asked {
        Some(name) if taken.contains(&folded(name)) => {
            return Err(Error::Request {
                message: format!("--distance-field \"{}\" is the name of another column", text::clean(name)),
                hint: Some("give it another name".to_owned()),
            });
        }
        Some(name) => name.to_owned(),
        None => free(DISTANCE.to_owned(), &taken),
    };
    Ok(schema::field(&name, DataType::Float64))
}

/// The name, with a number where it is taken.
pub(crate) fn free(wanted: String, taken: &HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| !taken.contains(&folded(name))).unwrap_or(wanted)
}

pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(names: &[&str]) -> Vec<Field> {
        names.iter().map(|name| schema::field(name, DataType::Utf8)).collect()
    }

    #[test]
    fn the_distance_has_a_name_of_its_own() {
        let name =
            |taken: &[&str], asked| distance_field(&fields(taken), asked).map(|field| field.name().clone());
        assert_eq!(name(&["id"], None).unwrap(), "distance_m");
        assert_eq!(name(&["Distance_M", "distance_m_2"], None).unwrap(), "distance_m_3");
        assert_eq!(name(&["distance_m"], Some("d")).unwrap(), "d");
        assert!(name(&["D"], Some("d")).is_err());
    }
}
