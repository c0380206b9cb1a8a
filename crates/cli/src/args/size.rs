//! Sizes in bytes on the command line.

use geohub_core::budget::machine_memory_bytes;

/// Reads `500MB`, `2GiB`, `64k`; a bare number is bytes. `MB` is a million bytes, `MiB` 1,048,576.
pub fn bytes(text: &str) -> Result<u64, String> {
    let trimmed = text.trim();
    let digits = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let number: f64 = number.parse().map_err(|_| unreadable(text))?;
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return Err(unreadable(text)),
    };
    let bytes = number * factor;
    if (1.0..1e18).contains(&bytes) { Ok(bytes as u64) } else { Err(unreadable(text)) }
}

/// As [`bytes`], or a share of the machine's memory: `40%`.
pub fn memory(text: &str) -> Result<u64, String> {
    let Some(share) = text.trim().strip_suffix('%') else { return bytes(text) };
    let share = share.trim().parse::<f64>().ok().filter(|share| *share > 0.0 && *share <= 100.0);
    let share = share.ok_or_else(|| unreadable(text))?;
    let machine =
        machine_memory_bytes().ok_or("this machine's memory cannot be told; give a size, such as 2GB")?;
    Ok((machine as f64 * share / 100.0) as u64)
}

fn unreadable(text: &str) -> String {
    format!("`{text}` is no size; write 500MB, 2GiB or a number of bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        let good =
            [("500MB", 500_000_000), ("2GiB", 2 << 30), (" 1.5 k", 1_500), ("4096", 4096), ("1mib", 1 << 20)];
        for (text, size) in good {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "MB", "-5MB", "0", "1XB", "1e5", "9999999TB", "50%"] {
            assert!(bytes(text).is_err(), "{text}");
        }
        assert!(
            memory("40%").is_ok_and(|size| size > 1 << 20)
                && memory("0%").is_err()
                && memory("101%").is_err()
        );
    }
}
