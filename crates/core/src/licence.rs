//! Licences that are often met, told by what portals write of them. No legal advice.

/// What a licence asks for. Ids and names are those of the SPDX list; the conditions are those of the licences' own
/// summaries (Creative Commons, Open Data Commons) as opendefinition.org lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The SPDX id without version, or a word for what SPDX has no id of.
    pub id: &'static str,
    /// Works made of it must be under the same terms.
    pub share_alike: bool,
    /// Not for commercial use.
    pub non_commercial: bool,
    /// Not to be changed.
    pub no_derivatives: bool,
    /// Signs in the text, any of which tells it; in lower case, with single blanks for all but letters and digits.
    signs: &'static [&'static str],
}

const fn licence(id: &'static str, [sa, nc, nd]: [bool; 3], signs: &'static [&'static str]) -> Licence {
    Licence { id, share_alike: sa, non_commercial: nc, no_derivatives: nd, signs }
}

/// The longer names before those that they begin with.
const LICENCES: &[Licence] = &[
    licence(
        "CC-BY-NC-SA",
        [true, true, false],
        &[
            "cc by nc sa",
            "licenses by nc sa",
            "attribution noncommercial sharealike",
            "attribution non commercial share alike",
        ],
    ),
    licence(
        "CC-BY-NC-ND",
        [false, true, true],
        &[
            "cc by nc nd",
            "licenses by nc nd",
            "attribution noncommercial noderiv",
            "attribution non commercial no deriv",
        ],
    ),
    licence(
        "CC-BY-NC",
        [false, true, false],
        &["cc by nc", "licenses by nc", "attribution noncommercial", "attribution non commercial"],
    ),
    licence(
        "CC-BY-SA",
        [true, false, false],
        &["cc by sa", "licenses by sa", "attribution sharealike", "attribution share alike"],
    ),
    licence(
        "CC-BY-ND",
        [false, false, true],
        &["cc by nd", "licenses by nd", "attribution noderiv", "attribution no deriv"],
    ),
    licence("CC-BY", [false; 3], &["cc by", "licenses by", "creative commons attribution"]),
    licence("CC0", [false; 3], &["cc0", "publicdomain zero", "creative commons zero"]),
    licence("ODbL", [true, false, false], &["odbl", "open database license", "open database licence"]),
    licence("ODC-By", [false; 3], &["odc by", "open data commons attribution"]),
    licence("PDDL", [false; 3], &["pddl", "public domain dedication and lic"]),
    licence("public domain", [false; 3], &["public domain", "publicdomain mark"]),
];

/// The licence that a name, an id (`CC_30_BY_SA`), an address or a text speaks of.
pub fn recognise(stated: &str) -> Option<&'static Licence> {
    let text = format!(" {} ", normal(stated));
    let has = |sign: &&str| text.contains(&format!(" {sign}"));
    LICENCES.iter().find(|licence| licence.signs.iter().any(&has))
}

/// Lower case, single blanks; version numbers, which Socrata puts between `CC` and `BY`, left out.
fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}

/// A text of HTML, as `ArcGIS` items have it, without tags; the addresses of links stay.
pub fn plain(html: &str) -> String {
    let (mut out, mut rest) = (String::new(), html);
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let Some(end) = after.find('>').filter(|_| is_tag) else {
            out.push_str(&rest[..=start]);
            rest = after;
            continue;
        };
        out.push_str(&rest[..start]);
        out.push(' ');
        if let Some(link) = link(&after[..end]) {
            out.push_str(link);
            out.push(' ');
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    let decoded =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    for (entity, meaning) in decoded {
        out = out.replace(entity, meaning);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address in an opening tag.
fn link(tag: &str) -> Option<&str> {
    let value = tag.split_once("href=")?.1;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().filter(|link| link.starts_with("http"))
}

/// What may not go together among the terms of a file's sources; `None` where nothing is stated.
pub fn mixtures(stated: &[Option<String>]) -> Vec<String> {
    let mut found = conflicts(stated);
    let unknown = stated.iter().filter(|text| text.as_deref().and_then(recognise).is_none()).count();
    if unknown > 0 && stated.len() > 1 {
        found.push(format!(
            "the licence of {unknown} of {} sources is not stated or not known here",
            stated.len()
        ));
    }
    found
}

/// The same among licences that are known: what is not stated is left aside.
pub fn conflicts(stated: &[Option<String>]) -> Vec<String> {
    let mut found = Vec::new();
    let known = stated.iter().filter_map(|text| recognise(text.as_deref()?));
    let mut ids: Vec<&str> = known.map(|licence| licence.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let those = |test: &dyn Fn(&Licence) -> bool| {
        let names = LICENCES.iter().filter(|licence| ids.contains(&licence.id) && test(licence));
        names.map(|licence| licence.id).collect::<Vec<_>>()
    };
    let (alike, commercial, fixed) =
        (those(&|it| it.share_alike), those(&|it| it.non_commercial), those(&|it| it.no_derivatives));
    if alike.len() > 1 {
        found.push(format!(
            "{} each ask that what is made of them be under their own terms",
            alike.join(" and ")
        ));
    }
    if !commercial.is_empty() && ids.len() > 1 {
        found.push(format!(
            "{} does not allow commercial use, which holds for the whole",
            commercial.join(" and ")
        ));
    }
    if !fixed.is_empty() && stated.len() > 1 {
        found.push(format!("{} does not allow what is made of it to be passed on", fixed.join(" and ")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_told_by_name_id_and_address() {
        for (stated, id) in [
            ("Creative Commons Attribution 4.0 International", "CC-BY"),
            ("CC_30_BY_SA", "CC-BY-SA"),
            ("CC BY-NC 4.0", "CC-BY-NC"),
            ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "CC-BY-NC-SA"),
            ("CC0_10", "CC0"),
            ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
            ("Open Database License (ODbL) v1.0", "ODbL"),
            ("PUBLIC_DOMAIN", "public domain"),
            (
                "<p>Under <a href=\"https://creativecommons.org/licenses/by/4.0/\">these terms</a></p>",
                "CC-BY",
            ),
        ] {
            assert_eq!(recognise(stated).map(|licence| licence.id), Some(id), "{stated}");
        }
        assert_eq!(recognise("See Terms of Use"), None);
    }

    #[test]
    fn html_becomes_text_and_links_stay() {
        let html = "<div>Use &amp; enjoy,<br/>see <a href='https://a.org/t'>terms</a></div>";
        assert_eq!(plain(html), "Use & enjoy, see https://a.org/t terms");
        assert_eq!(plain("a < b"), "a < b");
    }

    #[test]
    fn terms_that_may_not_go_together_are_told() {
        let mix = |stated: &[&str]| {
            let stated: Vec<Option<String>> =
                stated.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect();
            mixtures(&stated)
        };
        assert_eq!(mix(&["ODbL", "CC BY-SA 4.0"]).len(), 1);
        assert_eq!(mix(&["CC BY-NC 4.0", "CC0"]).len(), 1);
        assert_eq!(mix(&["CC BY 4.0", ""]).len(), 1);
        assert_eq!(mix(&["ODbL", "CC BY-SA 4.0", ""]).len(), 2);
        assert_eq!(conflicts(&[Some("ODbL".to_owned()), Some("CC BY-SA 4.0".to_owned()), None]).len(), 1);
        assert!(mix(&["CC BY 4.0", "CC0"]).is_empty() && mix(&["ODbL"]).is_empty() && mix(&[""]).is_empty());
    }
}
