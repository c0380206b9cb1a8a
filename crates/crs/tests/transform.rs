//! Transformations against control points of PROJ, round trips, and what is refused.

use geohub_core::Crs;
use geohub_crs::{CrsError, Transform, definition, known};

/// Code, longitude, latitude, and x, y by pyproj 3.7.2 with PROJ 9.5.1 (`always_xy=True`, from EPSG:4326).
const CONTROL: &[(&str, f64, f64, f64, f64)] = &[
    ("EPSG:2229", -118.2427, 34.0537, 6_488_151.232_468_477, 1_842_013.396_489_455),
    ("EPSG:26945", -118.2427, 34.0537, 1_977_592.450_739_693_4, 561_446.806_041_998_1),
    ("EPSG:3310", -118.2427, 34.0537, 162_228.086_092_992_5, -438_706.753_215_802_37),
    ("EPSG:3857", -118.2427, 34.0537, -13_162_717.154_021_81, 4_036_014.905_332_693),
    ("EPSG:32611", -118.2427, 34.0537, 385_308.232_949_541_53, 3_768_806.701_384_832_6),
    ("ESRI:102645", -118.2427, 34.0537, 6_488_151.232_135_145, 1_842_013.396_156_125_2),
    ("EPSG:3435", -87.65, 41.85, 1_170_424.771_415_676_2, 1_888_670.844_640_079_2),
];

fn crs(text: &str) -> Crs {
    text.parse().expect("a code")
}

#[test]
fn control_points_agree_both_ways() {
    for &(code, lon, lat, x, y) in CONTROL {
        let unit = definition(&crs(code)).unwrap().unit.metres.unwrap();
        let mut pair = [lon, lat];
        Transform::new(&Crs::crs84(), &crs(code)).unwrap().apply(&mut pair).unwrap();
        assert!((pair[0] - x).hypot(pair[1] - y) * unit < 1e-6, "{code}: {pair:?}");
        let mut pair = [x, y];
        Transform::new(&crs(code), &crs("EPSG:4269")).unwrap().apply(&mut pair).unwrap();
        assert!((pair[0] - lon).hypot(pair[1] - lat) < 1e-11, "{code}: {pair:?}");
    }
}

#[test]
fn the_feet_of_epsg_and_esri_stay_a_tenth_of_a_millimetre_apart() {
    let mut pair = [6_488_151.0, 1_842_013.0];
    let way = Transform::new(&crs("EPSG:2229"), &crs("ESRI:102645")).unwrap();
    assert!(!way.is_identity());
    way.apply(&mut pair).unwrap();
    assert!((pair[0] - 6_488_151.0 + 0.000_333_3).abs() < 1e-6, "{pair:?}");
}

#[test]
fn a_batch_longer_than_a_block_gives_the_same_as_single_points() {
    let way = Transform::new(&crs("EPSG:4326"), &crs("EPSG:2229")).unwrap();
    let points: Vec<f64> =
        (0..1000).flat_map(|i| [-118.0 - f64::from(i) * 1e-3, 34.0 + f64::from(i) * 1e-4]).collect();
    let mut batch = points.clone();
    way.apply(&mut batch).unwrap();
    for (single, together) in points.chunks_exact(2).zip(batch.chunks_exact(2)) {
        let mut single = [single[0], single[1]];
        way.apply(&mut single).unwrap();
        assert_eq!(single, together);
    }
}

#[test]
fn identity_keeps_every_bit() {
    let odd = [-118.242_700_000_000_01, f64::NAN, f64::INFINITY, 95.0];
    for (from, to) in [("EPSG:4326", "OGC:CRS84"), ("EPSG:4269", "EPSG:4326"), ("ESRI:102100", "EPSG:3857")] {
        let mut xy = odd;
        let way = Transform::new(&crs(from), &crs(to)).unwrap();
        way.apply(&mut xy).unwrap();
        assert!(way.is_identity());
        assert!(xy.iter().zip(odd).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

#[test]
fn the_first_bad_pair_is_named() {
    let bad = [(300, f64::NAN, 34.0), (700, -118.0, 95.0), (999, 2000.0, 34.0)];
    for target in ["EPSG:2229", "EPSG:3857", "EPSG:32611"] {
        let way = Transform::new(&Crs::crs84(), &crs(target)).unwrap();
        for &(index, x, y) in &bad {
            let mut xy: Vec<f64> = (0..1000).flat_map(|_| [-118.0, 34.0]).collect();
            (xy[2 * index], xy[2 * index + 1]) = (x, y);
            let error = way.apply(&mut xy).unwrap_err();
            assert_eq!((error.index, error.y.to_bits()), (index, y.to_bits()), "{target}");
        }
    }
}

#[test]
fn the_poles_have_no_place_in_web_mercator() {
    let way = Transform::new(&Crs::crs84(), &crs("EPSG:3857")).unwrap();
    assert!(way.apply(&mut [0.0, 90.0]).is_err());
    let mut edge = [180.0, 85.051_128_779_806_59];
    way.apply(&mut edge).unwrap();
    assert!((edge[0] - edge[1]).abs() < 1e-6, "{edge:?}");
}

#[test]
fn a_box_covers_the_image_of_every_point_in_it() {
    let bbox = [-119.0, 33.5, -117.5, 34.8];
    for target in ["EPSG:2229", "EPSG:3310", "EPSG:3857", "EPSG:32611"] {
        let way = Transform::new(&Crs::crs84(), &crs(target)).unwrap();
        let [min_x, min_y, max_x, max_y] = way.transform_bbox(bbox, 5).unwrap();
        for step in 0..=1000 {
            let share = f64::from(step) / 1000.0;
            let (lon, lat) = (bbox[0] + share * 1.5, bbox[1] + share * 1.3);
            for (x, y) in [(lon, bbox[1]), (lon, bbox[3]), (bbox[0], lat), (bbox[2], lat), (lon, lat)] {
                let mut pair = [x, y];
                way.apply(&mut pair).unwrap();
                let inside = (min_x..=max_x).contains(&pair[0]) && (min_y..=max_y).contains(&pair[1]);
                assert!(inside, "{target}: {x} {y} gives {pair:?}");
            }
        }
    }
}

#[test]
fn a_datum_that_needs_a_grid_is_refused() {
    let error = Transform::new(&crs("EPSG:4267"), &Crs::crs84()).unwrap_err();
    assert!(matches!(error, CrsError::NeedsGrid { .. }), "{error}");
    assert!(error.to_string().contains("NAD27"));
    // On one datum there is nothing to shift: Clarke 1866 in feet and back in degrees.
    let way = Transform::new(&crs("EPSG:4267"), &crs("EPSG:26745")).unwrap();
    let mut pair = [-118.2427, 34.0537];
    way.apply(&mut pair).unwrap();
    Transform::new(&crs("EPSG:26745"), &crs("EPSG:4267")).unwrap().apply(&mut pair).unwrap();
    assert!((pair[0] + 118.2427).abs() < 1e-10 && (pair[1] - 34.0537).abs() < 1e-10, "{pair:?}");
}

#[test]
fn threads_may_share_a_transformation() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Transform::new(&crs("EPSG:2229"), &crs("EPSG:3310")).unwrap());
}

#[test]
fn every_listed_code_is_set_up_or_refused_with_a_reason() {
    let (mut good, mut refused) = (0, 0);
    for (this, _) in known() {
        match (definition(&this), Transform::new(&this, &this)) {
            (Err(_), _) => {}
            (Ok(_), Ok(_)) => match Transform::new(&this, &Crs::crs84()) {
                Ok(_) => good += 1,
                Err(error) => {
                    refused += 1;
                    assert!(error.to_string().len() > 20, "{error:?}");
                }
            },
            (Ok(_), Err(error)) => panic!("{this}: {error}"),
        }
    }
    assert!(good > 5500 && refused > 0, "{good} usable, {refused} refused");
}
