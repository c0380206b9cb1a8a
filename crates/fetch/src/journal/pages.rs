//! Reading pages back.

use std::sync::Arc;

use bytes::Bytes;
use geohub_core::source::FileSource;
use geohub_core::{DataError, Result as CoreResult, Source};

use super::{Folder, PageLine};
use crate::error::Result;

/// The pages of a journal that is no longer written to.
pub(crate) struct Pages {
    source: FileSource,
    lines: Vec<PageLine>,
    /// Gone only when the last reader is.
    folder: Arc<Folder>,
}

impl Pages {
    pub(super) fn open(folder: Arc<Folder>, lines: Vec<PageLine>) -> Result<Self> {
        let source = FileSource::open(folder.file(super::folder::PAGES))?;
        Ok(Self { source, lines, folder })
    }

    pub(crate) fn lines(&self) -> &[PageLine] {
        &self.lines
    }

    /// Nobody will want them again: the folder goes with the last reader.
    pub(crate) fn give_up(&self) {
        self.folder.give_up();
    }

    /// The bytes of a page.
    pub(crate) fn read(&self, page: usize) -> CoreResult<Bytes> {
        let line = &self.lines[page];
        let range = line.offset..line.offset + line.length;
        let body = self.source.read_at(std::slice::from_ref(&range))?.pop().unwrap_or_default();
        if body.len() as u64 == line.length && crc32c::crc32c(&body) == line.crc32c {
            return Ok(body);
        }
        let error = DataError::new("a page was changed on disk since it was downloaded");
        Err(error.in_target(self.source.name()).at_byte(line.offset).into())
    }
}
