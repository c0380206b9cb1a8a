//! Fixed numbers of the file format.

/// The first bytes of version 3. The last one is the patch level, which readers ignore.
pub(super) const MAGIC: [u8; 8] = *b"fgb\x03fgb\x01";
/// Headers above this are refused by every implementation.
pub(super) const HEADER_MAX_BYTES: u32 = 10 << 20;
/// Bytes before the header: the magic and the header's size prefix.
pub(super) const PREAMBLE_BYTES: u64 = 12;
/// A node of the tree: four doubles and an offset.
pub(super) const NODE_BYTES: u64 = 40;
/// Children per node in files written here; what other implementations use.
pub(super) const NODE_SIZE: u16 = 16;
/// Bytes of the smallest feature: size prefix, root offset, table and vtable.
pub(super) const FEATURE_MIN_BYTES: u64 = 16;
/// Properties name their column with two bytes.
pub(super) const MAX_COLUMNS: usize = 1 << 16;

/// Stands for an ordinate that a row does not have, where the header says that rows have it. It is a NaN to everyone
/// else; its payload tells it from a NaN that somebody measured.
pub(super) const NO_ORDINATE: f64 = f64::from_bits(0x7ff8_0000_6765_6f68);

/// True for files that start as `FlatGeobuf` of any version does.
pub(super) fn sniff(head: &[u8]) -> bool {
    head.len() >= 8 && head[..3] == MAGIC[..3] && head[4..7] == MAGIC[4..7]
}
