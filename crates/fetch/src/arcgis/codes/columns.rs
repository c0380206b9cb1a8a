//! Where the names of coded values stand among the columns.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema};
use geohub_core::schema;
use serde_json::Value;

use super::tables::table;
use crate::arcgis::fields::EsriField;
use crate::codes::{CodeTable, Domains};

/// A column of names.
#[derive(Clone, Debug)]
pub(in crate::arcgis) struct Coding {
    /// The field with the codes.
    pub(in crate::arcgis) field: String,
    /// The column of names: the field's own where the names take its place.
    pub(in crate::arcgis) column: String,
    pub(in crate::arcgis) table: CodeTable,
}

impl Coding {
    /// The names take the place of the codes.
    pub(super) fn replaces(&self) -> bool {
        self.field == self.column
    }

    /// What must be asked for: the codes, and the type of the row where it says what they mean.
    pub(in crate::arcgis) fn needs(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.field.as_str()).chain(self.table.type_column.as_deref())
    }
}

/// The columns of names of a layer, in the order of its fields.
pub(in crate::arcgis) fn codings(fields: &[EsriField], raw: &Value, domains: Domains) -> Vec<Coding> {
    if domains == Domains::Code {
        return Vec::new();
    }
    let coded = fields.iter().filter(|field| field.column(false).is_some());
    let mut taken: Vec<String> = fields.iter().map(|field| field.name.to_lowercase()).collect();
    coded
        .filter_map(|field| Some((field, table(field, fields, raw)?)))
        .map(|(field, mut table)| {
            let column = match domains {
                Domains::Both => free_name(&field.name, &taken),
                _ => field.name.clone(),
            };
            taken.push(column.to_lowercase());
            table.names.clone_from(&column);
            Coding { field: field.name.clone(), column, table }
        })
        .collect()
}

/// `X_name`, or `X_name_2` where the layer has one already.
fn free_name(field: &str, taken: &[String]) -> String {
    let plain = format!("{field}_name");
    let numbered = (2..).map(|number| format!("{plain}_{number}"));
    let mut names = std::iter::once(plain.clone()).chain(numbered);
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(plain)
}

/// A layer's columns with those of names in their places.
pub(in crate::arcgis) fn with_names(columns: Vec<Field>, codings: &[Coding]) -> Schema {
    let mut all: Vec<FieldRef> = Vec::with_capacity(columns.len() + codings.len());
    for column in columns {
        let coding = codings.iter().find(|coding| coding.field == *column.name());
        let names = coding.map(|coding| schema::field(&coding.column, DataType::Utf8));
        if !coding.is_some_and(Coding::replaces) {
            all.push(Arc::new(column));
        }
        all.extend(names.map(Arc::new));
    }
    Schema::new(all)
}
