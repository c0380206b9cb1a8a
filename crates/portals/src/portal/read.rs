//! From the text of a file to a portal, or to the place of what is wrong.

use super::{Portal, RequestChannel};
use crate::error::{PortalsError, Result};

/// Reads a portal file; `file` is what errors call it.
pub(super) fn read(text: &str, file: &str) -> Result<Portal> {
    let flaw = |at: usize, problem: String| {
        let (line, column) = place(text, at);
        PortalsError::File { file: file.to_owned(), line, column, problem }
    };
    let portal: Portal = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        flaw(at, error.message().lines().collect::<Vec<_>>().join("; "))
    })?;
    match problem(&portal) {
        Some((word, problem)) => Err(flaw(text.find(word).unwrap_or(0), problem)),
        None => Ok(portal),
    }
}

/// What the parts say together that they must not, and a word near it.
fn problem(portal: &Portal) -> Option<(&'static str, String)> {
    if let Some([west, south, east, north]) = portal.bbox {
        let sound = west < east
            && south < north
            && west >= -180.0
            && east <= 180.0
            && south >= -90.0
            && north <= 90.0;
        if !sound {
            return Some(("bbox", "bbox is west, south, east, north in degrees".to_owned()));
        }
    }
    if portal.hub.is_none() && portal.socrata.is_none() && portal.dcat.is_empty() {
        return Some((
            "id",
            "it has neither [hub] nor [socrata] nor [[dcat]]: nothing could be asked".to_owned(),
        ));
    }
    let reached = |channel: &RequestChannel| {
        channel.url.is_some() || channel.email.is_some() || channel.phone.is_some()
    };
    if let Some(channel) = portal.request.iter().find(|channel| !reached(channel)) {
        return Some((
            "[[request]]",
            format!("the request channel `{}` has neither url nor email nor phone", channel.name),
        ));
    }
    None
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "id = \"xy\"\nname = \"Xy\"\nread = 2026-11-26\n\n[socrata]\nhosts = [\"data.example.org\"]\nsource = \"https://data.example.org/\"\n";

    fn flaw(text: &str) -> String {
        read(text, "xy.toml").unwrap_err().to_string()
    }

    #[test]
    fn a_typo_is_told_with_its_place() {
        assert_eq!(read(GOOD, "xy.toml").unwrap().id.as_str(), "xy");
        for (from, to, said) in [
            ("hosts", "host", "xy.toml:6:1: unknown field `host`"),
            ("[socrata]", "[sokrata]", "xy.toml:5:2: unknown field `sokrata`"),
            ("\"xy\"", "\"X y\"", "xy.toml:1:6: an id is"),
            ("\"xy\"", "\"item\"", "xy.toml:1:6: `item` means something else"),
            ("2026-11-26", "\"today\"", "xy.toml:3:8: "),
            ("2026-11-26", "10:00:00", "xy.toml:3:8: a date such as"),
            ("\"data.example.org\"", "\"data example\"", "xy.toml:6:9: a host is"),
            ("https://data.example.org/", "data.example.org", "xy.toml:7:10: an address that begins"),
            ("name = \"Xy\"", "name = \"Ü\" oops", "xy.toml:2:12: "),
            ("read", "bbox = [1, 2, 1, 2]\nread", "xy.toml:3:1: bbox is west"),
        ] {
            let said_now = flaw(&GOOD.replacen(from, to, 1));
            assert!(said_now.starts_with(said), "{said_now}");
        }
        assert!(flaw("").contains("missing field"), "{}", flaw(""));
        let alias = "[aliases.\"Parking Meters\"]\nref = \"socrata:h/abcd-1234\"\ntitle = \"x\"\nsource = \"https://h/\"\n";
        assert!(
            flaw(&format!("{GOOD}{alias}")).contains("a name is words"),
            "{}",
            flaw(&format!("{GOOD}{alias}"))
        );
    }
}
