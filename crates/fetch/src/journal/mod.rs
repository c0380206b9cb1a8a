//! Raw pages on disk, with what is needed to prove, read and resume them.
//!
//! `OUT.geohub-partial/{lock,head.json,pages.bin,journal.jsonl}`: a line of `journal.jsonl` describes one page in
//! `pages.bin` and is appended after the page's bytes; both are synced once a second. A torn last line is ignored.

mod folder;
mod head;
mod line;
mod pages;
mod writer;

pub(crate) use folder::Folder;
pub(crate) use head::Head;
pub(crate) use line::PageLine;
pub(crate) use pages::Pages;
pub(crate) use writer::Journal;
