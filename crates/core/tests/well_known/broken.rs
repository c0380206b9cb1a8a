//! Bytes and texts that somebody damaged: an error or a geometry, never a panic.

use crate::rows::{from_wkb, from_wkt, wkb, wkt};

const TEXTS: [&str; 8] = [
    "SRID=2229;POINT ZM (1 2 3 4)",
    "LINESTRING (0 0, 1 1.5e3, 2 0)",
    "POLYGON Z ((0 0 1, 4 0 1, 4 4 1, 0 0 1), (1 1 1, 2 1 1, 2 2 1, 1 1 1))",
    "MULTIPOINT ((1 2), 3 4, EMPTY)",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY, ((5 5, 6 5, 6 6, 5 5)))",
    "GEOMETRYCOLLECTION (POINT (1 2), GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1)), POLYGON EMPTY)",
    "CURVEPOLYGON (COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 0 0)))",
    "TIN (((0 0, 0 1, 1 1, 0 0)))",
];

#[test]
fn truncated_wkb_is_an_error_at_every_length() {
    for text in TEXTS {
        let whole = wkb(&from_wkt(text).unwrap());
        for length in 0..whole.len() {
            assert!(from_wkb(&whole[..length]).is_err(), "{text} at {length}");
        }
    }
}

#[test]
fn truncated_wkt_is_an_error_at_every_length() {
    for text in TEXTS {
        for length in 0..text.len() {
            assert!(from_wkt(&text[..length]).is_err(), "{}", &text[..length]);
        }
    }
}

#[test]
fn random_damage_never_panics() {
    let mut state = 1_u64;
    let mut next = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let mut read = 0;
    for round in 0..40_000 {
        let text = TEXTS[round % TEXTS.len()];
        let mut bytes = wkb(&from_wkt(text).unwrap());
        let mut damaged_text = text.as_bytes().to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            bytes[at] = [0, 1, 7, 0x80, 0xff, next(256) as u8][next(6)];
            let at = next(damaged_text.len());
            damaged_text[at] = b" (),.-0EMPTYZ"[next(13)];
        }
        // What is still a geometry must go through once more unchanged.
        if let Ok(column) = from_wkb(&bytes) {
            read += 1;
            let again = wkb(&column);
            assert_eq!(wkb(&from_wkb(&again).unwrap()), again);
            assert_eq!(wkb(&from_wkt(&wkt(&column)).unwrap()).len(), again.len(), "{}", wkt(&column));
            drop(column.row(0).to_geo());
        }
        if let Ok(column) = from_wkt(std::str::from_utf8(&damaged_text).unwrap()) {
            assert_eq!(wkb(&from_wkt(&wkt(&column)).unwrap()), wkb(&column));
        }
        let noise: Vec<u8> = (0..next(60)).map(|_| next(256) as u8).collect();
        drop(from_wkb(&noise));
        drop(from_wkt(&String::from_utf8_lossy(&noise)));
    }
    assert!(read > 1_000, "{read}");
}
