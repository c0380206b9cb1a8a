//! CSV (RFC 4180) into a table.

use super::{Row, Table, Value};
use crate::{Error, Result};

/// Splits one document into records of fields.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let (mut record, mut field, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(c) = chars.next() {
        any = true;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                all.push(std::mem::take(&mut record));
                any = false;
            }
            other => field.push(other),
        }
    }
    if any {
        record.push(field);
        all.push(record);
    }
    all
}

/// Digits, an optional sign and point; no leading zeros, no exponent: text such as `010C` or `007` is not one.
fn is_decimal(text: &str) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) =
        body.split_once('.').map_or((body, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}

/// Empty cells are null; a column of plain decimals is kept as decimals, all else is text.
pub(super) fn read(text: &str) -> Result<Table> {
    let mut records = records(text).into_iter();
    let header = records.next().ok_or_else(|| Error::Csv { record: 0, what: "no header line".to_owned() })?;
    let body: Vec<Vec<String>> = records.collect();
    if let Some(bad) = body.iter().position(|record| record.len() != header.len()) {
        let what = format!("{} fields where the header has {}", body[bad].len(), header.len());
        return Err(Error::Csv { record: bad + 1, what });
    }
    let decimal: Vec<bool> = (0..header.len())
        .map(|i| body.iter().all(|record| record[i].is_empty() || is_decimal(&record[i])))
        .collect();
    let cell = |i: usize, text: &String| match text.as_str() {
        "" => Value::Null,
        text if decimal[i] => Value::Decimal(text.into()),
        text => Value::text(text),
    };
    let rows = body
        .iter()
        .map(|record| Row {
            cells: record.iter().enumerate().map(|(i, text)| cell(i, text)).collect(),
            shape: None,
        })
        .collect();
    Ok(super::infer_columns(header, rows))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Table, Value};

    #[test]
    fn quotes_newlines_and_leading_zeros_survive() {
        let table = Table::from_csv("a,b,c\n\"x\"\"y\nz\",007,1.50\r\n,12,\n").unwrap();
        let kinds: Vec<Kind> = table.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Kind::Text, Kind::Text, Kind::Decimal]);
        assert_eq!(
            table.rows[0].cells,
            [Value::text("x\"y\nz"), Value::text("007"), Value::Decimal("1.50".into())]
        );
        assert_eq!(table.rows[1].cells[0], Value::Null);
        assert!(Table::from_csv("a,b\n1\n").is_err());
    }
}
