//! The query part of a pasted address of rows.

use url::Url;

use crate::query::Query;

/// What a pasted query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Its `$where`.
    condition: Option<String>,
    /// Its `$select`, where that is a list of columns.
    fields: Option<Vec<String>>,
}

impl Given {
    /// What the query part of an address says, and the names of what cannot be kept.
    pub(super) fn read(url: &Url) -> (Self, Vec<String>) {
        let (mut given, mut dropped) = (Self::default(), Vec::new());
        for (name, value) in
            url.query_pairs().filter(|(name, value)| name.starts_with('$') && !value.is_empty())
        {
            match &*name {
                "$where" => given.condition = Some(value.trim().to_owned()),
                "$select" if value.trim() == "*" => {}
                "$select" if columns(&value).is_some() => given.fields = columns(&value),
                _ => dropped.push(name.into_owned()),
            }
        }
        (given, dropped)
    }

    /// Keeps it in the address of a portal.
    pub(super) fn write(&self, url: &mut Url) {
        if let Some(condition) = &self.condition {
            url.query_pairs_mut().append_pair("$where", condition);
        }
        if let Some(fields) = &self.fields {
            url.query_pairs_mut().append_pair("$select", &fields.join(","));
        }
    }

    /// A query within it.
    pub(super) fn added_to(&self, query: &Query) -> Query {
        let mut query = query.clone();
        query.fields = query.fields.or_else(|| self.fields.clone());
        query.server_where = match (&self.condition, query.server_where) {
            (Some(given), Some(own)) => Some(format!("({given}) AND ({own})")),
            (given, own) => own.or_else(|| given.clone()),
        };
        query
    }
}

/// Plain names of columns; `None` for anything that computes or renames.
fn columns(select: &str) -> Option<Vec<String>> {
    let name = |text: &str| {
        let name = text.trim().trim_matches('`');
        let plain = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte));
        plain.then(|| name.to_owned())
    };
    select.split(',').map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_and_columns_are_kept_and_the_rest_is_named() {
        let text = "https://h/resource/abcd-1234.json?$where=a > 1 OR b = 'x&y'&$select=a,`b`&$limit=5&$$app_token=s3cret&c=d";
        let (given, dropped) = Given::read(&Url::parse(&text.replace("x&y", "x%26y")).unwrap());
        assert_eq!(given.condition.as_deref(), Some("a > 1 OR b = 'x&y'"));
        assert_eq!(given.fields, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(dropped, ["$limit", "$$app_token"]);
        let mut root = Url::parse("https://h/").unwrap();
        given.write(&mut root);
        assert_eq!(Given::read(&root).0, given);
        let own = Query { server_where: Some("c".to_owned()), ..Query::default() };
        assert_eq!(given.added_to(&own).server_where.as_deref(), Some("(a > 1 OR b = 'x&y') AND (c)"));
        for select in ["a as b", "count(*)", "a,,b", "*,:id"] {
            assert_eq!(columns(select), None, "{select}");
        }
    }
}
