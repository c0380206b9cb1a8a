//! What a run before this one left in the folder.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use geohub_core::Error;

use super::folder::{Folder, PAGES};
use super::{Head, PageLine};
use crate::error::Result;

/// What is left of a journal after everything unsound was cut off.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) lines: Vec<PageLine>,
    /// Bytes of `pages.bin` and of `journal.jsonl` that are sound.
    pub(super) pages_bytes: u64,
    pub(super) lines_bytes: u64,
}

/// The head of the journal in the folder, where there is one that can be read.
pub(crate) fn head(folder: &Folder) -> Option<Head> {
    serde_json::from_slice(&std::fs::read(folder.file("head.json")).ok()?).ok()
}

/// Reads the journal page by page, one at a time in memory, up to the first that is torn, damaged, or not understood
/// by `enter`; the files are cut there.
pub(super) fn read(
    folder: &Folder,
    mut enter: impl FnMut(&mut PageLine, Vec<u8>) -> Result<bool>,
) -> Result<Kept> {
    let mut kept = Kept::default();
    let (lines_path, pages_path) = (folder.file("journal.jsonl"), folder.file(PAGES));
    let (Ok(lines), Ok(mut pages)) = (File::open(&lines_path), File::open(&pages_path)) else {
        return Ok(kept);
    };
    let mut lines = BufReader::new(lines);
    let mut text = Vec::new();
    loop {
        text.clear();
        lines.read_until(b'\n', &mut text).map_err(Error::io("read", &lines_path))?;
        let Some(mut line) = PageLine::parse(&text).filter(|line| follows(line, &kept)) else { break };
        let Some(body) = page(&mut pages, &line).map_err(Error::io("read", &pages_path))? else { break };
        if !enter(&mut line, body)? {
            break;
        }
        kept.pages_bytes += line.length;
        kept.lines_bytes += text.len() as u64;
        kept.lines.push(line);
    }
    cut(&pages_path, kept.pages_bytes)?;
    cut(&lines_path, kept.lines_bytes)?;
    Ok(kept)
}

fn follows(line: &PageLine, before: &Kept) -> bool {
    line.seq == before.lines.len() as u64 && line.offset == before.pages_bytes
}

/// The bytes of the page that comes next; `None` when they are not those that were written.
fn page(pages: &mut File, line: &PageLine) -> std::io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    pages.take(line.length).read_to_end(&mut body)?;
    let sound = body.len() as u64 == line.length && crc32c::crc32c(&body) == line.crc32c;
    Ok(sound.then_some(body))
}

fn cut(path: &Path, bytes: u64) -> Result<()> {
    let shortened = OpenOptions::new().write(true).open(path).and_then(|file| {
        let longer = file.metadata()?.len() > bytes;
        if longer { file.set_len(bytes).and_then(|()| file.sync_all()) } else { Ok(()) }
    });
    Ok(shortened.map_err(Error::io("shorten", path))?)
}
