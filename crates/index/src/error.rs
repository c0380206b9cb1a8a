/// What can go wrong in this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A predicate's name is not one of the ten.
    #[error("unknown predicate \"{name}\"; nearest: {nearest}")]
    UnknownPredicate {
        /// What was given.
        name: String,
        /// The nearest valid names, comma-separated.
        nearest: String,
    },
}
