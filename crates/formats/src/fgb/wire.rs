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

/// True for files that start as `FlatGeobuf` of any version does.
pub(super) fn sniff(head: &[u8]) -> bool {
    head.len() >= 8 && head[..3] == MAGIC[..3] && head[4..7] == MAGIC[4..7]
}
