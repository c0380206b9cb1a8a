//! Spellings of other tools, rewritten before parsing so that old fingers are understood.

use std::ffi::OsString;

/// What is typed, and what it means here. Not shown in help.
const ALIASES: &[(&str, &str)] = &[
    ("-t_srs", "--to-crs"),
    ("-s_srs", "--from-crs"),
    ("--dst-crs", "--to-crs"),
    ("--src-crs", "--from-crs"),
    ("--of", "--format"),
    ("--output", "-o"),
];

/// Replaces every alias before a `--`, also in the form `--of=GeoJSON`; `geohub help join` is `geohub join --help`.
pub fn rewrite(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    let mut literal = false;
    let rewrite_one = |arg: OsString| {
        literal |= arg == "--";
        if literal { arg } else { arg.to_str().and_then(replaced).map_or(arg, OsString::from) }
    };
    args.into_iter().map(rewrite_one).collect()
}

fn replaced(arg: &str) -> Option<String> {
    let (name, value) = arg.split_once('=').map_or((arg, None), |(name, value)| (name, Some(value)));
    let (_, meaning) = ALIASES.iter().find(|(alias, _)| *alias == name)?;
    Some(match value {
        // A short option takes its value without the equals sign.
        Some(value) if meaning.len() == 2 => format!("{meaning}{value}"),
        Some(value) => format!("{meaning}={value}"),
        None => (*meaning).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_rewritten_up_to_the_double_dash() {
        let typed = [
            "geohub",
            "convert",
            "--of=csv",
            "--output",
            "x",
            "--output=y",
            "-t_srs",
            "EPSG:2229",
            "--",
            "--of",
        ];
        let meant =
            ["geohub", "convert", "--format=csv", "-o", "x", "-oy", "--to-crs", "EPSG:2229", "--", "--of"];
        let typed = typed.iter().map(OsString::from).collect();
        assert_eq!(rewrite(typed), meant.map(OsString::from).to_vec());
    }
}
