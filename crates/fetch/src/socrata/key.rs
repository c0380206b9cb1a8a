//! What tells the rows of a dataset apart: `:id`, or the publisher's own identifier where a portal refuses `:id`.

use geohub_core::expr::{SoQl, SqlDialect};

use super::columns::SodaColumn;
use crate::id::Id;

/// A column of unique values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The member of a row.
    pub(super) field: String,
    /// The name in queries.
    pub(super) name: String,
    number: Option<bool>,
}

impl Key {
    /// The row id of the portal.
    pub(super) fn system() -> Self {
        Self { field: ":id".to_owned(), name: ":id".to_owned(), number: None }
    }

    /// A column of the dataset.
    pub(super) fn column(column: &SodaColumn) -> Self {
        let name = SoQl.identifier(&column.field);
        Self { field: column.field.clone(), name, number: Some(column.is_number()) }
    }

    /// A value in a query. Row ids are opaque text in quotes, and the numbers of SODA 2.0 without.
    pub(super) fn literal(&self, id: &Id) -> String {
        let text = id.to_string();
        let digits = || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if self.number.unwrap_or_else(digits) { text } else { SoQl.text(&text) }
    }

    /// The condition that a row comes after another one, in the portal's order.
    pub(super) fn after(&self, id: &Id) -> String {
        format!("{} > {}", self.name, self.literal(id))
    }

    /// The condition that a row is one of these.
    pub(super) fn among(&self, ids: &[Id]) -> String {
        let list: Vec<String> = ids.iter().map(|id| self.literal(id)).collect();
        format!("{} in ({})", self.name, list.join(","))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_quoted_as_their_column_wants() {
        let id = |text: &str| Id::Text(text.to_owned());
        let system = Key::system();
        assert_eq!(system.after(&id("row-a~b'c")), ":id > 'row-a~b''c'");
        assert_eq!(system.among(&[id("17"), id("18")]), ":id in (17,18)");
        let columns = SodaColumn::all(&json!({"columns": [
            {"fieldName": "zip", "dataTypeName": "text"}, {"fieldName": "n", "dataTypeName": "number"}]}));
        assert_eq!(Key::column(&columns[0]).after(&id("90012")), "`zip` > '90012'");
        assert_eq!(Key::column(&columns[1]).after(&id("-7.5")), "`n` > -7.5");
    }
}
