//! The little of XML that the suites use: elements, attributes, comments.

use std::rc::Rc;

pub struct Case {
    pub description: String,
    pub a: String,
    pub b: String,
}

pub struct Operation {
    pub case: Rc<Case>,
    pub name: String,
    pub arguments: [String; 3],
    pub expected: String,
}

pub fn operations(suite: &str) -> Vec<Operation> {
    let suite = without_comments(suite);
    let mut found = Vec::new();
    for case_text in elements(&suite, "case") {
        let text_of =
            |name| elements(case_text.1, name).first().map_or("", |element| element.1).trim().to_owned();
        let case = Rc::new(Case { description: text_of("desc"), a: text_of("a"), b: text_of("b") });
        for (attributes, content) in elements(case_text.1, "op") {
            let argument = |name| attribute(attributes, name).unwrap_or_default().to_ascii_lowercase();
            found.push(Operation {
                case: Rc::clone(&case),
                name: argument("name"),
                arguments: [argument("arg1"), argument("arg2"), argument("arg3")],
                expected: content.trim().to_ascii_lowercase(),
            });
        }
    }
    found
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Attributes and content of each element of a name; elements of one name do not nest in the suites.
fn elements<'t>(text: &'t str, name: &str) -> Vec<(&'t str, &'t str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&open) {
        rest = &rest[start + open.len()..];
        if !rest.starts_with(|next: char| next == '>' || next.is_whitespace()) {
            continue;
        }
        let Some((attributes, tail)) = rest.split_once('>') else { break };
        let Some((content, after)) = tail.split_once(&close) else { break };
        found.push((attributes, content));
        rest = after;
    }
    found
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let start = attributes.find(&format!("{name}="))? + name.len() + 1;
    let quoted = &attributes[start..];
    let quote = quoted.chars().next()?;
    quoted[1..].split(quote).next().map(str::to_owned)
}
