//! Plug-ins: found on PATH, run with our streams, shadowed by built-ins, listed.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::run::{Bench, Ran, finish, repository};

fn script(bench: &Bench, name: &str, body: &str, mode: u32) {
    let path = bench.write(name, format!("#!/bin/sh\n{body}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn with_path<const N: usize>(bench: &Bench, folders: &[&Path], args: [&str; N]) -> Ran {
    let system = std::env::var_os("PATH").unwrap();
    let all = folders.iter().map(|folder| folder.to_path_buf()).chain(std::env::split_paths(&system));
    finish(bench.command().env("PATH", std::env::join_paths(all).unwrap()).args(args))
}

#[test]
fn a_plugin_gets_arguments_environment_and_keeps_its_exit_code() {
    let bench = Bench::new();
    let body =
        r#"echo "$1|$2|$GEOHUB_VERSION|$GEOHUB_CACHE_DIR"; echo said >&2; "$GEOHUB" --version; exit 42"#;
    script(&bench, "bin/geohub-probe", body, 0o755);
    let ran = with_path(&bench, &[&bench.path("bin")], ["probe", "--flag", "two words"]);
    let version = env!("CARGO_PKG_VERSION");
    let cache = bench.path("cache");
    assert_eq!(ran.stdout, format!("--flag|two words|{version}|{}\ngeohub {version}\n", cache.display()));
    assert_eq!((ran.code, ran.stderr.as_str()), (42, "said\n"));
}

#[test]
fn built_ins_win_and_the_list_says_so() {
    let bench = Bench::new();
    script(&bench, "one/geohub-count", "echo mine", 0o755);
    script(&bench, "one/geohub-twice", "echo first", 0o755);
    script(&bench, "two/geohub-twice", "echo second", 0o755);
    script(&bench, "two/geohub-plain", "echo never", 0o644);
    let folders = [bench.path("one"), bench.path("two")];
    let folders: Vec<&Path> = folders.iter().map(std::path::PathBuf::as_path).collect();
    with_path(&bench, &folders, ["count", "missing.fgb"]).failed(3);
    assert_eq!(with_path(&bench, &folders, ["twice"]).ok(), "first\n");
    assert_eq!(with_path(&bench, &folders, ["plugin", "exec", "count"]).ok(), "mine\n");
    let list = with_path(&bench, &folders, ["plugin", "list"]).ok();
    let line = |part: &str| {
        list.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part} in {list}"))
    };
    assert!(line("one/geohub-count").contains("shadowed by the built-in command count"));
    assert!(!line("one/geohub-twice").contains("shadowed"));
    assert!(
        line("two/geohub-twice").contains("shadowed by")
            && line("two/geohub-twice").contains("one/geohub-twice")
    );
    assert!(line("two/geohub-plain").contains("not executable"));
    assert!(with_path(&bench, &folders, ["plugin", "check"]).failed(1).contains("not executable"));
    let help = with_path(&bench, &folders, ["--help"]).ok();
    assert!(help.contains("Plug-ins:") && help.contains("twice") && !help.contains("geohub-plain"), "{help}");
    assert!(with_path(&bench, &folders, ["twise"]).failed(2).contains("did you mean twice"));
}

#[test]
fn a_plugin_killed_by_a_signal_has_the_shells_code() {
    let bench = Bench::new();
    script(&bench, "bin/geohub-dies", "kill -TERM $$", 0o755);
    assert_eq!(with_path(&bench, &[&bench.path("bin")], ["dies"]).code, 143);
}

#[test]
fn the_documented_sample_runs() {
    let bench = Bench::new();
    bench.write("a.geojson", r#"{"type":"Feature","properties":{},"geometry":null}"#);
    let folder = repository("docs/plugins");
    let said = with_path(&bench, &[&folder], ["hello", "a.geojson"]).ok();
    assert_eq!(said, format!("a.geojson has 1 features, says geohub {}\n", env!("CARGO_PKG_VERSION")));
    with_path(&bench, &[&folder], ["hello"]).failed(2);
}
