//! What the documents show is what the program says. `BLESS=1 cargo test` (or `just bless`) rewrites them.

use std::path::PathBuf;

use crate::run::{Bench, repository};

/// The part of a document between two marks, replaced when blessing, compared otherwise.
fn section(document: &str, mark: &str, expected: &str) {
    let path: PathBuf = repository(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let start = text.find(&open).unwrap_or_else(|| panic!("{open} in {document}")) + open.len();
    let end = start + text[start..].find(&close).unwrap();
    if text[start..end] == *expected {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{document} is out of date at {mark}: run `just bless`\n{expected}"
    );
    std::fs::write(&path, format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
}

/// Commands with their one-line descriptions, from `--help`.
fn commands(bench: &Bench) -> Vec<(String, String)> {
    let help = bench.geohub(["--help"]).ok();
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let entry = |line: &str| {
        let (name, about) = line.trim().split_once(' ').unwrap();
        (name.to_owned(), about.trim().to_owned())
    };
    listed.lines().map(entry).collect()
}

#[test]
fn the_readme_lists_the_commands_and_formats_there_are() {
    let bench = Bench::new();
    let rows = commands(&bench)
        .iter()
        .map(|(name, about)| format!("| `{name}` | {about} |\n"))
        .collect::<Vec<_>>()
        .concat();
    section("README.md", "commands", &format!("| command | |\n| --- | --- |\n{rows}"));

    let json: serde_json::Value = serde_json::from_str(&bench.geohub(["formats", "--json"]).ok()).unwrap();
    let yes = |value: &serde_json::Value| if value.as_bool().unwrap() { "yes" } else { "" };
    let row = |format: &serde_json::Value| {
        let extensions = format["extensions"].as_array().unwrap().iter();
        let extensions: Vec<String> =
            extensions.map(|name| format!("`.{}`", name.as_str().unwrap())).collect();
        format!(
            "| {} | `{}` | {} | {} | {} | {} | {} |\n",
            format["title"].as_str().unwrap(),
            format["name"].as_str().unwrap(),
            extensions.join(" "),
            yes(&format["read"]),
            yes(&format["write"]),
            yes(&format["gzip"]),
            format["about"].as_str().unwrap(),
        )
    };
    let rows = json["formats"].as_array().unwrap().iter().map(row).collect::<String>();
    let head =
        "| format | `-f` | names | read | write | `.gz` | |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    section("README.md", "formats", &format!("{head}{rows}"));
}

#[test]
fn the_readme_shows_what_the_demo_says() {
    let bench = Bench::new();
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let line = readme.lines().find(|line| line.starts_with("cargo run --release -- ")).unwrap();
    let words: Vec<String> = line
        .trim_start_matches("cargo run --release -- ")
        .split(' ')
        .map(|word| word.trim_matches('\'').replace("data/", &format!("{}/", repository("data").display())))
        .map(|word| word.replace("target/", &format!("{}/", bench.path("").display())))
        .collect();
    let output = bench.command().args(&words).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stderr).replace(&format!("{}/", bench.path("").display()), "target/");
    assert!(output.status.success(), "{said}");
    section("README.md", "demo", &format!("```text\n{}```\n", said.replace("//", "/")));
}

#[test]
fn the_readme_shows_what_info_says() {
    let bench = Bench::new();
    let file = repository("data/neighborhoods.geojson").display().to_string();
    section("README.md", "info", &format!("```text\n{}```\n", bench.geohub(["info", &file]).ok()));
}

#[test]
fn the_readme_shows_what_is_near() {
    let bench = Bench::new();
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let line = readme.lines().find_map(|line| line.strip_prefix("$ geohub query data/")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let mut command = bench.command();
    command.arg("query").arg(repository("data").join(words[0])).args(&words[1..]);
    section("README.md", "near", &format!("```text\n{}```\n", crate::run::finish(&mut command).ok()));
}

#[test]
fn the_reference_is_the_help() {
    let bench = Bench::new();
    let mut text = String::new();
    for (name, _) in commands(&bench) {
        let help = bench.geohub([name.as_str(), "--help"]).ok();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        text += &["## geohub ", &name, "\n\n```text\n", &help.join("\n"), "\n```\n\n"].concat();
    }
    section("docs/cli.md", "reference", &text);
}

#[test]
fn the_exit_codes_are_the_documented_ones() {
    let bench = Bench::new();
    let help = bench.geohub(["--help"]).ok();
    let codes = help.split("Exit codes:\n").nth(1).unwrap();
    let row = |line: &str| {
        let (code, meaning) = line.trim().split_once(' ').unwrap();
        format!("| {code} | {} |\n", meaning.trim())
    };
    let rows = codes.lines().filter(|line| !line.trim().is_empty()).map(row).collect::<String>();
    section("docs/errors.md", "codes", &format!("| code | meaning |\n| --- | --- |\n{rows}"));
}

/// The string literal right before a place in a source, with nothing but a comma and blanks between.
fn literal_before(text: &str) -> Option<&str> {
    let text = text.trim_end().strip_suffix(',')?.trim_end().strip_suffix('"')?;
    let word = text.rsplit('"').next()?;
    let is_code = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_code.then_some(word)
}

#[test]
fn every_code_of_an_error_is_documented() {
    let mut folders = vec![repository("crates/cli/src")];
    let mut codes = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let marks = source.match_indices("Exit::").chain(source.match_indices("expression_exit("));
            codes.extend(marks.filter_map(|(at, _)| literal_before(&source[..at])).map(str::to_owned));
        }
    }
    assert!(codes.len() > 30 && codes.contains("no-hit") && codes.contains("expression"), "{codes:?}");
    let text = std::fs::read_to_string(repository("docs/errors.md")).unwrap();
    let table = text.split("## Codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: Vec<String> = rows.map(|row| row.split('`').next().unwrap().to_owned()).collect();
    assert_eq!(documented, codes.into_iter().collect::<Vec<_>>(), "in docs/errors.md, and in the sources");
}
