//! From the spool to the output, in file order.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use geohub_core::{Context, OutputFile, Result};

use super::records::Record;
use super::scratch::Scratch;
use super::sorted::Sorted;

/// Features are gathered in windows of so many bytes of output, one for each worker.
const WINDOW_BYTES: usize = 16 << 20;
/// Reading over a gap of this size costs less than another read.
const GAP_BYTES: u64 = 4 << 10;
/// Most bytes of one read.
const READ_BYTES: u64 = 4 << 20;

/// Appends the features of a spool to the output in the order of the records. Every worker gathers a window and writes it
/// where it belongs; a stream gets one window after the other.
pub(super) fn gather(
    spool: &Scratch,
    records: &mut Sorted,
    out: &mut OutputFile,
    context: &Context,
) -> Result<()> {
    records.each_block(&mut |block| {
        let windows = windows(block);
        if out.is_positioned() {
            let bytes = block.iter().map(|record| u64::from(record.len)).sum();
            in_parallel(spool, block, &windows, out, context)?;
            return out.advance(bytes);
        }
        let mut window = Window::default();
        windows.iter().try_for_each(|(_, rows)| {
            window.fill(spool, &block[rows.clone()])?;
            context.progress.add_rows(rows.len() as u64);
            out.write(&window.bytes)
        })
    })
}

/// The records of each window, and where it begins behind what has been written.
fn windows(block: &[Record]) -> Vec<(u64, Range<usize>)> {
    let mut windows = Vec::new();
    let (mut at, mut first) = (0, 0);
    while first < block.len() {
        let len = window_len(&block[first..]);
        windows.push((at, first..first + len));
        at += block[first..first + len].iter().map(|record| u64::from(record.len)).sum::<u64>();
        first += len;
    }
    windows
}

fn in_parallel(
    spool: &Scratch,
    block: &[Record],
    windows: &[(u64, Range<usize>)],
    out: &OutputFile,
    context: &Context,
) -> Result<()> {
    let start = out.written();
    let next = AtomicUsize::new(0);
    let done = context.pool()?.broadcast(|_| {
        let mut window = Window::default();
        while let Some((at, rows)) = windows.get(next.fetch_add(1, Ordering::Relaxed)) {
            let written = window
                .fill(spool, &block[rows.clone()])
                .and_then(|()| out.write_at(start + at, &window.bytes));
            if written.is_err() {
                // The others need not go on.
                next.store(windows.len(), Ordering::Relaxed);
                return written;
            }
            context.progress.add_rows(rows.len() as u64);
        }
        Ok(())
    });
    done.into_iter().collect()
}

/// How many records fill a window; at least one.
fn window_len(records: &[Record]) -> usize {
    let mut bytes = 0;
    let fits = |record: &Record| {
        bytes += record.len as usize;
        bytes <= WINDOW_BYTES
    };
    records.iter().copied().take_while(fits).count().max(1)
}

#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    read: Vec<u8>,
    /// Spool offset, length and place in the window.
    wanted: Vec<(u64, u32, usize)>,
}

impl Window {
    fn fill(&mut self, spool: &Scratch, records: &[Record]) -> Result<()> {
        let mut place = 0;
        self.wanted.clear();
        for record in records {
            self.wanted.push((record.offset, record.len, place));
            place += record.len as usize;
        }
        self.wanted.sort_unstable();
        self.bytes.resize(place, 0);
        let mut from = 0;
        while from < self.wanted.len() {
            let to = self.cluster(from);
            self.read_cluster(spool, from, to)?;
            from = to;
        }
        Ok(())
    }

    /// The end of the run of features worth one read.
    fn cluster(&self, from: usize) -> usize {
        let (start, len, _) = self.wanted[from];
        let mut end = start + u64::from(len);
        let near = self.wanted[from + 1..].iter().take_while(|&&(offset, len, _)| {
            let joins = offset - end <= GAP_BYTES && offset + u64::from(len) - start <= READ_BYTES;
            end = end.max(offset + u64::from(len));
            joins
        });
        from + 1 + near.count()
    }

    fn read_cluster(&mut self, spool: &Scratch, from: usize, to: usize) -> Result<()> {
        let start = self.wanted[from].0;
        if to == from + 1 {
            let (_, len, place) = self.wanted[from];
            return spool.read(start, &mut self.bytes[place..place + len as usize]);
        }
        let (last, len, end) = self.wanted[to - 1];
        let bytes = (last + u64::from(len) - start) as usize;
        let first = self.wanted[from].2;
        if self.wanted[from..to]
            .iter()
            .all(|&(offset, _, place)| place.wrapping_sub(first) == (offset - start) as usize)
        {
            // Features that came in file order lie in the window as they lie in the spool.
            return spool.read(start, &mut self.bytes[first..end + len as usize]);
        }
        self.read.resize(bytes, 0);
        spool.read(start, &mut self.read)?;
        for &(offset, len, place) in &self.wanted[from..to] {
            let at = (offset - start) as usize;
            self.bytes[place..place + len as usize].copy_from_slice(&self.read[at..at + len as usize]);
        }
        Ok(())
    }
}
