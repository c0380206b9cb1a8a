//! `core <- crs <- index <- ops`, `core, crs <- formats`, `formats <- fetch`, `core, fetch <- portals`, everything
//! `<- cli`; nothing else.

use std::collections::{BTreeMap, BTreeSet};

/// What each crate may use of ours.
const ARROWS: &[(&str, &[&str])] = &[
    ("geohub-core", &[]),
    ("geohub-crs", &["geohub-core"]),
    ("geohub-index", &["geohub-core", "geohub-crs"]),
    ("geohub-formats", &["geohub-core", "geohub-crs"]),
    ("geohub-ops", &["geohub-core", "geohub-crs", "geohub-index"]),
    ("geohub-fetch", &["geohub-core", "geohub-crs", "geohub-formats"]),
    ("geohub-portals", &["geohub-core", "geohub-fetch"]),
    (
        "geohub",
        &[
            "geohub-core",
            "geohub-crs",
            "geohub-index",
            "geohub-formats",
            "geohub-ops",
            "geohub-fetch",
            "geohub-portals",
        ],
    ),
    ("geohub-testkit", &[]),
];

/// Crates that only `geohub-fetch` brings into the program.
const NETWORK: &[&str] = &["tokio", "reqwest"];

fn direct_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(super::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let shipped = |dependency: &&serde_json::Value| dependency["kind"].is_null();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            (name(package), dependencies.filter(shipped).map(name).collect())
        })
        .collect()
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let dependencies = direct_dependencies();
    for (name, allowed) in ARROWS {
        let ours: Vec<&str> = dependencies[*name]
            .iter()
            .map(String::as_str)
            .filter(|used| used.starts_with("geohub"))
            .collect();
        let wrong: Vec<_> = ours.iter().filter(|used| !allowed.contains(used)).collect();
        assert!(wrong.is_empty(), "{name} must not use {wrong:?}");
    }
    let known: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).chain(["geohub-tests"]).collect();
    for name in dependencies.keys() {
        assert!(known.contains(name.as_str()), "{name} has no place in the layout yet");
    }
}

#[test]
fn only_fetch_talks_to_the_network() {
    for (name, used) in direct_dependencies() {
        if matches!(name.as_str(), "geohub-fetch" | "geohub-testkit" | "geohub-tests") {
            continue;
        }
        let network: Vec<_> = NETWORK.iter().filter(|network| used.contains(**network)).collect();
        assert!(network.is_empty(), "{name} uses {network:?}");
    }
}
