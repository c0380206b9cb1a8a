//! Words, and whether one is another.

/// The words of a text: letters and digits; `meterID` and `METER_ID` are two.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty())
}

/// Cuts before a capital that follows a small letter.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.as_bytes();
        let at =
            (1..bytes.len()).find(|at| bytes[at - 1].is_ascii_lowercase() && bytes[*at].is_ascii_uppercase());
        let (word, behind) = rest.split_at(at.unwrap_or(rest.len()));
        rest = behind;
        Some(word)
    })
}

/// A word looked for, in small letters.
#[derive(Clone, Debug)]
pub(super) struct Term {
    text: String,
    /// Without what makes it a plural.
    stem: String,
}

/// Endings that leave a word what it is.
const ENDINGS: [&str; 3] = ["", "s", "es"];

impl Term {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), stem: stem(text).to_owned() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How much a word is this one: 1 the same, 0.9 in another number, 0.5 where it goes on (`meter`, `metered`).
    pub(super) fn level(&self, word: &str) -> f32 {
        let Some(rest) = strip(word, &self.stem) else {
            return if plural_in_ies(word, &self.text) { 0.9 } else { 0.0 };
        };
        if word.len() == self.text.len() && strip(word, &self.text).is_some() {
            1.0
        } else if ENDINGS.iter().any(|ending| rest.eq_ignore_ascii_case(ending)) {
            0.9
        } else if self.stem.chars().count() >= 3 {
            0.5
        } else {
            0.0
        }
    }
}

/// Drops the `s` of a plural.
fn stem(word: &str) -> &str {
    match word {
        _ if word.len() > 4 && ["sses", "shes", "ches", "xes"].iter().any(|end| word.ends_with(end)) => {
            &word[..word.len() - 2]
        }
        _ if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") => {
            &word[..word.len() - 1]
        }
        _ => word,
    }
}

/// `city` and `cities`.
fn plural_in_ies(word: &str, text: &str) -> bool {
    let same = |many: &str, one: &str| {
        let (many, one) = (many.to_lowercase(), one.to_lowercase());
        many.strip_suffix("ies").is_some_and(|stem| one.strip_suffix('y') == Some(stem))
    };
    // The ends are looked at first: most words end otherwise.
    let ends = |text: &str, end: &str| text.len() > end.len() && text.to_ascii_lowercase().ends_with(end);
    (ends(word, "ies") && same(word, text)) || (ends(text, "ies") && same(text, word))
}

/// What follows a beginning in small letters, in any case.
fn strip<'a>(word: &'a str, start: &str) -> Option<&'a str> {
    if word.is_ascii() {
        let head = word.get(..start.len())?;
        return head.eq_ignore_ascii_case(start).then(|| &word[start.len()..]);
    }
    let mut wanted = start.chars();
    let mut at = 0;
    for c in word.chars() {
        if wanted.as_str().is_empty() {
            break;
        }
        for small in c.to_lowercase() {
            if wanted.next() != Some(small) {
                return None;
            }
        }
        at += c.len_utf8();
    }
    wanted.as_str().is_empty().then(|| &word[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_where_columns_join_them() {
        let cut = |text| words(text).collect::<Vec<_>>();
        assert_eq!(cut("LADOT_Meter-ID meterType, GIS2"), ["LADOT", "Meter", "ID", "meter", "Type", "GIS2"]);
        assert_eq!(cut("Ñuñoa—ÉCOLE"), ["Ñuñoa", "ÉCOLE"]);
        assert!(cut(" _-… ").is_empty());
    }

    #[test]
    fn a_word_is_found_in_its_forms() {
        for (term, word, level) in [
            ("meter", "Meter", 1.0),
            ("meters", "METERS", 1.0),
            ("meters", "Meter", 0.9),
            ("meter", "meters", 0.9),
            ("meters", "metered", 0.5),
            ("park", "parking", 0.5),
            ("parking", "park", 0.0),
            ("city", "Cities", 0.9),
            ("boundaries", "Boundary", 0.9),
            ("benches", "bench", 0.9),
            ("bus", "buses", 0.9),
            ("bus", "business", 0.5),
            ("écoles", "ÉCOLE", 0.9),
            ("la", "land", 0.0),
            ("x", "ÿx", 0.0),
        ] {
            assert_eq!(Term::new(term).level(word), level, "{term} {word}");
        }
    }
}
