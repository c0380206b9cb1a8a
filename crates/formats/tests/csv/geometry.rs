//! Where the geometry is found.

use geohub_core::{Context, Error, GeometryKind};
use geohub_formats::OpenOptions;

use crate::support::{read, read_with, refused};

#[test]
fn longitude_and_latitude_are_found_by_their_usual_names() {
    for header in ["Lat,Long", "LATITUDE, Longitude ", "lat,lng", "y,x", "POINT_Y,POINT_X", "latitude,lon"] {
        let table = read(&format!("{header}\n34.5,-118.25\n,\n 34 , -118\n"));
        assert_eq!(table.points(), [Some((-118.25, 34.5)), None, Some((-118.0, 34.0))], "{header}");
        assert_eq!(table.layer.geometry.kind, GeometryKind::Point);
        assert!(table.layer.crs.is_crs84());
        assert_eq!(table.layer.schema.fields().len(), 2, "coordinate columns stay attributes");
    }
}

#[test]
fn text_geometry_is_preferred_by_name_then_coordinates_then_content() {
    let text = "location,longitude,latitude,the_geom\n\"(1, 2)\",3,4,POINT (5 6)\n";
    let table = read(text);
    assert_eq!(table.points(), [Some((5.0, 6.0))]);
    assert_eq!(table.types(), ["location:Utf8", "longitude:Int64", "latitude:Int64"]);
    let table = read(&text.replace("the_geom", "other"));
    assert_eq!(table.points(), [Some((3.0, 4.0))]);
    let table = read("shape,longitude,latitude,x,y\n,,,3,4\n");
    assert_eq!(table.points(), [Some((3.0, 4.0))], "empty columns do not win");
    assert_eq!(read("a,WKT\n1,\n").types(), ["a:Int64"], "a layer of null geometries");
    let table = read("a,where\n1,\"1 MAIN ST\nLOS ANGELES, CA\n(34.05, -118.25)\"\n2,\n");
    assert_eq!(table.points(), [Some((-118.25, 34.05)), None]);
    assert_eq!(table.types(), ["a:Int64", "where:Utf8"]);
    let table = read("a,where\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"coordinates\"\": [1.5, 2]}\"\n");
    assert_eq!((table.points(), table.types()), (vec![Some((1.5, 2.0))], vec!["a:Int64".to_owned()]));
}

#[test]
fn the_user_may_say_it() {
    let text = "a,b,g\n400,2,POINT (7 8)\n";
    let options = |x: Option<&str>, y: Option<&str>, geometry: Option<&str>| OpenOptions {
        format: None,
        x: x.map(Into::into),
        y: y.map(Into::into),
        geometry: geometry.map(Into::into),
    };
    let read = |options| read_with(text.as_bytes(), &options, Context::new(1));
    let table = read(options(Some("A"), Some("b"), None)).unwrap();
    assert_eq!(table.points(), [Some((400.0, 2.0))]);
    assert!(table.layer.crs.is_unknown() && table.notes.iter().any(|note| note.contains("CRS")));
    assert_eq!(read(options(None, None, Some("g"))).unwrap().points(), [Some((7.0, 8.0))]);
    assert_eq!(read(options(None, None, Some("none"))).unwrap().layer.geometry.kind, GeometryKind::None);
    for bad in [
        options(Some("a"), None, None),
        options(Some("a"), Some("b"), Some("g")),
        options(Some("a"), Some("bb"), None),
        options(None, None, Some("h")),
    ] {
        assert!(matches!(read(bad), Err(Error::Request { .. })));
    }
    for bad in [options(None, None, Some("a")), options(Some("g"), Some("b"), None)] {
        assert!(matches!(read(bad), Err(Error::Data(error)) if error.message.contains("holds no")));
    }
}

#[test]
fn longitudes_out_of_range_are_an_error_and_other_coordinates_an_unknown_crs() {
    let error = refused(b"Latitude,Longitude\n34,-118\n99999,99999\n");
    assert_eq!(error.line, Some(3));
    assert!(error.hint.unwrap().contains("--x 'Longitude' --y 'Latitude'"));
    for text in ["x,y\n6439997.9,1802686.4\n", "WKT\nPOINT (6439997.9 1802686.4)\n"] {
        let table = read(text);
        assert_eq!(table.points(), [Some((6_439_997.9, 1_802_686.4))]);
        assert!(table.layer.crs.is_unknown());
    }
}

#[test]
fn what_is_no_geometry_is_null_and_counted() {
    let table = read("lon,lat,n\n1,2,a\nx,2,b\n3,,c\n,,d\n4,5,e\n5,6,f\n");
    assert_eq!(table.points(), [Some((1.0, 2.0)), None, None, None, Some((4.0, 5.0)), Some((5.0, 6.0))]);
    assert!(
        table.notes[1].contains("2 rows without a readable geometry, first in line 3"),
        "{:?}",
        table.notes
    );
    let table = read("geom\nPOINT (1 2)\nPOINT (1 x)\nPOINT (3 4)\n-\n");
    assert_eq!(table.points(), [Some((1.0, 2.0)), None, Some((3.0, 4.0)), None]);
    assert_eq!(table.types(), ["geom:Utf8"], "text that is no geometry is not dropped");
}

#[test]
fn extended_wkt_tells_its_crs_and_heights_are_announced() {
    let table = read("geom\nSRID=2229;POINT (6439997.9 1802686.4)\nSRID=2229;POINT EMPTY\n");
    assert_eq!(table.layer.crs.id().unwrap(), "EPSG:2229");
    assert!(read("geom\nSRID=1;POINT (1 2)\nSRID=2;POINT (1 2)\n").layer.crs.is_unknown());
    for text in
        ["POINT Z (1 2 3)", "POINTZ(1 2 3)", "POINT (1 2 3)", "{'type':'Point','coordinates':[1,2,3]}"]
    {
        let table = read(&format!("a,geom\n1,\"{}\"\n", text.replace('\'', "\"\"")));
        let row = table.batch.geometry.row(0);
        assert_eq!((row.xy(), row.z()), (&[1.0, 2.0][..], Some(&[3.0][..])), "{text}");
        assert!(table.layer.geometry.has_z, "{text}");
    }
}
