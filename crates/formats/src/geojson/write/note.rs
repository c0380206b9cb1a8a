//! What a writer could not write as it was.

use std::sync::atomic::{AtomicU64, Ordering};

use geohub_core::context::NoteLevel;
use geohub_core::text::plural;

/// Counts of what was changed, kept by all encoders of an output.
#[derive(Debug, Default)]
pub(super) struct Counts {
    not_finite: AtomicU64,
    measures: AtomicU64,
}

impl Counts {
    /// An attribute that is NaN or infinite.
    pub(super) fn add_not_finite(&self) {
        self.not_finite.fetch_add(1, Ordering::Relaxed);
    }

    /// A feature that lost its M.
    pub(super) fn add_measures(&self) {
        self.measures.fetch_add(1, Ordering::Relaxed);
    }

    /// The notes for the user.
    pub(super) fn notes(&self) -> Vec<(NoteLevel, String)> {
        let mut notes = Vec::new();
        let values = self.not_finite.load(Ordering::Relaxed);
        if values > 0 {
            let what = plural(values, "attribute value");
            notes.push((
                NoteLevel::Warning,
                format!("{what} NaN or infinite written as null: JSON has no such numbers"),
            ));
        }
        let features = self.measures.load(Ordering::Relaxed);
        if features > 0 {
            let what = plural(features, "feature");
            notes.push((
                NoteLevel::Warning,
                format!("M left out of {what}: in GeoJSON only a position with Z has room for it"),
            ));
        }
        notes
    }
}
