//! Patterns of LIKE: ours (no escape, or a chosen one) and the kernel's (always a backslash).

use super::error::ExprError;

/// Check that the escape character stands only before `%`, `_` or itself.
pub(super) fn check(pattern: &str, escape: Option<char>) -> Result<(), ExprError> {
    let Some(escape) = escape else { return Ok(()) };
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == escape && !chars.next().is_some_and(|next| matches!(next, '%' | '_') || next == escape) {
            return Err(ExprError::Literal {
                text: format!("'{pattern}'"),
                expected: format!(
                    "a pattern with ESCAPE '{escape}': {escape} must stand before %, _ or {escape}"
                ),
            });
        }
    }
    Ok(())
}

/// The same pattern with a backslash as the escape character.
pub(super) fn with_backslashes(pattern: &str, escape: Option<char>) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            let plain = chars.next().unwrap_or(c);
            out.push_str(if matches!(plain, '%' | '_' | '\\') { "\\" } else { "" });
            out.push(plain);
        } else if c == '\\' {
            out.push_str("\\\\");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_backslashes() {
        for (pattern, escape, expected) in [
            ("a%b_", None, "a%b_"),
            ("a\\%", None, "a\\\\%"),
            ("100!%", Some('!'), "100\\%"),
            ("a!!b", Some('!'), "a!b"),
            ("a\\_b", Some('\\'), "a\\_b"),
            ("a%%b", Some('%'), "a\\%b"),
        ] {
            assert_eq!(with_backslashes(pattern, escape), expected, "{pattern}");
        }
    }

    #[test]
    fn a_dangling_escape_is_refused() {
        assert!(check("a!", Some('!')).is_err());
        assert!(check("a!b", Some('!')).is_err());
        assert!(check("a!b", None).is_ok());
    }
}
