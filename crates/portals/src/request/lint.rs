//! What makes a request easy to refuse.

use super::wanted::{Evidence, Wanted};

/// Phrases that no office can answer to.
const VAGUE: [&str; 8] =
    ["all data", "all the data", "any data", "everything", "raw dump", "data dump", "big data", "etc"];

/// What is missing or weak, a line each.
pub fn lint(wanted: &Wanted, evidence: Option<&Evidence>, models: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |wrong: bool, text: &str| {
        if wrong {
            found.push(text.to_owned());
        }
    };
    let words = |text: &str| text.split_whitespace().count();
    say(
        words(&wanted.dataset) < 6,
        "dataset: say in a sentence what the rows are, which columns, area and years",
    );
    say(wanted.purpose.trim().is_empty(), "use: what it is for is not said");
    say(!wanted.purpose.trim().is_empty() && words(&wanted.purpose) < 4, "use: a few words more would help");
    say(wanted.frequency.trim().is_empty(), "frequency: how often it should be updated is not said");
    say(wanted.format.trim().is_empty(), "format: how it should be published is not said");
    say(wanted.sample.trim().is_empty() && models == 0, "sample: no example; --like CITY:ALIAS attaches one");
    say(wanted.metadata.trim().is_empty(), "metadata: what should be said of it is not said");
    say(wanted.personal.is_none(), "personal: say whether a person could be named by it");
    say(
        wanted.personal == Some(true) && wanted.legal.trim().is_empty(),
        "legal: the records are sensitive and no ground is named",
    );
    say(wanted.contact.trim().is_empty(), "contact: nobody to answer to");
    let reached =
        wanted.contact.contains('@') || wanted.contact.chars().filter(char::is_ascii_digit).count() >= 7;
    say(!wanted.contact.trim().is_empty() && !reached, "contact: neither a mail address nor a phone number");
    say(
        evidence.is_none(),
        "search: no catalogue answered, so it is not shown that the dataset is not published",
    );
    say(
        evidence.is_some_and(|evidence| evidence.partial),
        "search: a catalogue did not answer; search again before you send this",
    );
    for (name, text) in [("dataset", &wanted.dataset), ("use", &wanted.purpose), ("words", &wanted.words)] {
        let plain: String =
            text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let padded = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
        let vague = VAGUE.iter().find(|phrase| padded.contains(&format!(" {phrase} ")));
        if let Some(phrase) = vague {
            found.push(format!("{name}: \"{phrase}\" is vague; name tables, columns, years"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_vague_is_told_and_a_good_request_is_not() {
        let good = Wanted {
            words: "sidewalk repairs".to_owned(),
            dataset: "One row for each sidewalk repair since 2015, with place, date and cost.".to_owned(),
            purpose: "A study of how long repairs take.".to_owned(),
            format: "CSV".to_owned(),
            frequency: "monthly".to_owned(),
            sample: "id, date, cost".to_owned(),
            metadata: "meaning of each column".to_owned(),
            personal: Some(false),
            contact: "Ann, ann@example.org".to_owned(),
            ..Wanted::default()
        };
        let evidence = Evidence::default();
        assert_eq!(lint(&good, Some(&evidence), 0), Vec::<String>::new());
        let none = lint(&Wanted::default(), None, 0);
        assert_eq!(none.len(), 9, "{none:?}");
        let vague =
            Wanted { dataset: "Please give us all the data, of every year".to_owned(), ..good.clone() };
        assert!(lint(&vague, Some(&evidence), 0)[0].contains("is vague"));
        let weak = Wanted { contact: "Ann".to_owned(), personal: Some(true), ..good };
        assert_eq!(lint(&weak, Some(&evidence), 0).len(), 2);
    }
}
