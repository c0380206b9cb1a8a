//! `--agg 'n=count(),total=sum(amount)'`.

use std::fmt;

use geohub_core::{Error, Result, text};

/// What is computed over the matches of a left row. Nulls are ignored by all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Matches, or with a field those where it is not null.
    Count,
    /// Sum: checked for integers, exactly rounded for floats.
    Sum,
    /// Least value.
    Min,
    /// Greatest value.
    Max,
    /// Sum divided by count, as a double.
    Mean,
}

impl Function {
    const NAMES: [(&'static str, Self); 5] = [
        ("count", Self::Count),
        ("sum", Self::Sum),
        ("min", Self::Min),
        ("max", Self::Max),
        ("mean", Self::Mean),
    ];

    /// The name as typed.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }
}

/// One aggregate: the output column, the function and the right column it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The output column.
    pub name: String,
    /// What is computed.
    pub function: Function,
    /// The right column; `None` for `count()`.
    pub field: Option<String>,
}

impl Aggregate {
    /// Reads a comma-separated list of `name=function(field)`. The name may be left out (`sum(amount)` gives
    /// `sum_amount`); names with other characters than letters, digits and `_` go in double quotes.
    ///
    /// # Errors
    /// [`Error::Request`] saying what was expected.
    pub fn parse_list(list: &str) -> Result<Vec<Self>> {
        split(list, ',').into_iter().map(Self::parse).collect()
    }

    fn parse(item: &str) -> Result<Self> {
        let (name, call) = match split(item, '=')[..] {
            [call] => (None, call),
            [name, call] => (Some(unquote(name)), call),
            _ => return Err(malformed(item)),
        };
        let (function, rest) = call.trim().split_once('(').ok_or_else(|| malformed(item))?;
        let field = rest.strip_suffix(')').ok_or_else(|| malformed(item))?;
        let function = function_named(function.trim())?;
        let field = Some(unquote(field)).filter(|field| !field.is_empty() && field != "*");
        if field.is_none() && function != Function::Count {
            return Err(Error::request(format!(
                "{0} needs a right column, as in {0}(amount)",
                function.name()
            )));
        }
        let name = name.unwrap_or_else(|| match &field {
            Some(field) => format!("{}_{field}", function.name()),
            None => function.name().to_owned(),
        });
        if name.is_empty() { Err(malformed(item)) } else { Ok(Self { name, function, field }) }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}({})", self.name, self.function.name(), self.field.as_deref().unwrap_or(""))
    }
}

fn function_named(name: &str) -> Result<Function> {
    let wanted = name.to_ascii_lowercase();
    Function::NAMES.iter().find(|(known, _)| *known == wanted).map(|(_, function)| *function).ok_or_else(
        || {
            let all: Vec<&str> = Function::NAMES.iter().map(|(name, _)| *name).collect();
            Error::request(format!(
                "an aggregate is one of {}, not \"{}\"",
                all.join(", "),
                text::clean(name)
            ))
        },
    )
}

/// Splits at a separator outside double quotes.
fn split(list: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    list.split(|letter| {
        quoted ^= letter == '"';
        letter == separator && !quoted
    })
    .collect()
}

fn unquote(name: &str) -> String {
    let name = name.trim();
    name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name).to_owned()
}

fn malformed(item: &str) -> Error {
    Error::Request {
        message: format!("\"{}\" is no aggregate", text::clean(item.trim())),
        hint: Some("write name=function(field), such as n=count() or total=sum(amount)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let list =
            Aggregate::parse_list("n=count(), total = SUM(amount),\"a, b\"=max(\"x=y\"),mean(v)").unwrap();
        let shown: Vec<String> = list.iter().map(Aggregate::to_string).collect();
        assert_eq!(shown, ["n=count()", "total=sum(amount)", "a, b=max(x=y)", "mean_v=mean(v)"]);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "",
            "n",
            "n=",
            "n=count",
            "n=count(",
            "n=sum()",
            "n=median(x)",
            "a=b=count()",
            "=count()",
            "a=count(),",
        ] {
            assert!(Aggregate::parse_list(bad).is_err(), "{bad}");
        }
    }
}
