//! Cuts the text into pieces of whole features. Serial, and cheap: it counts braces, or only looks at line ends.

use geohub_core::{DataError, Error, Result, Source};

use super::blocks::Blocks;
use super::chunk::{Parted, Piece, in_doubt, utf8};
use super::hasty::Lines;
use super::head::{self, Head, Start};
use crate::geojson::json::{Parsed, object_end};

/// Text that goes to one worker at once, unless one feature is longer.
const PIECE_BYTES: usize = 2 << 20;

/// Walks through a collection or a sequence.
pub(super) struct Splitter {
    blocks: Blocks,
    state: State,
    head: Head,
    rows: u64,
    piece_bytes: usize,
    max_feature_bytes: usize,
    /// Behind the first piece, cuts are made at line ends.
    hasty: bool,
    /// How the lines look, once the first feature was seen.
    lines: Option<Lines>,
    /// Every feature so far was seen, and counted.
    counted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between the brackets of `features`; true behind the first feature.
    Features(bool),
    /// Between the records of a sequence.
    Records,
    Ended,
}

/// What a look at the window found.
struct Found {
    /// Where the first feature begins and the last whole one ends.
    start: usize,
    end: usize,
    rows: u64,
    /// Behind them come, in the window: the end of the features, or nothing that can be judged yet.
    closed: Option<usize>,
}

impl Splitter {
    /// Reads up to the first feature.
    pub(super) fn open(source: &dyn Source, block_bytes: usize, max_feature_bytes: usize) -> Result<Self> {
        let mut blocks = Blocks::open(source, block_bytes)?;
        blocks.more()?;
        let start = loop_until(&mut blocks, max_feature_bytes, head::start)?;
        let (state, head) = match start {
            Start::Collection { features, head } => {
                blocks.skip(features);
                (State::Features(false), head)
            }
            Start::Sequence => {
                let mark = "\u{feff}".as_bytes();
                if blocks.window().starts_with(mark) {
                    blocks.skip(mark.len());
                }
                (State::Records, Head::default())
            }
        };
        let piece_bytes = block_bytes.min(PIECE_BYTES);
        Ok(Self {
            blocks,
            state,
            head,
            rows: 0,
            piece_bytes,
            max_feature_bytes,
            hasty: false,
            lines: None,
            counted: true,
        })
    }

    /// The same that cuts at line ends where it can: whether features are whole and rightly parted is then left to those
    /// who read them. Flaws are [`Error::Misfit`] from there on, and rows have no numbers.
    pub(super) fn hasty(mut self) -> Self {
        // A longer feature would not be noticed.
        self.hasty = self.max_feature_bytes > 2 * self.blocks.block_bytes();
        self
    }

    /// The same with pieces as long as the blocks allow.
    pub(super) fn with_piece_bytes(mut self, piece_bytes: usize) -> Self {
        self.piece_bytes = piece_bytes;
        self
    }

    /// What is known of the members around the features; complete behind the last piece.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Features handed out so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes of input used so far.
    pub(super) fn offset(&self) -> u64 {
        self.blocks.offset()
    }

    /// True when the whole input is in memory.
    pub(super) fn has_read_all(&self) -> bool {
        self.blocks.ended()
    }

    /// The next whole features; `None` behind the last one, when the end of the input was checked too.
    pub(super) fn next(&mut self) -> Result<Option<Piece>> {
        let next = self.advance();
        if self.counted { next } else { next.map_err(in_doubt) }
    }

    fn advance(&mut self) -> Result<Option<Piece>> {
        if let Some(end) = self.hasty_cut()? {
            return Ok(Some(self.hand_out_unseen(end)));
        }
        while self.state != State::Ended {
            let found = self.look()?;
            if found.rows > 0 {
                return Ok(Some(self.hand_out(&found)));
            }
            if let Some(at) = found.closed {
                self.blocks.skip(at);
                self.finish()?;
            } else if self.blocks.ended() {
                return Err(self.cut_short());
            } else if self.blocks.window().len() - found.start > self.max_feature_bytes {
                return Err(too_long(
                    self.max_feature_bytes,
                    self.blocks.offset() + found.start as u64,
                    self.rows,
                ));
            } else {
                self.blocks.more()?;
            }
        }
        Ok(None)
    }

    fn hasty_cut(&mut self) -> Result<Option<usize>> {
        let Some(lines) = self.lines.as_ref().filter(|_| self.state != State::Ended) else { return Ok(None) };
        if self.blocks.window().len() < self.piece_bytes && !self.blocks.ended() {
            self.blocks.more()?;
        }
        Ok(lines.cut(self.blocks.window(), self.piece_bytes))
    }

    fn hand_out_unseen(&mut self, end: usize) -> Piece {
        let byte = self.blocks.offset();
        let parted = if self.state == State::Records { Parted::ByBlanks } else { Parted::ByCommas };
        self.counted = false;
        Piece { bytes: self.blocks.take(end), byte, row: None, parted }
    }

    fn hand_out(&mut self, found: &Found) -> Piece {
        if self.hasty && self.lines.is_none() {
            let before = &self.blocks.window()[..found.start];
            self.lines = Some(Lines::of(before, self.state != State::Records));
        }
        self.blocks.skip(found.start);
        let byte = self.blocks.offset();
        let bytes = self.blocks.take(found.end - found.start);
        let piece = Piece { bytes, byte, row: self.counted.then_some(self.rows), parted: Parted::Surely };
        self.rows += found.rows;
        if let State::Features(any) = &mut self.state {
            *any = true;
        }
        piece
    }

    /// Finds whole features in the window.
    fn look(&self) -> Result<Found> {
        let window = self.blocks.window();
        let (sequence, mut any) = match self.state {
            State::Features(any) => (false, any),
            _ => (true, false),
        };
        let mut found = Found { start: 0, end: 0, rows: 0, closed: None };
        loop {
            let mut at = blank(window, found.end, sequence);
            if !sequence && any && window.get(at) == Some(&b',') {
                at = blank(window, at + 1, false);
            } else if !sequence && window.get(at) == Some(&b']') {
                found.closed = Some(at + 1);
                return Ok(found);
            } else if !sequence && any && at < window.len() {
                return Err(self.unexpected(at, "`,` or `]` behind a feature"));
            }
            match window.get(at) {
                Some(b'{') => {}
                None if sequence && self.blocks.ended() => {
                    found.closed = Some(at);
                    return Ok(found);
                }
                None => return Ok(found),
                Some(_) => return Err(self.unexpected(at, "a feature")),
            }
            if found.rows == 0 {
                found.start = at;
            }
            let Some(length) = object_end(&window[at..]) else { return Ok(found) };
            if length > self.max_feature_bytes {
                let row = self.rows + found.rows;
                return Err(too_long(self.max_feature_bytes, self.blocks.offset() + at as u64, row));
            }
            found.end = at + length;
            found.rows += 1;
            any = true;
            if found.end - found.start >= self.piece_bytes {
                return Ok(found);
            }
        }
    }

    /// Reads what comes behind the features.
    fn finish(&mut self) -> Result<()> {
        if self.state != State::Records {
            let head = self.head.clone();
            let read = |text: &str| {
                let mut head = head.clone();
                head::end(text, &mut head).map(|used| (used, head))
            };
            let (used, head) = loop_until(&mut self.blocks, self.max_feature_bytes, read)?;
            self.head = head;
            self.blocks.skip(used);
            self.nothing_more()?;
        }
        self.state = State::Ended;
        Ok(())
    }

    fn nothing_more(&mut self) -> Result<()> {
        loop {
            let window = self.blocks.window();
            let at = blank(window, 0, false);
            if at < window.len() {
                let message = "there is more text behind the end of the collection";
                return Err(DataError::new(message).at_byte(self.blocks.offset() + at as u64).into());
            }
            if self.blocks.ended() {
                return Ok(());
            }
            self.blocks.skip(at);
            self.blocks.more()?;
        }
    }

    fn unexpected(&self, at: usize, wanted: &str) -> Error {
        let window = self.blocks.window();
        let found = String::from_utf8_lossy(&window[at..window.len().min(at + 4)]);
        let found = found.chars().next().unwrap_or_default().escape_debug();
        DataError::new(format!("expected {wanted}, found `{found}`"))
            .at_byte(self.blocks.offset() + at as u64)
            .into()
    }

    fn cut_short(&self) -> Error {
        let end = self.blocks.offset() + self.blocks.window().len() as u64;
        DataError::new(format!("the file ends too early, after {} whole features", self.rows))
            .at_byte(end)
            .with_hint("the download or copy was cut short; get the file again")
            .into()
    }
}

fn too_long(limit: usize, byte: u64, row: u64) -> Error {
    DataError::new(format!("one feature is longer than {} MB", limit >> 20))
        .at_byte(byte)
        .at_feature(row + 1)
        .with_hint("raise the limit with --max-feature, or look for a bracket that is never closed")
        .into()
}

/// The first byte from `at` that is no white space, nor, in a sequence, a record separator.
fn blank(window: &[u8], at: usize, sequence: bool) -> usize {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r') || (sequence && *byte == 0x1e);
    window[at..].iter().position(|byte| !is_blank(byte)).map_or(window.len(), |step| at + step)
}

/// Parses the window, reading more while it ends too early.
fn loop_until<T>(blocks: &mut Blocks, limit: usize, parse: impl Fn(&str) -> Parsed<T>) -> Result<T> {
    loop {
        let (base, window) = (blocks.offset(), blocks.window());
        // A character may be cut by the end of the window: what comes before it may be enough.
        let valid = match std::str::from_utf8(window) {
            Ok(_) => window.len(),
            Err(error) => error.valid_up_to(),
        };
        let at_fault = valid < window.len() && window.len() - valid >= 4;
        match parse(utf8(&window[..valid], base)?) {
            Ok(parsed) => return Ok(parsed),
            Err(flaw) if !flaw.is_end() => return Err(flaw.into_error(base, None)),
            Err(_) if at_fault || (blocks.ended() && valid < window.len()) => {
                utf8(window, base)?;
            }
            Err(flaw) if blocks.ended() => return Err(flaw.into_error(base, None)),
            Err(_) if window.len() > limit => {
                let message = format!("the members around the features are longer than {} MB", limit >> 20);
                return Err(DataError::new(message).at_byte(base).into());
            }
            Err(_) => {}
        }
        blocks.more()?;
    }
}
