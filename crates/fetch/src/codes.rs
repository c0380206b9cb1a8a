//! Coded values and their names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How columns of coded values come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Domains {
    /// The codes alone, as the server has them.
    Code,
    /// The names in place of the codes; a code without a name stays.
    Name,
    /// The codes, and behind each column `X` a column `X_name`; it is null for a code without a name.
    #[default]
    Both,
}

/// A code and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// As the server writes it.
    pub code: String,
    /// For people.
    pub name: String,
}

/// The codes of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeTable {
    /// The column with the names.
    pub names: String,
    /// For rows of a type that has no codes of its own.
    pub codes: Vec<Code>,
    /// The column that tells the type of a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_column: Option<String>,
    /// Codes by type; an empty list where the values of a type are no codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, Vec<Code>>,
}
