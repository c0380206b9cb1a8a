//! How a secret comes in: typed without echo, by standard input, or by a variable. Never as an argument.

use std::io::{IsTerminal, Read};

use geohub_fetch::Secret;

use crate::failure::Failure;

/// More is no secret but a file.
const MOST_BYTES: u64 = 64 << 10;

/// Where a secret comes from.
#[derive(Debug)]
pub enum Input {
    /// Its halves are asked for.
    Terminal,
    /// The lines that came.
    Lines(Vec<String>),
}

impl Input {
    /// Reads what there is to read without asking.
    pub fn open(variable: Option<&str>, stdin: bool) -> Result<Self, Failure> {
        if let Some(name) = variable {
            let text = std::env::var(name).map_err(|_| {
                Failure::usage(
                    "the environment has no variable of the name that --from-env gives, or none of text",
                )
            })?;
            return lines(&text, "the variable");
        }
        if !stdin && std::io::stdin().is_terminal() {
            return Ok(Self::Terminal);
        }
        let mut text = String::new();
        let read = std::io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text);
        // The system's words do not quote what was read.
        read.map_err(|error| Failure::usage(format!("standard input cannot be read as text: {error}")))?;
        lines(&text, "standard input")
    }

    /// The first text, or the one typed.
    pub fn first(&self, prompt: &str) -> Result<String, Failure> {
        match self {
            Self::Terminal => typed(prompt),
            Self::Lines(lines) => Ok(lines[0].clone()),
        }
    }

    /// The second text, or the one typed.
    pub fn second(&self, prompt: &str) -> Result<Option<String>, Failure> {
        match self {
            Self::Terminal => typed(prompt).map(Some),
            Self::Lines(lines) => Ok(lines.get(1).cloned()),
        }
    }

    /// A text that may be seen.
    pub fn visible(&self, prompt: &str) -> Result<Option<String>, Failure> {
        if let Self::Lines(lines) = self {
            return Ok((lines.len() > 1).then(|| lines[0].clone()));
        }
        Ok(crate::terminal::line(prompt)?.or_else(|| Some(String::new())))
    }

    /// The last text that came, or the one typed.
    pub fn last(&self, prompt: &str) -> Result<String, Failure> {
        match self {
            Self::Terminal => typed(prompt),
            Self::Lines(lines) => Ok(lines[lines.len() - 1].clone()),
        }
    }

    /// How many texts came.
    pub fn count(&self) -> usize {
        match self {
            Self::Terminal => 0,
            Self::Lines(lines) => lines.len(),
        }
    }
}

fn lines(text: &str, from: &str) -> Result<Input, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    match lines.len() {
        0 => Err(Failure::usage(format!("{from} holds no token")).hint(
            "pipe the token into geohub token add HOST, or type the command on a terminal, which asks for it",
        )),
        1 | 2 => Ok(Input::Lines(lines)),
        more => Err(Failure::usage(format!("{from} has {more} lines, and a token has one or two"))
            .hint("an id and a secret, or a name and a password, are two lines; all else is one")),
    }
}

fn typed(prompt: &str) -> Result<String, Failure> {
    let text = rpassword::prompt_password(prompt)
        .map_err(|error| Failure::usage(format!("the terminal cannot be read: {error}")))?;
    if text.trim().is_empty() { Err(Failure::usage("nothing was typed")) } else { Ok(text) }
}

/// What is around a token that was copied from a page or a script.
pub fn stripped(text: &str) -> &str {
    let text = text.trim();
    let quoted = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

/// A stripped text as a secret.
pub fn secret(text: &str) -> Secret {
    Secret::new(stripped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_one_line_or_two() {
        let count = |text: &str| lines(text, "it").map(|input| input.count()).ok();
        assert_eq!(count("a\r\n"), Some(1));
        assert_eq!(count("\u{feff}a\n\nb\n"), Some(2));
        assert_eq!((count("\n \n"), count("a\nb\nc")), (None, None));
        assert_eq!((stripped(" 'a' "), stripped("\"b\""), stripped("c'")), ("a", "b", "c'"));
    }
}
