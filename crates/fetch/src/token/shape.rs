//! Telling by its shape what somebody pasted.
//!
//! Socrata gives out four things that look alike to who meets them first: app tokens of 25 letters and digits, app secrets
//! of 36 characters with `-` and `_` among them, and API keys, whose id has 25 and whose secret has 50 small letters and
//! digits. `ArcGIS` tokens are longer than all of them; API keys begin with `AAPK` or `AAPT`.

use super::kind::TokenKind;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Whole as it stands.
    Whole(TokenKind),
    /// The id of a Socrata API key, without its secret.
    KeyId,
    /// The secret of a Socrata API key, without its id.
    KeySecret,
    /// The secret of a Socrata app, which no reader has a use for.
    AppSecret,
    /// Nothing known.
    Unknown,
}

const APP_TOKEN_CHARS: usize = 25;
const APP_SECRET_CHARS: usize = 36;
const KEY_SECRET_CHARS: usize = 50;
/// `ArcGIS` tokens begin at some 60 characters.
const ARCGIS_CHARS: usize = 60;
const ARCGIS_KEYS: [&str; 2] = ["AAPK", "AAPT"];

impl Shape {
    /// What one text looks like.
    pub fn of(text: &str) -> Self {
        let small = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let url_safe = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        if let Some((id, secret)) = text.split_once(':')
            && (Self::of(id), Self::of(secret)) == (Self::KeyId, Self::KeySecret)
        {
            return Self::Whole(TokenKind::SocrataKey);
        }
        match text.len() {
            APP_TOKEN_CHARS if small(text) => Self::KeyId,
            APP_TOKEN_CHARS if plain => Self::Whole(TokenKind::SocrataToken),
            APP_SECRET_CHARS if url_safe(text) && !is_uuid(text) => Self::AppSecret,
            KEY_SECRET_CHARS if small(text) => Self::KeySecret,
            ARCGIS_CHARS.. if ARCGIS_KEYS.iter().any(|start| text.starts_with(start)) => {
                Self::Whole(TokenKind::ArcgisKey)
            }
            ARCGIS_CHARS.. if text.bytes().all(|b| b.is_ascii_graphic() && b != b':') => {
                Self::Whole(TokenKind::ArcgisToken)
            }
            _ => Self::Unknown,
        }
    }
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_is_told_by_its_shape() {
        let small = |n: usize| "k3v9x".repeat(n / 5);
        let long = "aB3-_.".repeat(20);
        for (text, shape) in [
            ("bQxkV3RyTm90QVJlYWwTok3n1".to_owned(), Shape::Whole(TokenKind::SocrataToken)),
            (small(25), Shape::KeyId),
            (small(50), Shape::KeySecret),
            (format!("{}:{}", small(25), small(50)), Shape::Whole(TokenKind::SocrataKey)),
            ("1-Xx4MG5mYbDKbhJyR_NOnPPwb7dUvRcMOc-".to_owned(), Shape::AppSecret),
            ("abcdefghijklmnopqrstuvwxyz0123456789".to_owned(), Shape::AppSecret),
            ("01234567-89ab-cdef-0123-456789abcdef".to_owned(), Shape::Unknown),
            (format!("AAPK{long}"), Shape::Whole(TokenKind::ArcgisKey)),
            (format!("AAPT{long}"), Shape::Whole(TokenKind::ArcgisKey)),
            (long.clone(), Shape::Whole(TokenKind::ArcgisToken)),
            (format!("user:{long}"), Shape::Unknown),
            ("secret".to_owned(), Shape::Unknown),
            (String::new(), Shape::Unknown),
            ("Ünïcödetokenwith25chars!!".to_owned(), Shape::Unknown),
        ] {
            assert_eq!(Shape::of(&text), shape, "{text}");
        }
    }
}
