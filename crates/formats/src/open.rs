//! Choosing a format and opening or creating a file.

use std::path::Path;
use std::sync::Arc;

use geohub_core::{Context, Error, Output, Reader, Result, Source, Writer, source, text};

use crate::format::{CreateOptions, FORMATS, Format, OpenOptions};
use crate::gzip::GzipSource;

/// Bytes looked at to tell formats apart.
const HEAD_BYTES: usize = 64 << 10;

/// Opens a path, or standard input for `-`, as a layer.
pub fn open(path: &str, options: &OpenOptions, context: &Context) -> Result<Box<dyn Reader>> {
    open_source(source::open(path)?, options, context)
}

/// Opens a source as a layer: by the format named, else by content, else by the name's extension.
pub fn open_source(
    source: Arc<dyn Source>,
    options: &OpenOptions,
    context: &Context,
) -> Result<Box<dyn Reader>> {
    let mut source = source;
    let mut head = source.head(HEAD_BYTES)?;
    if GzipSource::sniff(&head) {
        source = Arc::new(GzipSource::new(source));
        head = source.head(HEAD_BYTES)?;
    }
    let format = match options.format {
        Some(format) => format,
        None => detect(&*source, &head)?,
    };
    let open =
        format.open.ok_or_else(|| Error::Unsupported(format!("{} can only be written", format.title)))?;
    let name = source.name().to_owned();
    open(source, options, context).map_err(|error| error.in_target(&name))
}

fn detect(source: &dyn Source, head: &[u8]) -> Result<&'static Format> {
    let by_content = FORMATS.iter().find(|format| (format.sniff)(head));
    let by_name = source.path().and_then(of_path);
    by_content.copied().or(by_name).ok_or_else(|| Error::Request {
        message: format!("{}: the format cannot be told from the content or the name", source.name()),
        hint: Some(format!("say it with --input-format, one of {}", names(|format| format.open.is_some()))),
    })
}

/// The format of a name for `-f` or `--input-format`.
pub fn named(name: &str) -> Result<&'static Format> {
    let wanted = name.trim_start_matches('.');
    let found = FORMATS.iter().find(|format| {
        format.name.eq_ignore_ascii_case(wanted)
            || format.title.eq_ignore_ascii_case(wanted)
            || format.extensions.iter().any(|extension| extension.eq_ignore_ascii_case(wanted))
    });
    found.copied().ok_or_else(|| {
        let near = text::nearest(wanted, FORMATS.iter().map(|format| format.name));
        let hint = match near.first() {
            Some(near) => format!("did you mean {near}? formats: {}", names(|_| true)),
            None => format!("formats: {}", names(|_| true)),
        };
        Error::Request { message: format!("`{name}` is no format"), hint: Some(hint) }
    })
}

/// The format an output's name asks for; `None` for standard output and devices.
pub fn format_of_output(output: &Output) -> Result<Option<&'static Format>> {
    let Output::Path(path) = output else { return Ok(None) };
    match of_path(path) {
        Some(format) => Ok(Some(format)),
        None if path.starts_with("/dev") => Ok(None),
        None if path.is_dir() => Err(Error::request(format!("{} is a folder", path.display()))),
        None => Err(Error::Request {
            message: format!("{}: the extension names no format", path.display()),
            hint: Some(match gzipped(path) {
                Some(format) => format!("{} is not gzipped: leave .gz out", format.title),
                None => format!("say it with -f, one of {}", names(|format| format.create.is_some())),
            }),
        }),
    }
}

/// A writer of a format for an output.
pub fn create(format: &Format, output: &Output, options: &CreateOptions) -> Result<Box<dyn Writer>> {
    let create =
        format.create.ok_or_else(|| Error::Unsupported(format!("{} can only be read", format.title)))?;
    create(output, options)
}

fn of_path(path: &Path) -> Option<&'static Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let (name, gzipped) = match name.strip_suffix(".gz") {
        Some(inner) => (inner, true),
        None => (name.as_str(), false),
    };
    let extension = name.rsplit_once('.')?.1;
    let found = FORMATS.iter().find(|format| format.extensions.contains(&extension))?;
    (!gzipped || found.text).then_some(*found)
}

/// The format of a name that ends in `.gz`, looked at without it.
fn gzipped(path: &Path) -> Option<&'static Format> {
    let gz = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    gz.then(|| of_path(&path.with_extension("")))?
}

fn names(which: impl Fn(&Format) -> bool) -> String {
    FORMATS.iter().filter(|format| which(format)).map(|format| format.name).collect::<Vec<_>>().join(", ")
}

/// The layer name of a source: its file name without extensions.
pub(crate) fn layer_name(source: &dyn Source) -> String {
    let name = source.path().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "layer".to_owned());
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
