//! `[PORTAL/]KIND:NAME`.

use crate::error::{PortalsError, Result};
use crate::portal::Portals;

/// A place as somebody types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceText {
    /// The id of a portal, in small letters.
    pub portal: Option<String>,
    /// The kind of place; empty or `?` to have the kinds listed.
    pub kind: String,
    /// Its name or number; empty or `?` to have the names listed.
    pub name: String,
}

impl PlaceText {
    /// Reads `KIND:NAME`, `PORTAL/KIND:NAME` or `PORTAL:KIND:NAME`. A colon in a name is the name's own.
    ///
    /// # Errors
    /// A text without a colon.
    pub fn parse(text: &str, portals: &Portals) -> Result<Self> {
        let text = text.trim();
        let none = || PortalsError::PlaceText { text: text.to_owned() };
        let (head, rest) = match text.split_once(':') {
            Some(parts) => parts,
            None if text == "?" => (text, ""),
            None => return Err(none()),
        };
        let (portal, kind, name) = match (head.split_once('/'), rest.split_once(':')) {
            (Some((portal, kind)), _) => (Some(portal), kind, rest),
            (None, Some((kind, name))) if portals.get(head.trim()).is_ok() => (Some(head), kind, name),
            (None, None) if portals.get(head.trim()).is_ok() => (Some(head), rest, ""),
            _ => (None, head, rest),
        };
        let portal = portal.map(|id| id.trim().to_ascii_lowercase()).filter(|id| !id.is_empty());
        Ok(Self { portal, kind: kind.trim().to_owned(), name: name.trim().to_owned() })
    }

    /// True where names are asked for.
    pub fn lists(&self) -> bool {
        matches!(self.name.as_str(), "" | "?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portal_may_stand_before_the_kind() {
        let portals = Portals::built_in().unwrap();
        for (text, portal, kind, name) in [
            ("neighborhood:Silver Lake", None, "neighborhood", "Silver Lake"),
            (" la/neighborhood: Silver Lake ", Some("la"), "neighborhood", "Silver Lake"),
            ("LA:neighborhood:Silver Lake", Some("la"), "neighborhood", "Silver Lake"),
            ("ward:A: B", None, "ward", "A: B"),
            ("nowhere/ward:3", Some("nowhere"), "ward", "3"),
            ("council-district:?", None, "council-district", "?"),
            ("la:council-district", Some("la"), "council-district", ""),
            ("?", None, "?", ""),
        ] {
            let read = PlaceText::parse(text, &portals).unwrap();
            let expected =
                PlaceText { portal: portal.map(str::to_owned), kind: kind.to_owned(), name: name.to_owned() };
            assert_eq!(read, expected, "{text}");
        }
        assert!(matches!(PlaceText::parse("Silver Lake", &portals), Err(PortalsError::PlaceText { .. })));
    }
}
