//! Opening a text table, and reading it the second time.

use std::io::Read;
use std::sync::Arc;
use std::vec;

use arrow_schema::Schema;
use geohub_core::source::SpoolSource;
use geohub_core::{
    Chunk, Context, DataError, Error, Layer, Level, Origin, Pushdown, ReadOptions, Reader, Result, RowCount,
    Source,
};

use super::block::Span;
use super::chunk::{CsvChunk, Shared};
use super::dialect::{self, HEAD_BYTES};
use super::encoding::Encoding;
use super::header;
use super::layout::Layout;
use super::place::{Chosen, Wishes, choose};
use super::survey::{self, Survey};
use super::tally::Tally;
use crate::format::OpenOptions;
use crate::open::layer_name;

/// Reads CSV and TSV.
pub(super) struct CsvReader {
    source: Arc<dyn Source>,
    context: Context,
    encoding: Encoding,
    layer: Layer,
    layout: Layout,
    spans: vec::IntoIter<Span>,
    limit: u64,
    run: Option<Run>,
}

/// The second pass under way.
struct Run {
    stream: Box<dyn Read + Send>,
    at: u64,
    left: u64,
    shared: Arc<Shared>,
}

/// Opens a text table; `separator` is the one to prefer.
pub(super) fn open(
    source: Arc<dyn Source>,
    options: &OpenOptions,
    context: &Context,
    separator: Option<u8>,
) -> Result<Box<dyn Reader>> {
    let source: Arc<dyn Source> = if source.rereadable() {
        source
    } else {
        Arc::new(SpoolSource::new(source.name(), source.stream()?)?)
    };
    let head = source.head(HEAD_BYTES)?;
    let encoding = Encoding::of_head(&head);
    let text = encoding.decode_head(&head);
    let separator = dialect::separator(&text, head.len() < HEAD_BYTES, separator);
    let opener = Opener { source, options, context, separator };
    let surveyed = match opener.survey(encoding)? {
        Some(surveyed) => surveyed,
        None => opener
            .survey(Encoding::Windows1252)?
            .ok_or_else(|| Error::Internal("Windows-1252 made no UTF-8".to_owned()))?,
    };
    Ok(Box::new(opener.reader(surveyed)?))
}

struct Opener<'a> {
    source: Arc<dyn Source>,
    options: &'a OpenOptions,
    context: &'a Context,
    separator: u8,
}

struct Surveyed {
    encoding: Encoding,
    names: Vec<String>,
    wishes: Wishes,
    survey: Survey,
}

impl Opener<'_> {
    /// The first pass; `None` when the characters are not in that encoding.
    fn survey(&self, encoding: Encoding) -> Result<Option<Surveyed>> {
        let target = self.source.name();
        let opened = survey::open(&*self.source, encoding, self.separator, self.context)?;
        let Some(opened) = opened else {
            self.context.warn(format!("{target}: the file is empty, not even a header line"));
            let (names, wishes, survey) = (Vec::new(), Wishes::default(), Survey::default());
            return Ok(Some(Surveyed { encoding, names, wishes, survey }));
        };
        let silent = Context::new(1);
        let names = header::names(&opened.header, target, &silent)?;
        let wishes = Wishes::new(self.options, &names)?;
        let roles = wishes.roles(&names, matches!(self.separator, b';' | b'\t'));
        let header_cells = opened.header.clone();
        let survey = opened.survey(self.separator, encoding, &roles, &*self.source, self.context)?;
        if let Some((line, byte)) = survey.utf8.invalid {
            self.not_utf8(&survey, encoding, line, byte)?;
            return Ok(None);
        }
        header::names(&header_cells, target, self.context)?;
        survey.report(target, self.context);
        Ok(Some(Surveyed { encoding, names, wishes, survey }))
    }

    /// Windows-1252 if nothing else speaks for UTF-8.
    fn not_utf8(&self, survey: &Survey, encoding: Encoding, line: u64, byte: u64) -> Result<()> {
        let target = self.source.name();
        let byte = encoding.input_byte(byte).unwrap_or(byte);
        if survey.utf8.multibyte || encoding != (Encoding::Utf8 { mark: 0 }) {
            return Err(DataError::new("invalid UTF-8 in a text that is UTF-8 elsewhere")
                .in_target(target)
                .at_line(line)
                .at_byte(byte)
                .with_hint("the file is damaged or mixes encodings; convert it to UTF-8 first")
                .into());
        }
        self.context.warn(format!(
            "{target}: the text is no UTF-8 (line {line}, byte {byte}); it was read as Windows-1252"
        ));
        Ok(())
    }

    fn reader(&self, surveyed: Surveyed) -> Result<CsvReader> {
        let Surveyed { encoding, names, wishes, survey } = surveyed;
        let target = self.source.name();
        let chosen = if names.is_empty() {
            Chosen::table()
        } else {
            choose(wishes, &names, &survey.facts, target, self.context)?
        };
        let layout = Layout::new(names, &survey.facts, &chosen, self.separator);
        let mut layer = Layer::new(layer_name(&*self.source), layout.schema());
        layer.geometry = chosen.info;
        layer.crs = chosen.crs;
        layer.rows = RowCount::Exact(survey.rows);
        Ok(CsvReader {
            source: Arc::clone(&self.source),
            context: self.context.clone(),
            encoding,
            layer,
            layout,
            spans: survey.spans.into_iter(),
            limit: u64::MAX,
            run: None,
        })
    }
}

impl CsvReader {
    fn start(&self) -> Result<Run> {
        let stream = self.source.stream()?;
        let stream = self.encoding.stream(stream).map_err(Error::io_named("read", self.source.name()))?;
        let shared = Arc::new(Shared {
            layout: self.layout.clone(),
            schema: Arc::clone(&self.layer.schema),
            tally: Tally::new(&self.context, self.source.name()),
        });
        Ok(Run { stream, at: 0, left: self.limit, shared })
    }
}

impl Run {
    /// The bytes of a span.
    fn read(&mut self, span: &Span, target: &str) -> Result<Vec<u8>> {
        let mut block = Vec::with_capacity(span.len);
        let skip = span.byte - self.at;
        let result = std::io::copy(&mut (&mut self.stream).take(skip), &mut std::io::sink())
            .and_then(|_| (&mut self.stream).take(span.len as u64).read_to_end(&mut block));
        result.map_err(Error::io_named("read", target))?;
        self.at = span.byte + span.len as u64;
        if block.len() < span.len {
            let error = DataError::new("the file became shorter while it was read");
            return Err(error.in_target(target).at_line(span.first_line).into());
        }
        Ok(block)
    }
}

impl Reader for CsvReader {
    fn target(&self) -> &str {
        self.source.name()
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        let mut done = Pushdown::NONE;
        if let Some(columns) = &options.columns {
            self.layout.project(columns);
            let schema = self.layout.schema();
            self.layer = self.layer.clone().with_schema(Schema::clone(&schema));
            done.columns = Level::Exact;
        }
        if let (Some(limit), None, None) = (options.limit, options.bbox, &options.filter) {
            self.limit = limit;
            let rows = self.layer.rows.hint().unwrap_or(0);
            self.layer.rows = RowCount::Exact(rows.min(limit));
            done.limit = Level::Exact;
        }
        Ok(done)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        if self.run.is_none() {
            self.run = Some(self.start()?);
        }
        let Some(run) = &mut self.run else { return Ok(None) };
        let Some(span) = self.spans.find(|span| span.rows > 0) else { return Ok(None) };
        if run.left == 0 {
            return Ok(None);
        }
        let block = run.read(&span, self.source.name())?;
        let rows = span.rows.min(run.left);
        run.left -= rows;
        let origin = Origin { byte: span.byte, bytes: span.len as u64, row: Some(span.first_row) };
        let shared = Arc::clone(&run.shared);
        Ok(Some(Box::new(CsvChunk { shared, span, block: block.into(), origin, rows })))
    }
}
