//! Writing a file: spool, sort, header, tree, features.

use std::collections::HashSet;
use std::sync::Arc;

use flatgeobuf::GeometryType;
use geohub_core::layer::GeometryInfo;
use geohub_core::{
    Context, Dimensions, Encoded, Encoder, Error, GeometryKind, Layer, Needs, Output, OutputFile, Provenance,
    Result, RowCount, Writer, Written,
};

use super::columns;
use super::encode_geometry::geometry_type;
use super::encoder::{EncodedBatch, FgbEncoder};
use super::gather::gather;
use super::header_writer::{self, Totals};
use super::levels::Levels;
use super::records::Records;
use super::respool::respool;
use super::scratch::{Scratch, ScratchFolder};
use super::tree;
use super::wire::{MAX_COLUMNS, NODE_SIZE};
use crate::format::CreateOptions;

/// Spools encoded features and lays the file out when all have come.
pub(super) struct FgbWriter {
    file: OutputFile,
    spool: Scratch,
    records: Records,
    layer: Option<Layer>,
    kind: GeometryKind,
    dimensions: Dimensions,
    lacking: Dimensions,
    folder: ScratchFolder,
}

impl FgbWriter {
    /// A writer for an output.
    pub(super) fn create(output: &Output, options: &CreateOptions) -> Result<Self> {
        // First, so that an output that cannot be written is what the message is about.
        let file = OutputFile::create(output, options.fsync)?;
        let folder = ScratchFolder::beside(output);
        Ok(Self {
            file,
            spool: folder.file()?,
            records: Records::new(folder.clone(), Records::run_within(&options.budget)),
            layer: None,
            kind: GeometryKind::None,
            dimensions: Dimensions::XY,
            lacking: Dimensions::XY,
            folder,
        })
    }

    /// Gives every row the ordinates that any row has, as the header will say.
    fn complete_ordinates(&mut self) -> Result<()> {
        let (seen, lacking) = (self.dimensions, self.lacking);
        let Some(layer) = &self.layer else { return Ok(()) };
        // The header says nothing of ordinates where types are mixed.
        let stated = geometry_type(self.kind) != GeometryType::Unknown;
        if stated && ((seen.z && lacking.z) || (seen.m && lacking.m)) {
            let old = std::mem::replace(&mut self.spool, self.folder.file()?);
            let (spool, records) = respool(&old, &self.records, &layer.schema, seen, &self.folder)?;
            (self.spool, self.records) = (spool, records);
        }
        Ok(())
    }

    /// What the header says of the geometry: what the rows have in common, or what the layer declares when there
    /// are none.
    fn geometry(&self, declared: GeometryInfo) -> GeometryInfo {
        if self.kind == GeometryKind::None {
            return declared;
        }
        GeometryInfo { kind: self.kind, has_z: self.dimensions.z, has_m: self.dimensions.m }
    }
}

impl Writer for FgbWriter {
    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn start(&mut self, layer: &Layer) -> Result<Arc<dyn Encoder>> {
        check_columns(layer)?;
        let pad = Dimensions { z: layer.geometry.has_z, m: layer.geometry.has_m };
        self.layer = Some(layer.clone());
        Ok(Arc::new(FgbEncoder { schema: Arc::clone(&layer.schema), pad }))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        let batch = match encoded {
            Encoded::Other(other) => other.downcast::<EncodedBatch>().ok(),
            _ => None,
        };
        let batch =
            batch.ok_or_else(|| Error::Internal("a FlatGeobuf writer got something else".to_owned()))?;
        self.spool.append(&batch.features.bytes)?;
        self.records.add(&batch.features.nodes)?;
        self.kind = self.kind.join(batch.kind);
        self.dimensions = either(self.dimensions, batch.dimensions);
        self.lacking = either(self.lacking, batch.lacking);
        Ok(())
    }

    fn sign(&mut self, provenance: &Arc<Provenance>) {
        if let Some(layer) = &mut self.layer {
            layer.provenance = Arc::clone(provenance);
        }
    }

    fn finish(mut self: Box<Self>, context: &Context) -> Result<Written> {
        self.complete_ordinates()?;
        let Some(layer) = &self.layer else {
            return Err(Error::Internal("a writer was finished before it was started".to_owned()));
        };
        let count = self.records.len();
        let levels = Levels::new(count, NODE_SIZE);
        let totals = Totals {
            geometry: self.geometry(layer.geometry),
            extent: self.records.extent(),
            count,
            node_size: if levels.is_some() { NODE_SIZE } else { 0 },
        };
        let header = header_writer::write(layer, &totals)?;
        let Self { mut file, spool, records, .. } = *self;
        file.write(&header)?;
        let progress = &context.progress;
        progress.begin(format!("sorting {}", file.name()), RowCount::Exact(count));
        let mut records = context.pool()?.install(|| records.sorted(progress))?;
        progress.begin(format!("writing {}", file.name()), RowCount::Exact(count));
        if let Some(levels) = &levels {
            tree::write(&mut records, levels, &mut |bytes| file.write(bytes))?;
        }
        gather(&spool, &mut records, &mut file, context)?;
        Ok(Written { bytes: file.finish()? })
    }

    fn abort(self: Box<Self>) {}
}

fn either(a: Dimensions, b: Dimensions) -> Dimensions {
    Dimensions { z: a.z || b.z, m: a.m || b.m }
}

fn check_columns(layer: &Layer) -> Result<()> {
    let fields = layer.schema.fields();
    if fields.len() > MAX_COLUMNS {
        let message =
            format!("FlatGeobuf has room for {MAX_COLUMNS} columns, the layer has {}", fields.len());
        return Err(Error::Unsupported(message));
    }
    let mut names = HashSet::new();
    for field in fields {
        let (name, data_type) = (field.name(), field.data_type());
        if !names.insert(name) {
            return Err(Error::request(format!("two columns are named `{name}`")));
        }
        if columns::column_type(field).is_none() {
            return Err(Error::Unsupported(format!(
                "column `{name}`: no FlatGeobuf column holds {data_type}"
            )));
        }
    }
    Ok(())
}
