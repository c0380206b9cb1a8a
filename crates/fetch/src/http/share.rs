//! How much of its limit a server says is used.
//!
//! `ArcGIS` Online: `x-esri-org-request-units-per-min: usage=97;max=10000`, shared by everybody who uses that city's
//! layers. Others: `RateLimit-Limit` and its sisters, with or without `X-` and a suffix (Hub's search has
//! `x-ratelimit-remaining-portal_search_throttler`), or one `RateLimit` header of either draft. Whatever reads
//! otherwise counts as absent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

const ESRI: &str = "x-esri-org-request-units-per-min";
/// Seconds since 1970 rather than from now.
const EPOCH_S: f64 = 1e9;

/// The part of a limit that is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// 0 to 1, and above where the server let more pass.
    pub(super) used: f64,
    /// When it is given back.
    pub(super) reset: Option<Duration>,
}

impl Share {
    /// The largest part that any of the headers speaks of.
    pub(super) fn of(headers: &HeaderMap, now: SystemTime) -> Option<Self> {
        let found = [esri(headers), plain(headers, now), combined(headers)];
        found.into_iter().flatten().max_by(|a, b| a.used.total_cmp(&b.used))
    }

    fn new(used: f64, limit: f64, reset: Option<f64>) -> Option<Self> {
        let sound = used.is_finite() && limit.is_finite() && limit >= 1.0 && used >= 0.0;
        let reset = reset.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        sound.then(|| Self { used: used / limit, reset })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// The value of `name` in `name=1;other=2` or `name=1, other=2`.
fn item(text: &str, name: &str) -> Option<f64> {
    text.split([';', ',']).find_map(|part| {
        let (found, value) = part.split_once('=')?;
        found.trim().eq_ignore_ascii_case(name).then(|| number(value))?
    })
}

fn esri(headers: &HeaderMap) -> Option<Share> {
    let text = text(headers, ESRI)?;
    Share::new(item(text, "usage")?, item(text, "max")?, None)
}

/// `[X-]RateLimit-{Limit,Remaining,Reset}[-SUFFIX]`.
fn plain(headers: &HeaderMap, now: SystemTime) -> Option<Share> {
    let find = |word: &str| {
        headers.iter().find_map(|(name, value)| {
            let name = name.as_str();
            let rest = name.strip_prefix("x-").unwrap_or(name).strip_prefix("ratelimit-")?;
            let rest = rest.strip_prefix(word)?;
            // `100, 100;w=60` repeats the limit with its window.
            let first = value.to_str().ok()?.split([',', ';']).next()?;
            (rest.is_empty() || rest.starts_with('-')).then(|| number(first))?
        })
    };
    let (limit, remaining) = (find("limit")?, find("remaining")?);
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let reset = find("reset").map(|reset| if reset > EPOCH_S { (reset - since).max(0.0) } else { reset });
    Share::new((limit - remaining).max(0.0), limit, reset)
}

/// `RateLimit: limit=100, remaining=50, reset=5`, or `RateLimit: "default";r=50;t=5` with the limit as `q` in
/// `RateLimit-Policy`.
fn combined(headers: &HeaderMap) -> Option<Share> {
    let now = text(headers, "ratelimit")?;
    let policy = text(headers, "ratelimit-policy").unwrap_or_default();
    let limit = item(now, "limit").or_else(|| item(policy, "q"))?;
    let remaining = item(now, "remaining").or_else(|| item(now, "r"))?;
    let reset = item(now, "reset").or_else(|| item(now, "t"));
    Share::new((limit - remaining).max(0.0), limit, reset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(pairs: &[(&'static str, &str)]) -> Option<(f64, Option<u64>)> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap()));
        let now = UNIX_EPOCH + Duration::from_hours(500_000);
        let share = Share::of(&headers.collect(), now)?;
        Some((share.used, share.reset.map(|reset| reset.as_secs())))
    }

    #[test]
    fn every_dialect_is_read() {
        let used = [
            (vec![(ESRI, "usage=97;max=10000")], 0.0097, None),
            (vec![(ESRI, "max=28800; usage=28800")], 1.0, None),
            (vec![("ratelimit-limit", "100, 100;w=60"), ("ratelimit-remaining", "25")], 0.75, None),
            (
                vec![
                    ("x-ratelimit-limit-portal_search_throttler", "10"),
                    ("x-ratelimit-remaining-portal_search_throttler", "1"),
                    ("x-ratelimit-reset", "1800000007"),
                ],
                0.9,
                Some(7),
            ),
            (vec![("ratelimit", "limit=100, remaining=50, reset=5")], 0.5, Some(5)),
            (
                vec![("ratelimit", r#""default";r=30;t=9"#), ("ratelimit-policy", r#""default";q=60;w=60"#)],
                0.5,
                Some(9),
            ),
        ];
        for (headers, used, reset) in used {
            assert_eq!(share(&headers), Some((used, reset)), "{headers:?}");
        }
    }

    #[test]
    fn odd_values_are_as_good_as_none() {
        for value in
            ["", "97", "usage=a;max=b", "usage=5", "usage=5;max=0", "usage=-5;max=10", "usage=NaN;max=9"]
        {
            assert_eq!(share(&[(ESRI, value)]), None, "{value}");
        }
        assert_eq!(share(&[("ratelimit-limit", "many"), ("ratelimit-remaining", "few")]), None);
        assert_eq!(share(&[("ratelimit-limit", "100")]), None);
        let odd = [("ratelimit", "limit=10, remaining=5, reset=-3"), (ESRI, "usage=NaN;max=1")];
        assert_eq!(share(&odd), Some((0.5, None)));
    }
}
