//! A request before it is Markdown or mail.

use serde::Serialize;

/// A request. Its texts are raw: whatever writes them escapes and cleans.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Draft {
    /// A line.
    pub subject: String,
    /// Where it goes; none where the portal's file names nobody.
    pub to: Vec<Addressee>,
    /// Its parts.
    pub sections: Vec<Section>,
}

/// An office, and the ways to reach it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Addressee {
    pub name: String,
    pub email: Option<String>,
    pub url: Option<String>,
    pub phone: Option<String>,
    /// The page this was read at.
    pub source: String,
    /// When, as `2026-11-26`.
    pub read: String,
}

/// A part under a heading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// A few words.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A list.
    Items(Vec<String>),
    /// A table: names of columns, then rows of as many cells.
    Table {
        /// Names.
        head: Vec<String>,
        /// Cells.
        rows: Vec<Vec<String>>,
    },
}

impl Section {
    /// A part of some pieces.
    pub fn new(heading: &str, blocks: Vec<Block>) -> Self {
        Self { heading: heading.to_owned(), blocks }
    }

    /// A part of one paragraph.
    pub fn text(heading: &str, text: impl Into<String>) -> Self {
        Self::new(heading, vec![Block::Text(text.into())])
    }
}

impl Addressee {
    /// Name and ways, and where that was read.
    pub(super) fn line(&self) -> String {
        let ways = [&self.email, &self.url, &self.phone].into_iter().flatten();
        let ways: Vec<&str> = ways.map(String::as_str).collect();
        format!("{}: {} (read on {} at {} )", self.name, ways.join(", "), self.read, self.source)
    }
}

impl Draft {
    /// The last part: where the addresses are from.
    pub(super) fn closing(&self) -> Section {
        let items: Vec<String> = self.to.iter().map(Addressee::line).collect();
        let block = if items.is_empty() {
            Block::Text("The portal's file names no address for such requests.".to_owned())
        } else {
            Block::Items(items)
        };
        Section::new("Send to", vec![block])
    }
}

/// Words joined by single blanks, control characters made visible.
pub(super) fn calm(text: &str) -> String {
    text.split_whitespace().map(geohub_core::text::clean).collect::<Vec<_>>().join(" ")
}
