//! Answers of SODA and of the descriptions: arrays and objects, or an error in one of several shapes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use geohub_core::Context;
use geohub_core::text::clean;
use serde_json::Value;

use crate::error::FetchError;
use crate::http::{Answer, Fault};

/// A description.
pub(super) fn object(answer: &Answer) -> Result<Value, Fault> {
    let text = text(answer)?;
    serde_json::from_str(text).map_err(|error| answer.broken(&error))
}

/// The text of an answer that is an array, as rows are. They are checked by whoever parses them.
pub(super) fn rows(answer: &Answer) -> Result<&str, Fault> {
    let text = text(answer)?;
    if text.trim_start().starts_with('[') {
        return Ok(text);
    }
    Err(answer.again(format!("an object where rows were due: {}", answer.words())))
}

/// The text of an answer that is no error.
fn text(answer: &Answer) -> Result<&str, Fault> {
    let text = match answer.json_text() {
        Ok(text) => text,
        Err(fault) => {
            answer.check_status(&answer.words())?;
            return Err(fault);
        }
    };
    if answer.status == 200 && text.trim_start().starts_with('[') {
        return Ok(text);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(body) if answer.status != 200 || is_error(&body) => Err(refusal(answer, &body)),
        Ok(_) => Ok(text),
        Err(error) if answer.status == 200 => Err(answer.broken(&error)),
        Err(_) => Err(refusal(answer, &Value::Null)),
    }
}

/// What answers say of themselves beside their rows, each said on once.
#[derive(Debug, Default)]
pub(super) struct Signs {
    behind: AtomicBool,
    legacy: AtomicBool,
    warned: AtomicBool,
}

/// Of headers that are not used here.
const HARMLESS: &str = "are deprecated";

impl Signs {
    /// Passes on what the headers of an answer with rows say.
    pub(super) fn look(&self, answer: &Answer, context: &Context) {
        let first = |flag: &AtomicBool| !flag.swap(true, Ordering::Relaxed);
        let url = &answer.url;
        let behind = answer.header("x-soda2-data-out-of-date").unwrap_or_default();
        // A truth value in SODA 2, a list of what is behind in SODA 3.
        if !["", "false", "[]"].contains(&behind.trim()) && first(&self.behind) {
            let state = answer.header("x-soda2-secondary-last-modified");
            let since = state.map_or_else(String::new, |state| format!(", of {}", clean(&state)));
            context.warn(format!(
                "{url}: the copy that answers{since} is behind its source; later edits may be missing"
            ));
        }
        if answer.header("x-soda2-legacy-types").is_some_and(|value| value == "true") && first(&self.legacy) {
            context.note(format!("{url}: the portal answers by SODA 2.0, where text compares without case"));
        }
        let words = answer.header("x-soda2-warning").filter(|words| !words.contains(HARMLESS));
        if let Some(words) = words.filter(|_| first(&self.warned)) {
            context.warn(format!("{url}: the portal warns: {}", clean(&words)));
        }
    }
}

fn is_error(body: &Value) -> bool {
    body.get("error").is_some_and(|error| *error != Value::Bool(false) && !error.is_null())
}

fn refusal(answer: &Answer, body: &Value) -> Fault {
    let words = words(body).unwrap_or_else(|| answer.words());
    if let Err(fault) = answer.check_status(&words) {
        return fault;
    }
    // An error object within 200.
    let url = answer.url.clone();
    let code = body.get("status").and_then(Value::as_i64).unwrap_or(500);
    let wait = answer.retry_after(SystemTime::now());
    match code {
        429 | 503 => Fault::Again(FetchError::Throttled { url, words }, wait),
        400..=499 => Fault::Stop(FetchError::Server { url, code, words }),
        _ => Fault::Again(FetchError::Server { url, code, words }, wait),
    }
}

/// The message without the parser's dump behind it.
fn words(body: &Value) -> Option<String> {
    let message = ["message", "error", "reason"].iter().find_map(|name| body.get(name)?.as_str())?;
    let message = message.split("; position: Map(").next().unwrap_or(message).trim();
    let code = ["errorCode", "code"].iter().find_map(|name| body.get(name)?.as_str());
    let text = code.map_or_else(|| message.to_owned(), |code| format!("{message} ({code})"));
    Some(clean(&text.chars().take(400).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let headers = reqwest::header::HeaderMap::new();
        Answer { url: "http://h/".to_owned(), status, headers, body: body.to_owned().into() }
    }

    #[test]
    fn errors_in_their_several_shapes() {
        let fault = |status, body: &str| text(&answer(status, body)).map(str::to_owned).unwrap_err();
        match fault(
            400,
            r#"{"errorCode":"query.soql.no-such-column","message":"No such column: x; position: Map(row -> 1)"}"#,
        ) {
            Fault::Stop(error) => {
                assert!(
                    error.to_string().ends_with("No such column: x (query.soql.no-such-column)"),
                    "{error}"
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            fault(404, r#"{"code":"dataset.missing","error":true}"#),
            Fault::Stop(FetchError::NotFound { .. })
        ));
        assert!(matches!(
            fault(200, r#"{"error":true,"message":"Internal error","status":500}"#),
            Fault::Again(..)
        ));
        assert!(matches!(fault(202, ""), Fault::Again(..)));
        assert!(matches!(fault(200, "<html>busy</html>"), Fault::Again(..)));
        assert_eq!(rows(&answer(200, "[]\n")).unwrap(), "[]\n");
        assert!(matches!(rows(&answer(200, r#"{"message":"soon"}"#)), Err(Fault::Again(..))));
        assert!(object(&answer(200, r#"{"id":"abcd-1234"}"#)).is_ok());
    }
}
