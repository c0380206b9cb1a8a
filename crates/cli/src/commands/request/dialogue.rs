//! Questions on a terminal, one after the other.

use std::io::IsTerminal;

use geohub_core::text;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

type Line<'a> = dyn FnMut(&str) -> Result<Option<String>, Failure> + 'a;

/// Whoever answers; nobody in a script.
pub struct Dialogue<'a> {
    line: Option<Box<Line<'a>>>,
}

impl<'a> Dialogue<'a> {
    /// With a person, if both ends are terminals and nothing asks for silence.
    pub fn here(session: &Session, in_script: bool) -> Self {
        let silent = in_script || session.global.json || session.global.quiet;
        let person = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if person && !silent { Self::with(crate::terminal::line) } else { Self { line: None } }
    }

    /// With somebody who answers to prompts.
    pub fn with(line: impl FnMut(&str) -> Result<Option<String>, Failure> + 'a) -> Self {
        Self { line: Some(Box::new(line)) }
    }

    /// True where somebody answers.
    pub fn is_person(&self) -> bool {
        self.line.is_some()
    }

    /// Asks for a text that was not given. An empty answer is the default; a script is given it unasked.
    pub fn fill(&mut self, place: &mut String, question: &str, default: &str) -> Result<(), Failure> {
        if !place.trim().is_empty() {
            return Ok(());
        }
        let hint = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        let answer = self.answer(&format!("{question}{hint}: "))?.unwrap_or_default();
        *place = if answer.is_empty() { default.to_owned() } else { answer };
        Ok(())
    }

    /// Yes, no, or no idea.
    pub fn choose(&mut self, question: &str) -> Result<Option<bool>, Failure> {
        while let Some(answer) = self.answer(&format!("{question} [y/n, empty: not sure]: "))? {
            match answer.to_lowercase().as_str() {
                "y" | "yes" => return Ok(Some(true)),
                "n" | "no" => return Ok(Some(false)),
                "" => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    fn answer(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        let Some(line) = &mut self.line else { return Ok(None) };
        match line(&text::clean(prompt))? {
            Some(answer) => Ok(Some(answer)),
            None => Err(Failure::new(
                "input-ended",
                Exit::Usage,
                "the answers ended before the request was complete",
            )
            .hint("nothing was written; options or --from FILE give the answers in a script")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_fill_what_was_not_given_and_an_end_is_told() {
        let mut script = vec![
            Some(String::new()),
            Some("maybe".to_owned()),
            Some("Y".to_owned()),
            Some("mine".to_owned()),
            None,
        ];
        script.reverse();
        let mut seen = Vec::new();
        let mut dialogue = Dialogue::with(|prompt| {
            seen.push(prompt.to_owned());
            Ok(script.pop().flatten())
        });
        let (mut given, mut empty, mut other) = ("given".to_owned(), String::new(), String::new());
        dialogue.fill(&mut given, "A", "d").unwrap();
        dialogue.fill(&mut empty, "B", "default").unwrap();
        assert_eq!(dialogue.choose("C").unwrap(), Some(true));
        dialogue.fill(&mut other, "D", "").unwrap();
        assert_eq!((given.as_str(), empty.as_str(), other.as_str()), ("given", "default", "mine"));
        assert_eq!(dialogue.choose("E").unwrap_err().code, "input-ended");
        drop(dialogue);
        assert_eq!(seen[0], "B [default]: ");
        assert_eq!(seen.len(), 5, "{seen:?}");
    }

    #[test]
    fn a_script_is_not_asked() {
        let (mut nobody, mut place) = (Dialogue { line: None }, String::new());
        nobody.fill(&mut place, "A", "default").unwrap();
        assert_eq!((place.as_str(), nobody.choose("B").unwrap()), ("default", None));
    }
}
