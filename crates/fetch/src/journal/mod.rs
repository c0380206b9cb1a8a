//! Raw pages on disk, with what is needed to prove, read and resume them.
//!
//! `OUT.geohub-partial/{lock,head.json,pages.bin,journal.jsonl}`: a line of `journal.jsonl` describes one page in
//! `pages.bin` and is appended after the page's bytes; both are synced once a second. A torn last line and pages whose
//! checksum does not match are cut off by the run that goes on with the journal.

mod folder;
mod head;
mod kept;
mod line;
mod pages;
mod writer;

pub(crate) use folder::Folder;
pub(crate) use head::Head;
pub(crate) use kept::head as head_of;
pub(crate) use line::{Covers, PageLine};
pub(crate) use pages::Pages;
pub(crate) use writer::Journal;
