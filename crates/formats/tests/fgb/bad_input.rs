//! Cut off, mutated and foreign files: an error or rows, never a panic.

use geohub_core::{Batch, Bbox, Error, ReadOptions};

use super::crafted::Crafted;
use super::support::{layer, message_of, points, try_read, write};

#[test]
fn every_cut_is_an_error_that_names_a_byte() {
    for node_size in [0, 16] {
        let mut crafted = Crafted::points(5);
        crafted.node_size = node_size;
        let whole = crafted.bytes();
        for len in 0..whole.len() {
            let message = message_of(try_read(&whole[..len], &ReadOptions::default()));
            assert!(message.contains("byte "), "{len} of {}: {message}", whole.len());
        }
        assert!(try_read(&whole, &ReadOptions::default()).is_ok());
    }
}

#[test]
fn other_versions_and_other_files_are_told_apart() {
    let mut bytes = Crafted::points(1).bytes();
    bytes[3] = 2;
    let message = message_of(try_read(&bytes, &ReadOptions::default()));
    assert_eq!(message, "sample.fgb: byte 3: FlatGeobuf version 2 is not supported, only version 3");
    let message = message_of(try_read(b"{\"type\":\"FeatureCollection\"}", &ReadOptions::default()));
    assert_eq!(message, "sample.fgb: byte 0: this is no FlatGeobuf file");
}

#[test]
fn headers_of_impossible_size_are_refused_without_allocating() {
    for size in [0u32, 7, (10 << 20) + 1, u32::MAX] {
        let mut bytes = Crafted::points(1).bytes();
        bytes[8..12].copy_from_slice(&size.to_le_bytes());
        let message = message_of(try_read(&bytes, &ReadOptions::default()));
        assert!(message.contains(&format!("header claims {size} bytes")), "{message}");
    }
}

/// A header whose column vector claims ten million entries.
#[test]
fn ten_million_columns_are_refused() {
    let crafted = Crafted::points(1);
    let bytes = crafted.bytes();
    let columns = crafted.columns.len() as u32;
    let mut refused = 0;
    for at in 12..bytes.len() - 4 {
        if bytes[at..at + 4] == columns.to_le_bytes() {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].copy_from_slice(&10_000_000u32.to_le_bytes());
            if let Err(error) = try_read(&bytes, &ReadOptions::default()) {
                assert!(matches!(error, Error::Data(_)), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn mutations_never_panic() {
    let mut state = 42u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let samples =
        [Crafted::points(20).bytes(), write(&layer(Vec::new()), &[Batch::bare(points(40)).unwrap()])];
    let (mut fine, mut broken) = (0, 0);
    for round in 0..6_000 {
        let mut bytes = samples[round % 2].clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            bytes[at] = if random(2) == 0 { random(256) as u8 } else { [0, 1, 0x7f, 0x80, 0xff][random(5)] };
        }
        let bbox = (round % 3 == 0).then_some(Bbox::new(2.0, 1.0, 9.0, 9.0));
        match try_read(&bytes, &ReadOptions { bbox, ..ReadOptions::default() }) {
            Ok(_) => fine += 1,
            Err(Error::Data(_)) => broken += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(fine > 100 && broken > 100, "{fine} fine, {broken} broken");
}
