//! Split, work and order: the part all runs share.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::order::Reorder;
use super::window::{Permit, Window};
use crate::{Chunk, Context, Error, Progress, Reader, Result};

/// What is done with each chunk, on a worker.
pub(super) type Job<T> = Arc<dyn Fn(Box<dyn Chunk>) -> Result<T> + Send + Sync>;

struct Outcome<T> {
    sequence: u64,
    result: Result<Event<T>>,
    reached: Reached,
}

/// Where a chunk ends in the input, and where the input does as far as known.
type Reached = (u64, Option<u64>);

enum Event<T> {
    Done(T, Permit),
    End,
}

/// Runs `job` over every chunk and hands the results to `in_order` in chunk order, with the chunk's room in the
/// window. Gives the reader back, for a restart.
pub(super) fn drive<T: Send + 'static>(
    reader: Box<dyn Reader>,
    context: &Context,
    job: Job<T>,
    in_order: &mut dyn FnMut(T, Permit) -> Result<ControlFlow<()>>,
) -> (Option<Box<dyn Reader>>, Result<()>) {
    if let Err(error) = context.pool() {
        return (Some(reader), Err(error));
    }
    let target = reader.target().to_owned();
    context.progress.begin(format!("reading {target}"), reader.layer().rows);
    let window = Window::new(context.window_bytes());
    let (sender, receiver) = unbounded();
    let split = spawn_split(reader, context.clone(), job, Arc::clone(&window), sender);
    let split = match split {
        Ok(handle) => handle,
        Err(error) => return (None, Err(error)),
    };
    let result = consume(&receiver, in_order, &context.progress).map_err(|error| error.in_target(&target));
    window.close();
    // Results still on their way hold room in the window: dropping them here ends the run at once.
    drop(receiver);
    (split.join().ok(), result)
}

fn spawn_split<T: Send + 'static>(
    mut reader: Box<dyn Reader>,
    context: Context,
    job: Job<T>,
    window: Arc<Window>,
    sender: Sender<Outcome<T>>,
) -> Result<JoinHandle<Box<dyn Reader>>> {
    let split = move || {
        let mut sequence = 0;
        loop {
            let next = catch_unwind(AssertUnwindSafe(|| reader.next_chunk()))
                .unwrap_or_else(|panic| Err(panicked(&*panic)));
            let chunk = match next {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => {
                    let _ = sender.send(Outcome { sequence, result: Err(error), reached: (0, None) });
                    return reader;
                }
            };
            let Some(permit) = window.acquire(chunk.weight_bytes()) else { return reader };
            let origin = chunk.origin();
            let reached = (origin.byte + origin.bytes, reader.size_hint());
            submit(&context, (&window, &job, &sender), (sequence, reached), chunk, permit);
            sequence += 1;
        }
        let _ = sender.send(Outcome { sequence, result: Ok(Event::End), reached: (0, None) });
        reader
    };
    std::thread::Builder::new()
        .name("geohub-split".to_owned())
        .spawn(split)
        .map_err(Error::io_named("start", "the split thread"))
}

fn submit<T: Send + 'static>(
    context: &Context,
    (window, job, sender): (&Arc<Window>, &Job<T>, &Sender<Outcome<T>>),
    (sequence, reached): (u64, Reached),
    chunk: Box<dyn Chunk>,
    permit: Permit,
) {
    let (job, sender, window) = (Arc::clone(job), sender.clone(), Arc::clone(window));
    let work = move || {
        if window.is_closed() {
            return;
        }
        let result =
            catch_unwind(AssertUnwindSafe(|| job(chunk))).unwrap_or_else(|panic| Err(panicked(&*panic)));
        // A closed channel means that the run has ended; nobody waits for this result.
        let result = result.map(|value| Event::Done(value, permit));
        let _ = sender.send(Outcome { sequence, result, reached });
    };
    if let Ok(pool) = context.pool() {
        pool.spawn(work);
    }
}

fn consume<T>(
    receiver: &Receiver<Outcome<T>>,
    in_order: &mut dyn FnMut(T, Permit) -> Result<ControlFlow<()>>,
    progress: &Progress,
) -> Result<()> {
    let mut order = Reorder::new();
    for outcome in receiver {
        order.put(outcome.sequence, outcome);
        while let Some(outcome) = order.pop() {
            match outcome.result? {
                Event::End => return Ok(()),
                Event::Done(value, permit) => {
                    progress.reach(outcome.reached.0, outcome.reached.1);
                    if in_order(value, permit)?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
    }
    Err(Error::Internal("the workers ended before the input did".to_owned()))
}

pub(super) fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error::Internal(text.unwrap_or("a worker panicked").to_owned())
}
