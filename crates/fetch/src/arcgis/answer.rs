//! Answers that are JSON, or an error in JSON, whatever the HTTP status says.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;

use crate::error::FetchError;
use crate::http::{Answer, Fault};

/// Reads an answer as JSON after looking for errors in it.
pub(super) fn json<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Result<T, Fault> {
    let text = text(answer)?;
    serde_json::from_str(&text).map_err(|error| answer.broken(&error))
}

/// The answer's JSON text, proved to be well-formed and no error object. Bare `NaN` and `Infinity`, which some servers
/// write and JSON does not have, become text, as which other servers write them.
pub(crate) fn text(answer: &Answer) -> Result<Cow<'_, str>, Fault> {
    let text = match answer.json_text() {
        Ok(text) => text,
        Err(fault) => {
            answer.check_status(&answer.words())?;
            return Err(fault);
        }
    };
    let text = match serde_json::from_str::<Head>(text) {
        Ok(head) => return checked(answer, head).map(|()| Cow::Borrowed(text)),
        Err(error) => repaired(text).ok_or_else(|| answer.broken(&error))?,
    };
    let head = serde_json::from_str::<Head>(&text).map_err(|error| answer.broken(&error))?;
    checked(answer, head).map(|()| Cow::Owned(text))
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    error: Option<Value>,
}

fn checked(answer: &Answer, head: Head) -> Result<(), Fault> {
    match head.error {
        Some(error) => Err(fault(answer, &error)),
        None => answer.check_status("no explanation"),
    }
}

/// What an error object asks for.
fn fault(answer: &Answer, error: &Value) -> Fault {
    let (url, words) = (answer.url.clone(), words(error));
    let code = error.get("code").and_then(Value::as_i64).unwrap_or(i64::from(answer.status));
    let wait = answer.retry_after(SystemTime::now());
    let lower = words.to_lowercase();
    let missing = ["not found", "does not exist", "invalid url", "is not available"];
    match code {
        401 | 403 | 498 | 499 => Fault::Stop(FetchError::Credentials { url, words, code }),
        404 | 410 => Fault::Stop(FetchError::NotFound { url, words }),
        400 | 500 if missing.iter().any(|word| lower.contains(word)) => {
            Fault::Stop(FetchError::NotFound { url, words })
        }
        429 | 503 => Fault::Again(FetchError::Throttled { url, words }, wait),
        400..=499 => Fault::Stop(FetchError::Server { url, code, words }),
        _ => Fault::Again(FetchError::Server { url, code, words }, wait),
    }
}

/// Message and details in one line.
fn words(error: &Value) -> String {
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    let details =
        error.get("details").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let parts: Vec<&str> = std::iter::once(message)
        .chain(details.filter(|detail| *detail != message))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let plain = if parts.is_empty() { "no explanation".to_owned() } else { parts.join(" ") };
    geohub_core::text::clean(&plain.chars().take(400).collect::<String>())
}

/// The text with bare `NaN` and `Infinity` outside strings in quotes; `None` when there are none.
fn repaired(text: &str) -> Option<String> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(at) = rest.find(['"', 'N', 'I', '-']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let word = ["-Infinity", "Infinity", "NaN"].into_iter().find(|word| rest.starts_with(word));
        let taken = match word {
            Some(word) => {
                out.extend(['"', '"']);
                out.insert_str(out.len() - 1, word);
                found = true;
                word.len()
            }
            None if rest.starts_with('"') => {
                let end = string_end(rest);
                out.push_str(&rest[..end]);
                end
            }
            None => {
                out.push_str(&rest[..1]);
                1
            }
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    found.then_some(out)
}

/// Where the JSON string that starts the text ends.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let headers = reqwest::header::HeaderMap::new();
        Answer { url: "http://h/".to_owned(), status, headers, body: body.to_owned().into() }
    }

    #[test]
    fn errors_within_200_are_told_apart() {
        let fault = |body: &str| json::<Value>(&answer(200, body)).unwrap_err();
        let stop = fault(r#"{"error":{"code":499,"message":"Token Required","details":[]}}"#);
        assert!(matches!(stop, Fault::Stop(FetchError::Credentials { .. })));
        let again = fault(r#"{"error":{"code":429,"message":"Too many requests","details":null}}"#);
        assert!(matches!(again, Fault::Again(FetchError::Throttled { .. }, None)));
        match fault(r#"{"error":{"code":400,"message":"Unable","details":["'where' is wrong"]}}"#) {
            Fault::Stop(error) => assert!(error.to_string().contains("400: Unable 'where' is wrong")),
            other => panic!("{other:?}"),
        }
        assert!(matches!(fault("<html>Sign in</html>"), Fault::Again(..)));
        assert!(matches!(fault(r#"{"features":[{"a"#), Fault::Again(..)));
    }

    #[test]
    fn bare_nan_becomes_text_outside_strings_only() {
        let value: Value = json(&answer(200, r#"{"a":NaN,"b":"-NaN \" NaN","c":[-Infinity,-1]}"#)).unwrap();
        assert_eq!(value.to_string(), r#"{"a":"NaN","b":"-NaN \" NaN","c":["-Infinity",-1]}"#);
    }
}
