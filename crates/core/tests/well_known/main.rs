//! WKB and WKT to rows and back.

mod broken;
mod oracle;
mod rows;
mod wkb_bytes;
mod wkt_texts;
