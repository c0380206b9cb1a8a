//! The geometry column: what goes in comes out, slices and copies agree, empty is not null.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use geo_types::{Geometry, GeometryCollection, MultiPoint, Point, line_string, point, polygon};
use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryColumn, GeometryKind};

fn samples() -> Vec<Geometry<f64>> {
    let donut = polygon!(
        exterior: [(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 0.)],
        interiors: [[(x: 5., y: 1.), (x: 6., y: 1.), (x: 6., y: 2.), (x: 5., y: 1.)]],
    );
    let line = line_string![(x: -1., y: 2.), (x: 3., y: -4.)];
    let collection =
        GeometryCollection::from(vec![Geometry::from(point!(x: 7., y: 8.)), line.clone().into()]);
    vec![
        point!(x: 1.5, y: -2.5).into(),
        line.clone().into(),
        donut.clone().into(),
        MultiPoint::from(vec![(1., 2.), (3., 4.)]).into(),
        geo_types::MultiLineString::new(vec![line.clone(), line]).into(),
        geo_types::MultiPolygon::new(vec![donut.clone(), donut]).into(),
        Geometry::GeometryCollection(collection),
    ]
}

fn column() -> GeometryColumn {
    let mut builder = GeometryBuilder::default();
    for geometry in samples() {
        builder.push_null();
        builder.push_geo(&geometry).unwrap();
    }
    builder.push_empty(GeometryKind::Polygon);
    builder.finish()
}

#[test]
fn every_type_comes_back_and_slices_share_the_rows() {
    let column = column();
    let whole: Vec<_> = column.iter().map(|row| row.to_geo().unwrap()).collect();
    for (at, geometry) in samples().into_iter().enumerate() {
        assert_eq!(whole[at * 2], None);
        assert_eq!(whole[at * 2 + 1], Some(geometry));
    }
    for offset in 0..column.len() {
        for len in 0..=column.len() - offset {
            let slice = column.slice(offset, len);
            let rows: Vec<_> = slice.iter().map(|row| row.to_geo().unwrap()).collect();
            assert_eq!(rows, whole[offset..offset + len]);
            let copied = GeometryColumn::concat([&slice]);
            let again: Vec<_> = copied.iter().map(|row| row.to_geo().unwrap()).collect();
            assert_eq!(again, rows);
            assert_eq!((copied.extent(), copied.kind()), (slice.extent(), slice.kind()));
            assert!(copied.memory_bytes() <= column.memory_bytes());
        }
    }
}

#[test]
fn empty_is_not_null_and_has_no_box() {
    let column = column();
    let empty = column.row(column.len() - 1);
    assert!(empty.is_empty() && !empty.is_null() && empty.kind() == GeometryKind::Polygon);
    let null = column.row(0);
    assert!(null.is_null() && !null.is_empty() && null.bbox().is_empty());
    let mut builder = GeometryBuilder::default();
    builder.end_ring();
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::Polygon);
    builder.push_point(1., 2.);
    let column = builder.finish();
    assert_eq!(column.row(0).parts().len(), 0);
    assert_eq!(column.row(1).xy(), [1., 2.]);
}

#[test]
fn z_and_m_stay_with_their_rows() {
    let mut builder = GeometryBuilder::default();
    builder.push_point(1., 2.);
    builder.coordinate_zm(3., 4., Some(5.), None);
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::Point);
    builder.coordinate_zm(6., 7., Some(8.), Some(9.));
    builder.coordinate_zm(1., 1., Some(2.), Some(3.));
    builder.end_ring();
    builder.end_part();
    builder.finish_row(GeometryKind::LineString);
    builder.push_point(0., 0.);
    let column = builder.finish();
    let column = GeometryColumn::concat([&column.slice(2, 2), &column.slice(0, 2)]);
    assert_eq!(column.row(0).z(), Some(&[8., 2.][..]));
    assert_eq!(column.row(0).m(), Some(&[9., 3.][..]));
    assert_eq!((column.row(1).z(), column.row(2).z()), (None, None));
    assert_eq!((column.row(3).z(), column.row(3).m()), (Some(&[5.][..]), None));
    assert_eq!(column.dimensions(), Dimensions { z: true, m: true });
    assert_eq!(column.row(1).dimensions(), Dimensions::XY);
}

#[test]
fn a_row_given_up_leaves_no_trace() {
    let mut builder = GeometryBuilder::default();
    builder.push_point(1., 1.);
    builder.coordinate_zm(5., 5., Some(1.), None);
    builder.end_ring();
    builder.coordinate(6., 6.);
    builder.rollback_row();
    builder.push_geo(&Point::new(2., 2.).into()).unwrap();
    let column = builder.finish();
    assert_eq!(column.len(), 2);
    assert_eq!(column.extent(), Bbox::new(1., 1., 2., 2.));
    assert_eq!(column.row(1).xy(), [2., 2.]);
    assert_eq!(column.row(1).dimensions(), Dimensions::XY);
}

#[test]
fn moved_coordinates_get_new_boxes() {
    let mut add = |xy: &mut [f64]| {
        for value in xy.iter_mut() {
            *value += 10.;
        }
        Ok(())
    };
    let moved = column().map_coordinates(&mut add).unwrap();
    assert_eq!(moved.bbox(1), Bbox::new(11.5, 7.5, 11.5, 7.5));
    assert!(moved.bbox(moved.len() - 1).is_empty());
}
