//! What differs from server to server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How one layer behaves. The defaults are a current hosted layer in good health.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent habit of a server")]
pub struct Switches {
    /// The most rows of one answer: enforced whatever is asked.
    pub cap: usize,
    /// `maxRecordCount` as advertised, when it is not the truth.
    pub advertised_cap: Option<usize>,
    /// No `maxRecordCount` in the metadata, as on 9.x and 10.0.
    pub hide_cap: bool,
    /// Whether `resultOffset` and `resultRecordCount` are taken; else they are refused.
    pub pagination: bool,
    /// Whether `orderByFields` is taken; else it is refused.
    pub order_by: bool,
    /// Whether `outStatistics` is taken; else it is refused.
    pub statistics: bool,
    /// Whether `returnExtentOnly` is taken; else it is refused.
    pub extent: bool,
    /// What `supportsPagination` claims, when it is not the truth.
    pub claims_pagination: Option<bool>,
    /// `orderByFields` is taken and not obeyed (fgpv #1174).
    pub order_ignored: bool,
    /// `resultOffset` is taken and not obeyed (`ArcREST` #241).
    pub offset_ignored: bool,
    /// `returnCountOnly` and `returnIdsOnly` are ignored and rows are sent (9.x, 10.0).
    pub only_ignored: bool,
    /// Rows nobody ordered keep one order from request to request.
    pub stable_unordered: bool,
    /// `1=1` is refused (some 9.x and 10.0).
    pub refuse_one_equals_one: bool,
    /// `f=geojson` is served (10.4 and later).
    pub geojson: bool,
    /// `f=pbf` is advertised and served.
    pub pbf: bool,
    /// `f=pbf` is served, when the metadata do not tell the truth.
    pub serves_pbf: Option<bool>,
    /// Statistics come back under upper-case names.
    pub statistics_upper_case: bool,
    /// Minimum and maximum object id as the statistics have them, when they are wrong.
    pub wrong_id_range: Option<(i64, i64)>,
    /// Rows are sent under the fields' aliases (some `MapServer`s).
    pub alias_keys: bool,
    /// Rows are sent under the fields' names in capitals (some `MapServer`s).
    pub upper_case_keys: bool,
    /// The spatial reference the layer is kept in: 4326 or 102100.
    pub wkid: u32,
    /// `currentVersion`; `None` leaves it out.
    pub version: Option<f64>,
    /// `editingInfo.lastEditDate`, epoch milliseconds.
    pub last_edit_ms: Option<i64>,
    /// Edits move `lastEditDate`, by a second at least.
    pub moves: bool,
    /// Editor tracking: a date field of this name that edits set (`editFieldsInfo.editDateField`).
    pub edit_field: Option<String>,
    /// `serviceItemId`.
    pub item: Option<String>,
    /// A token every request must carry.
    pub token: Option<String>,
    /// The name of the object id field; a free one is chosen when `None`.
    pub object_id_field: Option<String>,
    /// Rows have no object id: neither column nor list nor condition.
    pub no_object_id: bool,
    /// Coded-value domains: field, then code to name.
    pub domains: BTreeMap<String, BTreeMap<String, String>>,
    /// Types of rows, with domains of their own.
    pub subtypes: Option<Subtypes>,
    /// The group layer it is listed under; groups are numbered after the layers.
    pub group: Option<String>,
    /// `type`, when it is neither a feature layer nor a table.
    pub layer_type: Option<String>,
    /// `copyrightText`.
    pub copyright: String,
}

/// Types of rows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subtypes {
    /// The field that tells the type.
    pub field: String,
    /// Said as `types` and `typeIdField`, as servers before 10.8 do, not as `subtypes` and `subtypeField`.
    pub as_types: bool,
    /// By code.
    pub types: BTreeMap<String, Subtype>,
}

/// One type of rows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subtype {
    /// Its name.
    pub name: String,
    /// Codes of fields in rows of this type, code to name; `None` is the field's own domain, `inherited`.
    pub domains: BTreeMap<String, Option<BTreeMap<String, String>>>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            cap: 1000,
            advertised_cap: None,
            hide_cap: false,
            pagination: true,
            order_by: true,
            statistics: true,
            extent: true,
            claims_pagination: None,
            order_ignored: false,
            offset_ignored: false,
            only_ignored: false,
            stable_unordered: false,
            refuse_one_equals_one: false,
            geojson: true,
            pbf: true,
            serves_pbf: None,
            statistics_upper_case: true,
            wrong_id_range: None,
            alias_keys: false,
            upper_case_keys: false,
            wkid: 4326,
            version: Some(11.2),
            last_edit_ms: Some(1_764_000_000_000),
            moves: false,
            edit_field: None,
            item: None,
            token: None,
            object_id_field: None,
            no_object_id: false,
            domains: BTreeMap::new(),
            subtypes: None,
            group: None,
            layer_type: None,
            copyright: String::new(),
        }
    }
}
