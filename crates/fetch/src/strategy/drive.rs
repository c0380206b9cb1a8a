//! Requests side by side, answers one after the other.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::error::Result;
use crate::page::{Ask, Page};
use crate::run::Run;

/// A way to bring rows as jobs, each of them one request.
pub(super) trait Way {
    type Job: Send;

    /// The next request while `open` others are on their way; `None` when there is none before one of them is
    /// answered, or none any more.
    fn next(&mut self, run: &Run<'_>, open: usize) -> Option<Self::Job>;

    /// What a job asks for.
    fn ask(job: &Self::Job) -> Ask<'_>;

    /// Takes an answer in. An error ends the download.
    fn answered(
        &mut self,
        run: &mut Run<'_>,
        job: Self::Job,
        answer: Result<Page>,
    ) -> impl Future<Output = Result<()>>;
}

/// Works until a way has no more jobs, with as many requests at once as the host may get.
pub(super) async fn drive<W: Way>(run: &mut Run<'_>, way: &mut W) -> Result<()> {
    let (asker, width) = (run.asker(), run.width());
    let (mut open, mut ready) = (FuturesUnordered::new(), VecDeque::new());
    loop {
        while open.len() + ready.len() < width
            && let Some(job) = way.next(run, open.len() + ready.len())
        {
            open.push(async move {
                let answer = asker.page(W::ask(&job)).await;
                (job, answer)
            });
        }
        let next = match ready.pop_front() {
            Some(next) => Some(next),
            None => open.next().await,
        };
        let Some((job, answer)) = next else { return Ok(()) };
        let mut taken = pin!(way.answered(run, job, answer));
        // Taking an answer in may ask the server too, and waits for a place within its limit, which the others only
        // give back while they go on.
        loop {
            tokio::select! {
                biased;
                result = &mut taken => break result?,
                Some(one) = open.next(), if !open.is_empty() => ready.push_back(one),
            }
        }
    }
}
