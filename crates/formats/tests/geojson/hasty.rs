//! Large texts are cut at line ends: the same rows and the same errors as when every brace is counted.

use geohub_core::{Batch, Error, ReadOptions, Reader, Result};

use crate::support::{context, convert, feature, open_text, read, refusal};

/// Text beyond what the schema is inferred from, so that features are met first by the run.
const ROWS: usize = 60_000;

fn features() -> Vec<String> {
    (0..ROWS)
        .map(|row| {
            feature(&format!(r#"{{"row":{row},"text":"}},\\n{{ and more of it, {}"}}"#, "x".repeat(row % 40)))
        })
        .collect()
}

fn joined(features: &[String], begin: &str, between: &str) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{begin}{}\n]}}", features.join(between))
}

fn rows_of(reader: &mut dyn Reader) -> Result<Vec<Batch>> {
    struct Keep(Vec<Batch>);
    impl geohub_core::Sink for Keep {
        fn push(&mut self, batch: Batch) -> Result<std::ops::ControlFlow<()>> {
            self.0.push(batch);
            Ok(std::ops::ControlFlow::Continue(()))
        }
    }
    let mut keep = Keep(Vec::new());
    reader.plan(&ReadOptions::default())?;
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut keep)?;
    }
    Ok(keep.0)
}

#[test]
fn every_layout_of_lines_gives_the_same_rows() {
    let features = features();
    let layouts = [
        joined(&features, "\n", ",\n"),
        joined(&features, "", ",\n"),
        joined(&features, "\n    ", " ,\r\n    "),
        joined(&features, "", ","),
        joined(&features, "\n", "\n,"),
        features.join("\n"),
        format!("\u{1e}{}", features.join("\n\u{1e}")),
    ];
    let expected = convert(features.join("\n"), "geojsonl", &context(1 << 20, 2).0).unwrap().0;
    assert_eq!(expected.lines().count(), ROWS);
    for (number, text) in layouts.into_iter().enumerate() {
        for block in [100_000, 1 << 20] {
            let (context, _) = context(block, 2);
            let reader = open_text(text.clone(), &context).unwrap();
            assert!(reader.may_misfit(), "layout {number} is not small");
            let (out, report) = convert(text.clone(), "geojsonl", &context).unwrap();
            assert!(out == expected, "layout {number}, blocks of {block}");
            assert!(!report.restarted, "layout {number} needs no second look");
        }
    }
}

#[test]
fn what_only_looks_like_a_feature_is_found_out() {
    let mut features = features();
    let nested = feature("{\"row\":0,\"text\":\"\",\"list\":[\n{\"a\":{}},\n{\"b\":{}}\n]}");
    for at in [ROWS / 2, ROWS - 1] {
        features.splice(at..at, std::iter::repeat_n(nested.clone(), 30_000));
    }
    let text = joined(&features, "\n", ",\n");
    let (context, _) = context(1 << 20, 2);
    let hasty = rows_of(&mut *open_text(text.clone(), &context).unwrap());
    assert!(matches!(hasty, Err(Error::Misfit(_))), "no cut was wrong: the test shows nothing");
    let (_, batches) = read(text).unwrap();
    assert_eq!(batches.iter().map(Batch::rows).sum::<usize>(), ROWS + 60_000);
}

#[test]
fn flaws_far_down_have_their_place() {
    let good = features();
    let flaws: [(&str, &str); 5] = [
        ("{\"type\":\"Feature\",\"properties\":{\"row\":tru},\"geometry\":null}", "found `t`"),
        ("", "feature"),
        ("7", "expected a feature, found `7`"),
        ("{\"type\":\"Feature\",\"properties\":{\"row\":1", ""),
        ("{\"type\":\"Feature\",\"properties\":{\"row\":1},\"geometry\":null} {}", "expected `,` or `]`"),
    ];
    for (flaw, words) in flaws {
        let mut features = good.clone();
        let at = ROWS - 10;
        features[at] = flaw.to_owned();
        let text = joined(&features, "\n", ",\n");
        let byte = joined(&features[..at], "\n", ",\n").len() - "\n]}".len();
        let message = refusal(text);
        let place: usize = message
            .split("byte ")
            .nth(1)
            .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
            .unwrap();
        assert!(message.contains(words) && place >= byte, "{flaw}: {message}, byte {byte}");
    }
    let whole = joined(&good, "\n", ",\n");
    assert!(refusal(&whole[..whole.len() - 40]).contains("ends too early, after 59999 whole"));
}
