//! Reasons to wait.

/// Why no request to a host may start for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// `Retry-After`.
    Asked,
    /// The server refused a request for being one too many and named no time.
    Refused,
    /// The server's own figures say that its limit is nearly used up.
    NearlyUsedUp,
}

impl Why {
    /// As it is told to people and between processes.
    const ALL: [(Self, char, &'static str); 3] = [
        (Self::Asked, 'a', "asked by server"),
        (Self::Refused, 'r', "the server asks for fewer requests"),
        (Self::NearlyUsedUp, 'u', "the server's limit is nearly used up"),
    ];

    pub(super) fn words(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    pub(super) fn letter(self) -> char {
        Self::ALL[self as usize].1
    }

    pub(super) fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| letter.starts_with(*known)).map(|(why, ..)| *why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_for_reasons() {
        for (why, letter, words) in Why::ALL {
            assert_eq!(Why::of_letter(&why.letter().to_string()), Some(why));
            assert_eq!((why.letter(), why.words()), (letter, words));
        }
        assert_eq!(Why::of_letter(""), None);
    }
}
