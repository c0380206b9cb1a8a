//! Geometries kept as WKB, as `GeoJSON`. Reads ISO and extended codes, either byte order.

use super::geometry::{Commas, Lost, Refusal, begin, position};
use super::number::OrdinateFormat;

/// Deepest nesting of collections.
const MAX_DEPTH: usize = 64;

/// Adds a geometry given as WKB.
pub(super) fn geometry(bytes: &[u8], format: OrdinateFormat, out: &mut Vec<u8>) -> Result<Lost, Refusal> {
    let mut reader = Reader { bytes, format, lost: Lost::default() };
    reader.geometry(out, 0)?;
    Ok(reader.lost)
}

struct Reader<'a> {
    bytes: &'a [u8],
    format: OrdinateFormat,
    lost: Lost,
}

#[derive(Clone, Copy)]
struct Head {
    little_endian: bool,
    code: u32,
    z: bool,
    m: bool,
}

impl Reader<'_> {
    fn geometry(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), Refusal> {
        let head = self.head()?;
        if depth > MAX_DEPTH {
            return Err(Refusal::Broken);
        }
        if head.code == 7 {
            out.extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":");
        } else {
            begin(name(head.code)?, out);
        }
        match head.code {
            1 => self.point(head, out)?,
            2 => self.run(head, out)?,
            3 => self.array(head, out, |reader, out| reader.run(head, out))?,
            7 => self.array(head, out, |reader, out| reader.geometry(out, depth + 1))?,
            code => self.array(head, out, |reader, out| {
                let member = reader.head()?;
                match (code, member.code) {
                    (4, 1) => reader.point(member, out),
                    (5, 2) => reader.run(member, out),
                    (6, 3) => reader.array(member, out, |reader, out| reader.run(member, out)),
                    _ => Err(Refusal::Broken),
                }
            })?,
        }
        out.push(b'}');
        Ok(())
    }

    fn array(
        &mut self,
        head: Head,
        out: &mut Vec<u8>,
        mut element: impl FnMut(&mut Self, &mut Vec<u8>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let count = self.word(head.little_endian)?;
        let mut commas = Commas::open(out);
        for _ in 0..count {
            commas.next(out);
            element(self, out)?;
        }
        out.push(b']');
        Ok(())
    }

    fn run(&mut self, head: Head, out: &mut Vec<u8>) -> Result<(), Refusal> {
        self.array(head, out, |reader, out| {
            let coordinate = reader.coordinate(head)?;
            reader.lost.measures |= position(coordinate, reader.format, out)?;
            Ok(())
        })
    }

    fn point(&mut self, head: Head, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let coordinate = self.coordinate(head)?;
        if coordinate[0].is_nan() && coordinate[1].is_nan() {
            out.extend_from_slice(b"[]");
        } else {
            self.lost.measures |= position(coordinate, self.format, out)?;
        }
        Ok(())
    }

    fn head(&mut self) -> Result<Head, Refusal> {
        let little_endian = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return Err(Refusal::Broken),
        };
        let code = self.word(little_endian)?;
        let (extended, iso) = (code >> 29, (code & 0x1fff_ffff) / 1000);
        if extended & 1 != 0 {
            self.word(little_endian)?;
        }
        Ok(Head {
            little_endian,
            code: (code & 0x1fff_ffff) % 1000,
            z: extended & 4 != 0 || iso & 1 != 0,
            m: extended & 2 != 0 || iso & 2 != 0,
        })
    }

    fn coordinate(&mut self, head: Head) -> Result<[f64; 4], Refusal> {
        let mut ordinates = [f64::NAN; 4];
        for (ordinate, present) in ordinates.iter_mut().zip([true, true, head.z, head.m]) {
            if present {
                let bytes = self.take::<8>()?;
                *ordinate =
                    if head.little_endian { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) };
            }
        }
        Ok(ordinates)
    }

    fn word(&mut self, little_endian: bool) -> Result<u32, Refusal> {
        let bytes = self.take::<4>()?;
        Ok(if little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (first, rest) = self.bytes.split_first_chunk::<N>().ok_or(Refusal::Broken)?;
        self.bytes = rest;
        Ok(*first)
    }
}

/// The OGC name of a type code without its dimensions.
fn name(code: u32) -> Result<&'static str, Refusal> {
    Ok(match code {
        1 => "Point",
        2 => "LineString",
        3 => "Polygon",
        4 => "MultiPoint",
        5 => "MultiLineString",
        6 => "MultiPolygon",
        8 => return Err(Refusal::Type("CircularString")),
        9 => return Err(Refusal::Type("CompoundCurve")),
        10 => return Err(Refusal::Type("CurvePolygon")),
        11 => return Err(Refusal::Type("MultiCurve")),
        12 => return Err(Refusal::Type("MultiSurface")),
        13 => return Err(Refusal::Type("Curve")),
        14 => return Err(Refusal::Type("Surface")),
        15 => return Err(Refusal::Type("PolyhedralSurface")),
        16 => return Err(Refusal::Type("TIN")),
        17 => return Err(Refusal::Type("Triangle")),
        _ => return Err(Refusal::Broken),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, Refusal> {
        let mut out = Vec::new();
        geometry(bytes, OrdinateFormat::default(), &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn collections_in_either_byte_order_and_dialect_are_read() {
        // A collection of an extended big-endian point with Z and an ISO little-endian empty line.
        let mut bytes = vec![1, 7, 0, 0, 0, 2, 0, 0, 0];
        bytes.extend([0, 0x80, 0, 0, 1]);
        bytes.extend([1.0_f64, 2.0, 3.0].map(f64::to_be_bytes).concat());
        bytes.extend([1, 2, 0, 0, 0, 0, 0, 0, 0]);
        let expected = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.0,2.0,3.0]},{"type":"LineString","coordinates":[]}]}"#;
        assert_eq!(text(&bytes).unwrap(), expected);
        for cut in 0..bytes.len() {
            assert_eq!(text(&bytes[..cut]), Err(Refusal::Broken));
        }
        assert_eq!(text(&[1, 8, 0, 0, 0]), Err(Refusal::Type("CircularString")));
    }
}
