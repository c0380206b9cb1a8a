//! References that lead nowhere any more.

use geohub_fetch::{Effort, Fate, FetchError, Known, Reference, Settings};

use super::lock::Locked;
use super::status::State;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// The state of a layer that could not be opened or read.
pub(super) fn state(
    session: &Session,
    reference: &Reference,
    locked: Option<&Locked>,
    settings: &Settings,
    error: FetchError,
) -> State {
    let gone = matches!(
        error,
        FetchError::NotFound { .. } | FetchError::Credentials { .. } | FetchError::TokenWanted { .. }
    );
    if !gone {
        return State::Failed(error.into());
    }
    let known = locked.map_or_else(Known::default, |locked| locked.known.clone());
    match geohub_fetch::inquire(reference, &known, Effort::Thorough, settings, &session.context) {
        Ok(fate) => {
            let failure = failure(reference, locked, &fate);
            State::Dead(fate, failure)
        }
        Err(unanswered) => {
            session.context.note(format!("what became of it cannot be asked: {unanswered}"));
            State::Failed(error.into())
        }
    }
}

fn failure(reference: &Reference, locked: Option<&Locked>, fate: &Fate) -> Failure {
    let kept = match locked {
        Some(locked) => format!("; {} of {} stays as it is", locked.output, locked.fetched),
        None => String::new(),
    };
    let message = format!("{} was {}: {}{kept}", reference.text(), fate.lot, fate.words);
    let failure = Failure::new("dead-reference", Exit::NotFound, message);
    if fate.candidates.is_empty() {
        return failure;
    }
    let names: Vec<String> =
        fate.candidates.iter().map(|one| format!("{} ({})", one.reference, one.title)).collect();
    failure.hint(format!("of the same title: {}", names.join(", ")))
}
