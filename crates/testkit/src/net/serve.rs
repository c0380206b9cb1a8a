//! One request from arrival to answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::fault::Act;
use super::limit::Buckets;
use super::log::{Log, Ticket};
use super::remembered::Remembered;
use super::request::{Request, decode_pairs, decode_path};
use super::script::{Plan, Script};
use super::wire::Wire;
use super::{Answer, Latency, Portal, RetryAfter, headers};

/// A request body above this is refused (413), as web servers do.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// A GET line above this is refused (414): proxies and IIS stop at 2 to 8 kB; the protocols say to POST above 2000.
const MAX_QUERY: usize = 8 * 1024;

/// Where the log's summary is read; no request to it is logged.
const LOG_PATH: &str = "/stand-in/log";

/// What every connection shares.
pub(super) struct Shared {
    pub(super) portal: Arc<dyn Portal>,
    pub(super) log: Log,
    pub(super) script: Mutex<Script>,
    pub(super) bucket: Option<Mutex<Buckets>>,
    pub(super) latency: Latency,
    pub(super) plain: bool,
    pub(super) remembered: Option<Remembered>,
    pub(super) origin: String,
}

type Reply = Result<hyper::Response<Wire>, std::io::Error>;

async fn read(incoming: hyper::Request<Incoming>, origin: &str) -> Result<Request, u16> {
    let (parts, body) = incoming.into_parts();
    let raw_query = parts.uri.query().unwrap_or_default().to_owned();
    if raw_query.len() > MAX_QUERY {
        return Err(414);
    }
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> =
        parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(|_| 413_u16)?.to_bytes();
    let mut request = Request {
        method: parts.method.as_str().to_owned(),
        path: decode_path(parts.uri.path()),
        query: decode_pairs(&raw_query),
        raw_query,
        form: Vec::new(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        origin: origin.to_owned(),
    };
    let is_form = |kind: &str| kind.starts_with("application/x-www-form-urlencoded");
    if request.header("content-type").is_some_and(is_form) {
        request.form = decode_pairs(&request.body);
    }
    Ok(request)
}

/// Where a redirect leads.
fn place(url: &str, request: &Request) -> String {
    match url.strip_suffix('*') {
        Some(origin) if request.raw_query.is_empty() => format!("{origin}{}", request.path),
        Some(origin) => format!("{origin}{}?{}", request.path, request.raw_query),
        None => url.to_owned(),
    }
}

fn holds(body: &[u8], text: &str) -> bool {
    !text.is_empty() && body.windows(text.len()).any(|part| part == text.as_bytes())
}

impl Shared {
    fn over_the_rate(&self, request: &Request) -> Option<Answer> {
        let bucket = self.bucket.as_ref()?;
        let refused = bucket.lock().unwrap_or_else(PoisonError::into_inner).take(request.token()).err()?;
        Some(self.too_many(refused))
    }

    fn too_many(&self, retry_after: RetryAfter) -> Answer {
        let answer = self.portal.too_many();
        match retry_after.header() {
            Some(value) => answer.with("Retry-After", value),
            None => answer,
        }
    }

    /// The answer that stands in place of the portal's.
    fn replacement(&self, act: &Act, request: &Request) -> Answer {
        match act {
            Act::Status { code, body, headers } => {
                let kind = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                let kind = kind.map_or("application/json", |(_, value)| value);
                let answer = Answer::new(*code, kind, body.clone());
                let others = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
                others.fold(answer, |answer, (name, value)| answer.with(name, value))
            }
            Act::Json200 { body } => Answer::json(200, "application/json;charset=utf-8", body),
            Act::TooManyRequests { retry_after } => self.too_many(*retry_after),
            Act::RedirectTo { url } => Answer::html(302, "Moved").with("Location", place(url, request)),
            _ => Answer::html(200, "Service is temporarily unavailable"),
        }
    }

    fn make_answer(&self, request: &Request, plan: &Plan) -> Answer {
        if let Some(refusal) = self.over_the_rate(request) {
            return refusal;
        }
        let mut answer = match &plan.act {
            Some(act) if plan.replaces() => self.replacement(act, request),
            _ => self.portal.answer(request, &plan.tweaks),
        };
        match &plan.act {
            Some(Act::TruncatedJson { bytes }) => {
                answer.body.truncate(bytes.unwrap_or(answer.body.len() / 2));
            }
            Some(Act::RefuseText { text, code, body }) if holds(&answer.body, text) => {
                answer = Answer::json(*code, "application/json;charset=utf-8", body);
            }
            _ => {}
        }
        for edit in &plan.edits {
            self.portal.edit(edit);
        }
        answer
    }

    /// The answer as it goes on the wire.
    fn finished_answer(&self, request: &Request, plan: &Plan) -> Answer {
        let kept = self.remembered.as_ref().filter(|_| plan.is_nothing() && self.bucket.is_none());
        if let Some(answer) = kept.and_then(|kept| kept.get(request)) {
            return answer;
        }
        let mut answer = self.make_answer(request, plan);
        self.compress(request, &mut answer);
        if let Some(kept) = kept {
            kept.keep(request, &answer);
        }
        answer
    }

    fn compress(&self, request: &Request, answer: &mut Answer) {
        let status_has_body = !matches!(answer.status, 204 | 304);
        if self.plain || !status_has_body || !request.accepts_gzip() {
            return;
        }
        if let Some(smaller) = headers::gzip(&answer.body) {
            answer.body = smaller;
            answer.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
    }

    fn wire(answer: Answer, plan: &Plan, is_head: bool, ticket: Option<Ticket>) -> Reply {
        let mut builder = hyper::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            builder = builder.header(name, value);
        }
        if let Some(ticket) = &ticket {
            ticket.note(|entry| (entry.status, entry.rows) = (answer.status, answer.rows));
        }
        let body = if is_head { Bytes::new() } else { answer.body };
        let wire = Wire::new(body, answer.announce_length, ticket);
        let wire = match &plan.act {
            Some(Act::CutBodyAfter { bytes }) => wire.cut_after(*bytes),
            Some(Act::Slow { bytes_per_s, .. }) => wire.paced(*bytes_per_s),
            _ => wire,
        };
        builder.body(wire).map_err(std::io::Error::other)
    }

    /// The log's summary, for clients in other processes; `clear=true` forgets what was.
    fn log_summary(&self, request: &Request) -> Reply {
        let answer = Answer::json(200, "application/json", &self.log.summary());
        if request.param("clear") == Some("true") {
            self.log.clear();
        }
        Self::wire(answer, &Plan::default(), false, None)
    }

    /// Answers one request; an error closes the connection without a word.
    pub(super) async fn serve(self: Arc<Self>, incoming: hyper::Request<Incoming>) -> Reply {
        let request = match read(incoming, &self.origin).await {
            Ok(request) => request,
            Err(status) => {
                let ticket = self.log.open(Request::default(), super::Kind::Other);
                return Self::wire(
                    Answer::html(status, "Request too large"),
                    &Plan::default(),
                    false,
                    Some(ticket),
                );
            }
        };
        if request.path == LOG_PATH {
            return self.log_summary(&request);
        }
        let kind = self.portal.kind(&request);
        let ticket = self.log.open(request.clone(), kind);
        let plan = self.script.lock().unwrap_or_else(PoisonError::into_inner).plan(kind, &request);
        if let Some(act) = &plan.act {
            ticket.note(|entry| entry.fault = serde_json::to_string(act).ok());
        }
        if let Some(Act::Slow { delay_ms, .. }) = &plan.act {
            tokio::time::sleep(Duration::from_millis(*delay_ms)).await;
        }
        if matches!(plan.act, Some(Act::Reset)) {
            return Err(std::io::Error::other("reset by the fault script"));
        }
        let begun = Instant::now();
        let answer = self.finished_answer(&request, &plan);
        ticket.note(|entry| entry.work = begun.elapsed());
        tokio::time::sleep(self.latency.of(answer.rows)).await;
        Self::wire(answer, &plan, request.method == "HEAD", Some(ticket))
    }
}
