//! Rows of a geometry column to WKT, by way of WKB: one writer of every type.

use crate::wkb::{Code, Cursor, Form, write_wkb};
use crate::{DataError, Dimensions, GeometryRow};

/// Appends the row as WKT: `POLYGON Z ((0 0 1, ..))`. False, and nothing appended, for a null geometry.
///
/// # Errors
/// Only if a row kept as WKB is not WKB.
pub fn write_wkt(row: &GeometryRow<'_>, out: &mut Vec<u8>) -> Result<bool, DataError> {
    write_wkt_rounded(row, None, out)
}

/// The same with every number rounded to so many decimals, if that is given.
///
/// # Errors
/// As [`write_wkt`].
pub fn write_wkt_rounded(
    row: &GeometryRow<'_>,
    decimals: Option<u8>,
    out: &mut Vec<u8>,
) -> Result<bool, DataError> {
    let mut scratch = Vec::new();
    let wkb = match row.wkb() {
        Some(wkb) => wkb,
        None if write_wkb(row, &mut scratch) => scratch.as_slice(),
        None => return Ok(false),
    };
    Writer { wkb: Cursor::new(wkb), out, decimals }.geometry(None)?;
    Ok(true)
}

/// Appends a number with the fewest digits that read back as the same double, or rounded to so many decimals; trailing
/// zeros are left out.
pub fn write_number(value: f64, decimals: Option<u8>, out: &mut Vec<u8>) {
    let Some(decimals) = decimals else {
        let mut buffer = zmij::Buffer::new();
        let digits = buffer.format(value);
        out.extend_from_slice(digits.strip_suffix(".0").unwrap_or(digits).as_bytes());
        return;
    };
    let text = format!("{value:.*}", usize::from(decimals));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    out.extend_from_slice(if text == "-0" { b"0" } else { text.as_bytes() });
}

struct Writer<'a> {
    wkb: Cursor<'a>,
    out: &'a mut Vec<u8>,
    decimals: Option<u8>,
}

impl Writer<'_> {
    /// With its name, unless its holder implies it.
    fn geometry(&mut self, holder: Option<Code>) -> Result<(), DataError> {
        let header = self.wkb.header()?;
        let (code, dimensions) = (header.code, header.dimensions);
        if holder.and_then(Code::plain_member) != Some(code) {
            self.out.extend_from_slice(code.name().unwrap_or_default().as_bytes());
            self.out.extend_from_slice(match dimensions {
                Dimensions { z: false, m: false } => b" ",
                Dimensions { z: true, m: false } => b" Z ",
                Dimensions { z: false, m: true } => b" M ",
                Dimensions { z: true, m: true } => b" ZM ",
            });
        }
        match code.form() {
            Form::Coordinate => self.point(dimensions),
            Form::Coordinates => self.ring(dimensions),
            Form::Rings => {
                let count = self.wkb.ring_count()?;
                self.list(count, |writer| writer.ring(dimensions))
            }
            Form::Members => {
                let count = self.wkb.member_count()?;
                self.list(count, |writer| writer.geometry(Some(code)))
            }
        }
    }

    fn ring(&mut self, dimensions: Dimensions) -> Result<(), DataError> {
        let mut coordinates = self.wkb.coordinates(dimensions)?;
        self.list(coordinates.len(), |writer| {
            let numbers = coordinates.next().unwrap_or([f64::NAN; 4]);
            writer.coordinate(&numbers[..dimensions.count()]);
            Ok(())
        })
    }

    fn list(
        &mut self,
        count: usize,
        mut item: impl FnMut(&mut Self) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        if count == 0 {
            self.out.extend_from_slice(b"EMPTY");
            return Ok(());
        }
        for index in 0..count {
            self.out.extend_from_slice(if index == 0 { b"(" } else { b", " });
            item(self)?;
        }
        self.out.push(b')');
        Ok(())
    }

    fn point(&mut self, dimensions: Dimensions) -> Result<(), DataError> {
        let numbers = self.wkb.coordinate(dimensions)?;
        if numbers[0].is_nan() && numbers[1].is_nan() {
            self.out.extend_from_slice(b"EMPTY");
            return Ok(());
        }
        self.out.push(b'(');
        self.coordinate(&numbers[..dimensions.count()]);
        self.out.push(b')');
        Ok(())
    }

    fn coordinate(&mut self, numbers: &[f64]) {
        for (index, number) in numbers.iter().enumerate() {
            if index > 0 {
                self.out.push(b' ');
            }
            write_number(*number, self.decimals, self.out);
        }
    }
}
