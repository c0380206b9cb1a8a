//! What a layer made of others says of its origin.

use super::{Parent, Provenance, SourceFacts};

/// One input of a command.
#[derive(Clone, Copy, Debug)]
pub struct Ancestor<'a> {
    /// What is known of it.
    pub provenance: &'a Provenance,
    /// What it was to the command, where the command has several inputs: `left`, `right`, `within`.
    pub role: Option<&'a str>,
    /// What it is called where nothing is known of it.
    pub name: &'a str,
}

impl Provenance {
    /// The origin of what `verb` makes of its inputs: every input's sources, each once, with the step added to what
    /// was done to them. Nothing where nothing is known of any input.
    ///
    /// Title, description, address and owner are the first input's; licences, credits and terms are everyone's, for all
    /// of them hold.
    #[must_use]
    pub fn derived(verb: &str, inputs: &[Ancestor<'_>]) -> Self {
        let mut parents: Vec<Parent> = Vec::new();
        if !inputs.iter().any(|input| input.provenance.names_a_source()) {
            return Self::default();
        }
        for input in inputs {
            let step = input.role.map_or_else(|| verb.to_owned(), |role| format!("{verb} {role}"));
            let mut sources = input.provenance.sources();
            if sources.is_empty() {
                let origin = SourceFacts { reference: Some(input.name.to_owned()), ..SourceFacts::default() };
                sources.push(Parent { origin, done: Vec::new() });
            }
            for mut source in sources {
                if source.done.last() != Some(&step) {
                    source.done.push(step.clone());
                }
                add(&mut parents, source);
            }
        }
        let first = inputs.first().map_or_else(Self::default, |input| input.provenance.clone());
        let one_input = inputs.len() == 1;
        let origin = SourceFacts {
            licence: all(&parents, |parent| parent.origin.licence.as_ref()),
            attribution: all(&parents, |parent| parent.origin.attribution.as_ref()),
            terms: all(&parents, |parent| parent.origin.terms.as_ref()),
            terms_source: all(&parents, |parent| parent.origin.terms_source.as_ref()),
            retrieved: first.origin.retrieved.clone().filter(|_| one_input),
            ..first.origin
        };
        Self { origin, parents, description: first.description }
    }
}

/// Adds a source, or to one that is there already what else was done to it.
fn add(parents: &mut Vec<Parent>, source: Parent) {
    let bare = |parent: &Parent| SourceFacts { retrieved: None, ..parent.origin.clone() };
    let Some(known) = parents.iter_mut().find(|known| bare(known) == bare(&source)) else {
        parents.push(source);
        return;
    };
    for step in source.done {
        if !known.done.contains(&step) {
            known.done.push(step);
        }
    }
}

/// The different texts of all, in order.
fn all<'a>(parents: &'a [Parent], of: impl Fn(&'a Parent) -> Option<&'a String>) -> Option<String> {
    let mut found: Vec<&str> = Vec::new();
    for text in parents.iter().filter_map(of) {
        if !found.contains(&text.as_str()) {
            found.push(text);
        }
    }
    (!found.is_empty()).then(|| found.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(title: &str, licence: Option<&str>) -> Provenance {
        let origin = SourceFacts {
            title: Some(title.to_owned()),
            service_url: Some(format!("https://example.org/{title}")),
            licence: licence.map(str::to_owned),
            retrieved: Some("2026-11-22T10:00:00Z".to_owned()),
            ..SourceFacts::default()
        };
        Provenance { origin, ..Provenance::default() }
    }

    fn origin<'a>(provenance: &'a Provenance, role: Option<&'a str>) -> Ancestor<'a> {
        Ancestor { provenance, role, name: "lots.csv" }
    }

    #[test]
    fn roots_stay_through_any_number_of_steps_each_once() {
        let (a, b) = (fetched("a", Some("ODbL")), fetched("b", Some("CC0")));
        let joined = Provenance::derived("join", &[origin(&a, Some("left")), origin(&b, Some("right"))]);
        assert_eq!(joined.origin.licence.as_deref(), Some("ODbL; CC0"));
        assert_eq!(joined.origin.title.as_deref(), Some("a"));
        let moved = Provenance::derived("reproject", &[origin(&joined, None)]);
        let again = Provenance::derived("join", &[origin(&moved, Some("left")), origin(&b, Some("right"))]);
        let done: Vec<Vec<String>> = again.parents.iter().map(|parent| parent.done.clone()).collect();
        assert_eq!(done, [["join left", "reproject", "join left"], ["join right", "reproject", "join left"]]);
        assert_eq!(again.origin.licence.as_deref(), Some("ODbL; CC0"));
        let twice = Provenance::derived("reproject", &[origin(&moved, None)]);
        assert_eq!(twice, moved);
    }

    #[test]
    fn a_file_of_which_nothing_is_known_is_named_beside_others_and_not_alone() {
        let (nothing, known) = (Provenance::default(), fetched("a", None));
        assert!(Provenance::derived("convert", &[origin(&nothing, None)]).is_empty());
        let joined =
            Provenance::derived("join", &[origin(&nothing, Some("left")), origin(&known, Some("right"))]);
        assert_eq!(joined.parents[0].origin.reference.as_deref(), Some("lots.csv"));
        assert_eq!((joined.origin.title, joined.origin.licence), (None, None));
    }

    #[test]
    fn times_do_not_go_into_outputs() {
        let derived = Provenance::derived("convert", &[origin(&fetched("a", None), None)]);
        assert!(derived.parents[0].origin.retrieved.is_some());
        let stable = derived.stable();
        assert!(stable.origin.retrieved.is_none() && stable.parents[0].origin.retrieved.is_none());
    }
}
