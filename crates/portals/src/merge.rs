//! What several catalogues list becomes one.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::address::{Address, address_of};
use crate::entry::{Entry, Kind};
use crate::gather::Gathered;
use crate::portal::Portals;
use crate::source::ARCGIS_ONLINE;

/// A dataset, and everywhere it is listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// What to type for it.
    pub reference: String,
    /// What is known of it, from all who list it.
    #[serde(flatten)]
    pub entry: Entry,
    /// Who lists it; the one with the rows first.
    pub places: Vec<Place>,
}

/// A catalogue that lists a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The portal's id.
    pub portal: String,
    /// The host.
    pub host: String,
    /// `Hub search`, `Socrata catalogue`.
    pub catalogue: &'static str,
    /// The dataset's id there.
    pub id: String,
}

/// The datasets of all catalogues.
pub fn merge(gathered: Vec<Gathered>, portals: &Portals) -> Vec<Hit> {
    let aliases = aliases(portals);
    let mut listed: Vec<(Place, Entry)> = Vec::new();
    for Gathered { source, entries, .. } in gathered {
        let place = |id: &str| Place {
            portal: source.portal.clone(),
            host: source.host.clone(),
            catalogue: source.kind(),
            id: id.to_owned(),
        };
        listed.extend(entries.into_iter().map(|entry| (place(&entry.id), entry)));
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    let keys: Vec<Vec<Address>> =
        listed.iter_mut().map(|(_, entry)| std::mem::take(&mut entry.keys)).collect();
    let mut heads = Heads::of(&keys);
    for at in 0..listed.len() {
        groups.entry(heads.head(at)).or_default().push(at);
    }
    let mut order: Vec<Vec<usize>> = groups.into_values().collect();
    order.sort();
    let mut slots: Vec<Option<(Place, Entry)>> = listed.into_iter().map(Some).collect();
    let members: Vec<Vec<(Place, Entry)>> =
        order.iter().map(|group| group.iter().filter_map(|at| slots[*at].take()).collect()).collect();
    order
        .into_par_iter()
        .zip(members)
        .filter_map(|(group, members)| {
            let own = || group.iter().flat_map(|at| &keys[*at]);
            // Of an item or service that names no layer, an alias of its one layer means the same.
            let of_whole = || {
                own().find_map(|key| {
                    aliases.wholes.get(key).filter(|_| own().all(|key| key.whole().is_none()))
                })
            };
            let alias = own().find_map(|key| aliases.exact.get(key)).or_else(of_whole);
            one(members, alias.map(String::as_str))
        })
        .collect()
}

/// The aliases of all portals by what they stand for.
#[derive(Default)]
struct Aliases {
    exact: HashMap<Address, String>,
    /// By the item or service of which they are a layer.
    wholes: HashMap<Address, String>,
}

fn aliases(portals: &Portals) -> Aliases {
    let mut found = Aliases::default();
    for portal in portals.iter() {
        for (name, alias) in &portal.aliases {
            let Some(address) = address_of_reference(alias.reference.as_str()) else { continue };
            let text = format!("{}:{name}", portal.id);
            if let Some(whole) = address.whole() {
                found.wholes.entry(whole).or_insert_with(|| text.clone());
            }
            found.exact.entry(address).or_insert(text);
        }
    }
    found
}

/// What a reference means, by its text alone.
pub fn address_of_reference(text: &str) -> Option<Address> {
    let (scheme, rest) = text.split_once(':')?;
    let last = rest.rsplit('/').next().unwrap_or(rest);
    match scheme.to_ascii_lowercase().as_str() {
        "socrata" => {
            let full = if rest.contains("://") { rest.to_owned() } else { format!("https://{rest}") };
            address_of(&full)
        }
        "item" | "hub" => crate::address::item_id(last),
        _ => address_of(text),
    }
}

/// Groups that grow together.
struct Heads(Vec<usize>);

impl Heads {
    fn of(keys: &[Vec<Address>]) -> Self {
        let mut heads = Self((0..keys.len()).collect());
        let mut first: HashMap<&Address, usize> = HashMap::new();
        for (at, keys) in keys.iter().enumerate() {
            for key in keys {
                match first.get(key) {
                    Some(other) => heads.join(*other, at),
                    None => drop(first.insert(key, at)),
                }
            }
        }
        // An item or service with one layer is the same as that layer.
        let mut parts: HashMap<Address, Vec<&Address>> = HashMap::new();
        for key in first.keys() {
            if let Some(whole) = key.whole() {
                parts.entry(whole).or_default().push(key);
            }
        }
        for (whole, layers) in &parts {
            if let ([layer], Some(at)) = (&layers[..], first.get(whole)) {
                heads.join(*at, first[*layer]);
            }
        }
        heads
    }

    fn head(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.head(a), self.head(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// One hit of what is the same.
fn one(mut members: Vec<(Place, Entry)>, alias: Option<&str>) -> Option<Hit> {
    members.sort_by_key(|(place, entry)| {
        let rows = entry.kind.has_rows() && !entry.federated;
        let catalogue = ["Hub search", "Socrata catalogue", "ArcGIS organisation"]
            .iter()
            .position(|kind| *kind == place.catalogue)
            .unwrap_or(3);
        (!rows, entry.kind == Kind::Service, catalogue)
    });
    let mut members = members.into_iter();
    let (place, mut entry) = members.next()?;
    let mut places = vec![place];
    for (place, other) in members {
        fill(&mut entry, other);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let reference = alias.map_or_else(|| reference(&entry), str::to_owned);
    Some(Hit { reference, entry, places })
}

/// Takes over what the first does not say.
fn fill(entry: &mut Entry, other: Entry) {
    if entry.description.is_empty() {
        entry.description = other.description;
    }
    entry.rows = entry.rows.or(other.rows);
    entry.bbox = entry.bbox.or(other.bbox);
    entry.updated = entry.updated.max(other.updated);
    entry.owner = entry.owner.take().or(other.owner);
    entry.licence = entry.licence.take().or(other.licence);
    entry.authoritative |= other.authoritative;
    entry.private &= other.private;
    for (list, more) in [
        (&mut entry.tags, other.tags),
        (&mut entry.fields, other.fields),
        (&mut entry.addresses, other.addresses),
    ] {
        for word in more {
            if !list.contains(&word) {
                list.push(word);
            }
        }
    }
}

/// What to type for an entry: short where the kind of reference has a short form.
fn reference(entry: &Entry) -> String {
    let known: Vec<(&str, Address)> =
        entry.addresses.iter().filter_map(|text| Some((text.as_str(), address_of(text)?))).collect();
    let online = |text: &&str| text.starts_with(ARCGIS_ONLINE);
    let find = |test: &dyn Fn(&&str, &Address) -> Option<String>| {
        known.iter().find_map(|(text, address)| test(text, address))
    };
    let item = |text: &&str, address: &Address| match address {
        Address::ItemLayer(id, layer) if online(text) => Some(format!("item:{id}_{layer}")),
        Address::Item(id) if online(text) => Some(format!("item:{id}")),
        _ => None,
    };
    let dataset = |text: &&str, address: &Address| match address {
        Address::Dataset(place) if text.starts_with("https://") => Some(format!("socrata:{place}")),
        Address::Dataset(place) => Some(format!("socrata:http://{place}")),
        _ => None,
    };
    let layer = |text: &&str, address: &Address| {
        matches!(address, Address::Layer(..) | Address::Service(_)).then(|| (*text).to_owned())
    };
    let layered = |text: &&str, address: &Address| {
        matches!(address, Address::ItemLayer(..)).then(|| item(text, address))?
    };
    find(&layered)
        .or_else(|| find(&item))
        .or_else(|| find(&layer))
        .or_else(|| find(&dataset))
        .or_else(|| entry.addresses.first().cloned())
        .unwrap_or_else(|| entry.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "23f48820904b46c38f0d4f2d75c69d23";

    fn entry(title: &str, kind: Kind, addresses: &[&str]) -> Entry {
        let addresses = addresses.iter().map(|text| (*text).to_owned()).collect();
        let mut entry =
            Entry { id: title.to_owned(), title: title.to_owned(), kind, addresses, ..Entry::default() };
        entry.find_keys();
        entry
    }

    fn merged(lists: &[Vec<Entry>]) -> Vec<(String, Vec<String>)> {
        let portals = Portals::built_in().unwrap();
        let sources = crate::source::Source::all(portals.get("la").unwrap());
        let gathered = lists.iter().zip(sources).map(|(entries, source)| Gathered {
            source,
            entries: entries.clone(),
            state: crate::gather::State::Asked,
            unreadable: 0,
            missing: 0,
        });
        let hits = merge(gathered.collect(), &portals);
        hits.into_iter()
            .map(|hit| (hit.reference, hit.places.into_iter().map(|place| place.id).collect()))
            .collect()
    }

    #[test]
    fn one_dataset_on_several_portals_is_one_hit() {
        let item = format!("https://www.arcgis.com/home/item.html?id={ID}&sublayer=0");
        let whole = format!("https://www.arcgis.com/home/item.html?id={ID}");
        let layer = "https://services5.arcgis.com/x/arcgis/rest/services/Trees/FeatureServer/0";
        let hub = vec![
            entry("trees", Kind::Layer, &[&item, layer, "https://geohub.lacity.org/datasets/lahub::trees"]),
            entry("alone", Kind::Layer, &["https://h/arcgis/rest/services/Alone/MapServer/4"]),
        ];
        let org = vec![entry("trees-service", Kind::Service, &[&whole])];
        let mut link = entry(
            "trees-link",
            Kind::Link,
            &["https://data.lacity.org/d/abcd-1234", "http://geohub.lacity.org/datasets/lahub::trees/about"],
        );
        link.federated = true;
        let soda = vec![link, entry("meters", Kind::Table, &["https://data.lacity.org/d/s49e-q6j2"])];
        let found = merged(&[hub, org, soda]);
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                (format!("item:{ID}_0"), names(&["trees", "trees-service", "trees-link"])),
                ("https://h/arcgis/rest/services/Alone/MapServer/4".to_owned(), names(&["alone"])),
                ("la:parking-meters".to_owned(), names(&["meters"])),
            ]
        );
    }

    #[test]
    fn an_item_of_several_layers_is_not_any_of_them_and_circles_end() {
        let page = |layer: &str| format!("https://www.arcgis.com/home/item.html?id={ID}{layer}");
        let hub = vec![
            entry("a", Kind::Layer, &[&page("&sublayer=0")]),
            entry("b", Kind::Layer, &[&page("&sublayer=1")]),
        ];
        assert_eq!(merged(&[hub, vec![entry("whole", Kind::Service, &[&page("")])]]).len(), 3);
        let (x, y, z) = ("https://h/d/aaaa-1111", "https://h/d/bbbb-2222", "https://h/d/cccc-3333");
        let circle = vec![
            entry("x", Kind::Table, &[x, y]),
            entry("y", Kind::Table, &[y, z]),
            entry("z", Kind::Table, &[z, x]),
        ];
        assert_eq!(merged(&[circle]).len(), 1);
    }
}
