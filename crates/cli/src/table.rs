//! Tables that fit the terminal.

use std::io::IsTerminal;

/// A column: its head, and whether it may be cut where there is not enough room.
pub struct Column {
    pub head: &'static str,
    pub elastic: bool,
    pub right: bool,
}

/// Columns that are narrower than this say nothing.
const LEAST: usize = 12;

/// The width of standard output; none where it is no terminal and nothing is cut.
pub fn width() -> Option<usize> {
    if let Some(columns) = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok()) {
        return Some(columns.max(20));
    }
    if !std::io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0).max(20))
}

/// The rows under their heads, in as many lines. Elastic columns are cut to fit; `None` where even that does not do.
pub fn lines(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> Option<Vec<String>> {
    let chars = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = columns.iter().map(|column| chars(column.head)).collect();
    for row in rows {
        for (cell, most) in row.iter().zip(&mut widths) {
            *most = (*most).max(chars(cell));
        }
    }
    let gaps = 2 * columns.len().saturating_sub(1);
    if let Some(width) = width {
        let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(width);
        while over > 0 {
            let elastic =
                columns.iter().zip(&mut widths).filter(|(column, width)| column.elastic && **width > LEAST);
            let (_, widest) = elastic.max_by_key(|(_, width)| **width)?;
            *widest -= 1;
            over -= 1;
        }
    }
    let heads: Vec<String> = columns.iter().map(|column| column.head.to_owned()).collect();
    Some(std::iter::once(&heads).chain(rows).map(|row| line(columns, row, &widths)).collect())
}

fn line(columns: &[Column], row: &[String], widths: &[usize]) -> String {
    let cells = columns.iter().zip(row).zip(widths).map(|((column, cell), width)| {
        let cell = cut(cell, *width);
        if column.right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
    });
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// The text in at most so many characters.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_or_is_none() {
        let column = |head, elastic| Column { head, elastic, right: false };
        let columns = [column("REF", false), column("TITLE", true)];
        let rows = [vec!["item:1".to_owned(), "A title of some thirty letters".to_owned()]];
        let of = |width| lines(&columns, &rows, width);
        assert_eq!(of(None).unwrap()[1], "item:1  A title of some thirty letters");
        assert_eq!(of(Some(22)).unwrap()[1], "item:1  A title of so…");
        assert_eq!(of(Some(15)), None);
    }
}
