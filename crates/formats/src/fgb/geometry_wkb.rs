//! Collections, curves and surfaces: from geometry tables to ISO WKB rows.

use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryKind};

use super::geometry::{Coordinates, MAX_DEPTH, ring_ends, slot};
use super::table::{Checked, Spend, Table, malformed};

/// Adds the table as a row of WKB.
pub(super) fn decode(
    table: &Table<'_>,
    kind: u8,
    spend: &mut Spend,
    out: &mut GeometryBuilder,
) -> Checked<()> {
    let mut dimensions = Dimensions::XY;
    find(table, &mut spend.again(), &mut dimensions, 0)?;
    let mut walk = Walk { bytes: Vec::new(), bbox: Bbox::EMPTY, dimensions };
    walk.geometry(table, kind, spend, 0)?;
    let row_kind = if kind == 7 { GeometryKind::GeometryCollection } else { GeometryKind::Other };
    out.push_wkb(row_kind, dimensions, walk.bbox, &walk.bytes);
    Ok(())
}

/// WKB says its dimensions once, so they are gathered over all parts first.
fn find(table: &Table<'_>, spend: &mut Spend, found: &mut Dimensions, depth: usize) -> Checked<()> {
    if depth > MAX_DEPTH {
        return malformed(table.at, "a geometry is nested too deeply");
    }
    let own = Coordinates::of(table, spend)?.dimensions();
    *found = Dimensions { z: found.z || own.z, m: found.m || own.m };
    for part in table.tables(slot::PARTS, spend)?.into_iter().flat_map(|parts| parts.iter()) {
        find(&part?, spend, found, depth + 1)?;
    }
    Ok(())
}

struct Walk {
    bytes: Vec<u8>,
    bbox: Bbox,
    dimensions: Dimensions,
}

impl Walk {
    fn geometry(&mut self, table: &Table<'_>, kind: u8, spend: &mut Spend, depth: usize) -> Checked<()> {
        if depth > MAX_DEPTH {
            return malformed(table.at, "a geometry is nested too deeply");
        }
        self.head(kind);
        match kind {
            1 => self.point(&Coordinates::of(table, spend)?),
            2 | 8 => self.line(table, spend),
            4 => self.points(table, spend),
            3 | 17 => self.rings(table, spend),
            5 => self.lines(table, spend, 2),
            16 => self.lines(table, spend, 17),
            6 | 15 => self.parts(table, Some(3), spend, depth),
            7 | 9..=12 => self.parts(table, None, spend, depth),
            _ => malformed(table.at, "a part has no type that could be read"),
        }
    }

    fn head(&mut self, kind: u8) {
        let code = u32::from(kind)
            + if self.dimensions.z { 1000 } else { 0 }
            + if self.dimensions.m { 2000 } else { 0 };
        self.bytes.push(1);
        self.bytes.extend(code.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.bytes.extend((count as u32).to_le_bytes());
    }

    fn coordinates(&mut self, coordinates: &Coordinates<'_>, from: usize, to: usize) {
        for index in from..to {
            let (x, y, z, m) = coordinates.get(index);
            self.bbox.add(x, y);
            self.bytes.extend(x.to_le_bytes());
            self.bytes.extend(y.to_le_bytes());
            if self.dimensions.z {
                self.bytes.extend(z.unwrap_or(f64::NAN).to_le_bytes());
            }
            if self.dimensions.m {
                self.bytes.extend(m.unwrap_or(f64::NAN).to_le_bytes());
            }
        }
    }

    fn point(&mut self, coordinates: &Coordinates<'_>) -> Checked<()> {
        if coordinates.len() == 0 {
            for _ in 0..self.dimensions.count() {
                self.bytes.extend(f64::NAN.to_le_bytes());
            }
            return Ok(());
        }
        if !coordinates.is_nan_point() {
            coordinates.check_finite()?;
        }
        self.coordinates(coordinates, 0, 1);
        Ok(())
    }

    fn line(&mut self, table: &Table<'_>, spend: &mut Spend) -> Checked<()> {
        let coordinates = Coordinates::of(table, spend)?;
        coordinates.check_finite()?;
        self.count(coordinates.len());
        self.coordinates(&coordinates, 0, coordinates.len());
        Ok(())
    }

    fn points(&mut self, table: &Table<'_>, spend: &mut Spend) -> Checked<()> {
        let coordinates = Coordinates::of(table, spend)?;
        coordinates.check_finite()?;
        self.count(coordinates.len());
        for index in 0..coordinates.len() {
            self.head(1);
            self.coordinates(&coordinates, index, index + 1);
        }
        Ok(())
    }

    fn rings(&mut self, table: &Table<'_>, spend: &mut Spend) -> Checked<()> {
        let coordinates = Coordinates::of(table, spend)?;
        coordinates.check_finite()?;
        let ends = ring_ends(table, coordinates.len(), spend)?;
        self.count(ends.len());
        let mut start = 0;
        for end in ends {
            self.count(end - start);
            self.coordinates(&coordinates, start, end);
            start = end;
        }
        Ok(())
    }

    /// Lines of a multi-line, or triangles of a TIN: in WKB each has a head of its own.
    fn lines(&mut self, table: &Table<'_>, spend: &mut Spend, member: u8) -> Checked<()> {
        let coordinates = Coordinates::of(table, spend)?;
        coordinates.check_finite()?;
        let ends = ring_ends(table, coordinates.len(), spend)?;
        self.count(ends.len());
        let mut start = 0;
        for end in ends {
            self.head(member);
            if member == 17 {
                self.count(1);
            }
            self.count(end - start);
            self.coordinates(&coordinates, start, end);
            start = end;
        }
        Ok(())
    }

    fn parts(
        &mut self,
        table: &Table<'_>,
        member: Option<u8>,
        spend: &mut Spend,
        depth: usize,
    ) -> Checked<()> {
        let parts = table.tables(slot::PARTS, spend)?;
        self.count(parts.map_or(0, |parts| parts.len()));
        for part in parts.into_iter().flat_map(|parts| parts.iter()) {
            let part = part?;
            let kind = match member {
                Some(kind) => kind,
                None => part.byte(slot::TYPE)?,
            };
            self.geometry(&part, kind, spend, depth + 1)?;
        }
        Ok(())
    }
}
