//! Requests to recordings.

use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::recording::{Recording, body_key};
use crate::net::{Answer, Edit, Kind, Portal, Request, Tweaks};

/// The recordings, each with how often it was served.
pub(super) struct Replay {
    recordings: Vec<Recording>,
    served: Mutex<Vec<usize>>,
}

impl Replay {
    pub(super) fn new(recordings: Vec<Recording>) -> Self {
        let served = Mutex::new(vec![0; recordings.len()]);
        Self { recordings, served }
    }

    /// The least often served recording of this request, the earliest of those.
    fn find(&self, request: &Request) -> Option<&Recording> {
        let mut query = request.query.clone();
        query.sort();
        let body = body_key(&request.body);
        let same = |recording: &Recording| {
            recording.method == request.method
                && recording.path == request.path
                && recording.query == query
                && (recording.body.is_none() || recording.body == body)
        };
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.recordings.iter().enumerate().filter(|(_, recording)| same(recording));
        let (index, found) = all.min_by_key(|(index, _)| served[*index])?;
        served[index] += 1;
        Some(found)
    }
}

impl Portal for Replay {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let Some(found) = self.find(request) else {
            let what = format!("{} {}?{} was not recorded", request.method, request.path, request.raw_query);
            return Answer::json(501, "application/json", &json!({"error": what}));
        };
        let mut answer = Answer::new(found.status, "", found.text.clone());
        answer.headers.clone_from(&found.headers);
        answer.announce_length = false;
        answer
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::json(429, "application/json", &json!({"error": "too many requests"}))
    }
}
