//! PROJ.4 parameter strings, read as far as the rest of this crate asks.

/// The `+key=value` pairs of a PROJ.4 string, in their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProjString<'a>(Vec<(&'a str, &'a str)>);

/// Keys that say which datum coordinates are on.
const DATUM_KEYS: &[&str] = &["datum", "ellps", "a", "b", "rf", "R", "towgs84", "nadgrids", "pm"];

impl<'a> ProjString<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let pair = |word: &'a str| {
            let word = word.strip_prefix('+').unwrap_or(word);
            word.split_once('=').unwrap_or((word, ""))
        };
        Self(text.split_whitespace().map(pair).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.parse().ok()
    }

    /// The pairs that say the datum, sorted: equal text means the same datum.
    pub(crate) fn datum_part(&self) -> String {
        let mut words: Vec<String> = self
            .0
            .iter()
            .filter(|(key, _)| DATUM_KEYS.contains(key))
            .map(|(key, value)| format!("+{key}={value}"))
            .collect();
        words.sort_unstable();
        words.join(" ")
    }

    /// The same string on another datum.
    pub(crate) fn with_datum(&self, datum: &str) -> String {
        let mut words: Vec<String> = Vec::with_capacity(self.0.len() + 1);
        for (key, value) in &self.0 {
            match (DATUM_KEYS.contains(key), value.is_empty()) {
                (true, _) => {}
                (false, true) => words.push(format!("+{key}")),
                (false, false) => words.push(format!("+{key}={value}")),
            }
        }
        words.push(datum.to_owned());
        words.join(" ")
    }
}
