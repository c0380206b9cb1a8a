//! Sums of doubles that do not depend on the order of their terms.

/// A sum kept exactly, as doubles that do not overlap (Shewchuk 1997), and rounded once at the end.
///
/// Two or three terms usually suffice. Because it is exact, parts of a sum may be added in any order, on any
/// number of threads, with the same result.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactSum {
    /// Finite, in increasing magnitude.
    terms: Vec<f64>,
    /// Infinities and NaN, and sums that left the range.
    special: f64,
}

impl ExactSum {
    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.terms.capacity() * size_of::<f64>()
    }

    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.special += value;
            return;
        }
        let mut carried = value;
        let mut kept = 0;
        for position in 0..self.terms.len() {
            let term = self.terms[position];
            let (large, small) = if carried.abs() < term.abs() { (term, carried) } else { (carried, term) };
            let high = large + small;
            let low = small - (high - large);
            if low != 0.0 {
                self.terms[kept] = low;
                kept += 1;
            }
            carried = high;
        }
        self.terms.truncate(kept);
        if carried.is_finite() {
            self.terms.push(carried);
        } else {
            self.special += carried;
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.special += other.special;
        for term in &other.terms {
            self.add(*term);
        }
    }

    /// The sum, rounded to the nearest double.
    pub(super) fn value(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut rest = self.terms.iter().rev().copied();
        let Some(mut high) = rest.next() else { return 0.0 };
        let mut low = 0.0;
        for term in rest.by_ref() {
            let sum = high + term;
            low = term - (sum - high);
            high = sum;
            if low != 0.0 {
                break;
            }
        }
        // A tie that the remaining terms decide: round half to even saw only half of it.
        if let Some(next) = rest.next()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let doubled = low * 2.0;
            let nudged = high + doubled;
            if nudged - high == doubled {
                high = nudged;
            }
        }
        high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        for value in values {
            sum.add(*value);
        }
        sum.value()
    }

    #[test]
    fn sums_are_exact_in_any_order() {
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100, 1.0]), 2.0);
        assert_eq!(sum(&[1.0, 1e-16, 1e-16]), sum(&[1e-16, 1.0, 1e-16]));
        assert_eq!(sum(&[]), 0.0);
        let mut whole = ExactSum::default();
        for value in [1e16, 1.0, 1.0] {
            let mut part = ExactSum::default();
            part.add(value);
            whole.merge(&part);
        }
        assert_eq!(whole.value(), 10_000_000_000_000_002.0);
    }

    #[test]
    fn infinities_and_nan_carry_through() {
        assert_eq!(sum(&[1.0, f64::INFINITY]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }
}
