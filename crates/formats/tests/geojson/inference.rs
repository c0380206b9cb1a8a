//! Types from values.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_schema::DataType;
use geohub_core::schema::{is_feature_id, is_json, type_name};

use crate::support::{collection, context, convert, feature, one, open_text, table};

fn types(rows: &[&str]) -> Vec<String> {
    let (layer, _) = one(&table(rows));
    layer.schema.fields().iter().map(|field| format!("{} {}", field.name(), type_name(field))).collect()
}

#[test]
fn columns_come_in_order_of_appearance_with_the_join_of_their_types() {
    let rows = [r#"{"b":null,"a":1}"#, r#"{"c":true,"a":2.5,"d":null}"#, r#"{"b":"x","A":"y"}"#, "null"];
    assert_eq!(types(&rows), ["b String", "a Float64", "c Boolean", "d String", "A String"]);
    let (_, batch) = one(&table(&rows));
    let a = batch.attributes.column(1).as_primitive::<Float64Type>();
    assert_eq!((a.value(0), a.value(1), a.is_null(2), a.is_null(3)), (1.0, 2.5, true, true));
}

#[test]
fn large_integers_stay_what_they_are() {
    assert_eq!(
        types(&[r#"{"a":9007199254740993,"b":18446744073709551615,"c":-9223372036854775808}"#]),
        ["a Int64", "b UInt64", "c Int64"]
    );
    let (_, batch) = one(&table(&[
        r#"{"a":-9223372036854775808,"b":1}"#,
        r#"{"a":9223372036854775807,"b":18446744073709551615}"#,
    ]));
    assert_eq!(
        batch.attributes.column(0).as_primitive::<Int64Type>().values().to_vec(),
        [i64::MIN, i64::MAX]
    );
    assert_eq!(batch.attributes.column(1).as_primitive::<UInt64Type>().values().to_vec(), [1, u64::MAX]);
    let (layer, batch) = one(&table(&[
        r#"{"a":9007199254740993}"#,
        r#"{"a":1.50}"#,
        r#"{"a":123456789012345678901234567890}"#,
    ]));
    assert!(is_json(layer.schema.field(0)));
    let cells: Vec<_> = batch.attributes.column(0).as_string::<i32>().iter().map(Option::unwrap).collect();
    assert_eq!(cells, ["9007199254740993", "1.50", "123456789012345678901234567890"]);
}

#[test]
fn mixtures_and_nested_values_are_kept_as_json_text() {
    let rows = [r#"{"a":"01","b":{"k" : [1, 2.50, null]}}"#, r#"{"a":1,"b":[]}"#, r#"{"a":null,"b":null}"#];
    assert_eq!(types(&rows), ["a Json", "b Json"]);
    let (_, batch) = one(&table(&rows));
    let cell =
        |column: usize, row: usize| batch.attributes.column(column).as_string::<i32>().value(row).to_owned();
    assert_eq!(
        (cell(0, 0), cell(0, 1), cell(1, 0)),
        (r#""01""#.into(), "1".into(), r#"{"k":[1,2.50,null]}"#.into())
    );
    assert!(batch.attributes.column(0).is_null(2));
    assert_eq!(types(&[r#"{"zip":"00501","day":"2015-01-01"}"#]), ["zip String", "day String"]);
}

#[test]
fn of_a_name_given_twice_the_last_value_counts() {
    let (layer, batch) = one(&table(&[r#"{"a":1,"b":2,"a":3}"#]));
    assert_eq!(layer.schema.fields().len(), 2);
    assert_eq!(batch.attributes.column(0).as_primitive::<Int64Type>().value(0), 3);
}

#[test]
fn the_id_is_a_column_of_its_own() {
    let with_id = |id: &str, properties: &str| {
        format!(r#"{{"type":"Feature","id":{id},"geometry":null,"properties":{properties}}}"#)
    };
    let (layer, batch) =
        one(&collection(&[&with_id("7", "{}"), &feature("{}"), &with_id("9007199254740993", "{}")]));
    let field = layer.schema.field(0);
    assert!(is_feature_id(field) && field.name() == "id" && field.data_type() == &DataType::Int64);
    assert!(batch.attributes.column(0).is_null(1));
    let (layer, _) =
        one(&collection(&[&with_id("\"a-1\"", r#"{"id":1,"feature_id":2}"#), &with_id("2", "{}")]));
    assert_eq!(layer.schema.field(0).name(), "feature_id_2");
    assert!(is_json(layer.schema.field(0)) && is_feature_id(layer.schema.field(0)));
}

/// The first look takes in 4 MiB; what comes behind it may need another schema.
#[test]
fn a_late_surprise_widens_the_whole_column() {
    let common = feature(r#"{"n":1,"s":"x"}"#);
    for (late, expected) in [
        (r#"{"n":1.5,"s":"x"}"#, "n Float64"),
        (r#"{"n":18446744073709551615,"s":"x"}"#, "n UInt64"),
        (r#"{"n":"1","s":"x"}"#, "n Json"),
        (r#"{"n":1,"s":"x","new":true}"#, "n Int64"),
    ] {
        let late = feature(late);
        let mut features = vec![common.as_str(); 80_000];
        features.push(&late);
        let text = collection(&features);
        let context = context(1 << 18, 2).0;
        let first = open_text(text.clone(), &context).unwrap().layer().clone();
        assert_eq!(first.schema.fields().len(), 2);
        let (out, report) = convert(text, "geojson", &context).unwrap();
        assert!(report.restarted && report.rows_written == 80_001, "{expected}");
        let (layer, batch) = one(&out);
        assert_eq!(format!("n {}", type_name(layer.schema.field(0))), expected);
        assert_eq!(
            (batch.rows(), layer.schema.fields().len()),
            (80_001, 2 + usize::from(late.contains("new")))
        );
    }
}
