//! Which rows of a layer have a name.
//!
//! A name is taken as it stands first, then without case, punctuation and accents, then as a number: `13`, `13.0`,
//! `District 13` and `CD 13` are one council district. The first of these that finds anything decides.

use std::collections::BTreeMap;

use geohub_core::text::nearest;

use super::{PlaceSource, PlaceText};
use crate::error::{PortalsError, Result};

/// Names told where none fits.
const NEAR: usize = 5;
/// Names listed on request.
const LISTED: usize = 400;
/// Words that say of a number only what it counts.
const COUNTERS: [&str; 8] = ["district", "ward", "area", "zone", "precinct", "no", "number", "nr"];

/// A row of the layer.
pub type Row = usize;

/// The names of a layer, each with its rows.
#[derive(Clone, Debug, Default)]
pub struct Names {
    rows: BTreeMap<String, Vec<Row>>,
}

impl Names {
    /// Reads the names in the order of the rows; rows without a name are left out.
    pub fn new(names: &[Option<String>]) -> Self {
        let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for (row, name) in names.iter().enumerate() {
            if let Some(name) = name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
                rows.entry(name.to_owned()).or_default().push(row);
            }
        }
        Self { rows }
    }

    /// The rows of a name; several are its parts.
    ///
    /// # Errors
    /// No row has it; names that differ and are alike; names are asked for.
    pub fn find(&self, wanted: &PlaceText, source: &PlaceSource<'_>) -> Result<(&str, &[Row])> {
        if wanted.lists() {
            return Err(self.missing(wanted, source, self.listed()));
        }
        let name = wanted.name.as_str();
        if let Some((name, rows)) = self.rows.get_key_value(name) {
            return Ok((name, rows));
        }
        let (plain, kind) = (folded(name), source.layer.kind.as_str());
        let count = number(name, kind);
        let alike = |test: &dyn Fn(&str) -> bool| -> Vec<(&String, &Vec<Row>)> {
            self.rows.iter().filter(|(name, _)| test(name)).collect()
        };
        let mut found = alike(&|own| folded(own) == plain);
        if found.is_empty() && count.is_some() {
            found = alike(&|own| number(own, kind) == count);
        }
        match found[..] {
            [] => Err(self.missing(wanted, source, self.near(name))),
            [(name, rows)] => Ok((name, rows)),
            _ => {
                let choice = |(name, _): &(&String, &Vec<Row>)| (source.reference(name), String::new());
                Err(PortalsError::AmbiguousPlace {
                    what: name.to_owned(),
                    choices: found.iter().map(choice).collect(),
                })
            }
        }
    }

    fn missing(&self, wanted: &PlaceText, source: &PlaceSource<'_>, names: Vec<String>) -> PortalsError {
        PortalsError::NoPlace {
            name: (!wanted.lists()).then(|| wanted.name.clone()),
            kind: source.layer.kind.as_str().to_owned(),
            portal: source.portal.id.as_str().to_owned(),
            count: self.rows.len(),
            names,
        }
    }

    /// All names, numbers by their value.
    fn listed(&self) -> Vec<String> {
        let mut names: Vec<String> = self.rows.keys().cloned().collect();
        let value = |name: &String| name.parse::<f64>().unwrap_or(f64::INFINITY);
        names.sort_by(|a, b| value(a).total_cmp(&value(b)).then_with(|| a.cmp(b)));
        names.truncate(LISTED);
        names
    }

    /// Names that have the words, then those spelled alike.
    fn near(&self, wanted: &str) -> Vec<String> {
        let plain = folded(wanted);
        let holds = |name: &&String| {
            let own = folded(name);
            plain.len() > 2 && (own.contains(&plain) || (own.len() > 2 && plain.contains(&own)))
        };
        let mut names: Vec<String> = self.rows.keys().filter(holds).take(NEAR).cloned().collect();
        for like in nearest(wanted, self.rows.keys().map(String::as_str)) {
            if !names.contains(&like) {
                names.push(like);
            }
        }
        names.truncate(NEAR);
        names
    }
}

/// Letters and digits alone, in small letters without accents.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(bare).collect()
}

/// A letter of a Latin alphabet without its accent.
fn bare(c: char) -> char {
    const ACCENTED: [(char, &str); 8] = [
        ('a', "àáâãäåāăą"),
        ('c', "çćč"),
        ('e', "èéêëēęě"),
        ('i', "ìíîïī"),
        ('n', "ñńň"),
        ('o', "òóôõöøō"),
        ('u', "ùúûüūů"),
        ('y', "ýÿ"),
    ];
    ACCENTED.iter().find(|(_, all)| all.contains(c)).map_or(c, |(plain, _)| *plain)
}

/// The number that a name is, where it is one and nothing else: beside it stand only the words of the kind, their
/// initials, or words that count.
fn number(name: &str, kind: &str) -> Option<f64> {
    let lower = name.to_lowercase();
    let initials: String = kind.split('-').filter_map(|word| word.chars().next()).collect();
    let idle =
        |word: &str| kind.split('-').any(|own| own == word) || word == initials || COUNTERS.contains(&word);
    let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|word| word.trim_matches('.'));
    let mut meant = words.filter(|word| !word.is_empty() && !idle(word));
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    // `CD13`, `#13`.
    let text = meant.next()?;
    let text = text.strip_prefix(initials.as_str()).unwrap_or(text);
    let sound = !text.is_empty() && text.chars().all(digits) && meant.next().is_none();
    sound.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::Portals;

    fn found(text: &str, names: &[&str]) -> Result<(String, Vec<Row>)> {
        let portals = Portals::built_in()?;
        let wanted = PlaceText::parse(text, &portals)?;
        let source = super::super::choose(&wanted, Some(portals.get("la")?), &portals)?;
        let names: Vec<Option<String>> =
            names.iter().map(|name| Some((*name).to_owned()).filter(|name| name != "-")).collect();
        let names = Names::new(&names);
        names.find(&wanted, &source).map(|(name, rows)| (name.to_owned(), rows.to_vec()))
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let names = ["Silver Lake", "Cañoga Park", "-", "Mid-City", "Silver Lake", "Silver Lake 2", ""];
        for (text, name, rows) in [
            ("neighborhood:Silver Lake", "Silver Lake", vec![0, 4]),
            ("neighborhood:silver-lake", "Silver Lake", vec![0, 4]),
            ("neighborhood:CANOGA PARK", "Cañoga Park", vec![1]),
            ("neighborhood:midcity", "Mid-City", vec![3]),
            ("neighborhood:Silver Lake 2", "Silver Lake 2", vec![5]),
        ] {
            assert_eq!(found(text, &names).unwrap(), (name.to_owned(), rows), "{text}");
        }
        let typo = found("neighborhood:Silverlak", &names).unwrap_err();
        assert!(matches!(&typo, PortalsError::NoPlace { names, .. } if names[0].starts_with("Silver Lake")));
        let list = found("neighborhood:?", &names).unwrap_err();
        assert!(matches!(&list, PortalsError::NoPlace { name: None, names, .. } if names.len() == 4));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        for names in [["1", "13"], ["1.0", "13.0"], ["District 1", "District 13"], ["01", "CD 13"]] {
            for text in ["13", "13.0", "District 13", "CD13", "#13", "council district 13", "013"] {
                let (name, rows) = found(&format!("council-district:{text}"), &names).unwrap();
                assert_eq!((name.as_str(), rows), (names[1], vec![1]), "{text}");
            }
        }
        assert!(found("council-district:3", &["13", "30"]).is_err());
        assert!(found("neighborhood:2", &["Boyle Heights 2"]).is_err());
        let twice = found("council-district:7", &["District 7", "7.0"]).unwrap_err();
        assert!(matches!(twice, PortalsError::AmbiguousPlace { choices, .. } if choices.len() == 2));
        assert_eq!(found("council-district:7", &["District 7", "7"]).unwrap().1, [1], "as it stands first");
    }
}
