//! Columns that look as if they were about people.

use arrow_schema::Schema;

/// Words of a column's name that, one behind the other, say that it is about a person. Few, and none that cities use of
/// things: `OWNER` is a department as often as a person, `ADDRESS` a lot's.
const SIGNS: &[&[&str]] = &[
    &["first", "name"],
    &["last", "name"],
    &["middle", "name"],
    &["maiden", "name"],
    &["full", "name"],
    &["given", "name"],
    &["family", "name"],
    &["surname"],
    &["firstname"],
    &["lastname"],
    &["fullname"],
    &["owner", "name"],
    &["ownername"],
    &["owner", "phone"],
    &["owner", "address"],
    &["applicant", "name"],
    &["applicant", "phone"],
    &["applicant", "address"],
    &["tenant", "name"],
    &["occupant", "name"],
    &["resident", "name"],
    &["patient", "name"],
    &["victim", "name"],
    &["suspect", "name"],
    &["employee", "name"],
    &["person", "name"],
    &["driver", "name"],
    &["email"],
    &["e", "mail"],
    &["phone", "number"],
    &["home", "phone"],
    &["cell", "phone"],
    &["mobile", "phone"],
    &["phone"],
    &["telephone"],
    &["ssn"],
    &["social", "security"],
    &["dob"],
    &["date", "of", "birth"],
    &["birth", "date"],
    &["birthdate"],
    &["birthday"],
    &["home", "address"],
    &["residential", "address"],
    &["passport", "number"],
    &["drivers", "license", "number"],
    &["driver", "license", "number"],
    &["license", "plate"],
];

/// Words that make such a column one of an office or a thing: `park_phone`, `station_email`.
const OFFICES: &[&str] = &[
    "agency",
    "branch",
    "business",
    "center",
    "centre",
    "clinic",
    "company",
    "contact",
    "department",
    "dept",
    "facility",
    "hospital",
    "library",
    "office",
    "park",
    "public",
    "school",
    "site",
    "station",
    "street",
    "venue",
];

/// The columns whose names look personal, in order.
pub fn columns(schema: &Schema) -> Vec<String> {
    let names = schema.fields().iter().map(|field| field.name());
    names.filter(|name| looks_personal(name)).cloned().collect()
}

/// What is to be said of such columns.
pub fn warning(columns: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = columns.iter().take(SHOWN).map(String::as_str).collect();
    let more = if columns.len() > SHOWN { ", ..." } else { "" };
    format!(
        "by their names these columns may hold personal data: {}{more}; --fields leaves columns out",
        shown.join(", ")
    )
}

fn looks_personal(name: &str) -> bool {
    let words = words(name);
    let has = |sign: &&[&str]| words.windows(sign.len()).any(|part| part.iter().eq(sign.iter()));
    SIGNS.iter().any(has) && !words.iter().any(|word| OFFICES.contains(&word.as_str()))
}

/// `ownerName2` and `OWNER_NAME` are `owner name`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && lower_before) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_told_from_names_of_things() {
        for name in [
            "OWNER_NAME",
            "ownerName",
            "first_name",
            "FirstName",
            "E-Mail",
            "EMAIL_1",
            "SSN",
            "dob",
            "Home Address",
        ] {
            assert!(looks_personal(name), "{name}");
        }
        for name in [
            "NAME",
            "OWNER",
            "STREET_NAME",
            "PrimaryAddress",
            "BlockFace",
            "assn",
            "adobe",
            "PARK_PHONE",
            "station_email",
            "FULL_STREET_NAME",
            "SSNO",
            "name_first_street",
            "SitusStreet",
            "Zoning",
            "Council_Name",
            "MicrophoneType",
        ] {
            assert!(!looks_personal(name), "{name}");
        }
    }
}
