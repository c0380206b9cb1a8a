//! What a source says of a download, in words.

use geohub_fetch::{Ids, Recheck};
use serde_json::{Value, json};

/// Ids that are named; all are counted.
const NAMED: usize = 20;

/// What the source says, for programs.
pub(super) fn json(now: &Recheck) -> Value {
    let ids = match &now.ids {
        Ids::Same => json!({ "same": true }),
        Ids::Differ { added, removed } => json!({
            "same": false, "added": added.len(), "removed": removed.len(),
            "added_ids": added.iter().take(NAMED).collect::<Vec<_>>(),
            "removed_ids": removed.iter().flatten().take(NAMED).collect::<Vec<_>>(),
        }),
        Ids::TooMany { .. } => json!({ "same": false, "added": null, "removed": null }),
        Ids::NotCompared(why) => json!({ "same": null, "reason": why }),
    };
    json!({
        "source": now.url, "moved_on": now.has_moved_on(), "rows_then": now.rows_then, "rows_now": now.rows_now,
        "stamp_then": now.stamp_then, "stamp_now": now.stamp_now, "ids": ids,
    })
}

/// The same in a line.
pub(super) fn line(now: &Recheck) -> String {
    let said = |text: Option<String>| text.unwrap_or_else(|| "not stated".to_owned());
    let rows = |rows: Option<u64>| said(rows.map(|rows| rows.to_string()));
    let ids = match &now.ids {
        Ids::Same => "the same ids".to_owned(),
        Ids::Differ { added, removed } => {
            let some = |ids: Vec<&str>| {
                if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) }
            };
            let new = some(added.iter().map(String::as_str).take(NAMED).collect());
            let gone = some(removed.iter().flatten().map(String::as_str).take(NAMED).collect());
            format!("{} ids added{new}, {} removed{gone}", added.len(), removed.len())
        }
        Ids::TooMany { .. } => "more ids differ than the receipt can tell".to_owned(),
        Ids::NotCompared(why) => format!("ids not compared: {why}"),
    };
    let state = if now.has_moved_on() { "the source has moved on" } else { "the source is as it was" };
    format!(
        "{state}: {} rows then, {} now; last edit {} then, {} now; {ids}",
        rows(now.rows_then),
        rows(now.rows_now),
        said(now.stamp_then.clone()),
        said(now.stamp_now.clone())
    )
}
