//! The kinds of text in a portal file, each checked as it is read, so that an error has its place.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A portal's name in references: two letters or more, so that no drive of Windows is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// A name of words joined by hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A host, perhaps with a path behind it (`gis.example.org/portal`); `http://127.0.0.1:PORT` for tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

/// An address of a page or a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageUrl(String);

/// A reference to a layer, as on the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

/// A date, `2026-11-26`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Date(String);

fn is_name(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 64 && text.split('-').all(word)
}

/// Scheme, and what is behind it without a slash at the end.
fn parts(text: &str) -> (&str, &str) {
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    (scheme, rest.trim_end_matches('/'))
}

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // They mean something else in a reference.
        const TAKEN: [&str; 6] = ["http", "https", "socrata", "hub", "item", "file"];
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if TAKEN.contains(&text.as_str()) {
            return Err(format!("`{text}` means something else in a reference"));
        }
        if begins && is_name(&text) && (2..=32).contains(&text.len()) {
            return Ok(Self(text));
        }
        Err("an id is 2 to 32 small letters, digits and hyphens, a letter first".to_owned())
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_name(&text) {
            return Ok(Self(text));
        }
        Err("a name is words of small letters and digits joined by hyphens, such as parking-meters"
            .to_owned())
    }
}

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (scheme, rest) = parts(&text);
        let url = url::Url::parse(&format!("{scheme}://{rest}/"));
        let sound = url.as_ref().is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if sound { Ok(Self(text)) } else { Err("a host is a name such as data.example.org".to_owned()) }
    }
}

impl TryFrom<String> for PageUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = url::Url::parse(&text).ok();
        let sound = url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if sound {
            Ok(Self(text))
        } else {
            Err("an address that begins with https:// is wanted here".to_owned())
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let named = text.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
        if named && !text.contains(char::is_whitespace) {
            return Ok(Self(text));
        }
        Err("a reference is the address of a layer, socrata:HOST/ID, item:ID[_LAYER] or hub:HOST/ITEM[_LAYER]"
            .to_owned())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::value::Datetime::deserialize(deserializer)?;
        match value.date {
            Some(date) if value.time.is_none() => Ok(Self(date.to_string())),
            _ => Err(D::Error::custom("a date such as 2026-11-26 is wanted here")),
        }
    }
}

impl Host {
    /// `https://HOST`, without a slash at the end.
    pub fn base(&self) -> String {
        let (scheme, rest) = parts(&self.0);
        format!("{scheme}://{rest}")
    }

    /// Name and port, as people say it.
    pub fn name(&self) -> String {
        parts(&self.0).1.to_ascii_lowercase()
    }

    /// True for the name as somebody typed it, with or without the scheme.
    pub fn is(&self, text: &str) -> bool {
        parts(text).1.eq_ignore_ascii_case(parts(&self.0).1)
    }

    /// What references call it: the name, or the whole where it is not `https`.
    pub fn in_references(&self) -> String {
        match parts(&self.0) {
            ("https", _) => self.name(),
            _ => self.base(),
        }
    }
}

macro_rules! texts {
    ($($kind:ident),*) => {$(
        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.0
            }
        }

        impl $kind {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts!(Id, Name, Host, PageUrl, Reference, Date);
