//! The exit codes, a public contract that scripts rely on.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Disk full, memory limit, any failure without a code of its own.
    Failure = 1,
    /// The command line contradicts itself, or the output exists.
    Usage = 2,
    /// Reference, file or layer not found or ambiguous.
    NotFound = 3,
    /// Credentials are missing or refused.
    Credentials = 4,
    /// Throttled or no network: safe to repeat.
    Network = 5,
    /// The data came incomplete.
    Incomplete = 6,
    /// The data breaks the rules of its format, or cannot be used that way.
    BadData = 7,
}

/// The exit code of a comparison that found a difference; no failure.
pub const DIFFERENT: u8 = 10;

/// The exit code of a check that found something stale; no failure.
pub const STALE: u8 = 10;

/// Every code with its meaning, for `--help` and the documentation.
pub const MEANINGS: &[(u8, &str)] = &[
    (0, "done, also when nothing matched"),
    (1, "failure: disk full, memory limit, a lock held by another run"),
    (2, "usage: unknown option, column or format; the output exists and --overwrite was not given"),
    (3, "not found: file, reference or layer, or an ambiguous one"),
    (4, "credentials missing or refused"),
    (5, "throttled, or no network: safe to repeat; a fetch goes on where it was"),
    (6, "incomplete: rows that the server counts did not come; a file is not what its receipt says"),
    (7, "bad data: a broken input, or one that cannot be used that way"),
    (DIFFERENT, "different (`diff`), stale (`sync --check`), moved on at the source (`verify --remote`)"),
    (130, "interrupted (Ctrl-C); nothing half-written is left, the pages of a fetch are kept"),
    (143, "ended by a signal; the same"),
];
