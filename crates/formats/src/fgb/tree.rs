//! Writing the packed R-tree: leaves are streamed, only the levels above them are held.

use geohub_core::{Bbox, Result};

use super::levels::Levels;
use super::records::Record;
use super::wire::{NODE_BYTES, NODE_SIZE};

/// Bytes handed on at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Writes the tree over records in file order.
pub(super) fn write(
    records: &[Record],
    levels: &Levels,
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut buffer = Vec::with_capacity(BLOCK_BYTES + NODE_BYTES as usize);
    let inner = inner_boxes(records);
    for (level, boxes) in inner.iter().enumerate().rev() {
        let below = if level == 0 { levels.leaves() } else { levels.inner()[level - 1].clone() };
        for (at, bbox) in boxes.iter().enumerate() {
            let first_child = levels.children(at as u64, &below).start;
            push(&mut buffer, bbox, first_child, out)?;
        }
    }
    let mut offset = 0;
    for record in records {
        push(&mut buffer, &record.bbox, offset, out)?;
        offset += u64::from(record.len);
    }
    out(&buffer)
}

/// The boxes of each level above the leaves, lowest level first.
fn inner_boxes(records: &[Record]) -> Vec<Vec<Bbox>> {
    let node_size = usize::from(NODE_SIZE);
    let union = |boxes: &[Bbox]| boxes.iter().fold(Bbox::EMPTY, |all, bbox| all.union(bbox));
    let lowest: Vec<Bbox> = records
        .chunks(node_size)
        .map(|records| records.iter().fold(Bbox::EMPTY, |all, record| all.union(&record.bbox)))
        .collect();
    let mut levels = vec![lowest];
    while let Some(last) = levels.last().filter(|last| last.len() > 1) {
        let above = last.chunks(node_size).map(union).collect();
        levels.push(above);
    }
    levels
}

fn push(
    buffer: &mut Vec<u8>,
    bbox: &Bbox,
    offset: u64,
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    for side in [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y] {
        buffer.extend(side.to_le_bytes());
    }
    buffer.extend(offset.to_le_bytes());
    if buffer.len() >= BLOCK_BYTES {
        out(buffer)?;
        buffer.clear();
    }
    Ok(())
}
