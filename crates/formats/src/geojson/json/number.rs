//! Numbers, exact.

use super::cursor::Cursor;
use super::flaw::{Flaw, Parsed};

/// A number of a JSON text, read but not yet given a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The digits as one integer; meaningless above 19 digits.
    pub(crate) mantissa: u64,
    digits: u32,
    decimals: u32,
    exponent: bool,
    pub(crate) negative: bool,
    /// Neither fraction nor exponent.
    pub(crate) whole: bool,
}

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

impl Number {
    /// The nearest double, ties to even. `None` when the number is beyond the largest double.
    #[inline]
    pub(crate) fn double(&self, bytes: &[u8]) -> Option<f64> {
        // Both operands are exact, so their one division is rounded right (Clinger 1990).
        if self.digits <= 19 && !self.exponent && self.mantissa <= 1 << 53 && self.decimals <= 22 {
            let value = self.mantissa as f64 / POWERS[self.decimals as usize];
            return Some(if self.negative { -value } else { value });
        }
        fast_float2::parse(&bytes[self.start..self.end]).ok().filter(|value: &f64| value.is_finite())
    }

    /// The magnitude of a whole number, when it has at most 64 bits.
    pub(crate) fn magnitude(&self, text: &str) -> Option<u64> {
        match self.digits {
            ..=19 => Some(self.mantissa),
            20 => text[self.start + usize::from(self.negative)..self.end].parse().ok(),
            _ => None,
        }
    }
}

impl Cursor<'_> {
    /// The number at the cursor, by the grammar of RFC 8259.
    #[inline]
    pub(crate) fn number(&mut self) -> Parsed<Number> {
        self.peek();
        let start = self.at;
        let negative = self.bytes.get(start) == Some(&b'-');
        self.at += usize::from(negative);
        let (mut mantissa, mut decimals, mut exponent, mut whole) = (0, 0, false, true);
        let leading_zero = self.bytes.get(self.at) == Some(&b'0');
        let mut digits = self.digits(&mut mantissa);
        if digits == 0 {
            return Err(self.no_number(start));
        }
        if leading_zero && digits > 1 {
            return Err(Flaw::rule(start, "a number begins with a zero too many"));
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            decimals = self.digits(&mut mantissa);
            digits += decimals;
            whole = false;
            if decimals == 0 {
                return Err(self.no_number(start));
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            (exponent, whole) = (true, false);
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits(&mut 0) == 0 {
                return Err(self.no_number(start));
            }
        }
        Ok(Number { start, end: self.at, mantissa, digits, decimals, exponent, negative, whole })
    }

    /// The number at the cursor as a finite double.
    #[inline]
    pub(crate) fn double(&mut self) -> Parsed<f64> {
        let number = self.number()?;
        number.double(self.bytes).ok_or_else(|| self.overflow(&number))
    }

    #[cold]
    pub(crate) fn overflow(&self, number: &Number) -> Flaw {
        let text = self.raw(number.start, number.end.min(number.start + 40));
        Flaw::rule(number.start, format!("the number {text} is beyond the largest double"))
    }

    #[inline]
    fn digits(&mut self, mantissa: &mut u64) -> u32 {
        let start = self.at;
        while let Some(digit) =
            self.bytes.get(self.at).map(|byte| byte.wrapping_sub(b'0')).filter(|&d| d < 10)
        {
            *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.at += 1;
        }
        (self.at - start).min(u32::MAX as usize / 4) as u32
    }

    #[cold]
    fn no_number(&mut self, start: usize) -> Flaw {
        if self.at >= self.bytes.len() {
            return Flaw::end(self.at);
        }
        self.at = start;
        let rest = self.raw(start, self.bytes.len()).trim_start_matches(['-', '+']);
        if ["NaN", "nan", "Inf", "inf"].iter().any(|word| rest.starts_with(word)) {
            let hint = "JSON has no NaN and no infinity; write null in their place";
            return Flaw::hinted(start, "NaN or infinity is no JSON number", hint);
        }
        self.unexpected("a number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_those_of_the_standard_library() {
        for text in [
            "0",
            "-0",
            "-0.0",
            "1",
            "-118.2437",
            "34.052235",
            "9007199254740993",
            "9007199254740992",
            "0.1",
            "1e22",
            "1e23",
            "123456789012345678901234567890",
            "2.2250738585072011e-308",
            "5e-324",
            "1.7976931348623157e308",
            "6453887.186305865",
            "-118.28987555400001",
            "0.000001",
            "179.99999999999997",
            "1E-7",
            "12345678.123456789012345",
        ] {
            let value = Cursor::new(text).double().unwrap();
            assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for bad in ["1e400", "-1e999", "NaN", "-Infinity", "01", "1.x", "+1", ".5", "1ex", "--1", "-x"] {
            assert!(!Cursor::new(bad).double().unwrap_err().is_end(), "{bad}");
        }
        for cut in ["", "-", "1.", "1e", "1e-"] {
            assert!(Cursor::new(cut).double().unwrap_err().is_end(), "{cut}");
        }
    }
}
