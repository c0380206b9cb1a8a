//! Joins and selections through every format and number of jobs, against an exact oracle that asks of every pair.
//! That joins are right in themselves is tested where they are written; here the wiring is.

use std::fmt::Write as _;

use geohub_index::Predicate;
use geohub_testkit::hash::Rng;

use crate::oracle::random::any_model;
use crate::oracle::{Model, holds, relate};
use crate::run::{Bench, finish};

const FORMATS: [&str; 6] = ["geojson", "geojsonl", "csv", "fgb", "parquet", "tsv"];
const JOBS: [&str; 3] = ["1", "2", "7"];

/// Geometries in every way a join or a selection is asked for them.
const WAYS: [&[&str]; 8] = [
    &["--how", "left"],
    &["--how", "inner"],
    &["--how", "inner", "--many", "all"],
    &["--many", "first"],
    &["--how", "semi"],
    &["--how", "anti"],
    &["--agg", "n=count(),sum=sum(id),least=min(id),most=max(id)"],
    &["--how", "inner", "--agg", "n=count(),sum=sum(id),least=min(id),most=max(id)"],
];

enum Shape {
    Null,
    Empty,
    Known(Model),
}

fn shapes(seed: u64, count: usize) -> Vec<Shape> {
    let mut rng = Rng::new(&[seed]);
    (0..count)
        .map(|_| match rng.below(12) {
            0 => Shape::Null,
            1 => Shape::Empty,
            _ => Shape::Known(any_model(&mut |bound| rng.below(bound as usize) as u32, 6)),
        })
        .collect()
}

/// `(0 1, 2 3)` and `[[0,1],[2,3]]`: the same nested list in the two spellings.
struct Spelling {
    open: char,
    close: char,
    between: char,
    bare_points: bool,
}

const WKT: Spelling = Spelling { open: '(', close: ')', between: ' ', bare_points: true };
const JSON: Spelling = Spelling { open: '[', close: ']', between: ',', bare_points: false };

impl Spelling {
    fn list(&self, members: impl IntoIterator<Item = String>) -> String {
        let members: Vec<String> = members.into_iter().collect();
        format!("{}{}{}", self.open, members.join(","), self.close)
    }

    fn point(&self, (x, y): &(i128, i128)) -> String {
        let pair = format!("{x}{}{y}", self.between);
        if self.bare_points { pair } else { format!("{}{pair}{}", self.open, self.close) }
    }

    fn path(&self, path: &[(i128, i128)]) -> String {
        self.list(path.iter().map(|point| self.point(point)))
    }

    /// The type's name and the coordinates; always a multi type.
    fn model(&self, model: &Model) -> (&'static str, String) {
        match model {
            Model::Points(points) => ("MultiPoint", self.path(points)),
            Model::Lines(lines) => ("MultiLineString", self.list(lines.iter().map(|line| self.path(line)))),
            Model::Areas(areas) => {
                let area = |area: &Vec<Vec<_>>| self.list(area.iter().map(|ring| self.path(ring)));
                ("MultiPolygon", self.list(areas.iter().map(area)))
            }
        }
    }
}

fn wkt(shape: &Shape) -> String {
    match shape {
        Shape::Null => String::new(),
        Shape::Empty => "POLYGON EMPTY".to_owned(),
        Shape::Known(model) => {
            let (name, coordinates) = WKT.model(model);
            format!("\"{name} {coordinates}\"")
        }
    }
}

fn geojson(shape: &Shape) -> String {
    match shape {
        Shape::Null => "null".to_owned(),
        Shape::Empty => r#"{"type":"Polygon","coordinates":[]}"#.to_owned(),
        Shape::Known(model) => {
            let (name, coordinates) = JSON.model(model);
            format!(r#"{{"type":"{name}","coordinates":{coordinates}}}"#)
        }
    }
}

/// Writes a layer in every format, text by hand and the rest by geohub; the ids are the rows' numbers.
fn write_all(bench: &Bench, name: &str, shapes: &[Shape]) {
    let mut table = "id,WKT\n".to_owned();
    let mut lines = String::new();
    for (id, shape) in shapes.iter().enumerate() {
        writeln!(table, "{id},{}", wkt(shape)).unwrap();
        let geometry = geojson(shape);
        writeln!(lines, r#"{{"type":"Feature","properties":{{"id":{id}}},"geometry":{geometry}}}"#).unwrap();
    }
    bench.write(&format!("{name}.csv"), &table);
    bench.write(&format!("{name}.geojsonl"), &lines);
    let members = lines.trim_end().replace('\n', ",\n");
    bench.write(
        &format!("{name}.geojson"),
        format!(r#"{{"type":"FeatureCollection","features":[{members}]}}"#),
    );
    for (from, to) in [("csv", "parquet"), ("geojson", "fgb"), ("geojsonl", "tsv")] {
        bench.geohub(["convert", &format!("{name}.{from}"), &format!("{name}.{to}")]).ok();
    }
}

/// The ids of a file in its order.
fn order(bench: &Bench, file: &str) -> Vec<usize> {
    let text = bench.geohub(["convert", file, "-", "-f", "csv", "--fields", "id"]).ok();
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

/// One layer beside another, as two files have them.
struct Case<'a> {
    left: &'a [Shape],
    right: &'a [Shape],
    left_order: Vec<usize>,
    right_order: Vec<usize>,
}

impl Case<'_> {
    fn matches(&self, left: usize, predicate: Predicate) -> Vec<usize> {
        let Shape::Known(left) = &self.left[left] else { return Vec::new() };
        let matching = |right: &&usize| match &self.right[**right] {
            Shape::Known(right) => holds(predicate, &relate(left, right)),
            _ => false,
        };
        self.right_order.iter().filter(matching).copied().collect()
    }

    /// The lines of the CSV that the join must write, without the header.
    fn expected(&self, predicate: Predicate, way: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        for left in &self.left_order {
            let found = self.matches(*left, predicate);
            let inner = way.contains(&"inner");
            if way.contains(&"semi") || way.contains(&"anti") {
                lines.extend((found.is_empty() == way.contains(&"anti")).then(|| left.to_string()));
            } else if way.contains(&"--agg") {
                let (count, sum) = (found.len(), found.iter().sum::<usize>());
                match (found.iter().min(), found.iter().max()) {
                    (Some(least), Some(most)) => lines.push(format!("{left},{count},{sum},{least},{most}")),
                    _ => lines.extend((!inner).then(|| format!("{left},0,,,"))),
                }
            } else if found.is_empty() {
                lines.extend((!inner).then(|| format!("{left},")));
            } else {
                let kept = if way.contains(&"first") { 1 } else { found.len() };
                lines.extend(found[..kept].iter().map(|right| format!("{left},{right}")));
            }
        }
        lines
    }
}

#[test]
fn joins_of_every_two_formats_agree_with_brute_force() {
    let bench = Bench::new();
    let layers = [shapes(11, 14), shapes(12, 45)];
    write_all(&bench, "small", &layers[0]);
    write_all(&bench, "large", &layers[1]);
    let mut number = 0;
    for predicate in Predicate::ALL {
        for way in WAYS {
            // Every format meets every other in the course of the runs.
            let (left, right) = (FORMATS[number % 6], FORMATS[number / 6 % 6]);
            let jobs = JOBS[number % 3];
            number += 1;
            let swap = number % 2;
            let names = [["small", "large"], ["large", "small"]][swap];
            let files = [format!("{}.{left}", names[0]), format!("{}.{right}", names[1])];
            let case = Case {
                left: &layers[swap],
                right: &layers[1 - swap],
                left_order: order(&bench, &files[0]),
                right_order: order(&bench, &files[1]),
            };
            let mut command = bench.command();
            command.args(["join", &files[0], &files[1], "--left-fields", "id", "--no-geometry", "-f", "csv"]);
            command.args(["--allow-cross", "--jobs", jobs, "--predicate", predicate.name()]).args(way);
            let output = finish(&mut command).ok();
            let lines: Vec<&str> = output.lines().skip(1).collect();
            assert_eq!(lines, case.expected(predicate, way), "{files:?} {predicate} {way:?}");
        }
    }
}

#[test]
fn selections_from_every_format_agree_with_brute_force() {
    let bench = Bench::new();
    let layer = shapes(13, 120);
    write_all(&bench, "layer", &layer);
    let corners = |west: i128, south: i128, east: i128, north: i128| {
        vec![(west, south), (east, south), (east, north), (west, north), (west, south)]
    };
    let selected = |area: &Model, predicate: Predicate| -> Vec<usize> {
        let is_in =
            |shape: &Shape| matches!(shape, Shape::Known(model) if holds(predicate, &relate(model, area)));
        layer.iter().enumerate().filter(|(_, shape)| is_in(shape)).map(|(id, _)| id).collect()
    };
    let hole = corners(1, 1, 3, 2);
    for (west, south, east, north) in [(0, 0, 2, 2), (1, 2, 4, 5), (3, 0, 4, 5), (0, 0, 5, 5), (5, 5, 8, 8)] {
        let rectangle = corners(west, south, east, north);
        let with_hole = vec![corners(0, 0, east + 2, north + 2), hole.clone()];
        let box_text = format!("--bbox={west},{south},{east},{north}");
        let area = Model::Areas(vec![vec![rectangle.clone()]]);
        let pierced = Model::Areas(vec![with_hole]);
        let within =
            |model: &Model| format!("--within={}", wkt(&Shape::Known(model.clone())).trim_matches('"'));
        let cases = [
            (box_text, selected(&area, Predicate::Intersects)),
            (within(&area), selected(&area, Predicate::Within)),
            (within(&pierced), selected(&pierced, Predicate::Within)),
        ];
        for (number, format) in FORMATS.iter().enumerate() {
            for (words, expected) in &cases {
                let file = format!("layer.{format}");
                let query =
                    ["query", &file, words, "--fields", "id", "-f", "csv", "--jobs", JOBS[number % 3]];
                let output = bench.geohub(query).ok();
                let mut found: Vec<usize> = output
                    .lines()
                    .skip(1)
                    .map(|line| line.split(',').next().unwrap().parse().unwrap())
                    .collect();
                // FlatGeobuf has an order of its own.
                found.sort_unstable();
                assert_eq!(found, *expected, "{format} {words}");
            }
        }
    }
}
