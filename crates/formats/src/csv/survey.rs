//! The first pass: all of the input, in parallel.

use std::mem::take;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use geohub_core::{Context, DataError, Error, Result, RowCount, Source, text};

use super::block::Span;
use super::encoding::{Encoding, Utf8Facts};
use super::facts::{Facts, Role};
use super::header::MOST_COLUMNS;
use super::records::{Cell, Records};
use super::split::{Splitter, count_lines};

/// The header's cells and what lies behind them.
pub(super) struct Opened {
    /// The header's cells as written.
    pub(super) header: Vec<String>,
    splitter: Splitter,
    rest: Bytes,
    byte: u64,
    line: u64,
    utf8: Utf8State,
}

/// What the first pass found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) facts: Vec<Facts>,
    pub(super) spans: Vec<Span>,
    pub(super) rows: u64,
    pub(super) utf8: Utf8State,
    short_rows: u64,
    first_short_line: Option<u64>,
}

/// What is known of the characters so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Utf8State {
    /// Line and byte of the text of the first byte that is no UTF-8.
    pub(super) invalid: Option<(u64, u64)>,
    /// Characters of several bytes occur.
    pub(super) multibyte: bool,
}

/// Reads up to and including the header. `None` for an input without a single record.
pub(super) fn open(
    source: &dyn Source,
    encoding: Encoding,
    separator: u8,
    context: &Context,
) -> Result<Option<Opened>> {
    let stream = encoding.stream(source.stream()?).map_err(Error::io_named("read", source.name()))?;
    let mut splitter =
        Splitter::new(stream, source.name(), separator, context.block_bytes, context.max_feature_bytes);
    let (mut byte, mut line) = (0, 1);
    while let Some(block) = splitter.next_block().map_err(|error| place(error, encoding, byte, line))? {
        let mut records = Records::new(&block, separator);
        let mut cells = Vec::new();
        if !records.next_record(&mut cells, MOST_COLUMNS + 1) {
            byte += block.len() as u64;
            line += count_lines(&block);
            continue;
        }
        let rest = block.slice(records.end()..);
        let head = &block[..records.end()];
        let mut utf8 = Utf8State::default();
        utf8.add(Utf8Facts::of(head), head, byte, line);
        let header =
            cells.iter().map(|cell| String::from_utf8_lossy(&cell.bytes(head)).into_owned()).collect();
        byte += head.len() as u64;
        line += count_lines(head);
        return Ok(Some(Opened { header, splitter, rest, byte, line, utf8 }));
    }
    Ok(None)
}

impl Utf8State {
    fn add(&mut self, facts: Utf8Facts, bytes: &[u8], byte: u64, line: u64) {
        self.multibyte |= facts.multibyte;
        if let Some(at) = facts.invalid
            && self.invalid.is_none()
        {
            self.invalid = Some((line + count_lines(&bytes[..at]), byte + at as u64));
        }
    }
}

/// Puts a place that is relative to a block into the input.
fn place(error: Error, encoding: Encoding, byte: u64, line: u64) -> Error {
    match error {
        Error::Data(mut data) if data.target.is_empty() => {
            data.byte = data.byte.and_then(|at| encoding.input_byte(byte + at));
            data.line = data.line.map(|lines| line + lines);
            Error::Data(data)
        }
        other => other,
    }
}

impl Opened {
    /// Surveys everything behind the header.
    pub(super) fn survey(
        mut self,
        separator: u8,
        encoding: Encoding,
        roles: &[Role],
        source: &dyn Source,
        context: &Context,
    ) -> Result<Survey> {
        context.progress.begin(format!("scanning {}", source.name()), RowCount::Unknown);
        let mut survey =
            Survey { facts: vec![Facts::default(); roles.len()], utf8: self.utf8, ..Survey::default() };
        let mut failed = None;
        let mut group = self.read_group(context, &mut failed);
        while !group.is_empty() {
            let done = Mutex::new(Vec::new());
            let next = context.pool()?.in_place_scope(|scope| {
                for (at, (byte, block)) in group.iter().enumerate() {
                    let done = &done;
                    scope.spawn(move |_| {
                        let facts = survey_block(block, *byte, separator, roles, context.max_feature_bytes);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, facts));
                    });
                }
                self.read_group(context, &mut failed)
            });
            let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
            done.sort_by_key(|(at, _)| *at);
            for (at, facts) in done {
                self.line = survey.add(facts, &group[at].1, self.line, encoding)?;
            }
            context.progress.set(survey.rows, RowCount::Unknown, "");
            context
                .progress
                .reach(group.last().map_or(0, |(byte, block)| byte + block.len() as u64), source.size_hint());
            group = next;
        }
        match failed {
            Some((byte, error)) => Err(place(error, encoding, byte, self.line)),
            None => Ok(survey),
        }
    }

    /// Reads as many blocks as there are workers; an error waits until what lies before it is surveyed.
    fn read_group(&mut self, context: &Context, failed: &mut Option<(u64, Error)>) -> Vec<(u64, Bytes)> {
        let mut group = Vec::new();
        while group.len() < context.jobs && failed.is_none() {
            let block = if self.rest.is_empty() {
                self.splitter.next_block()
            } else {
                Ok(Some(take(&mut self.rest)))
            };
            match block {
                Ok(Some(block)) => {
                    let byte = self.byte;
                    self.byte += block.len() as u64;
                    group.push((byte, block));
                }
                Ok(None) => break,
                Err(error) => *failed = Some((self.byte, error)),
            }
        }
        group
    }
}

/// What one block showed; places are bytes from its first.
struct BlockFacts {
    byte: u64,
    rows: u64,
    lines: u64,
    facts: Vec<Facts>,
    utf8: Utf8Facts,
    short_rows: u64,
    first_short: Option<usize>,
    error: Option<(usize, DataError)>,
}

fn survey_block(block: &[u8], byte: u64, separator: u8, roles: &[Role], max_record: usize) -> BlockFacts {
    let mut out = BlockFacts {
        byte,
        rows: 0,
        lines: count_lines(block),
        facts: vec![Facts::default(); roles.len()],
        utf8: Utf8Facts::of(block),
        short_rows: 0,
        first_short: None,
        error: None,
    };
    let mut records = Records::new(block, separator);
    let mut cells: Vec<Cell> = Vec::new();
    while records.next_record(&mut cells, MOST_COLUMNS + 1) {
        let at = records.start();
        if let Err(error) = check_record(&cells, roles.len(), records.end() - at, max_record) {
            out.error = Some((at, error));
            break;
        }
        if cells.len() < roles.len() {
            out.short_rows += 1;
            out.first_short.get_or_insert(at);
        }
        for ((cell, facts), &role) in cells.iter().zip(&mut out.facts).zip(roles) {
            facts.observe(&cell.bytes(block), role, at as u64);
        }
        out.rows += 1;
    }
    out
}

/// Extra cells are an error unless nothing is in them, as with separators at the ends of lines.
fn check_record(cells: &[Cell], columns: usize, bytes: usize, max_record: usize) -> Result<(), DataError> {
    if bytes > max_record {
        return Err(DataError::new(format!("a row is longer than {} MB", max_record.div_ceil(1 << 20)))
            .with_hint("a larger --max-feature reads it, if it is a table at all"));
    }
    if cells.len() > columns && cells[columns..].iter().any(|cell| !cell.is_null()) {
        let cells = text::plural(cells.len() as u64, "cell");
        let columns = text::plural(columns as u64, "column");
        return Err(DataError::new(format!("the row has {cells}, the header {columns}"))
            .with_hint("a cell with separators or line ends in it must be in quotes"));
    }
    Ok(())
}

impl Survey {
    /// Adds the next block, which begins at `line`; returns the line behind it.
    fn add(&mut self, mut block: BlockFacts, bytes: &[u8], line: u64, encoding: Encoding) -> Result<u64> {
        let line_of = |at: usize| line + count_lines(&bytes[..at]);
        self.utf8.add(block.utf8, bytes, block.byte, line);
        if let Some((at, error)) = block.error {
            let mut error = error.at_line(line_of(at)).at_feature(self.rows + block.rows + 1);
            error.byte = encoding.input_byte(block.byte + at as u64);
            return Err(error.into());
        }
        for (sum, facts) in self.facts.iter_mut().zip(&mut block.facts) {
            facts.map_places(|at| line_of(at as usize));
            sum.add(facts);
        }
        self.short_rows += block.short_rows;
        self.first_short_line = self.first_short_line.or(block.first_short.map(line_of));
        let (byte, rows) = (block.byte, block.rows);
        self.spans.push(Span { byte, len: bytes.len(), rows, first_row: self.rows, first_line: line });
        self.rows += rows;
        Ok(line + block.lines)
    }

    /// Warns of what was read otherwise than it may have been meant.
    pub(super) fn report(&self, target: &str, context: &Context) {
        if let Some(line) = self.first_short_line {
            let rows = text::plural(self.short_rows, "row");
            context.warn(format!(
                "{target}: {rows} with fewer cells than columns, first in line {line}; the missing cells are null"
            ));
        }
    }
}
