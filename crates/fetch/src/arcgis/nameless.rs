//! Ids for rows of layers that have none.

use std::collections::HashMap;

use crate::id::Id;

/// Names the rows of one page: by object id, or, where the layer has none, by their content. Rows of one content lie at
/// one place, so an answer that is not cut has all of them, and counting them tells them apart.
///
/// `None` when a row lacks the id that the layer has.
pub(super) fn named(rows: Vec<(Option<i64>, u64)>, has_ids: bool) -> Option<Vec<(Id, u64)>> {
    let mut alike: HashMap<u64, u32> = HashMap::new();
    let name = |(id, content): (Option<i64>, u64)| {
        if has_ids {
            return Some((Id::Number(id?), content));
        }
        let number = alike.entry(content).and_modify(|number| *number += 1).or_default();
        Some((Id::Text(format!("{content:016x}-{number}")), content))
    };
    rows.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_alike_are_told_apart() {
        let ids = |rows: &[(Option<i64>, u64)], has_ids| -> Option<Vec<String>> {
            Some(named(rows.to_vec(), has_ids)?.into_iter().map(|(id, _)| id.to_string()).collect())
        };
        let found = ids(&[(None, 10), (None, 11), (None, 10)], false).unwrap();
        assert_eq!(found, ["000000000000000a-0", "000000000000000b-0", "000000000000000a-1"]);
        assert_eq!(ids(&[(Some(7), 10)], true).unwrap(), ["7"]);
        assert_eq!(ids(&[(Some(7), 10), (None, 11)], true), None);
    }
}
