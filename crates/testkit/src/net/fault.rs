//! The fault script: what goes wrong, at which request, how often. All of it reads and writes as JSON, e.g.
//! `{"on": {"kind": "page", "nth": 3}, "do": {"status": {"code": 503}}, "times": 2}`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limit::RetryAfter;
use super::request::{Kind, Request};

/// One line of the script.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests.
    #[serde(default)]
    pub on: On,
    /// What happens to them.
    #[serde(rename = "do")]
    pub act: Act,
    /// To how many of them, one after the other; 0 is to all from the `nth` on.
    #[serde(default = "one")]
    pub times: u64,
}

impl Fault {
    /// A fault at the `nth` request (from 1) of a kind, once.
    pub fn at(kind: Kind, nth: u64, act: Act) -> Self {
        Self { on: On { kind: Some(kind), nth, ..On::default() }, act, times: 1 }
    }

    /// The same, for so many requests; 0 is for ever.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }
}

fn one() -> u64 {
    1
}

/// Which requests a fault counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct On {
    /// Of this kind only.
    pub kind: Option<Kind>,
    /// With this text in the path only.
    pub path: Option<String>,
    /// With these parameters only: each value contains the text given.
    pub params: BTreeMap<String, String>,
    /// The first one hit, from 1, counted among the requests that match.
    pub nth: u64,
}

impl Default for On {
    fn default() -> Self {
        Self { kind: None, path: None, params: BTreeMap::new(), nth: 1 }
    }
}

impl On {
    /// Whether a request counts.
    pub fn matches(&self, kind: Kind, request: &Request) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
            && self.path.as_ref().is_none_or(|part| request.path.contains(part.as_str()))
            && self.params.iter().all(|(name, part)| {
                request.params().any(|(found, value)| found == name && value.contains(part.as_str()))
            })
    }
}

/// What happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// This status and body in place of the answer.
    Status {
        /// The status.
        code: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// Headers; `Content-Type: application/json` where none is given.
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// An error object with status 200, as ArcGIS sends it.
    Json200 {
        /// The body.
        body: serde_json::Value,
    },
    /// An error in place of every answer that holds a text: a row that the portal cannot give.
    RefuseText {
        /// What only that row holds.
        text: String,
        /// The status.
        code: u16,
        /// The body.
        body: serde_json::Value,
    },
    /// Status 429 with the portal's own body.
    TooManyRequests {
        /// When to come back, and how it is said.
        #[serde(default)]
        retry_after: RetryAfter,
    },
    /// The connection breaks in the middle of the body.
    CutBodyAfter {
        /// After so many bytes of it (as sent, that is compressed where it is).
        bytes: usize,
    },
    /// The connection breaks before any answer.
    Reset,
    /// An HTML page with status 200.
    Html200,
    /// A JSON body cut short but framed as if it were whole.
    TruncatedJson {
        /// So many bytes of it are left; half when absent.
        #[serde(default)]
        bytes: Option<usize>,
    },
    /// A late and slow answer.
    Slow {
        /// Nothing is sent for so long.
        #[serde(default)]
        delay_ms: u64,
        /// Then so many bytes a second; 0 is at once.
        #[serde(default)]
        bytes_per_s: u64,
    },
    /// A redirect (302).
    RedirectTo {
        /// Where to; an asterisk at the end stands for the request's own path and query.
        url: String,
    },
    /// Rows missing from the answer, as if they had never been.
    DropRows {
        /// Their ids.
        ids: Vec<String>,
    },
    /// The first rows of the answer once more at its end.
    DuplicateRows {
        /// So many.
        rows: usize,
    },
    /// A count that is wrong.
    CountOff {
        /// By so much.
        by: i64,
    },
    /// At most so many rows, whatever the cap.
    CapAt {
        /// So many.
        rows: usize,
    },
    /// No rows, yet the flag that there are more (ArcGIS, spatial-index filtering).
    EmptyFlagged,
    /// Headers that say the replica is behind (Socrata).
    OutOfDate,
    /// None of the `X-SODA2-` headers (Socrata).
    NoSodaHeaders,
    /// The data changes right after this request was answered.
    Then(Edit),
}

/// A change of the data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// A new row: a copy of one that is there, with an id of its own.
    Insert,
    /// A row goes.
    Delete {
        /// Its id.
        id: String,
    },
    /// The row at this position of the stored order goes.
    DeleteAt {
        /// From 0.
        position: usize,
    },
    /// A row is written again with the same values (its update stamp changes).
    Touch {
        /// Its id.
        id: String,
    },
    /// Every row is replaced: same values, new ids.
    ReplaceAll,
    /// The cell of a field in the row at this position changes.
    Change {
        /// From 0.
        position: usize,
        /// The field, compared without case.
        field: String,
        /// The new value: a number, a text, true, false or null.
        value: serde_json::Value,
    },
    /// The same without a trace: no stamp moves.
    Secretly(Box<Edit>),
    /// Nothing changes; the portal's clock goes on, and later edits are so much later.
    Wait {
        /// Milliseconds.
        ms: i64,
    },
    /// An edit of one layer only; others are of all.
    In {
        /// The service's name, or the dataset's id.
        layer: String,
        /// What is edited.
        edit: Box<Edit>,
    },
    /// The layer goes, or is there again.
    Gone {
        /// It is gone.
        gone: bool,
    },
    /// The layer wants a login, or no longer does.
    Private {
        /// It does.
        private: bool,
    },
}

/// What a portal itself must do differently for one request.
#[derive(Debug, Clone, Default)]
pub struct Tweaks {
    /// Ids left out.
    pub drop_rows: Vec<String>,
    /// Rows repeated at the end.
    pub duplicate_rows: usize,
    /// Added to a count.
    pub count_off: i64,
    /// A smaller cap.
    pub cap_at: Option<usize>,
    /// No rows but the flag.
    pub empty_flagged: bool,
    /// The replica says it is behind.
    pub out_of_date: bool,
    /// No `X-SODA2-` headers.
    pub no_soda_headers: bool,
    /// The number of this request among all, from 1: what unordered answers are permuted by.
    pub request: u64,
}
