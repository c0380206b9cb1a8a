//! From a code to its name.

use std::collections::{BTreeMap, HashMap};

use crate::codes::{Code, CodeTable};
use crate::columns::Cell;

/// A code out of a row, kept until the row is whole.
#[derive(Clone, Debug, Default)]
pub(super) enum Kept {
    #[default]
    Nothing,
    Number(i64),
    Text(String),
}

impl Kept {
    /// Numbers are numbers however they are written, unless as text.
    pub(super) fn keep(&mut self, cell: &Cell<'_>) {
        *self = match cell {
            Cell::Null => Self::Nothing,
            Cell::Text(text) => Self::Text(text.clone().into_owned()),
            other => match (other.integer(), other.text()) {
                (Some(number), _) => Self::Number(number),
                (None, Some(text)) => Self::Text(text.into_owned()),
                (None, None) => Self::Nothing,
            },
        };
    }

    /// What is shown of a code that has no name.
    pub(super) fn shown(&self) -> Cell<'_> {
        match self {
            Self::Nothing => Cell::Null,
            Self::Number(number) => Cell::Int(*number),
            Self::Text(text) => Cell::Text(text.as_str().into()),
        }
    }

    /// The code as a key of types, which are numbers or text.
    fn key(&self) -> Option<String> {
        self.shown().text().map(std::borrow::Cow::into_owned)
    }
}

/// The names of one list of codes.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<i64, String>,
    texts: HashMap<String, String>,
}

impl Names {
    /// The first of several names of one code counts.
    fn new(codes: &[Code]) -> Self {
        let mut names = Self::default();
        for Code { code, name } in codes {
            if let Some(number) = Cell::Text(code.as_str().into()).integer() {
                names.numbers.entry(number).or_insert_with(|| name.clone());
            }
            names.texts.entry(code.clone()).or_insert_with(|| name.clone());
        }
        names
    }

    fn find(&self, code: &Kept) -> Option<&str> {
        let name = match code {
            Kept::Nothing => None,
            Kept::Number(number) => self.numbers.get(number),
            Kept::Text(text) => self.texts.get(text).or_else(|| {
                let number = Cell::Text(text.as_str().into()).integer()?;
                self.numbers.get(&number)
            }),
        };
        name.map(String::as_str)
    }
}

/// The names of one column's codes.
#[derive(Debug)]
pub(super) struct Lookup {
    own: Names,
    types: BTreeMap<String, Names>,
}

impl Lookup {
    pub(super) fn new(table: &CodeTable) -> Self {
        let types = table.types.iter().map(|(key, codes)| (key.clone(), Names::new(codes)));
        Self { own: Names::new(&table.codes), types: types.collect() }
    }

    /// The name of a code in a row of a type.
    pub(super) fn find(&self, code: &Kept, of_type: &Kept) -> Option<&str> {
        let special = if self.types.is_empty() { None } else { of_type.key() };
        special.and_then(|key| self.types.get(&key)).unwrap_or(&self.own).find(code)
    }
}
