//! Numbers in the shortest form that reads back the same.

/// Adds a finite double. Whole ones keep `.0`, so that a column of them reads back as floats, and `-0.0` its sign.
#[inline]
pub(super) fn double(value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
}

/// Adds a finite single, in the digits that single needs.
pub(super) fn single(value: f32, out: &mut Vec<u8>) {
    out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
}

/// How ordinates are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrdinateFormat {
    /// Decimals at most; every bit where `None`.
    pub(super) precision: Option<u8>,
}

impl OrdinateFormat {
    /// Adds a finite ordinate.
    #[inline]
    pub(super) fn write(self, value: f64, out: &mut Vec<u8>) {
        match self.precision {
            None => double(value, out),
            Some(decimals) => double(rounded(value, decimals), out),
        }
    }
}

/// The double nearest to the decimal that `value` rounds to.
fn rounded(value: f64, decimals: u8) -> f64 {
    // The text of more decimals than a double has digits would be the double itself.
    let text = format!("{value:.*}", usize::from(decimals.min(20)));
    match text.parse() {
        Ok(0.0) | Err(_) => 0.0,
        Ok(rounded) => rounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn doubles_are_short_and_exact() {
        for (value, expected) in [(1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (-118.2437, "-118.2437")] {
            assert_eq!(text(|out| double(value, out)), expected);
        }
        for value in [1e16, 1e300, 5e-324, f64::MAX, 9_007_199_254_740_993.0, 1.0 / 3.0] {
            let text = text(|out| double(value, out));
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
            // Must not read back as an integer, and must be JSON.
            assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap().is_f64(), "{text}");
        }
        assert_eq!(text(|out| single(0.1, out)), "0.1");
    }

    #[test]
    fn precision_rounds_and_stays_short() {
        let rounded =
            |value, decimals| text(|out| OrdinateFormat { precision: Some(decimals) }.write(value, out));
        assert_eq!(rounded(-118.243_712_9, 5), "-118.24371");
        assert_eq!(rounded(34.5, 7), "34.5");
        assert_eq!(rounded(-0.000_001, 3), "0.0");
        assert_eq!(rounded(1.999_999_9, 2), "2.0");
        assert_eq!(rounded(1.0 / 3.0, 255), text(|out| double(1.0 / 3.0, out)));
    }
}
