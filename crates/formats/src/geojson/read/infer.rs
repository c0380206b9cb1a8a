//! The layer of a text that declares none.

use rayon::prelude::*;

use geohub_core::{Context, Error, Result, RowCount, Source};

use super::chunk::Piece;
use super::head::Head;
use super::splitter::Splitter;
use super::tally::Tally;

/// What the first look takes in. Fixed, so that the schema does not depend on block sizes.
const SAMPLE_BYTES: usize = 4 << 20;
/// How much of the end is looked at for a late `crs`.
const TAIL_BYTES: u64 = 64 << 10;

/// What is known of a layer, and from how much of it.
pub(super) struct Inferred {
    pub(super) tally: Tally,
    pub(super) head: Head,
    pub(super) rows: RowCount,
    /// The whole input was seen.
    pub(super) whole: bool,
}

/// Infers from the start of the input, or from all of it where its end says that the start would not do.
pub(super) fn sample(source: &dyn Source, context: &Context) -> Result<Inferred> {
    if tail_has_crs(source)? {
        return whole(source, context);
    }
    let mut splitter =
        Splitter::open(source, SAMPLE_BYTES, context.max_feature_bytes)?.with_piece_bytes(SAMPLE_BYTES);
    let mut tally = Tally::default();
    let mut complete = false;
    // A flaw is met again by the run, which names it in its turn: the rows before it may be all that is asked for.
    while let Ok(next) = splitter.next() {
        let Some(piece) = next else {
            complete = true;
            break;
        };
        let Ok(part) = piece.tally() else { break };
        tally.join(&part).map_err(|flaw| flaw.into_error(piece.byte, None))?;
        if !splitter.has_read_all() {
            break;
        }
    }
    let rows = match (complete, source.len(), splitter.offset()) {
        (true, ..) => RowCount::Exact(tally.rows),
        (false, Some(len), used @ 1..) => {
            RowCount::Estimate((splitter.rows() as f64 / used as f64 * len as f64) as u64)
        }
        _ => RowCount::Unknown,
    };
    Ok(Inferred { tally, head: splitter.head().clone(), rows, whole: complete })
}

/// Infers from all rows, in parallel.
pub(super) fn whole(source: &dyn Source, context: &Context) -> Result<Inferred> {
    let mut splitter = Splitter::open(source, context.block_bytes, context.max_feature_bytes)?;
    let pool = context.pool()?;
    let mut tally = Tally::default();
    context.progress.begin(format!("scanning {}", source.name()), RowCount::Unknown);
    loop {
        let pieces = gather(&mut splitter, 2 * context.jobs, context.window_bytes())?;
        if pieces.is_empty() {
            break;
        }
        let parts: Vec<Result<Tally>> = pool.install(|| pieces.par_iter().map(Piece::tally).collect());
        for (piece, part) in pieces.iter().zip(parts) {
            tally.join(&part?).map_err(|flaw| flaw.into_error(piece.byte, None))?;
        }
        context.progress.set(tally.rows, RowCount::Unknown, "");
        context.progress.reach(splitter.offset(), source.size_hint());
    }
    let rows = RowCount::Exact(tally.rows);
    Ok(Inferred { tally, head: splitter.head().clone(), rows, whole: true })
}

fn gather(splitter: &mut Splitter, most: usize, most_bytes: usize) -> Result<Vec<Piece>> {
    let (mut pieces, mut bytes) = (Vec::new(), 0);
    while pieces.len() < most && bytes < most_bytes {
        let Some(piece) = splitter.next()? else { break };
        bytes += piece.bytes.len();
        pieces.push(piece);
    }
    Ok(pieces)
}

/// True when the end of a file that can be read at positions names a `crs`: it may stand behind the features, and
/// whoever reads only the first rows would not see it.
fn tail_has_crs(source: &dyn Source) -> Result<bool> {
    let Some(len) = source.len() else { return Ok(false) };
    let range = len.saturating_sub(TAIL_BYTES)..len;
    let tail = source.read_at(std::slice::from_ref(&range))?;
    let tail = tail.first().ok_or_else(|| Error::Internal("a range came back without bytes".to_owned()))?;
    let behind = memchr::memrchr(b']', tail).map_or(&tail[..], |at| &tail[at..]);
    Ok(memchr::memmem::find(behind, b"\"crs\"").is_some())
}
