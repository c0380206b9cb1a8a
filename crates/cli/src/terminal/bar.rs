//! The text of the progress line.

use std::time::Duration;

use geohub_core::progress::Snapshot;
use geohub_core::text;

const BAR: std::ops::RangeInclusive<usize> = 10..=40;
/// Columns that what is done gets, as long as there is any room.
const LEAST_WHAT: usize = 20;
/// Columns of the verb that it begins with.
const VERB: usize = 10;

/// What is done and how far, with rows, rate and time left, in fewer than `width` columns. The time is that of the step
/// which the line names.
///
/// On a narrow terminal what the step is about is shortened, then the bar goes, the rate, the rows.
pub fn line(now: &Snapshot, width: usize) -> String {
    let room = width - 1;
    let what = text::clean(&now.what);
    let share = now.share.map(|share| format!("{:.0} %", (share * 100.0).floor()));
    let wait = wait(now);
    let left = left(now).map(|seconds| format!("{} left", duration(seconds)));
    // While nothing is done, what matters is for how long.
    let left = wait.clone().or(left);
    let rate = rate(now).filter(|_| wait.is_none()).map(|rate| format!("{} a second", text::grouped(rate)));
    let detail = Some(now.detail.clone()).filter(|detail| !detail.is_empty());
    let facts = |wanted: &[&Option<String>]| {
        wanted.iter().filter_map(|fact| fact.as_deref()).collect::<Vec<_>>().join(", ")
    };
    let rows = Some(rows(now)).filter(|rows| !rows.is_empty());
    let all = facts(&[&share, &rows, &rate, &detail, &left]);
    let least = columns(&what).min(LEAST_WHAT);
    if let Some(done) = now.share {
        let used = columns(&all) + 4;
        if room >= used + least + BAR.start() {
            let what = shortened(&what, room - used - BAR.start());
            let bar = bar(done, (room - used - columns(&what)).min(*BAR.end()));
            return format!("{what} {bar} {all}");
        }
    }
    let shorter = [
        (all, least),
        (facts(&[&share, &rows, &rate, &left]), least),
        (facts(&[&share, &rows, &left]), least),
        (facts(&[&share, &left]), least.min(VERB)),
    ];
    for (facts, least) in shorter {
        if room >= columns(&facts) + least + 2 {
            let what = shortened(&what, room - columns(&facts) - 2);
            return if facts.is_empty() { what } else { format!("{what}: {facts}") };
        }
    }
    shortened(&what, room)
}

fn rows(now: &Snapshot) -> String {
    match now.total_rows {
        Some(total) => format!("{} of {} rows", text::grouped(now.rows), text::grouped(total)),
        None if now.rows > 0 => format!("{} rows", text::grouped(now.rows)),
        None => String::new(),
    }
}

fn rate(now: &Snapshot) -> Option<u64> {
    (now.rows > 0 && !now.elapsed.is_zero()).then(|| (now.rows as f64 / now.elapsed.as_secs_f64()) as u64)
}

/// Seconds left if the rest goes as what was done.
fn left(now: &Snapshot) -> Option<u64> {
    let share = now.share.filter(|share| *share > 0.0)?;
    let seconds = now.elapsed.as_secs_f64() / share * (1.0 - share);
    Some(Duration::try_from_secs_f64(seconds).ok()?.as_secs_f64().ceil() as u64)
}

/// `waiting 12 s, asked by server`: counted down, of a long reason the beginning.
fn wait(now: &Snapshot) -> Option<String> {
    const REASON: usize = 40;
    let (left, why) = now.waiting.as_ref()?;
    let why: String = text::clean(why).chars().take(REASON).collect();
    Some(format!("waiting {}, {why}", duration(left.as_secs_f64().ceil() as u64)))
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

fn bar(share: f64, width: usize) -> String {
    let full = ((share * width as f64) as usize).min(width);
    format!("[{}{}]", "#".repeat(full), "-".repeat(width - full))
}

/// Columns on a terminal, at most: anything beyond ASCII may be as wide as two.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// A verb and what it is about in so many columns: of a path, the end has the name.
fn shortened(what: &str, room: usize) -> String {
    if columns(what) <= room {
        return what.to_owned();
    }
    let (verb, about) = what.split_once(' ').unwrap_or(("", what));
    let mut used = verb.len() + 4;
    let fits = |letter: &char| {
        used += columns(letter.encode_utf8(&mut [0; 4]));
        used <= room
    };
    let kept: Vec<char> = about.chars().rev().take_while(fits).collect();
    let kept: String = kept.into_iter().rev().collect();
    if kept.is_empty() { verb[..verb.len().min(room)].to_owned() } else { format!("{verb} ...{kept}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(rows: u64, total_rows: Option<u64>, share: Option<f64>) -> Snapshot {
        let (what, detail) = ("reading /data/la/parcels.geojson".to_owned(), String::new());
        Snapshot { what, detail, rows, total_rows, share, elapsed: Duration::from_secs(2), waiting: None }
    }

    #[test]
    fn waits_are_counted_down_in_place_of_rate_and_time_left() {
        let mut now = now(5_000, Some(20_000), Some(0.25));
        now.waiting = Some((Duration::from_millis(11_200), "asked by server".to_owned()));
        assert_eq!(
            line(&now, 100),
            "reading ...a/parcels.geojson [##--------] 25 %, 5,000 of 20,000 rows, waiting 12 s, asked by server"
        );
        for width in 1..200 {
            assert!(columns(&line(&now, width)) < width, "{width}");
        }
    }

    #[test]
    fn the_line_tells_rows_rate_and_time_left() {
        assert_eq!(
            line(&now(5_000, Some(20_000), Some(0.25)), 101),
            "reading /data/la/parcels.geojson [###---------] 25 %, 5,000 of 20,000 rows, 2,500 a second, 6 s left"
        );
        assert_eq!(
            line(&now(5_000, None, Some(0.5)), 80),
            "reading ...cels.geojson [#####-----] 50 %, 5,000 rows, 2,500 a second, 2 s left"
        );
        assert_eq!(
            line(&now(5_000, None, Some(0.5)), 70),
            "reading ...arcels.geojson: 50 %, 5,000 rows, 2,500 a second, 2 s left"
        );
        assert_eq!(
            line(&now(5_000, None, None), 80),
            "reading /data/la/parcels.geojson: 5,000 rows, 2,500 a second"
        );
        assert_eq!(line(&now(0, None, None), 80), "reading /data/la/parcels.geojson");
    }

    #[test]
    fn no_terminal_is_too_narrow() {
        let mut wide = now(123_456_789, Some(987_654_321), Some(0.125));
        wide.detail = "12 requests, 3.4 MB".to_owned();
        wide.what = "reading Straßen 道路.geojson".to_owned();
        for width in 1..300 {
            let line = line(&wide, width);
            assert!(columns(&line) < width, "{width}: {line}");
            assert!(width < 30 || line.contains("12 %, "), "{width}: {line}");
        }
    }

    #[test]
    fn long_waits_are_told_in_minutes_and_hours() {
        let of = |share| {
            left(&Snapshot { elapsed: Duration::from_secs(100), ..now(1, None, Some(share)) }).map(duration)
        };
        assert_eq!(of(0.5).unwrap(), "1 min 40 s");
        assert_eq!(of(0.01).unwrap(), "2 h 45 min");
        assert_eq!((of(1.0).unwrap(), of(0.0)), ("0 s".to_owned(), None));
    }
}
