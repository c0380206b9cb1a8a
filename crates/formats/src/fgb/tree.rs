//! Writing the packed R-tree: leaves are streamed, only the levels above them are held.

use geohub_core::{Bbox, Result};

use super::levels::Levels;
use super::sorted::Sorted;
use super::wire::{NODE_BYTES, NODE_SIZE};

/// Bytes handed on at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Writes the tree over records in file order.
pub(super) fn write(
    records: &mut Sorted,
    levels: &Levels,
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut nodes = Nodes { buffer: Vec::with_capacity(BLOCK_BYTES + NODE_BYTES as usize), out };
    let inner = inner_boxes(records)?;
    for (level, boxes) in inner.iter().enumerate().rev() {
        let below = if level == 0 { levels.leaves() } else { levels.inner()[level - 1].clone() };
        for (at, bbox) in boxes.iter().enumerate() {
            nodes.push(bbox, levels.children(at as u64, &below).start)?;
        }
    }
    let mut offset = 0;
    records.each_block(&mut |block| {
        for record in block {
            nodes.push(&record.bbox, offset)?;
            offset += u64::from(record.len);
        }
        Ok(())
    })?;
    (nodes.out)(&nodes.buffer)
}

/// The boxes of each level above the leaves, lowest level first.
fn inner_boxes(records: &mut Sorted) -> Result<Vec<Vec<Bbox>>> {
    let node_size = usize::from(NODE_SIZE);
    let union = |boxes: &[Bbox]| boxes.iter().fold(Bbox::EMPTY, |all, bbox| all.union(bbox));
    let mut lowest: Vec<Bbox> = Vec::new();
    let mut leaves = 0;
    records.each_block(&mut |block| {
        for record in block {
            if leaves % node_size == 0 {
                lowest.push(Bbox::EMPTY);
            }
            if let Some(last) = lowest.last_mut() {
                *last = last.union(&record.bbox);
            }
            leaves += 1;
        }
        Ok(())
    })?;
    let mut levels = vec![lowest];
    while let Some(last) = levels.last().filter(|last| last.len() > 1) {
        let above = last.chunks(node_size).map(union).collect();
        levels.push(above);
    }
    Ok(levels)
}

/// Nodes on their way out.
struct Nodes<'a> {
    buffer: Vec<u8>,
    out: &'a mut dyn FnMut(&[u8]) -> Result<()>,
}

impl Nodes<'_> {
    fn push(&mut self, bbox: &Bbox, offset: u64) -> Result<()> {
        for side in [bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y] {
            self.buffer.extend(side.to_le_bytes());
        }
        self.buffer.extend(offset.to_le_bytes());
        if self.buffer.len() >= BLOCK_BYTES {
            (self.out)(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}
