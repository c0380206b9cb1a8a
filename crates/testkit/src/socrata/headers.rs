//! Headers of row answers, and conditional requests (`protocols/socrata.md` section 3.8).

use serde_json::json;

use super::dataset::State;
use super::select::Output;
use crate::hash;
use crate::net::{Answer, Request, Tweaks};
use crate::table::format_http;

/// Fields and types together longer than this are left out.
const FIELDS_BYTES: usize = 5000;

/// The tag hashes the data's version, the query and what was negotiated.
fn etag(request: &Request, state: &State) -> String {
    let part = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let text = format!(
        "{} {} {} {} {}",
        state.modified_ms,
        request.path,
        request.raw_query,
        part("accept"),
        part("accept-encoding")
    );
    let suffix = if request.accepts_gzip() { "--gzip--gzip" } else { "" };
    format!("\"{:016x}{:016x}{suffix}\"", hash::text(text.as_bytes()), hash::mix(hash::text(text.as_bytes())))
}

/// Whether the client has it already.
fn unchanged(request: &Request, tag: &str, modified_ms: i64) -> bool {
    if let Some(tags) = request.header("if-none-match") {
        return tags.split(',').any(|known| known.trim() == tag || known.trim() == "*");
    }
    let since = request.header("if-modified-since").and_then(|date| httpdate::parse_http_date(date).ok());
    since.is_some_and(|date| {
        let known = date.duration_since(std::time::UNIX_EPOCH).map_or(0, |span| span.as_secs() as i64);
        known >= modified_ms.div_euclid(1000)
    })
}

/// Common to every answer of the portal.
pub(super) fn common(answer: Answer, tweaks: &Tweaks) -> Answer {
    let mut answer = answer
        .with("Access-Control-Allow-Origin", "*")
        .with("Vary", "Accept-Encoding")
        .with("X-Socrata-Region", "local")
        .with("X-Socrata-RequestId", format!("{:032x}", u128::from(hash::combine(&[17, tweaks.request]))));
    answer.announce_length = false;
    answer
}

fn soda(answer: Answer, state: &State, outputs: &[Output], tweaks: &Tweaks, typed: bool) -> Answer {
    let truth = format_http(state.modified_ms);
    // A replica that is behind answers from an hour ago.
    let replica = if tweaks.out_of_date { format_http(state.modified_ms - 3_600_000) } else { truth.clone() };
    let answer = answer
        .with("X-SODA2-Data-Out-Of-Date", tweaks.out_of_date.to_string())
        .with("X-SODA2-Truth-Last-Modified", truth)
        .with("X-SODA2-Secondary-Last-Modified", replica);
    let fields = json!(outputs.iter().map(|output| &output.name).collect::<Vec<_>>()).to_string();
    let types = json!(outputs.iter().map(|output| output.soda).collect::<Vec<_>>()).to_string();
    if !typed || fields.len() + types.len() > FIELDS_BYTES {
        return answer;
    }
    let plain = |text: String| text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>();
    answer.with("X-SODA2-Fields", plain(fields)).with("X-SODA2-Types", types)
}

/// Dresses a SODA 2 answer, or replaces it by 304.
pub(super) fn rows(
    answer: Answer,
    request: &Request,
    state: &State,
    outputs: &[Output],
    tweaks: &Tweaks,
    typed: bool,
) -> Answer {
    let tag = etag(request, state);
    if unchanged(request, &tag, state.modified_ms) {
        let mut empty =
            common(Answer::new(304, "application/json;charset=utf-8", ""), tweaks).with("ETag", tag);
        empty.headers.retain(|(name, _)| name != "Content-Type");
        return empty;
    }
    let answer =
        common(answer, tweaks).with("ETag", tag).with("Last-Modified", format_http(state.modified_ms));
    if tweaks.no_soda_headers { answer } else { soda(answer, state, outputs, tweaks, typed) }
}
