//! `cargo run`, `cargo build --workspace` and `cargo test --workspace` turn on the same features of every crate that they
//! share: else the second of them compiles Arrow and all of ours anew, for minutes.

use std::collections::BTreeMap;

/// The features of every crate, by its name and version, of a choice of packages and kinds of dependencies.
fn features(choice: &[&str]) -> BTreeMap<String, Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p}\t{f}"])
        .args(choice)
        .current_dir(super::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (package, features) = line.split_once('\t').unwrap();
        let features = features.trim_end_matches(" (*)").to_owned();
        // A crate that is also run while building has a second set.
        let sets = found.entry(package.to_owned()).or_default();
        if !sets.contains(&features) {
            sets.push(features);
        }
    }
    found.values_mut().for_each(|sets| sets.sort());
    found
}

#[test]
fn running_building_and_testing_share_one_build() {
    let tested = features(&["--workspace", "-e", "normal,build,dev"]);
    for choice in [["-p", "geohub", "-e", "normal,build"], ["--workspace", "--locked", "-e", "normal,build"]]
    {
        for (package, sets) in features(&choice) {
            let all = &tested[&package];
            let other: Vec<_> = sets.iter().filter(|set| !all.contains(set)).collect();
            assert!(other.is_empty(), "{package} has {other:?} for {choice:?}, and {all:?} for tests");
        }
    }
}
