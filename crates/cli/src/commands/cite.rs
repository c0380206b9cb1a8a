//! `geohub cite`.

use std::path::Path;

use clap::{Args, ValueEnum};
use geohub_core::{SourceFacts, licence, personal, text};
use geohub_fetch::Query;
use serde_json::{Value, json};

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, origin};

const NOT_STATED: &str = "not stated";

/// Print the credits and licences of the layers that files were made of.
///
/// Each source comes once. What a publisher does not state is told as "not stated". Licences that may not go together
/// and columns that look personal are warned of; none of this is legal advice.
#[derive(Args, Debug)]
pub struct Cite {
    /// Files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,

    /// Lines for people, a list in Markdown, or CSL-JSON for reference managers
    #[arg(short = 'f', long, value_name = "FORMAT", value_enum, default_value_t)]
    format: CiteFormat,
}

/// How sources are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CiteFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A list in Markdown.
    Markdown,
    /// CSL-JSON.
    Csl,
}

impl Cite {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let mut sources: Vec<SourceFacts> = Vec::new();
        for file in &self.files {
            for source in of_file(session, file)? {
                if !sources.contains(&source) {
                    sources.push(source);
                }
            }
        }
        let stated: Vec<Option<String>> = sources.iter().map(SourceFacts::stated_terms).collect();
        for mixture in licence::mixtures(&stated) {
            session.context.warn(mixture);
        }
        let out = match self.format {
            CiteFormat::Text => sources.iter().map(lines).collect::<Vec<_>>().join("\n"),
            CiteFormat::Markdown => sources.iter().map(markdown).collect(),
            CiteFormat::Csl => {
                let items: Vec<Value> = sources.iter().enumerate().map(csl).collect();
                format!("{}\n", Value::Array(items))
            }
        };
        session.print(&out)
    }
}

/// The sources of a file; the file itself where nothing is known of it.
fn of_file(session: &Session, file: &str) -> Result<Vec<SourceFacts>, Failure> {
    let reader = input::open(session, file, &InputArgs::default(), &Query::default())?;
    let personal = personal::columns(&reader.layer().schema);
    if !personal.is_empty() {
        session.context.warn(format!("{file}: {}", personal::warning(&personal)));
    }
    let path = Path::new(file);
    let receipt = if path.is_file() { origin::beside(&session.context, path) } else { None };
    let provenance = receipt.unwrap_or_else(|| (*reader.layer().provenance).clone());
    let mut sources: Vec<SourceFacts> =
        provenance.sources().into_iter().map(|source| source.origin).collect();
    if !provenance.names_a_source() {
        let name =
            path.file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
        sources = vec![SourceFacts { reference: Some(name), ..SourceFacts::default() }];
    }
    for source in &mut sources {
        source.query = None;
    }
    Ok(sources)
}

fn said(text: Option<&String>) -> String {
    text.map_or_else(|| NOT_STATED.to_owned(), |text| text::clean(&licence::plain(text)))
}

fn title(source: &SourceFacts) -> String {
    said(source.title.as_ref().or(source.reference.as_ref()))
}

fn address(source: &SourceFacts) -> Option<&String> {
    source.service_url.as_ref().or(source.reference.as_ref())
}

fn licence_of(source: &SourceFacts) -> String {
    let known = source.stated_terms().and_then(|stated| licence::recognise(&stated));
    match (known, &source.licence) {
        (Some(known), Some(stated)) if stated != known.id => format!("{} ({})", said(Some(stated)), known.id),
        (Some(known), _) => known.id.to_owned(),
        (None, stated) => said(stated.as_ref().or(source.own_terms())),
    }
}

fn accessed(source: &SourceFacts) -> Option<&str> {
    source.retrieved.as_deref()?.get(..10)
}

fn lines(source: &SourceFacts) -> String {
    format!(
        "{}\n  publisher    {}\n  attribution  {}\n  licence      {}\n  terms        {}\n  source       {}\n  accessed     {}\n",
        title(source),
        said(source.owner.as_ref()),
        said(source.attribution.as_ref()),
        licence_of(source),
        said(source.terms.as_ref()),
        said(address(source)),
        text::clean(accessed(source).unwrap_or(NOT_STATED)),
    )
}

fn markdown(source: &SourceFacts) -> String {
    let escaped = |text: String| text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let name = escaped(title(source));
    let name = match address(source).filter(|url| url.starts_with("http")) {
        Some(url) => format!("[{name}](<{}>)", text::clean(url)),
        None => name,
    };
    format!(
        "- {name}. Publisher: {}. Attribution: {}. Licence: {}. Accessed: {}.\n",
        escaped(said(source.owner.as_ref())),
        escaped(said(source.attribution.as_ref())),
        escaped(licence_of(source)),
        text::clean(accessed(source).unwrap_or(NOT_STATED)),
    )
}

/// An item of the schema csl-data.json, which has no member for licences: they go into the note.
fn csl((at, source): (usize, &SourceFacts)) -> Value {
    let note =
        format!("Licence: {}. Attribution: {}.", licence_of(source), said(source.attribution.as_ref()));
    let mut item = json!({ "id": format!("geohub-{}", at + 1), "type": "dataset", "title": title(source), "note": note });
    if source.owner.is_some() {
        item["author"] = json!([{ "literal": said(source.owner.as_ref()) }]);
    }
    if let Some(url) = address(source).filter(|url| url.starts_with("http")) {
        item["URL"] = json!(text::clean(url));
    }
    let date: Option<Vec<u32>> =
        accessed(source).and_then(|date| date.split('-').map(|part| part.parse().ok()).collect());
    if let Some(date) = date.filter(|date| date.len() == 3) {
        item["accessed"] = json!({ "date-parts": [date] });
    }
    item
}
