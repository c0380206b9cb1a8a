//! WKT into the rows of a geometry column, by way of WKB: the same checks, and one reader of every type.

use super::text::Text;
use crate::wkb::{Code, Form, MAX_NESTING, push_wkb};
use crate::{DataError, Dimensions, GeometryBuilder};

type Result<T> = std::result::Result<T, DataError>;

/// Adds the geometry as a row and returns the SRID in front of it, if there is one. After an error the builder is as
/// it was before.
///
/// # Errors
/// Anything that is not WKT, with the character where it ends to be; coordinates of different lengths; numbers beyond
/// the range of doubles; nesting deeper than [`MAX_NESTING`].
pub fn push_wkt(builder: &mut GeometryBuilder, text: &str) -> Result<Option<i32>> {
    let mut text = Text::new(text);
    let srid = srid(&mut text)?;
    let mut parser = Parser { text, wkb: Vec::new(), untyped: Vec::new() };
    parser.tagged(None, 0)?;
    if parser.text.peek().is_some() {
        return Err(parser.text.error("expected the end"));
    }
    push_wkb(builder, &parser.wkb)?;
    Ok(srid)
}

fn srid(text: &mut Text<'_>) -> Result<Option<i32>> {
    if !text.take_word("SRID") {
        return Ok(None);
    }
    text.expect(b'=')?;
    let srid = text.integer()?;
    text.expect(b';')?;
    Ok(Some(srid))
}

struct Parser<'a> {
    text: Text<'a>,
    wkb: Vec<u8>,
    /// Where headers begin whose dimensions are not known yet.
    untyped: Vec<(usize, Code)>,
}

impl Parser<'_> {
    /// A geometry with its name: `POLYGON Z ((..))`.
    fn tagged(&mut self, holder: Option<Code>, depth: usize) -> Result<Dimensions> {
        if depth > MAX_NESTING {
            return Err(self
                .text
                .error(&format!("geometries are nested more than {MAX_NESTING} levels deep")));
        }
        let (code, mut dimensions) = self.name()?;
        if holder.is_some_and(|holder| !holder.may_hold(code)) {
            return Err(self.text.error("this type cannot stand here"));
        }
        let first = self.untyped.len();
        self.header(code);
        self.body(code, &mut dimensions, depth)?;
        let dimensions = dimensions.unwrap_or(Dimensions::XY);
        for (at, code) in self.untyped.drain(first..) {
            self.wkb[at + 1..at + 5].copy_from_slice(&code.word(dimensions).to_le_bytes());
        }
        Ok(dimensions)
    }

    /// `POLYGON Z`, `POLYGONZ`, `POLYGON`: a type, and the dimensions if they are said.
    fn name(&mut self) -> Result<(Code, Option<Dimensions>)> {
        let word = self.text.peek_word();
        let suffixed = ["ZM", "Z", "M", ""].iter().find_map(|suffix| {
            word.strip_suffix(suffix).and_then(Code::from_name).map(|code| (code, *suffix))
        });
        let (code, mut letters) = suffixed.ok_or_else(|| self.text.error("expected a geometry type"))?;
        self.text.take_word(&word);
        if letters.is_empty() {
            letters = ["ZM", "Z", "M"].into_iter().find(|letters| self.text.take_word(letters)).unwrap_or("");
        }
        let said = Dimensions { z: letters.contains('Z'), m: letters.contains('M') };
        Ok((code, (!letters.is_empty()).then_some(said)))
    }

    fn header(&mut self, code: Code) {
        self.untyped.push((self.wkb.len(), code));
        self.wkb.extend([1, 0, 0, 0, 0]);
    }

    fn body(&mut self, code: Code, dimensions: &mut Option<Dimensions>, depth: usize) -> Result<()> {
        match code.form() {
            Form::Coordinate => self.point(dimensions),
            Form::Coordinates => self.list(|parser| parser.coordinate(dimensions)),
            Form::Rings => self.list(|parser| parser.list(|parser| parser.coordinate(dimensions))),
            Form::Members => self.list(|parser| parser.member(code, dimensions, depth)),
        }
    }

    /// `(a, b, ..)` or EMPTY, with its count before it in the WKB.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        let at = self.wkb.len();
        self.wkb.extend([0; 4]);
        if self.text.take_word("EMPTY") {
            return Ok(());
        }
        self.text.expect(b'(')?;
        let mut count = 0_u32;
        loop {
            item(self)?;
            count += 1;
            if !self.text.take(b',') {
                break;
            }
        }
        self.text.expect(b')')?;
        self.wkb[at..at + 4].copy_from_slice(&count.to_le_bytes());
        Ok(())
    }

    fn member(&mut self, holder: Code, dimensions: &mut Option<Dimensions>, depth: usize) -> Result<()> {
        let word = self.text.peek_word();
        let is_named = !word.is_empty() && word != "EMPTY" && word != "NAN";
        let Some(code) = holder.plain_member().filter(|_| !is_named) else {
            let inner = self.tagged(Some(holder), depth + 1)?;
            let outer = dimensions.get_or_insert(inner);
            if *outer != inner && holder.plain_member().is_some() {
                return Err(self.text.error("a member has other dimensions than the geometry"));
            }
            outer.z |= inner.z;
            outer.m |= inner.m;
            return Ok(());
        };
        self.header(code);
        if code == Code::POINT && self.text.at_number() {
            return self.coordinate(dimensions);
        }
        self.body(code, dimensions, depth)
    }

    fn point(&mut self, dimensions: &mut Option<Dimensions>) -> Result<()> {
        if self.text.take_word("EMPTY") {
            // The length of a coordinate must be known here; what follows must keep to it.
            let dimensions = *dimensions.get_or_insert(Dimensions::XY);
            self.wkb.extend([f64::NAN.to_le_bytes(); 4].as_flattened().iter().take(dimensions.count() * 8));
            return Ok(());
        }
        self.text.expect(b'(')?;
        self.coordinate(dimensions)?;
        self.text.expect(b')')
    }

    fn coordinate(&mut self, dimensions: &mut Option<Dimensions>) -> Result<()> {
        let mut count = 0;
        while count < 4 && (count < 2 || self.text.at_number()) {
            let number = self.text.number()?;
            if number.is_nan() && count < 2 {
                return Err(self.text.error("x and y cannot be NaN"));
            }
            self.wkb.extend_from_slice(&number.to_le_bytes());
            count += 1;
        }
        let dimensions = *dimensions.get_or_insert(Dimensions { z: count > 2, m: count > 3 });
        if dimensions.count() != count {
            let expected = dimensions.count();
            return Err(self
                .text
                .error(&format!("a coordinate has {count} numbers and should have {expected}")));
        }
        Ok(())
    }
}
