//! What a layer's description says of edits: `editingInfo`, `editFieldsInfo`.

use geohub_core::expr::SqlDialect;
use serde_json::Value;

use super::request::Names;
use crate::stamp::iso_ms;

/// Clocks of the machines behind one address differ by less.
const MARGIN_MS: i64 = 5 * 60_000;
/// Times of an edit that are kept in another zone than UTC may be taken to be UTC in conditions, or not.
const ZONE_MARGIN_MS: i64 = 26 * 3_600_000;

/// How edits of a layer can be told.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits {
    /// `dataLastEditDate` or `lastEditDate`, epoch milliseconds. Not of views over several services: nothing says that
    /// theirs moves with every one of them.
    pub(super) stamp: Option<(&'static str, i64)>,
    /// The field with the time of a row's last edit.
    field: Option<String>,
    /// Its times are said to be in another zone than UTC.
    zoned: bool,
    /// `serviceItemId`.
    pub(super) item: Option<String>,
    /// Filters of the layer or view.
    pub(super) definition: String,
}

impl Edits {
    pub(super) fn read(raw: &Value) -> Self {
        let flag = |name: &str| raw.get(name).and_then(Value::as_bool) == Some(true);
        let zone = ["/editFieldsInfo/dateFieldsTimeReference/timeZone", "/dateFieldsTimeReference/timeZone"];
        let zone = zone.iter().find_map(|pointer| raw.pointer(pointer)?.as_str());
        let members = [
            "definitionExpression",
            "viewDefinitionQuery",
            "isView",
            "timeInfo",
            "ownershipBasedAccessControlForFeatures",
        ];
        let definition: Vec<String> =
            members.iter().filter_map(|name| Some(format!("{name}={}", raw.get(name)?))).collect();
        Self {
            stamp: stamp(raw).filter(|_| !flag("isMultiServicesView")),
            field: edit_field(raw),
            item: raw
                .get("serviceItemId")
                .and_then(Value::as_str)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            zoned: zone.is_some_and(|zone| !zone.eq_ignore_ascii_case("UTC"))
                || flag("datesInUnknownTimezone"),
            definition: definition.join("&"),
        }
    }

    /// The condition for rows edited since. Without a stamp of the layer nothing would tell that rows were edited while
    /// nobody kept their times.
    pub(super) fn since(&self, ms: i64, margin: bool) -> Option<String> {
        let field = self.field.as_ref().filter(|_| self.stamp.is_some())?;
        let margin_ms = match (margin, self.zoned) {
            (false, _) => 0,
            (true, false) => MARGIN_MS,
            (true, true) => ZONE_MARGIN_MS,
        };
        let time = iso_ms(ms.saturating_sub(margin_ms)).replace('T', " ").replace('Z', "");
        Some(format!("{} >= timestamp '{time}'", Names.identifier(field)))
    }
}

/// The field of edit dates, where it is one of dates.
fn edit_field(raw: &Value) -> Option<String> {
    let named = raw.pointer("/editFieldsInfo/editDateField")?.as_str().filter(|name| !name.is_empty())?;
    let fields = raw.get("fields")?.as_array()?.iter();
    let name = |field: &Value| Some(field.get("name")?.as_str()?.to_owned());
    let mut found = fields.filter(|field| {
        let is_date = field.get("type").and_then(Value::as_str) == Some("esriFieldTypeDate");
        is_date && name(field).is_some_and(|name| name.eq_ignore_ascii_case(named))
    });
    found.next().and_then(name)
}

fn stamp(raw: &Value) -> Option<(&'static str, i64)> {
    let of = |name: &'static str| Some((name, raw.pointer(&format!("/editingInfo/{name}"))?.as_i64()?));
    of("dataLastEditDate").or_else(|| of("lastEditDate"))
}

/// When the rows were last changed, as the description says it.
pub(super) fn last_edit(raw: &Value) -> Option<String> {
    stamp(raw).map(|(_, ms)| iso_ms(ms))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tracked() -> Value {
        json!({
            "editingInfo": {"lastEditDate": 1_764_000_000_500_i64},
            "editFieldsInfo": {"editDateField": "editdate"},
            "fields": [{"name": "EditDate", "type": "esriFieldTypeDate"}],
        })
    }

    #[test]
    fn rows_edited_since_are_asked_for_with_a_margin() {
        let edits = Edits::read(&tracked());
        assert_eq!(edits.stamp, Some(("lastEditDate", 1_764_000_000_500)));
        assert_eq!(
            edits.since(1_764_000_000_500, false).unwrap(),
            "EditDate >= timestamp '2025-11-24 16:00:00'"
        );
        assert_eq!(
            edits.since(1_764_000_000_500, true).unwrap(),
            "EditDate >= timestamp '2025-11-24 15:55:00'"
        );
        let mut zoned = tracked();
        zoned["editFieldsInfo"]["dateFieldsTimeReference"] = json!({"timeZone": "Pacific Standard Time"});
        assert_eq!(
            Edits::read(&zoned).since(1_764_000_000_500, true).unwrap(),
            "EditDate >= timestamp '2025-11-23 14:00:00'"
        );
    }

    #[test]
    fn without_stamp_or_field_nothing_is_known() {
        for (pointer, value) in [
            ("editingInfo", json!({})),
            ("editFieldsInfo", json!({"editDateField": ""})),
            ("fields", json!([{"name": "EditDate", "type": "esriFieldTypeString"}])),
            ("isMultiServicesView", json!(true)),
        ] {
            let mut raw = tracked();
            raw[pointer] = value;
            assert_eq!(Edits::read(&raw).since(0, true), None, "{pointer}");
        }
    }
}
