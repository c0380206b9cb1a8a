//! Telling the two formats by the first bytes.

use super::head::{Start, start};
use crate::geojson::json::object_end;

/// True for the start of a collection, or of one feature or geometry that ends the text or is not seen to end.
pub(crate) fn is_collection(head: &[u8]) -> bool {
    matches!(look(head), Some(Looks::Collection | Looks::One))
}

/// True for record separators, and for a second record behind the first.
pub(crate) fn is_sequence(head: &[u8]) -> bool {
    matches!(look(head), Some(Looks::Sequence))
}

enum Looks {
    Collection,
    One,
    Sequence,
}

fn look(head: &[u8]) -> Option<Looks> {
    let text = std::str::from_utf8(head)
        .unwrap_or_else(|error| std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default());
    match start(text) {
        Ok(Start::Collection { .. }) => Some(Looks::Collection),
        Ok(Start::Sequence) => Some(records(text)),
        // The head may end within a long member, or be broken: then the reader says where.
        Err(_) if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') => None,
        Err(_) if ["\"FeatureCollection\"", "\"features\""].iter().any(|word| text.contains(word)) => {
            Some(Looks::Collection)
        }
        Err(_) => text.contains("\"coordinates\"").then_some(Looks::One),
    }
}

fn records(text: &str) -> Looks {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let behind = object_end(text.as_bytes()).map_or("", |end| text[end..].trim_start());
    if text.starts_with('\u{1e}') || behind.starts_with(['{', '\u{1e}']) {
        Looks::Sequence
    } else {
        Looks::One
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_a_collection_from_a_sequence() {
        let feature = r#"{"type":"Feature","geometry":null,"properties":{}}"#;
        for one in [
            feature.to_owned(),
            format!("{feature}\n"),
            format!(r#"{{"type":"FeatureCollection","features":[{feature}"#),
            r#"{"features":["#.to_owned(),
            "\u{feff}\r\n{\"type\":\"Point\",\"coordinates\":[1,2]}".to_owned(),
        ] {
            assert!(is_collection(one.as_bytes()) && !is_sequence(one.as_bytes()), "{one}");
        }
        for many in
            [format!("{feature}\n{feature}"), format!("\u{1e}{feature}\n"), format!("{feature}\r\n\r\n{{")]
        {
            assert!(!is_collection(many.as_bytes()) && is_sequence(many.as_bytes()), "{many}");
        }
        for other in ["", "a,b\n1,2", "{}", r#"{"type":"Topology","objects":{}}"#, "[1]", "fgb\u{3}"] {
            assert!(!is_collection(other.as_bytes()) && !is_sequence(other.as_bytes()), "{other}");
        }
    }
}
