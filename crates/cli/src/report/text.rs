//! A report in lines for people.

use std::fmt::Display;

use geohub_core::{Bbox, Provenance, licence, text};
use geohub_fetch::Domain;

use super::{FieldReport, Report, ServiceReport};
use crate::table::cut;

const NOT_STATED: &str = "not stated";
/// The words before what is said.
const LABEL: usize = 10;
/// As much of a long text as is shown where there is no terminal to fit; all of it is in `--json`.
const SHOWN: usize = 300;
/// Lines of a terminal that a text may take.
const LINES: usize = 3;

/// The lines; `width` is that of the terminal.
pub fn text(report: &Report, width: Option<usize>) -> String {
    let most = width.map_or(SHOWN, |width| width.saturating_mul(LINES).saturating_sub(LABEL));
    let mut lines = Lines { all: Vec::new(), most };
    lines.say("layer", &report.name);
    lines.say("geometry", &report.geometry_type);
    lines.say("features", report.features.map_or_else(|| "not counted".to_owned(), text::grouped));
    lines.say("crs", &report.crs_name);
    lines.may("extent", report.bbox.map(|[west, south, east, north]| Bbox::new(west, south, east, north)));
    match (&report.service, &report.provenance) {
        (Some(service), _) => lines.service(service),
        (None, Some(provenance)) => lines.origin(provenance),
        (None, None) => {}
    }
    lines.say("fields", report.fields.len());
    let longest = report.fields.iter().map(|field| field.name.chars().count()).max().unwrap_or(0);
    for field in &report.fields {
        let line = text::clean(&field_line(field, longest));
        lines.all.push(width.map_or_else(|| line.clone(), |width| cut(&line, width)));
    }
    lines.all.join("\n") + "\n"
}

struct Lines {
    all: Vec<String>,
    most: usize,
}

impl Lines {
    fn say(&mut self, label: &str, said: impl Display) {
        let said = cut(&text::clean(&said.to_string()), self.most);
        self.all.push(format!("{label:<LABEL$}{said}"));
    }

    fn may(&mut self, label: &str, said: Option<impl Display>) {
        if let Some(said) = said {
            self.say(label, said);
        }
    }

    /// What everybody should look for is told to be missing.
    fn must(&mut self, label: &str, said: Option<&String>) {
        self.say(label, said.map_or(NOT_STATED, String::as_str));
    }

    fn service(&mut self, service: &ServiceReport) {
        self.must("title", service.title.as_ref());
        self.may("about", service.description.as_ref());
        self.say("source", &service.url);
        self.must("owner", service.owner.as_ref());
        self.must("licence", service.licence.as_ref());
        self.may("credit", service.attribution.as_ref());
        self.must("terms", service.terms.as_ref());
        self.may("", service.terms_source.as_ref().map(|source| format!("(by {source})")));
        self.may("edited", service.last_edit.as_ref());
        self.may("metadata", service.last_metadata_edit.as_ref());
        self.may("updated", service.update_frequency.as_ref());
        let pages =
            service.page_limit.map(|rows| format!("{} at most, as stated", text::plural(rows, "row")));
        self.may("pages", pages);
        self.may("formats", Some(service.formats.join(", ")).filter(|formats| !formats.is_empty()));
        self.may("item", service.item.as_ref());
        for place in &service.places {
            self.say("listed by", format!("{} of {}, as {}", place.catalogue, place.host, place.id));
        }
    }

    fn origin(&mut self, provenance: &Provenance) {
        let origin = &provenance.origin;
        self.may("title", origin.title.as_ref());
        self.may("source", origin.service_url.as_ref());
        self.may("owner", origin.owner.as_ref());
        self.may("licence", origin.licence.as_deref().map(licence::plain));
        self.may("credit", origin.attribution.as_ref());
        self.may("terms", origin.terms.as_ref());
        self.may("fetched", origin.retrieved.as_ref());
        for parent in &provenance.parents {
            let origin = &parent.origin;
            let name = origin.title.as_ref().or(origin.reference.as_ref()).map_or("unnamed", String::as_str);
            let licence = origin.licence.as_deref().map_or_else(|| NOT_STATED.to_owned(), licence::plain);
            self.say("parent", format!("{name}: {}; licence {licence}", parent.done.join(", ")));
        }
    }
}

/// `  use  String  "Land use"  (R = Residential, C = Commercial, ... 12 codes)  what may be built`
fn field_line(field: &FieldReport, longest: usize) -> String {
    let alias = field.alias.as_ref().map_or_else(String::new, |alias| format!("  \"{alias}\""));
    let domain = field.domain.as_ref().map_or_else(String::new, domain_text);
    let said = field.description.as_ref().map_or_else(String::new, |said| format!("  {}", cut(said, SHOWN)));
    format!("  {:<longest$}  {}{alias}{domain}{said}", field.name, field.kind)
}

fn domain_text(domain: &Domain) -> String {
    const SHOWN: usize = 4;
    match domain {
        Domain::Range(low, high) => format!("  ({low} to {high})"),
        Domain::Codes(codes) => {
            let shown: Vec<String> =
                codes.iter().take(SHOWN).map(|pair| format!("{} = {}", pair.code, pair.name)).collect();
            let more =
                if codes.len() > SHOWN { format!(", ... {} codes", codes.len()) } else { String::new() };
            format!("  ({}{more})", shown.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stated_is_told_and_long_or_wild_text_is_tamed() {
        let service = ServiceReport {
            licence: Some("CC0".to_owned()),
            description: Some(format!("\u{1b}[2J{}", "long ".repeat(200))),
            ..ServiceReport::default()
        };
        let field =
            FieldReport { name: "a".to_owned(), alias: Some("The A".to_owned()), ..FieldReport::default() };
        let report = Report { service: Some(service), fields: vec![field], ..Report::default() };
        for width in [None, Some(40)] {
            let lines = text(&report, width);
            assert!(lines.contains("owner     not stated") && lines.contains("licence   CC0"), "{lines}");
            assert!(lines.contains("\"The A\"") && !lines.contains('\u{1b}'), "{lines}");
            let about = lines.lines().find(|line| line.starts_with("about")).unwrap();
            assert!(
                about.chars().count() <= width.map_or(SHOWN + LABEL, |width| width * LINES)
                    && about.ends_with('…')
            );
        }
        assert!(!text(&Report::default(), None).contains(NOT_STATED));
    }
}
