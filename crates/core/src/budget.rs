//! A limit on the memory that collectors hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Result};

/// A megabyte of messages, as `--memory` counts it.
const MB: u64 = 1_000_000;

/// Memory shared by everything that holds data: build sides of joins, sorts, dissolves.
#[derive(Clone, Debug)]
pub struct Budget {
    limit: u64,
    used: Arc<AtomicU64>,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(limit_bytes: u64) -> Self {
        Self { limit: limit_bytes, used: Arc::default() }
    }

    /// 70 % of the machine's memory, or 2 GB where it cannot be told.
    pub fn of_machine() -> Self {
        Self::new(machine_memory_bytes().map_or(2 << 30, |bytes| bytes / 10 * 7))
    }

    /// The limit in bytes.
    pub fn limit_bytes(&self) -> u64 {
        self.limit
    }

    /// Takes `bytes` out of the budget until the reservation is dropped.
    ///
    /// # Errors
    /// [`Error::Memory`] naming `what`, when they do not fit.
    pub fn reserve(&self, what: &str, bytes: u64) -> Result<Reservation> {
        let mut reservation = Reservation { budget: self.clone(), bytes: 0 };
        reservation.grow(what, bytes)?;
        Ok(reservation)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::of_machine()
    }
}

/// Bytes taken out of a [`Budget`], given back on drop.
#[derive(Debug)]
pub struct Reservation {
    budget: Budget,
    bytes: u64,
}

impl Reservation {
    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes more.
    pub fn grow(&mut self, what: &str, bytes: u64) -> Result<()> {
        let before = self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before + bytes <= self.budget.limit {
            return Ok(());
        }
        Err(Error::Memory {
            what: what.to_owned(),
            needed_mb: (before + bytes).div_ceil(MB),
            limit_mb: self.budget.limit / MB,
        })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The memory that this process may use: the machine's, or less where a control group limits it. `None` where neither
/// can be told, as outside Linux.
pub fn machine_memory_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let machine = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024;
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let limit = limits.iter().find_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    Some(limit.map_or(machine, |limit| limit.min(machine)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_are_refused_over_the_limit_and_given_back() {
        let budget = Budget::new(10 * MB);
        let first = budget.reserve("build side", 8 * MB).unwrap();
        let refused = budget.reserve("sort", 4 * MB).unwrap_err();
        assert_eq!(refused.to_string(), "sort needs about 12 MB, over the limit of 10 MB");
        drop(first);
        assert!(budget.reserve("sort", 4 * MB).is_ok());
    }
}
