//! Nothing unfinished is left in the sources.

/// Spelled in halves so that this list does not find itself.
const MARKERS: &[(&str, &str)] =
    &[("TO", "DO"), ("FIX", "ME"), ("XX", "X:"), ("todo", "!("), ("unimplemented", "!("), ("dbg", "!(")];

#[test]
fn no_marker_of_unfinished_work_is_left() {
    let mut left = Vec::new();
    for path in super::shipped_sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, line) in text.lines().enumerate() {
            if MARKERS.iter().any(|(head, tail)| line.contains(&format!("{head}{tail}"))) {
                left.push(format!("{}:{}: {}", path.display(), at + 1, line.trim()));
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}
