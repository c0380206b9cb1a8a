//! Same input, same output, whatever the block size and the number of workers.

use std::fmt::Write;

use crate::support::{context, convert};

/// Features of every kind, some longer than the small blocks, with surprises in late rows.
fn sample() -> String {
    let mut text = String::from(
        "\u{feff}{\"bbox\":[1,2,3,4],\"type\":\"FeatureCollection\",\"x\":{\"features\":[]},\r\n\"features\" : [\r\n",
    );
    for row in 0..400_u32 {
        let (x, y) = (f64::from(row) * 0.1, f64::from(row) / 7.0);
        let geometry = match row % 5 {
            0 => "null".to_owned(),
            1 => format!(r#"{{"type":"Point","coordinates":[{x},{y}]}}"#),
            2 => format!(r#"{{"coordinates":[[{x},{y},1],[{y},{x},2]],"type":"LineString"}}"#),
            3 => format!(
                r#"{{"type":"GeometryCollection","geometries":[{{"type":"Point","coordinates":[{x},{y}]}}]}}"#
            ),
            _ => format!(r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[0,9],[9,0],[{x},{y}]]]}}"#),
        };
        let value = if row == 390 { "\"late }] text\"".to_owned() } else { row.to_string() };
        let name = "é🏠\\\"{[".repeat(row as usize % 40);
        let id = if row % 3 == 0 { format!("\"id\":{row},") } else { String::new() };
        let comma = if row == 0 { "" } else { " ,\n" };
        write!(
            text,
            "{comma}{{{id}\"properties\":{{\"n\":{value},\"name\":\"{name}\"}},\"type\":\"Feature\",\"geometry\":{geometry}}}"
        )
        .unwrap();
    }
    text + "\n], \"name\" : \"sample\" }\n"
}

#[test]
fn blocks_and_workers_change_nothing() {
    let text = sample();
    for format in ["geojson", "geojsonseq"] {
        let (expected, report) = convert(text.clone(), format, &context(1 << 20, 1).0).unwrap();
        assert_eq!((report.rows_written, report.null_geometries), (400, 80));
        for block_bytes in [64, 100, 1_000, 4_096, 65_536] {
            for jobs in [1, 2, 4] {
                let (out, _) = convert(text.clone(), format, &context(block_bytes, jobs).0).unwrap();
                assert!(out == expected, "{format}, blocks of {block_bytes}, {jobs} jobs");
            }
        }
        let (again, _) = convert(expected.clone(), format, &context(777, 2).0).unwrap();
        assert!(again.lines().skip(1).eq(expected.lines().skip(1)), "{format}");
    }
}
