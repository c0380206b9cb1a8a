//! Pages as they arrive: proved to be readable, their ids taken.

use std::borrow::Cow;

use bytes::Bytes;

use super::answer;
use super::dataset::Layer;
use super::nameless::named;
use super::page::{EsriPage, Found, object_id};
use super::pbf::{Flaw, PbfPage};
use crate::encoding;
use crate::error::FetchError;
use crate::http::{Answer, Fault};
use crate::id::Id;
use crate::ledger::{binary_content, content};
use crate::page::Page;

impl Layer {
    /// A page in the encoding in which it came: errors come as JSON whatever was asked for, and so do pages from
    /// servers that take no notice of the question.
    pub(super) fn read_page(&self, answer: &Answer, names: &[String]) -> Result<Page, Fault> {
        if encoding::is_text(&answer.body) {
            return self.read_json(answer, names);
        }
        answer.check_status(&answer.words())?;
        self.read_pbf(answer, names).map_err(|problem| match problem {
            Problem::Flaw(Flaw::Broken(words)) => answer.again(words.to_owned()),
            Problem::Flaw(Flaw::Unknown(words)) => Fault::Stop(FetchError::bad(&answer.url, words)),
            Problem::Fault(fault) => fault,
        })
    }

    fn read_json(&self, answer: &Answer, names: &[String]) -> Result<Page, Fault> {
        let text = answer::text(answer)?;
        let page: EsriPage<'_> = serde_json::from_str(&text).map_err(|error| answer.broken(&error))?;
        let features =
            page.features.as_ref().ok_or_else(|| answer.again("an answer without features".to_owned()))?;
        self.check_crs(page.spatial_reference.as_ref(), answer)?;
        let mut rows = Vec::with_capacity(features.len());
        for feature in features {
            let id = object_id(feature, names).map_err(|error| answer.broken(&error))?;
            rows.push((id, content(feature.get())));
        }
        let rows = named(rows, self.has_ids()).ok_or_else(|| self.without_id(answer))?;
        let more = page.more();
        let body = match text {
            Cow::Borrowed(text) => answer.body.slice_ref(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        Ok(Page { body, rows, more, seen: None })
    }

    /// Every value and every geometry is looked at: in the journal it would be too late to ask for another encoding.
    fn read_pbf(&self, answer: &Answer, names: &[String]) -> Result<Page, Problem> {
        let page = PbfPage::read(answer.body.clone())?;
        self.check_crs(page.spatial_reference().as_ref(), answer)?;
        let mut found = Found::new(names);
        let columns = page.columns(&found);
        let kind = self.metadata.description.layer.geometry.kind;
        let mut shapes = None;
        let mut rows = Vec::with_capacity(page.features().len());
        for feature in page.features() {
            found.id = None;
            let geometry = PbfPage::read_row(feature, &columns, &mut found)?;
            if let Some(geometry) = geometry.filter(|_| self.metadata.has_geometry()) {
                let shapes = match &mut shapes {
                    Some(shapes) => shapes,
                    none => none.insert(page.shapes(kind)?),
                };
                shapes.check(geometry)?;
                shapes.check_area()?;
            }
            let id = found.id.ok_or_else(|| self.without_id(answer))?;
            rows.push((Id::Number(id), binary_content(feature)));
        }
        Ok(Page { body: answer.body.clone(), rows, more: page.more(), seen: None })
    }

    fn without_id(&self, answer: &Answer) -> Fault {
        let problem = format!("a row without its object id {}", self.metadata.oid);
        Fault::Stop(FetchError::bad(&answer.url, problem))
    }
}

/// Why a page in protocol buffers is of no use.
enum Problem {
    Flaw(Flaw),
    Fault(Fault),
}

impl From<Flaw> for Problem {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
