//! Text from catalogues: markup, control characters and endlessness taken out.

/// Of longer source text nothing more is looked at.
const MOST_SOURCE_BYTES: usize = 256 << 10;

/// The text of something that may be HTML, in one line of at most `most` characters, safe for a terminal.
pub fn plain(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(MOST_SOURCE_BYTES);
    let mut out = String::new();
    let (mut rest, mut left) = (&text[..end], most);
    let mut blank = false;
    while let Some(c) = rest.chars().next() {
        let (read, taken) = match c {
            '<' => markup(rest),
            '&' => entity(rest),
            _ => (Some(c), c.len_utf8()),
        };
        rest = &rest[taken..];
        match read {
            Some(c) if is_harmless(c) => {
                let gap = blank && !out.is_empty();
                let Some(after) = left.checked_sub(1 + usize::from(gap)) else {
                    out.push('…');
                    break;
                };
                out.extend(gap.then_some(' '));
                out.push(c);
                (left, blank) = (after, false);
            }
            _ => blank = true,
        }
    }
    out
}

/// Neither blank nor able to move a terminal's cursor, colour or direction of writing.
fn is_harmless(c: char) -> bool {
    let turns = ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{2069}').contains(&c);
    !c.is_whitespace() && !c.is_control() && !turns && c != '\u{feff}'
}

/// A tag counts as a blank; a lone `<` stands for itself.
fn markup(rest: &str) -> (Option<char>, usize) {
    let tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    match rest.find('>') {
        Some(end) if tag => (None, end + 1),
        _ => (Some('<'), 1),
    }
}

fn entity(rest: &str) -> (Option<char>, usize) {
    const NAMED: [(&str, char); 12] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("rsquo", '’'),
        ("lsquo", '‘'),
        ("ldquo", '“'),
        ("rdquo", '”'),
    ];
    let literal = (Some('&'), 1);
    let Some(end) = rest.bytes().take(10).position(|byte| byte == b';') else { return literal };
    let name = &rest[1..end];
    let read = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok().and_then(char::from_u32),
            None => number.parse().ok().and_then(char::from_u32),
        },
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
    };
    read.map_or(literal, |c| (Some(c), end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_escapes_and_blanks_go() {
        for (text, read) in [
            ("<p>Parks &amp; trees,&nbsp;<b>all</b></p>\r\n", "Parks & trees, all"),
            ("red \u{1b}[31malarm\u{7}\u{9b}2J", "red [31malarm 2J"),
            ("a < b, c > d & e", "a < b, c > d & e"),
            ("&#39;x&#x41; &bogus; &#27;[2J", "'xA &bogus; [2J"),
            ("left\u{202e}right\u{200b}", "left right"),
            ("<unclosed", "<unclosed"),
            ("&é;", "&é;"),
        ] {
            assert_eq!(plain(text, 100), read, "{text:?}");
        }
        assert_eq!(plain("abc def", 5), "abc d…");
        assert_eq!(plain("", 5), "");
    }

    #[test]
    fn fifty_megabytes_are_cut_at_once() {
        let long = "\u{1b}[2Jé".repeat(10 << 20);
        let short = plain(&long, 1000).chars().count();
        assert!((1000..=1001).contains(&short), "{short}");
    }
}
