//! The forms a document may take.

use geohub_core::context::NoteLevel;
use geohub_core::{GeometryKind, RowCount};

use crate::support::{collection, context, convert, feature, one, open_text, read};

const POINT: &str = r#"{"type":"Point","coordinates":[-118.25,34.5]}"#;

#[test]
fn features_and_bare_geometries_are_layers_of_one_row() {
    let (_, batch) = one(POINT);
    assert_eq!((batch.rows(), batch.geometry.row(0).xy()), (1, &[-118.25, 34.5][..]));
    assert_eq!(batch.attributes.num_columns(), 0);
    let (_, batch) = one(r#"{"coordinates":[[1,2],[3,4]],"type":"LineString"}"#);
    assert_eq!(batch.geometry.row(0).kind(), GeometryKind::LineString);
    let (layer, batch) = one(&format!(r#"{{"geometry":{POINT},"properties":{{"a":1}},"type":"Feature"}}"#));
    assert_eq!((batch.rows(), layer.schema.field(0).name().as_str()), (1, "a"));
    let (_, batch) = one(r#"{"type":"GeometryCollection","geometries":[]}"#);
    assert!(batch.geometry.row(0).is_empty());
}

#[test]
fn members_come_in_any_order_and_features_may_be_a_property() {
    let text = format!(
        "\u{feff}{{\r\n\"features\":[\r\n{{\"properties\":{{\"features\":[1],\"type\":\"x\"}},\"geometry\":{POINT},\"type\":\"Feature\"}}\r\n],\r\n\"name\":\"late\",\"type\":\"FeatureCollection\"}}\r\n"
    );
    let (layer, batch) = one(&text);
    assert_eq!(batch.rows(), 1);
    let names: Vec<_> = layer.schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["features", "type"]);
}

#[test]
fn an_empty_collection_is_a_layer_without_rows() {
    let (layer, batches) = read(collection(&[])).unwrap();
    assert!(batches.is_empty() && layer.schema.fields().is_empty());
    assert_eq!(layer.rows, RowCount::Exact(0));
    let (text, _) = convert(collection(&[]), "geojson", &context(64, 2).0).unwrap();
    let parsed: geojson::FeatureCollection = text.parse().unwrap();
    assert!(parsed.features.is_empty());
}

#[test]
fn foreign_members_are_noted() {
    let (context, notes) = context(1 << 20, 1);
    let text = r#"{"exceededTransferLimit":true,"features":[{"type":"Feature","style":{},"geometry":null,"properties":{}}]}"#;
    convert(text, "geojson", &context).unwrap();
    assert!(notes.has(NoteLevel::Detail, "exceededTransferLimit"));
    assert!(notes.has(NoteLevel::Detail, "`style`"));
}

#[test]
fn the_layer_knows_what_a_whole_look_shows() {
    let features = [
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2,3]},"properties":{}}"#,
        r#"{"type":"Feature","geometry":null,"properties":{}}"#,
    ];
    let context = context(64, 1).0;
    let layer = open_text(collection(&features), &context).unwrap().layer().clone();
    assert_eq!((layer.rows, layer.geometry.kind), (RowCount::Exact(2), GeometryKind::Point));
    assert!(layer.geometry.has_z && !layer.geometry.has_m);
    assert_eq!(layer.name, "layer");
    let named = format!(r#"{{"name":"Parks","features":[{}]}}"#, feature("{}"));
    assert_eq!(open_text(named, &context).unwrap().layer().name, "Parks");
}
