//! A request as plain text of a mail, 72 columns wide.

use super::draft::{Block, Draft, calm};

const WIDTH: usize = 72;

/// Subject, addressees, and the text.
pub fn mail(draft: &Draft) -> String {
    let subject: String = calm(&draft.subject).chars().take(WIDTH - "Subject: ".len()).collect();
    let mails: Vec<String> = draft.to.iter().filter_map(|to| to.email.as_deref()).map(calm).collect();
    let to = if mails.is_empty() {
        let ways = draft.to.iter().find_map(|to| to.url.as_ref().or(to.phone.as_ref()));
        ways.map_or_else(
            || "(no address known)".to_owned(),
            |way| format!("(no mail address known; {})", calm(way)),
        )
    } else {
        mails.join(", ")
    };
    let mut lines = vec![format!("Subject: {subject}"), format!("To: {to}"), String::new()];
    for section in draft.sections.iter().chain(std::iter::once(&draft.closing())) {
        let heading = calm(&section.heading).to_uppercase();
        lines.push(heading);
        for block in &section.blocks {
            push(&mut lines, block);
            lines.push(String::new());
        }
    }
    lines.pop();
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn push(lines: &mut Vec<String>, block: &Block) {
    match block {
        Block::Text(text) => wrap(lines, "", "", text),
        Block::Items(items) => items.iter().for_each(|item| wrap(lines, "- ", "  ", item)),
        Block::Table { head, rows } => {
            for row in rows {
                let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
                let cells: Vec<String> = cells.map(|(name, cell)| format!("{name}: {cell}")).collect();
                wrap(lines, "- ", "  ", &cells.join("; "));
            }
        }
    }
}

/// Breaks a text at blanks. An address that is longer than a line stays whole.
fn wrap(lines: &mut Vec<String>, first: &str, others: &str, text: &str) {
    let mut line = first.to_owned();
    let mut is_bare = true;
    for word in calm(text).split(' ') {
        let chars = line.chars().count() + word.chars().count() + usize::from(!is_bare);
        if chars > WIDTH && !is_bare {
            lines.push(std::mem::replace(&mut line, others.to_owned()));
            is_bare = true;
        }
        if !is_bare {
            line.push(' ');
        }
        line.push_str(word);
        is_bare = false;
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Section;

    #[test]
    fn lines_fit_72_columns_and_headers_are_one_line_each() {
        let long = "word ".repeat(60)
            + "https://example.org/"
            + &"x".repeat(90)
            + " Ünïcödé\r\nBcc: evil@example.org";
        let blocks = vec![Block::Text(long.clone()), Block::Items(vec![long.clone(), "b".to_owned()])];
        let draft = Draft {
            subject: format!("s\r\nBcc: evil@example.org {long}"),
            sections: vec![Section::new("Head", blocks)],
            ..Draft::default()
        };
        let text = mail(&draft);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("Subject: s Bcc: evil@example.org word"), "{}", lines[0]);
        assert_eq!((lines[1], lines[2], lines[3]), ("To: (no address known)", "", "HEAD"));
        assert!(lines.iter().all(|line| line.chars().count() <= 72 || !line.trim().contains(' ')), "{text}");
        assert!(!lines.iter().any(|line| line.starts_with("Bcc")), "{text}");
    }
}
