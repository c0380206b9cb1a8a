//! `GeoJSONSeq` in all its spellings.

use std::sync::Arc;

use geohub_core::source::MemorySource;
use geohub_core::{Error, RowCount};
use geohub_formats::{OpenOptions, named, open_source};

use crate::support::{collection, context, convert, feature, read, refusal};

fn rows(text: &str) -> usize {
    read(text).unwrap().1.iter().map(geohub_core::Batch::rows).sum()
}

#[test]
fn records_are_parted_by_lines_separators_or_braces() {
    let (a, b) = (feature(r#"{"a":1}"#), feature(r#"{"a":"}\"{"}"#));
    let pretty = "{\n  \"type\": \"Feature\",\n  \"geometry\": null,\n  \"properties\": {\n  \"a\": 2 }\n}";
    for text in [
        format!("{a}\n{b}\n{a}"),
        format!("{a}\r\n\r\n{b}\r\n{a}\r\n"),
        format!("\u{1e}{a}\n\u{1e}{b}\n\u{1e}{a}\n"),
        format!("\u{1e}{pretty}\n\u{1e}{b}\n\u{1e}{pretty}\n"),
        format!("{a}{b} {pretty}"),
        format!("\u{feff}{a}\n{b}\n{{\"type\":\"Point\",\"coordinates\":[1,2]}}\n"),
    ] {
        assert_eq!(rows(&text), 3, "{text}");
    }
}

#[test]
fn one_compact_feature_is_written_a_line() {
    let text = collection(&[
        &feature(
            r#"{"a":{"b" :
        1},"s":"x\ny"}"#,
        ),
        &feature(r#"{"a":2}"#),
    ]);
    let (out, _) = convert(text, "geojsonseq", &context(1 << 20, 1).0).unwrap();
    assert_eq!(
        out,
        "{\"type\":\"Feature\",\"properties\":{\"a\":{\"b\":1},\"s\":\"x\\ny\"},\"geometry\":null}\n{\"type\":\"Feature\",\"properties\":{\"a\":2,\"s\":null},\"geometry\":null}\n"
    );
    let (again, _) = convert(out.clone(), "geojsonl", &context(64, 2).0).unwrap();
    assert_eq!(again, out);
}

#[test]
fn what_is_no_record_is_refused_with_its_place() {
    let a = feature("{}");
    let at = |text: &str| refusal(text.to_owned());
    assert!(at(&format!("{a}\n{a}\nx\n")).contains(&format!("byte {}", 2 * a.len() + 2)));
    assert!(at(&format!("{a}\n{}", collection(&[&a]))).contains("`FeatureCollection`"));
    assert!(at(&format!("{a}\n{}", &a[..a.len() - 1])).contains("ends too early, after 1 whole"));
    assert!(matches!(read(format!("{a}\n{{}}\n")), Err(Error::Data(_))));
}

#[test]
fn no_record_at_all_is_a_layer_without_rows() {
    for text in ["", "\n", " \r\n\u{1e}\n"] {
        let open = |format: &str| {
            let source = Arc::new(MemorySource::new("none", text.as_bytes().to_vec()));
            let options = OpenOptions { format: Some(named(format).unwrap()), ..OpenOptions::default() };
            open_source(source, &options, &context(64, 1).0)
        };
        let mut reader = open("geojsonseq").unwrap();
        assert_eq!((reader.layer().rows, reader.layer().schema.fields().len()), (RowCount::Exact(0), 0));
        assert!(reader.next_chunk().unwrap().is_none());
        assert!(
            text.contains('\u{1e}') || matches!(open("geojson"), Err(Error::Data(_))),
            "a collection has at least its brackets"
        );
    }
}
