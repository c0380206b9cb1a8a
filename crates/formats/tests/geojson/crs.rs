//! The `crs` member.

use geohub_core::Crs;
use geohub_core::context::NoteLevel;

use crate::support::{context, convert, feature, one, open_text, rewritten};

fn with_crs(name: &str, before: bool, features: usize) -> String {
    let member = format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    let features = vec![feature(r#"{"a":1}"#); features].join(",");
    if before {
        format!(r#"{{"type":"FeatureCollection",{member},"features":[{features}]}}"#)
    } else {
        format!(r#"{{"type":"FeatureCollection","features":[{features}],{member}}}"#)
    }
}

#[test]
fn the_member_is_read_before_and_behind_the_features() {
    for name in ["urn:ogc:def:crs:EPSG::2229", "EPSG:2229", "http://www.opengis.net/def/crs/EPSG/0/2229"] {
        for before in [true, false] {
            assert_eq!(one(&with_crs(name, before, 3)).0.crs, Crs::epsg(2229), "{name} {before}");
        }
    }
    assert_eq!(one(&with_crs("urn:ogc:def:crs:OGC:1.3:CRS84", true, 1)).0.crs, Crs::crs84());
}

#[test]
fn a_late_member_of_a_long_stream_restarts_the_run() {
    // The size of a gzipped source is not known, so its end cannot be looked at first.
    let text = with_crs("EPSG:2229", false, 100_000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
    let context = context(1 << 20, 2).0;
    let gzip = gzip.finish().unwrap();
    assert_eq!(open_text(gzip.clone(), &context).unwrap().layer().crs, Crs::crs84());
    let (out, report) = convert(gzip, "geojson", &context).unwrap();
    assert!(report.restarted && report.rows_written == 100_000);
    assert!(out.starts_with(r#"{"type":"FeatureCollection","name":"layer","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2229"}},"#));
}

#[test]
fn what_cannot_be_said_is_warned_of() {
    let (context, notes) = context(1 << 20, 1);
    let (out, _) = convert(with_crs("EPSG:2229", true, 1), "geojson", &context).unwrap();
    assert!(notes.has(NoteLevel::Note, "EPSG:2229") && out.contains("EPSG::2229"));
    convert(with_crs("EPSG:2229", true, 1), "geojsonseq", &context).unwrap();
    assert!(notes.has(NoteLevel::Warning, "no place"));
    let (out, _) = convert(with_crs("my grid", true, 1), "geojson", &context).unwrap();
    assert!(notes.has(NoteLevel::Warning, "my grid") && out.contains(r#""crs":null"#));
    assert!(one(&out).0.crs.is_unknown());
    assert!(!rewritten(&with_crs("EPSG:4326", true, 1)).contains("crs"));
}
