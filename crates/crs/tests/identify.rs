//! Definition texts in every dialect, broken ones included.

use geohub_core::Crs;
use geohub_crs::{
    CrsError, Kind, Transform, US_SURVEY_FOOT_M, definition, esri_spatial_reference, identify, is_lonlat,
    metres_per_unit, same, wkt_of,
};

const NAD83: &str = r#"GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

fn projected(name: &str, base: &str, projection: &str, numbers: &[(&str, f64)], unit: &str) -> String {
    let clauses: Vec<String> =
        numbers.iter().map(|(key, value)| format!(r#"PARAMETER["{key}",{value}],"#)).collect();
    let clauses = clauses.concat();
    format!(r#"PROJCS["{name}",{base},PROJECTION["{projection}"],{clauses}UNIT[{unit}]]"#)
}

fn zone_5(easting: f64, northing: f64) -> String {
    let numbers = [
        ("False_Easting", easting),
        ("False_Northing", northing),
        ("Central_Meridian", -118.0),
        ("Standard_Parallel_1", 34.033_333_333_333_33),
        ("Standard_Parallel_2", 35.466_666_666_666_67),
        ("Latitude_Of_Origin", 33.5),
    ];
    let unit = r#""Foot_US",0.3048006096012192"#;
    projected(
        "NAD_1983_StatePlane_California_V_FIPS_0405_Feet",
        NAD83,
        "Lambert_Conformal_Conic",
        &numbers,
        unit,
    )
}

fn id(text: &str) -> String {
    identify(text).expect("a definition").to_string()
}

#[test]
fn texts_of_esri_are_recognised_by_their_numbers() {
    assert_eq!(id(NAD83), "EPSG:4269");
    assert_eq!(id(WGS84), "EPSG:4326");
    assert_eq!(id(&zone_5(6_561_666.667, 1_640_416.667)), "EPSG:2229");
    // As Esri writes the same system; EPSG's code, as GDAL has it.
    assert_eq!(id(&zone_5(6_561_666.666_666_666, 1_640_416.666_666_667)), "EPSG:2229");
    let with_height = format!("{},VERTCS[\"NAVD88\"]", zone_5(6_561_666.667, 1_640_416.667));
    assert_eq!(id(&with_height), "EPSG:2229");
    let utm = [
        ("False_Easting", 500_000.0),
        ("False_Northing", 0.0),
        ("Central_Meridian", -117.0),
        ("Scale_Factor", 0.9996),
        ("Latitude_Of_Origin", 0.0),
    ];
    let metre = r#""Meter",1.0"#;
    assert_eq!(
        id(&projected("WGS_1984_UTM_Zone_11N", WGS84, "Transverse_Mercator", &utm, metre)),
        "EPSG:32611"
    );
    assert_eq!(
        id(&projected("NAD_1983_UTM_Zone_11N", NAD83, "Transverse_Mercator", &utm, metre)),
        "EPSG:26911"
    );
    let web = [
        ("False_Easting", 0.0),
        ("False_Northing", 0.0),
        ("Central_Meridian", 0.0),
        ("Standard_Parallel_1", 0.0),
        ("Auxiliary_Sphere_Type", 0.0),
    ];
    let name = "WGS_1984_Web_Mercator_Auxiliary_Sphere";
    assert_eq!(id(&projected(name, WGS84, "Mercator_Auxiliary_Sphere", &web, metre)), "EPSG:3857");
}

#[test]
fn an_authority_in_the_text_is_believed() {
    let text = zone_5(6_561_666.666_666_666, 1_640_416.666_666_667);
    let coded = format!("{},AUTHORITY[\"ESRI\",\"102645\"]]", text.strip_suffix(']').unwrap());
    assert_eq!(id(&coded), "ESRI:102645");
}

#[test]
fn a_name_of_their_own_and_axes_still_mean_longitude_and_latitude() {
    let text = r#"GEOGCS["WGS84(DD)", DATUM["WGS84", SPHEROID["WGS84", 6378137.0, 298.257223563]], PRIMEM["Greenwich", 0.0], UNIT["degree", 0.017453292519943295], AXIS["Geodetic longitude", EAST], AXIS["Geodetic latitude", NORTH]]"#;
    let crs = identify(text).unwrap();
    assert!(crs.is_crs84() && is_lonlat(&crs), "{crs}");
    assert_eq!((crs.name(), crs.wkt()), (Some("WGS84(DD)"), Some(text)));
}

#[test]
fn wkt2_is_read() {
    let text = r#"PROJCRS["NAD83 / California zone 5 (ftUS)",BASEGEOGCRS["NAD83",DATUM["North American Datum 1983",ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["SPCS83 California zone 5 (US survey foot)",METHOD["Lambert Conic Conformal (2SP)"],PARAMETER["Latitude of false origin",33.5,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of false origin",-118,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Latitude of 1st standard parallel",35.4666666666667,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Latitude of 2nd standard parallel",34.0333333333333,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Easting at false origin",6561666.667,LENGTHUNIT["US survey foot",0.304800609601219]],PARAMETER["Northing at false origin",1640416.667,LENGTHUNIT["US survey foot",0.304800609601219]]],CS[Cartesian,2],AXIS["easting (X)",east,ORDER[1],LENGTHUNIT["US survey foot",0.304800609601219]],AXIS["northing (Y)",north,ORDER[2],LENGTHUNIT["US survey foot",0.304800609601219]]]"#;
    assert_eq!(id(text), "EPSG:2229");
    for end in 0..text.len() {
        assert!(identify(&text[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_system_without_a_code_computes_by_its_parameters() {
    let numbers = [
        ("False_Easting", 1000.0),
        ("False_Northing", 0.0),
        ("Central_Meridian", -118.25),
        ("Scale_Factor", 1.000_03),
        ("Latitude_Of_Origin", 34.0),
    ];
    let text = projected(
        "City grid",
        NAD83,
        "Transverse_Mercator",
        &numbers,
        r#""US survey foot",0.304800609601219"#,
    );
    let crs = identify(&text).unwrap();
    assert_eq!(crs.to_string(), "City grid");
    let means = definition(&crs).unwrap();
    assert_eq!((means.kind, means.unit.name.as_str()), (Kind::Projected, "US survey foot"));
    let mut origin = [-118.25, 34.0];
    Transform::new(&Crs::crs84(), &crs).unwrap().apply(&mut origin).unwrap();
    assert!((origin[0] - 1000.0).abs() < 1e-6 && origin[1].abs() < 1e-6, "{origin:?}");
    assert!(same(&crs, &Crs::from_wkt(&text.replace("City grid", "Other name"))));
    assert!(!same(&crs, &Crs::from_wkt(&text.replace("1000", "1001"))));
}

#[test]
fn a_projection_not_known_here_is_named() {
    let text = projected("Odd", NAD83, "Bonne", &[("False_Easting", 0.0)], r#""Meter",1.0"#);
    let error = definition(&identify(&text).unwrap()).unwrap_err();
    assert!(matches!(error, CrsError::Unsupported { .. }) && error.to_string().contains("Bonne"), "{error}");
}

#[test]
fn garbage_is_an_error_and_never_a_panic() {
    let deep = "A[".repeat(10_000);
    let long = format!("GEOGCS[\"{}\"]", "x".repeat(300_000));
    let unit = r#"GEOGCS["a",DATUM["b",SPHEROID["c",1e999,1]]]"#;
    let cases = [
        "",
        " ",
        "[",
        "\"",
        "GEOGCS",
        "GEOGCS[]",
        "GEOGCS[,]",
        "GEOGCS[\"a\"] x",
        "é[1]",
        "A[é]",
        "\0",
        unit,
    ];
    for text in cases.into_iter().chain([deep.as_str(), long.as_str()]) {
        assert!(identify(text).is_err(), "{}", text.chars().take(40).collect::<String>());
    }
    let good = zone_5(6_561_666.667, 1_640_416.667);
    for end in 0..good.len() {
        assert!(identify(&good[..end]).is_err(), "cut at {end}");
    }
    for end in (0..good.len()).step_by(5) {
        // One byte changed anywhere: any answer will do, as long as there is one.
        for byte in ['"', ']', ',', '9', '\u{e9}'] {
            let changed: String =
                good.char_indices().map(|(at, c)| if at == end { byte } else { c }).collect();
            let _ = identify(&changed).map(|crs| definition(&crs).map(|_| ()));
        }
    }
}

#[test]
fn one_system_under_two_names_is_the_same() {
    let crs = |text: &str| text.parse::<Crs>().unwrap();
    assert!(same(&crs("OGC:CRS84"), &crs("EPSG:4326")));
    assert!(same(&crs("EPSG:3857"), &crs("ESRI:102100")));
    assert!(same(&crs("EPSG:3857"), &crs("EPSG:900913")));
    assert!(same(&Crs::from_wkt(WGS84), &crs("EPSG:4326")));
    assert!(!same(&crs("EPSG:4269"), &crs("EPSG:4326")));
    assert!(!same(&crs("EPSG:2229"), &crs("ESRI:102645")));
    assert!(!same(&crs("EPSG:2229"), &crs("EPSG:26945")));
    assert!(!same(&Crs::unknown(), &crs("EPSG:4326")));
}

#[test]
fn units_are_told_apart() {
    let unit = |text: &str| metres_per_unit(&text.parse().unwrap()).unwrap();
    assert_eq!(unit("EPSG:4326"), None);
    assert_eq!(unit("EPSG:2229"), Some(US_SURVEY_FOOT_M));
    assert_eq!(unit("EPSG:2222"), Some(0.3048));
    assert_eq!(unit("EPSG:3310"), Some(1.0));
}

#[test]
fn esri_answers_prefer_the_latest_code() {
    let id = |wkid, latest| esri_spatial_reference(wkid, latest, None).unwrap().to_string();
    assert_eq!(id(Some(102_100), Some(3857)), "EPSG:3857");
    assert_eq!(id(Some(102_100), None), "EPSG:3857");
    assert_eq!(id(Some(102_645), Some(2229)), "EPSG:2229");
    assert_eq!(id(Some(102_645), None), "ESRI:102645");
    assert_eq!(id(Some(4326), None), "EPSG:4326");
    let by_text = esri_spatial_reference(None, None, Some(NAD83)).unwrap();
    assert_eq!(by_text.to_string(), "EPSG:4269");
    assert!(matches!(esri_spatial_reference(None, None, None), Err(CrsError::Missing)));
    assert!(esri_spatial_reference(Some(999_999), None, None).is_err());
}

#[test]
fn an_unknown_code_brings_the_nearest() {
    let message = |text: &str| definition(&text.parse().unwrap()).unwrap_err().to_string();
    assert!(message("EPSG:102645").contains("ESRI:102645 (NAD_1983_StatePlane_California_V"), "");
    let near = message("EPSG:22290");
    assert!(near.contains("EPSG:2229 (NAD83 / California zone 5 (ftUS))"), "{near}");
    assert!(message("NASA:1").starts_with("unknown coordinate reference system NASA:1"));
    assert!(matches!(definition(&Crs::unknown()), Err(CrsError::Missing)));
}

#[test]
fn texts_to_write_read_back_to_the_same_code() {
    for code in ["EPSG:2229", "EPSG:4326", "ESRI:102645", "ESRI:102600", "ESRI:102003", "EPSG:3857"] {
        let crs: Crs = code.parse().unwrap();
        let text = wkt_of(&crs).unwrap();
        assert!(same(&identify(&text).unwrap(), &crs), "{code}: {text}");
    }
    assert_eq!(wkt_of(&Crs::unknown()), None);
}
