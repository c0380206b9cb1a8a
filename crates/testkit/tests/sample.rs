//! The committed sample city is what the generator makes.

use std::path::Path;

use geohub_testkit::city::sample;

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data")
}

#[test]
fn the_sample_is_what_the_generator_makes() {
    let mut total = 0;
    for (file, bytes) in sample::files().unwrap() {
        let path = data().join(file);
        let committed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        total += committed.len();
        assert!(
            committed == bytes,
            "{file} differs: cargo run --release -p geohub-testkit --bin make-city -- --sample data"
        );
    }
    assert!(total < 1_500_000, "{total} bytes of sample");
}
