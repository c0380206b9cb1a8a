//! How rows are written in a page.

/// The journal's name for protocol buffers of `ArcGIS` servers.
pub(crate) const ESRI_PBF: &str = "esri-pbf";

/// The journal's name for the encoding of a page, `text` where it is text.
pub(crate) fn of(body: &[u8], text: &'static str) -> &'static str {
    if is_text(body) { text } else { ESRI_PBF }
}

/// True for JSON, and for a page for people in its place: no message of protocol buffers begins like them.
pub(crate) fn is_text(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    matches!(body.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'<'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells() {
        for text in ["{}", "\n {\"a\":1}", "\u{feff}{}", "<html>", ""] {
            assert!(is_text(text.as_bytes()), "{text}");
        }
        for message in [&[0x0a, 0x00, 0x12, 0x02][..], &[0x12, 0x7b], &[0x0a, 0x05, b'1', b'0']] {
            assert!(!is_text(message));
        }
    }
}
