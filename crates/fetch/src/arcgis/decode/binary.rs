//! Pages of protocol buffers.

use std::ops::ControlFlow;

use bytes::Bytes;
use geohub_core::{GeometryKind, Result};

use super::batches::Batches;
use super::decoder::EsriDecoder;
use crate::arcgis::page::Found;
use crate::arcgis::pbf::{Flaw, PbfPage};
use crate::columns::Survey;
use crate::ledger::binary_content;

/// Two numbers of 8 bytes stand for steps of one to five bytes each.
const GROWTH: usize = 4;

impl EsriDecoder {
    fn pbf_page(&self, body: &[u8]) -> Result<PbfPage> {
        PbfPage::read(Bytes::copy_from_slice(body)).map_err(|flaw| self.broken(flaw))
    }

    pub(super) fn pbf_rows(&self, body: &[u8]) -> Result<Vec<(Option<i64>, u64)>> {
        let page = self.pbf_page(body)?;
        let columns = page.columns(&Found::new(&self.id_names));
        let row = |feature: &[u8]| Ok((self.pbf_id(feature, &columns)?, binary_content(feature)));
        let rows: Result<Vec<_>, Flaw> = page.features().iter().map(|feature| row(feature)).collect();
        rows.map_err(|flaw| self.broken(flaw))
    }

    fn pbf_id(&self, feature: &[u8], columns: &[Option<usize>]) -> Result<Option<i64>, Flaw> {
        let mut found = Found::new(&self.id_names);
        PbfPage::read_row(feature, columns, &mut found)?;
        Ok(found.id)
    }

    pub(super) fn survey_pbf(&self, body: &[u8], skip: &[u32], survey: &mut Survey<'_>) -> Result<()> {
        let page = self.pbf_page(body)?;
        let columns = page.columns(survey);
        for (at, feature) in page.features().iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            PbfPage::read_row(feature, &columns, survey).map_err(|flaw| self.broken(flaw))?;
        }
        Ok(())
    }

    pub(super) fn decode_pbf(
        &self,
        body: &[u8],
        skip: &[u32],
        batches: &mut Batches<'_>,
    ) -> Result<ControlFlow<()>> {
        let page = self.pbf_page(body)?;
        let columns = page.columns(&batches.rows);
        let mut shapes = None;
        for (at, feature) in page.features().iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            if batches.room(feature.len() * GROWTH)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let geometry = PbfPage::read_row(feature, &columns, &mut batches.rows);
            let geometry = geometry.map_err(|flaw| self.broken(flaw))?;
            batches.rows.end_row()?;
            let Some(geometry) = geometry.filter(|_| self.kind != GeometryKind::None) else {
                batches.shapes.push_null();
                continue;
            };
            let shapes = match &mut shapes {
                Some(shapes) => shapes,
                none => none.insert(page.shapes(self.kind).map_err(|flaw| self.broken(flaw))?),
            };
            if let Err(flaw) = shapes.push(geometry, &mut batches.shapes) {
                let columns = page.columns(&Found::new(&self.id_names));
                let id = self.pbf_id(feature, &columns).ok().flatten();
                return Err(self.in_row(id, flaw));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
