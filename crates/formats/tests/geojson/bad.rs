//! Bad input: an error with a place, never a panic.

use geohub_core::Error;

use crate::support::{collection, context, convert, feature, open_text, read, refusal, table};

const SAMPLE: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2229"}},"features":[
{"type":"Feature","id":"\u00e9","properties":{"a":-1.5e3,"b":"x\"\ud83c\udfe0","c":[true,{"d":null}]},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1,2],[0,0]]]}},
{"type":"Feature","properties":null,"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3,4]}]}}
]}"#;

#[test]
fn a_file_cut_anywhere_is_an_error_with_a_place() {
    assert_eq!(read(SAMPLE).unwrap().1[0].rows(), 2);
    for end in 0..SAMPLE.len() {
        for block_bytes in [64, 1 << 20] {
            let context = context(block_bytes, 1).0;
            let result = open_text(&SAMPLE[..end], &context)
                .and_then(|_| convert(&SAMPLE[..end], "geojson", &context));
            match result {
                Err(Error::Data(data)) => assert!(data.byte.is_some_and(|byte| byte <= end as u64), "{data}"),
                // Too little to tell the format.
                Err(Error::Request { .. }) => {}
                other => panic!("cut at {end}: {other:?}"),
            }
        }
    }
}

#[test]
fn random_damage_never_panics() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let (mut refused, context) = (0, context(100, 1).0);
    for _ in 0..4_000 {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes[at] = random(256) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, br#"{}[],:"\eE-.0nt"#[random(15)]),
            }
        }
        let result = convert(bytes.clone(), "geojson", &context);
        assert!(
            !matches!(result, Err(Error::Internal(_) | Error::Io { .. })),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        refused += usize::from(result.is_err());
    }
    assert!(refused > 2_000, "{refused} refused");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = open.repeat(10_000) + "1" + &close.repeat(10_000);
        let message = refusal(table(&[&format!(r#"{{"p":{deep}}}"#)]));
        assert!(
            message.contains("nested deeper than 512") && message.contains("feature 1, byte"),
            "{message}"
        );
        refusal(format!(r#"{{"foreign":{deep},"features":[]}}"#));
        refusal(collection(&[&format!(
            r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":{deep}}}}}"#
        )]));
    }
    let collections = r#"{"type":"GeometryCollection","geometries":["#.repeat(10_000) + &"]}".repeat(10_000);
    assert!(refusal(collections).contains("nested deeper"));
}

#[test]
fn numbers_and_text_that_do_not_exist_are_refused() {
    let point = |x: &str| {
        collection(&[&format!(
            r#"{{"type":"Feature","properties":null,"geometry":{{"type":"Point","coordinates":[{x},2]}}}}"#
        )])
    };
    for x in ["1e400", "-1e999", "NaN", "Infinity", "-Infinity", "null", "\"1\"", "[1]", "", "1 1", "01"] {
        assert!(refusal(point(x)).contains("feature 1, byte"), "{x}");
        if !matches!(x, "null" | "\"1\"" | "[1]") {
            assert!(refusal(table(&[&format!(r#"{{"a":{x}}}"#)])).contains("byte"), "{x}");
        }
    }
    assert!(
        refusal(table(&[r#"{"a":[1,2],"b":"x"}"#, r#"{"a":1e400}"#])).contains("beyond the largest double")
    );
    let mut invalid = table(&[r#"{"a":"x"}"#]).into_bytes();
    let at = invalid.iter().position(|&byte| byte == b'x').unwrap();
    invalid[at] = 0xff;
    let message = refusal(invalid);
    assert!(message.contains(&format!("byte {at}")) && message.contains("UTF-8"), "{message}");
    assert!(refusal(table(&[r#"{"a":"\ud800"}"#])).contains("surrogate"));
}

#[test]
fn what_is_no_geojson_is_named() {
    let error =
        |geometry: &str| refusal(collection(&[&format!(r#"{{"type":"Feature","geometry":{geometry}}}"#)]));
    assert!(error(r#"{"rings":[]}"#).contains("no `type`"));
    assert!(error(r#"{"type":"Circle","coordinates":[]}"#).contains("`Circle` is no geometry type"));
    assert!(error(r#"{"type":"Point"}"#).contains("has no `coordinates`"));
    assert!(error(r#"{"type":"Point","coordinates":[1]}"#).contains("needs two"));
    assert!(error(r#"{"type":"Point","coordinates":[1,2,3,4,5]}"#).contains("more than four"));
    assert!(error(r#"{"type":"Polygon","coordinates":[[1,2]]}"#).contains("expected a position"));
    assert!(
        error(r#"{"coordinates":[1,2],"type":"Point","coordinates":[3,4]}"#).contains("second `coordinates`")
    );
    assert!(refusal(collection(&["1"])).contains("expected a feature"));
    assert!(refusal(collection(&[&feature("{}"), ""])).contains("expected a feature, found `]`"));
    assert!(refusal(collection(&[&feature("[]")])).contains("an object of properties"));
    assert!(refusal(format!("{} x", collection(&[]))).contains("more text behind"));
    assert!(refusal(r#"{"features":[],"features":[]}"#).contains("second `features`"));
}

#[test]
fn sizes_from_outside_are_bounded() {
    let long = table(&[&format!(r#"{{"a":"{}"}}"#, "x".repeat(5_000))]);
    let mut small = context(1_000, 1).0;
    small.max_feature_bytes = 4_000;
    match convert(long, "geojson", &small) {
        Err(Error::Data(data)) => {
            assert!(data.message.contains("longer than") && data.feature == Some(1), "{data}");
        }
        other => panic!("{other:?}"),
    }
    let keys: Vec<String> = (0..10_001).map(|key| format!(r#"{{"k{key}":1}}"#)).collect();
    let text = table(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(refusal(text).contains("10000 different property names"));
}
