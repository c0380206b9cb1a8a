//! An answer as it came, and what is wrong with it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use geohub_core::text::clean;
use reqwest::header::HeaderMap;
use serde::de::IgnoredAny;

use crate::error::FetchError;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The address without parameters.
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why an answer is of no use.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The same request may succeed, after the pause the server asked for.
    Again(FetchError, Option<Duration>),
    /// No connection came about.
    Unreachable(FetchError),
    /// It will not.
    Stop(FetchError),
}

impl Fault {
    /// The same without what a server's own words may give away.
    pub(super) fn discreet(self, hidden: &[String]) -> Self {
        match self {
            Self::Again(error, wait) => Self::Again(error.discreet(hidden), wait),
            Self::Unreachable(error) => Self::Unreachable(error.discreet(hidden)),
            Self::Stop(error) => Self::Stop(error.discreet(hidden)),
        }
    }
}

impl From<FetchError> for Fault {
    fn from(error: FetchError) -> Self {
        Self::Stop(error)
    }
}

impl Answer {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }

    /// The body as JSON text without byte order mark; what is visibly something else is a fault.
    pub(crate) fn json_text(&self) -> Result<&str, Fault> {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        match first {
            None => Err(self.again("an empty answer where JSON was due".to_owned())),
            Some(b'{' | b'[') => std::str::from_utf8(body)
                .map(without_tail)
                .map_err(|error| self.again(format!("invalid UTF-8 at byte {}", error.valid_up_to()))),
            Some(_) => Err(self.again(self.page_for_people())),
        }
    }

    /// What is wrong with an answer that is no JSON.
    pub(super) fn page_for_people(&self) -> String {
        format!("a page for people where JSON was due: {}", self.words())
    }

    /// True where POST is not allowed, by the status.
    pub(super) fn refuses_post(&self) -> bool {
        matches!(self.status, 405 | 501)
    }

    /// A page for people where the server itself would send JSON, and no sign that it is out of order.
    pub(super) fn is_page(&self) -> bool {
        let first = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        first == Some(&b'<') && matches!(self.status, 200 | 400 | 403 | 404 | 411)
    }

    /// A fault of the kind that a repetition may cure.
    pub(crate) fn again(&self, problem: String) -> Fault {
        Fault::Again(FetchError::bad(&self.url, problem), None)
    }

    /// JSON that does not parse: usually cut short.
    pub(crate) fn broken(&self, error: &serde_json::Error) -> Fault {
        let kind =
            if error.is_eof() { "the answer is cut short" } else { "the answer is not what was asked for" };
        self.again(format!("{kind}: {error}"))
    }

    /// The server's own words: the text of the body without markup, shortened.
    pub(crate) fn words(&self) -> String {
        let body = &self.body[..self.body.len().min(4096)];
        let mut plain = String::new();
        let mut inside = false;
        for c in String::from_utf8_lossy(body).chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    plain.push(' ');
                }
                _ if !inside => plain.push(c),
                _ => {}
            }
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        let short: String = words.join(" ").chars().take(200).collect();
        if short.is_empty() { "no explanation".to_owned() } else { clean(&short) }
    }

    /// The pause asked for by `Retry-After`, in seconds or as a date.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let text = self.header("retry-after")?;
        if let Ok(seconds) = text.trim().parse::<f64>() {
            return Duration::try_from_secs_f64(seconds.max(0.0)).ok();
        }
        let date = httpdate::parse_http_date(text.trim()).ok()?;
        // A date has whole seconds: one more, so as not to be early.
        Some(date.duration_since(now).unwrap_or_default() + Duration::from_secs(1))
    }

    /// What the status alone says; a 2xx with a body passes, except 202 (`still being prepared`).
    pub(crate) fn check_status(&self, words: &str) -> Result<(), Fault> {
        let (url, words) = (self.url.clone(), words.to_owned());
        let wait = self.retry_after(SystemTime::now());
        match self.status {
            202 => Err(Fault::Again(
                FetchError::Server { url, code: 202, words: "the answer is still being prepared".to_owned() },
                wait,
            )),
            200..=299 => Ok(()),
            code @ (401 | 403 | 407 | 498 | 499) => {
                Err(Fault::Stop(FetchError::Credentials { url, words, code: i64::from(code) }))
            }
            404 | 410 => Err(Fault::Stop(FetchError::NotFound { url, words })),
            429 | 503 => Err(Fault::Again(FetchError::Throttled { url, words }, wait)),
            408 | 500..=599 => {
                Err(Fault::Again(FetchError::Server { url, code: i64::from(self.status), words }, wait))
            }
            code => Err(Fault::Stop(FetchError::Server { url, code: i64::from(code), words })),
        }
    }
}

/// JSON without the end of a page for people that some proxies add.
fn without_tail(text: &str) -> &str {
    if !text.trim_end().ends_with('>') {
        return text;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) if text[values.byte_offset()..].trim_start().starts_with('<') => {
            &text[..values.byte_offset()]
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, header: Option<&str>, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert("retry-after", value.parse().unwrap());
        }
        Answer { url: "http://h/".to_owned(), status, headers, body: body.to_owned().into() }
    }

    #[test]
    fn a_page_behind_the_json_is_cut_off() {
        let text = |body: &str| answer(200, None, body).json_text().unwrap().to_owned();
        let json = r#"{"a":["<b>","}"]}"#;
        for tail in ["<html></html>", "\n<!-- proxy 7 -->\n", "\r\n</body>"] {
            assert_eq!(text(&format!("{json}{tail}")), json);
        }
        for whole in [json, r#"{"a":"b>"#, r#"{"a":1}x<b>"#, r#"{"a":"<"#] {
            assert_eq!(text(whole), whole);
        }
    }

    #[test]
    fn a_refused_post_is_told_by_status_or_page() {
        assert!(answer(405, None, "{}").refuses_post() && answer(501, None, "").refuses_post());
        assert!(answer(200, None, " <html>No.</html>").is_page() && answer(403, None, "<p>").is_page());
        assert!(!answer(502, None, "<html></html>").is_page() && !answer(200, None, "{}").is_page());
    }

    #[test]
    fn pauses_come_in_seconds_or_as_a_date() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").unwrap();
        let after = |text: &str| answer(429, Some(text), "").retry_after(now).map(|wait| wait.as_secs());
        assert_eq!(after("12"), Some(12));
        assert_eq!(after("Sun, 22 Nov 2026 10:00:07 GMT"), Some(8));
        assert_eq!(after("Sun, 22 Nov 2026 09:00:00 GMT"), Some(1));
        assert_eq!(after("soon"), None);
        assert_eq!(after("1e300"), None);
    }

    #[test]
    fn html_is_quoted_without_markup() {
        let page = answer(200, None, "<html><h1>Sign\n in</h1></html>");
        assert_eq!(page.words(), "Sign in");
        assert!(matches!(page.json_text(), Err(Fault::Again(FetchError::BadAnswer { .. }, None))));
    }

    #[test]
    fn statuses_are_sorted_into_stop_and_again() {
        let check = |status| answer(status, None, "x").check_status("x");
        assert!(check(200).is_ok());
        assert!(matches!(check(202), Err(Fault::Again(..))));
        assert!(matches!(check(404), Err(Fault::Stop(FetchError::NotFound { .. }))));
        assert!(matches!(check(429), Err(Fault::Again(FetchError::Throttled { .. }, None))));
        assert!(matches!(check(502), Err(Fault::Again(FetchError::Server { .. }, None))));
        assert!(matches!(check(403), Err(Fault::Stop(FetchError::Credentials { .. }))));
    }
}
