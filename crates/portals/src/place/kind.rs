//! In which portal, and in which of its layers, a place is looked up.

use geohub_core::text::nearest;

use super::{PlaceSource, PlaceText};
use crate::address::Address;
use crate::error::{PortalsError, Result};
use crate::merge::address_of_reference;
use crate::portal::{Portal, Portals};

/// The portal that a reference speaks of: that of its alias, of its host, of its organisation in ArcGIS Online, or the
/// only one that has an alias for the same layer.
pub fn portal_of<'a>(reference: &str, portals: &'a Portals) -> Option<&'a Portal> {
    let text = reference.trim();
    if let Some((id, _)) = text.split_once(':')
        && let Ok(portal) = portals.get(id)
    {
        return Some(portal);
    }
    let rest = match text.split_once(':') {
        Some((scheme, rest))
            if ["socrata", "hub", "item"].contains(&scheme.to_ascii_lowercase().as_str()) =>
        {
            rest
        }
        _ => text,
    };
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let mut parts = rest.split(['/', '?', '#']);
    if let Some(portal) = parts.next().and_then(|host| portals.of_host(host)) {
        return Some(portal);
    }
    let organisation = parts.next().filter(|part| !part.is_empty());
    let of_organisation = |portal: &&Portal| {
        let own = portal.hub.as_ref().and_then(|hub| hub.organisation.as_deref());
        own.is_some() && own == organisation
    };
    portals.iter().find(of_organisation).or_else(|| by_alias(text, portals))
}

fn by_alias<'a>(reference: &str, portals: &'a Portals) -> Option<&'a Portal> {
    let address = address_of_reference(reference)?;
    let host = match &address {
        Address::Layer(service, _) | Address::Service(service) => {
            service.split('/').next().map(str::to_owned)
        }
        _ => None,
    };
    let known = |portal: &&Portal| {
        portal.aliases.values().any(|alias| match address_of_reference(alias.reference.as_str()) {
            Some(other) if other == address => true,
            // A city's own server; hosted services of many cities share theirs.
            Some(Address::Layer(service, _)) => {
                let same = service.split('/').next().map(str::to_owned) == host;
                same && !service.contains("arcgis.com/")
            }
            _ => false,
        })
    };
    let mut found = portals.iter().filter(known);
    found.next().filter(|_| found.next().is_none())
}

/// The layer in which a place is looked up: of the portal it names, else of the first of `likely` that is known, else of
/// the only one that has places of the kind.
///
/// # Errors
/// The portal has no places of that kind; several portals have; nobody has.
pub fn choose<'a>(
    wanted: &PlaceText,
    likely: Option<&'a Portal>,
    portals: &'a Portals,
) -> Result<PlaceSource<'a>> {
    let named = wanted.portal.as_deref().map(|id| portals.get(id)).transpose()?;
    if let Some(portal) = named.or(likely) {
        return of_portal(wanted, portal);
    }
    // The sample is no city: it is meant only where it is named.
    let cities = || portals.iter().filter(|portal| portal.id.as_str() != "demo");
    let found: Vec<PlaceSource<'_>> = cities().filter_map(|portal| find(wanted, portal)).collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(no_kind(wanted, None, cities())),
        _ => {
            let choices = found.iter().map(|source| choice(source, &wanted.name)).collect();
            Err(PortalsError::AmbiguousPlace { what: wanted.kind.clone(), choices })
        }
    }
}

fn choice(source: &PlaceSource<'_>, name: &str) -> (String, String) {
    (source.reference(name), source.portal.name.clone())
}

fn of_portal<'a>(wanted: &PlaceText, portal: &'a Portal) -> Result<PlaceSource<'a>> {
    find(wanted, portal).ok_or_else(|| no_kind(wanted, Some(portal), std::iter::once(portal)))
}

fn find<'a>(wanted: &PlaceText, portal: &'a Portal) -> Option<PlaceSource<'a>> {
    let kind = folded(&wanted.kind);
    let layer = portal.place.iter().find(|layer| folded(layer.kind.as_str()) == kind)?;
    Some(PlaceSource { portal, layer })
}

fn no_kind<'a>(
    wanted: &PlaceText,
    portal: Option<&Portal>,
    among: impl Iterator<Item = &'a Portal>,
) -> PortalsError {
    let mut kinds: Vec<String> = Vec::new();
    for layer in among.flat_map(|portal| &portal.place) {
        if !kinds.iter().any(|kind| kind == layer.kind.as_str()) {
            kinds.push(layer.kind.as_str().to_owned());
        }
    }
    kinds.sort();
    PortalsError::NoPlaceKind {
        kind: wanted.kind.clone(),
        portal: portal.map(|portal| portal.id.as_str().to_owned()),
        near: nearest(&wanted.kind, kinds.iter().map(String::as_str)),
        kinds,
    }
}

/// Kinds compare without case, blanks, hyphens and the plural, and as they are spelled in Britain too.
fn folded(kind: &str) -> String {
    let plain: String = kind.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    plain.trim_end_matches('s').replace("neighbour", "neighbor")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, likely: Option<&str>) -> Result<String> {
        let portals = Portals::built_in()?;
        let wanted = PlaceText::parse(text, &portals)?;
        let likely = likely.and_then(|reference| portal_of(reference, &portals));
        choose(&wanted, likely, &portals).map(|source| source.reference(&wanted.name))
    }

    #[test]
    fn the_input_tells_the_portal_where_the_place_does_not() {
        for (text, likely, reference) in [
            ("la/neighborhood:x", Some("sf:parcels"), "la/neighborhood:x"),
            ("neighborhood:x", Some("la:parking-meters"), "la/neighborhood:x"),
            ("Neighbourhoods:x", Some("socrata:data.lacity.org/s49e-q6j2"), "la/neighborhood:x"),
            ("Council District:13", Some("https://geohub.lacity.org/datasets/a"), "la/council-district:13"),
            ("community-district:101", None, "nyc/community-district:101"),
            ("neighborhood:x", Some("demo:streets"), "demo/neighborhood:x"),
        ] {
            assert_eq!(chosen(text, likely).unwrap(), reference, "{text} {likely:?}");
        }
    }

    #[test]
    fn what_is_not_there_and_what_is_in_several_is_told() {
        let several = chosen("neighborhood:x", None).unwrap_err().to_string();
        assert!(several.contains("la/neighborhood:x") && !several.contains("demo/"), "{several}");
        let kinds = chosen("la:ward:3", None).unwrap_err().to_string();
        assert!(kinds.contains("portal `la`") && kinds.contains("council-district"), "{kinds}");
        let nobody = chosen("?", None).unwrap_err().to_string();
        assert!(nobody.contains("neighborhood"), "{nobody}");
        assert!(matches!(chosen("nowhere/ward:3", None), Err(PortalsError::NoPortal { .. })));
    }

    #[test]
    fn every_place_layer_inside_the_program_can_be_looked_up() {
        let portals = Portals::built_in().unwrap();
        for portal in portals.iter() {
            let mut kinds: Vec<String> =
                portal.place.iter().map(|layer| folded(layer.kind.as_str())).collect();
            for layer in &portal.place {
                let text = layer.reference.as_str();
                assert!(crate::resolve::meaning(text, &portals).is_ok(), "{text}");
                let is_alias = portals.alias(text).is_some();
                assert!(is_alias || address_of_reference(text).is_some(), "{text}");
            }
            let all = kinds.len();
            kinds.sort();
            kinds.dedup();
            assert_eq!(kinds.len(), all, "{}: one layer a kind", portal.id);
        }
    }
}
