//! Running every case and judging it: right, or loud.

use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::case::Case;
use crate::cases;
use crate::compare::{Rows, expected, lies_between, written};
use crate::run::{Bench, Ran};
use crate::scene::{Portal, Scene};
use crate::table::{Line, section};

/// Most of a case is waiting for pauses to pass.
const AT_ONCE: usize = 8;
/// Longer than any pause the program may choose.
const LONGEST: Duration = Duration::from_secs(400);
/// A file only when it is whole: codes of a run that brought none and says why.
const LOUD: [i32; 5] = [3, 4, 5, 6, 7];

#[test]
fn whatever_is_wrong_the_rows_are_right_or_the_error_is_loud() {
    let all = cases::all();
    let wanted = std::env::var("CASE").ok();
    let todo: Vec<(&Case, Portal)> = all
        .iter()
        .flat_map(|case| case.portals.iter().map(move |portal| (case, *portal)))
        .filter(|(case, _)| wanted.as_ref().is_none_or(|part| case.name.contains(part.as_str())))
        .collect();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((case, portal)) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let line = judged(case, *portal);
                    found.lock().unwrap().push(line);
                }
            });
        }
    });
    let mut lines = found.into_inner().unwrap();
    let place = |line: &Line| todo.iter().position(|(case, at)| (case.name, at.name()) == line.key());
    lines.sort_by_key(place);
    let wrong: Vec<&str> = lines.iter().filter_map(|line| line.wrong.as_deref()).collect();
    assert!(wrong.is_empty(), "{} of {} are neither:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
    if wanted.is_none() {
        section(&lines);
    }
}

/// One case, run and judged.
fn judged(case: &Case, portal: Portal) -> Line {
    let scene = Scene::start(case, portal);
    let bench = Bench::new();
    let start = Instant::now();
    let ran = run(&bench, &scene);
    let took = start.elapsed();
    let requests = scene.requests();
    let mut line = Line::new(case.name, portal.name(), ran.code, requests);
    let verdict = if ran.code == 0 {
        right(&bench, &scene, &ran, &mut line)
    } else {
        loud(&bench, case, &ran, &mut line)
    };
    line.wrong = verdict.err().map(|why| {
        format!(
            "{}, {}: {why}\n  exit {}\n  {}\n  {}",
            portal.name(),
            case.name,
            ran.code,
            ran.stdout,
            ran.stderr
        )
    });
    line.told(took);
    line
}

fn run(bench: &Bench, scene: &Scene) -> Ran {
    let reference = scene.reference();
    let mut command = bench.command();
    command.args(["fetch", &reference, "-o", "out.geojson", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    finished(child)
}

/// Waits, but not for ever.
fn finished(mut child: Child) -> Ran {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LONGEST {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// A file was written: are its rows the portal's?
fn right(bench: &Bench, scene: &Scene, ran: &Ran, line: &mut Line) -> Result<(), String> {
    let result: Value = serde_json::from_str(&ran.stdout).map_err(|error| error.to_string())?;
    let rows = written(&bench.read("out.geojson"), scene.portal);
    line.rows = rows.values().sum();
    line.distinct = result["distinct_ids"].as_u64();
    let (before, after) = (expected(&scene.before, scene.portal), expected(&scene.after, scene.portal));
    let said = ran.stderr.contains("was edited while it was read");
    line.outcome = match () {
        () if rows == after => "right",
        () if rows == before => "right, as it was before",
        () if said && lies_between(&rows, &before, &after) => "rows of both states, and said",
        () => return Err(difference(&rows, &after)),
    };
    match line.distinct {
        Some(ids) if ids == line.rows as u64 => Ok(()),
        ids => Err(format!("{} rows, but {ids:?} ids are told", line.rows)),
    }
}

fn difference(found: &Rows, expected: &Rows) -> String {
    let some = |left: &Rows, right: &Rows| {
        let odd: Vec<&str> =
            left.iter().filter(|(row, n)| right.get(*row) != Some(*n)).map(|(row, _)| row.as_str()).collect();
        format!("{}, such as {:?}", odd.len(), odd.first())
    };
    format!("SILENTLY WRONG: too many {}; too few {}", some(found, expected), some(expected, found))
}

/// No file was written: is the cause told, and nothing left?
fn loud(bench: &Bench, case: &Case, ran: &Ran, line: &mut Line) -> Result<(), String> {
    line.outcome = "loud";
    if !LOUD.contains(&ran.code) {
        return Err("no code of a download that failed".to_owned());
    }
    if !(ran.stdout.clone() + &ran.stderr).contains(case.says) {
        return Err(format!("the message does not say `{}`", case.says));
    }
    // The journal is what the next run goes on with.
    let left: Vec<String> = bench
        .names()
        .into_iter()
        .filter(|name| name.starts_with("out") || name.starts_with(".out"))
        .filter(|name| !name.ends_with(".geohub-partial"))
        .collect();
    if left.is_empty() { Ok(()) } else { Err(format!("left behind: {left:?}")) }
}
