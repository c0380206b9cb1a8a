//! A request as Markdown (`CommonMark`, with the tables of GitHub's).

use std::fmt::Write as _;

use super::draft::{Block, Draft, calm};

/// The text. Nothing in it that came from outside is markup.
pub fn markdown(draft: &Draft) -> String {
    let mut out = format!("# {}\n", escaped(&draft.subject));
    for section in draft.sections.iter().chain(std::iter::once(&draft.closing())) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\n## {}\n", escaped(&section.heading));
        for block in &section.blocks {
            out.push('\n');
            push(&mut out, block);
        }
    }
    out
}

fn push(out: &mut String, block: &Block) {
    match block {
        Block::Text(text) => {
            out.push_str(&begun(&escaped(text)));
            out.push('\n');
        }
        Block::Items(items) => {
            for item in items {
                let _ = writeln!(out, "- {}", begun(&escaped(item)));
            }
        }
        Block::Table { head, rows } => {
            let line = |cells: &[String]| {
                let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
                format!("| {} |\n", cells.join(" | "))
            };
            out.push_str(&line(head));
            let _ = writeln!(out, "|{}", " --- |".repeat(head.len()));
            for row in rows {
                out.push_str(&line(row));
            }
        }
    }
}

/// Words with what Markdown would take for markup defused; addresses stay whole, between angle brackets.
fn escaped(text: &str) -> String {
    calm(text).split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &str) -> String {
    let end = word.trim_end_matches(['.', ',', ';', ')']).len();
    let (address, behind) = word.split_at(end);
    let is_address = address.starts_with("https://") || address.starts_with("http://");
    if is_address && address.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>`|\\".contains(&byte)) {
        return format!("<{address}>{behind}");
    }
    let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '~', '&', '!'];
    word.chars().flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

/// A text that begins a paragraph or a list's item, not a list of its own.
fn begun(text: &str) -> String {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if text.starts_with(['-', '+', '=']) {
        format!("\\{text}")
    } else if digits > 0 && text[digits..].starts_with(['.', ')']) {
        format!("{}\\{}", &text[..digits], &text[digits..])
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Section;

    #[test]
    fn nothing_from_outside_is_markup() {
        let evil = "<script>x</script> `a|b` \u{1b}[2J\n# head [l](javascript:x) **b**";
        let table = Block::Table { head: vec!["a|b".to_owned()], rows: vec![vec![evil.to_owned()]] };
        let texts = ["- no list", "1. no list", "# no heading", evil, "see https://h.example/a_b."];
        let mut blocks: Vec<Block> = texts.iter().map(|text| Block::Text((*text).to_owned())).collect();
        blocks.push(Block::Items(vec![evil.to_owned()]));
        blocks.push(table);
        let draft = Draft { sections: vec![Section::new("H", blocks)], ..Draft::default() };
        let text = markdown(&draft);
        for line in ["\\- no list", "1\\. no list", "\\# no heading", "see <https://h.example/a_b>."] {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
        assert!(!text.contains('\u{1b}') && text.contains("a\\|b"), "{text}");
        assert!(!text.replace("\\<", "").contains("<s"), "{text}");
    }
}
