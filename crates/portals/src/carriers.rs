//! The catalogues that carry a dataset, out of those that were read and kept; nobody is asked.

use crate::address::{Address, address_of};
use crate::cache::Cache;
use crate::gather::{Gathered, State};
use crate::merge::{Hit, Place, merge};
use crate::portal::Portals;
use crate::source::Source;

/// Everyone who lists the dataset of an address, by the catalogues in the cache. `item` is the one that stands for it.
pub fn carriers(address: &str, item: Option<&str>, portals: &Portals, cache: &Cache) -> Vec<Place> {
    let own = addresses(address, item);
    let words: Vec<&str> = [own_word(address), item].into_iter().flatten().collect();
    let mut kept = Vec::new();
    for portal in portals.iter() {
        let sources = Source::all(portal);
        // What is listed in one catalogue of a city may be a link to another's entry.
        if sources.iter().any(|source| cache.mentions(source, &words)) {
            kept.extend(sources.into_iter().filter_map(|source| gathered(source, cache)));
        }
    }
    if kept.is_empty() { Vec::new() } else { listed(&own, merge(kept, portals)) }
}

fn gathered(source: Source, cache: &Cache) -> Option<Gathered> {
    let kept = cache.get(&source)?;
    let state = State::Kept(kept.read);
    Some(Gathered { source, entries: kept.entries, state, unreadable: 0, missing: 0 })
}

/// What the dataset is known by: itself, then the service or item that it is a layer of.
fn addresses(address: &str, item: Option<&str>) -> [Vec<Address>; 2] {
    let mut exact: Vec<Address> = address_of(address).into_iter().collect();
    let number = exact.iter().find_map(|address| match address {
        Address::Layer(_, number) => Some(*number),
        _ => None,
    });
    if let (Some(item), Some(number)) = (item, number) {
        exact.push(Address::ItemLayer(item.to_ascii_lowercase(), number));
    }
    let wholes = exact.iter().filter_map(Address::whole).collect();
    [exact, wholes]
}

/// A part of the address that every entry of it has: `Trees/FeatureServer`, `abcd-1234`.
fn own_word(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next()?.trim_end_matches('/');
    let mut parts = path.rsplit('/');
    let last = parts.next()?;
    if !last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(last);
    }
    let service = parts.nth(1)?;
    Some(service).filter(|name| !name.is_empty())
}

/// Those who list the dataset itself, else those who list the service or item that it is of.
fn listed([exact, wholes]: &[Vec<Address>; 2], hits: Vec<Hit>) -> Vec<Place> {
    let has = |hit: &Hit, wanted: &[Address]| {
        hit.entry.addresses.iter().filter_map(|text| address_of(text)).any(|found| wanted.contains(&found))
    };
    let (own, others): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| has(hit, exact));
    let found =
        if own.is_empty() { others.into_iter().filter(|hit| has(hit, wholes)).collect() } else { own };
    let mut places: Vec<Place> = found.into_iter().flat_map(|hit| hit.places).collect();
    let mut seen = Vec::new();
    places.retain(|place| {
        let key = (place.catalogue, place.host.clone(), place.id.clone());
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;
    use crate::source::Read;

    const ITEM: &str = "23f48820904b46c38f0d4f2d75c69d23";

    fn entry(id: &str, addresses: &[&str]) -> Entry {
        let addresses = addresses.iter().map(|text| (*text).to_owned()).collect();
        Entry { id: id.to_owned(), title: id.to_owned(), addresses, ..Entry::default() }
    }

    #[test]
    fn every_catalogue_that_lists_it_is_named_and_none_else() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, portals) = (Cache::new(folder.path()), Portals::built_in().unwrap());
        let layer = "https://services5.arcgis.com/x/arcgis/rest/services/Trees/FeatureServer/0";
        assert_eq!(carriers(layer, Some(ITEM), &portals, &cache), []);
        let sources = Source::all(portals.get("la").unwrap());
        let put = |at: usize, entries: Vec<Entry>| {
            cache.put(&sources[at], Read { entries, ..Read::default() }, 5).unwrap();
        };
        let page = "https://geohub.lacity.org/datasets/lahub::trees";
        put(0, vec![entry("trees", &[layer, page]), entry("other", &["https://h/a/FeatureServer/1"])]);
        put(1, vec![entry("item", &[&format!("https://www.arcgis.com/home/item.html?id={ITEM}")])]);
        put(2, vec![entry("link", &["https://data.lacity.org/d/abcd-1234", page])]);
        let ids = |address: &str, item: Option<&str>| -> Vec<String> {
            carriers(address, item, &portals, &cache).into_iter().map(|place| place.id).collect()
        };
        assert_eq!(ids(layer, None), ["trees", "link"]);
        assert_eq!(ids("https://data.lacity.org/d/abcd-1234", None), ["trees", "link"]);
        let other = layer.replace("Trees", "Bushes");
        assert_eq!(ids(&other, None), Vec::<String>::new());
        assert_eq!(ids(&other, Some(ITEM)), ["item"]);
    }
}
