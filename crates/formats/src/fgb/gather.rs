//! From the spool to the output, in file order.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Builder;

use geohub_core::{Error, Result};

use super::records::Record;
use super::scratch::Scratch;
use super::sorted::Sorted;

/// Features are gathered in windows of so many bytes of output.
const WINDOW_BYTES: usize = 32 << 20;
/// Reading over a gap of this size costs less than another read.
const GAP_BYTES: u64 = 4 << 10;
/// Most bytes of one read.
const READ_BYTES: u64 = 4 << 20;

/// A window: the bytes of whole features, and how many they are.
type Filled = (Vec<u8>, u64);

/// Takes a window.
type Out<'a> = dyn FnMut(&[u8], u64) -> Result<()> + 'a;

/// Hands the features of a spool to `out` in the order of the records. The next window is read on a thread of its own
/// while `out` has the last one.
pub(super) fn gather(
    spool: Scratch,
    records: Sorted,
    out: &mut Out<'_>,
) -> Result<()> {
    // Two buffers go round: none waits in the channel.
    let (filled, windows) = sync_channel(0);
    let (emptied, buffers) = channel();
    let reading = Builder::new().name("geohub-gather".to_owned());
    let reading = reading
        .spawn(move || read_windows(spool, records, &filled, &buffers))
        .map_err(Error::io_named("start a thread for", "the output"))?;
    let written = write_windows(windows, &emptied, out);
    let read =
        reading.join().map_err(|_| Error::Internal("a thread that gathers features panicked".to_owned()));
    written.and(read?)
}

/// Writes windows until there are no more. Dropping the receiver after an error ends the other thread too.
fn write_windows(
    windows: Receiver<Filled>,
    emptied: &Sender<Vec<u8>>,
    out: &mut Out<'_>,
) -> Result<()> {
    for (bytes, rows) in windows {
        out(&bytes, rows)?;
        // The other thread may have read all it needs.
        let _ = emptied.send(bytes);
    }
    Ok(())
}

fn read_windows(
    mut spool: Scratch,
    mut records: Sorted,
    filled: &SyncSender<Filled>,
    buffers: &Receiver<Vec<u8>>,
) -> Result<()> {
    let mut window = Window::default();
    let mut is_read = true;
    records.each_block(&mut |block| {
        let mut rest = block;
        while is_read && !rest.is_empty() {
            let (now, later) = rest.split_at(window_len(rest));
            window.bytes = buffers.try_recv().unwrap_or_default();
            window.fill(&mut spool, now)?;
            is_read = filled.send((std::mem::take(&mut window.bytes), now.len() as u64)).is_ok();
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
