//! From the spool to the output, in file order.

use geohub_core::Result;

use super::records::Record;
use super::scratch::Scratch;
use super::sorted::Sorted;

/// Features are gathered in windows of so many bytes of output.
const WINDOW_BYTES: usize = 32 << 20;
/// Reading over a gap of this size costs less than another read.
const GAP_BYTES: u64 = 4 << 10;
/// Most bytes of one read.
const READ_BYTES: u64 = 4 << 20;

/// Hands the features of a spool to `out` in the order of the records.
pub(super) fn gather(
    spool: &mut Scratch,
    records: &mut Sorted,
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut window = Window::default();
    records.each_block(&mut |block| {
        let mut rest = block;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(window_len(rest));
            window.fill(spool, now)?;
            out(&window.bytes)?;
            rest = later;
        }
        Ok(())
    })
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
    fn fill(&mut self, spool: &mut Scratch, records: &[Record]) -> Result<()> {
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

    fn read_cluster(&mut self, spool: &mut Scratch, from: usize, to: usize) -> Result<()> {
        let start = self.wanted[from].0;
        if to == from + 1 {
            let (_, len, place) = self.wanted[from];
            return spool.read(start, &mut self.bytes[place..place + len as usize]);
        }
        let (last, len, _) = self.wanted[to - 1];
        self.read.resize((last + u64::from(len) - start) as usize, 0);
        spool.read(start, &mut self.read)?;
        for &(offset, len, place) in &self.wanted[from..to] {
            let at = (offset - start) as usize;
            self.bytes[place..place + len as usize].copy_from_slice(&self.read[at..at + len as usize]);
        }
        Ok(())
    }
}
