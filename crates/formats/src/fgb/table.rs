//! A checked view of flatbuffers tables in bytes from outside.
//!
//! Nothing is believed: each access checks its bounds, and a [`Spend`] bounds what a few bytes may be made to say by
//! pointing at the same vector many times. Alignment is not asked for, since nothing here needs it.

/// What is wrong with a flatbuffer, and at which byte of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

pub(super) type Checked<T> = Result<T, Malformed>;

pub(super) fn malformed<T>(at: usize, what: &'static str) -> Checked<T> {
    Err(Malformed { at, what })
}

/// A table: its buffer, its position and its vtable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    buffer: &'a [u8],
    pub(super) at: usize,
    vtable: &'a [u8],
}

impl<'a> Table<'a> {
    /// The root table of a buffer without a size prefix.
    pub(super) fn root(buffer: &'a [u8]) -> Checked<Self> {
        Self::new(buffer, u32_at(buffer, 0)? as usize)
    }

    fn new(buffer: &'a [u8], at: usize) -> Checked<Self> {
        let back = u32_at(buffer, at)? as i32;
        let vtable = usize::try_from(at as i64 - i64::from(back));
        let Ok(vtable) = vtable else { return malformed(at, "a table points before its buffer") };
        let len = usize::from(u16_at(buffer, vtable)?);
        match buffer.get(vtable..vtable + len) {
            Some(vtable) if len >= 4 => Ok(Self { buffer, at, vtable }),
            _ => malformed(at, "a table's description is out of bounds"),
        }
    }

    /// Position of a field; `None` when the table leaves it out. Slots are numbered as in the schema's order.
    fn field(&self, slot: usize) -> Option<usize> {
        let entry = self.vtable.get(4 + slot * 2..6 + slot * 2)?;
        let offset = u16::from_le_bytes([entry[0], entry[1]]);
        (offset != 0).then(|| self.at + usize::from(offset))
    }

    /// A byte field, 0 when left out.
    pub(super) fn byte(&self, slot: usize) -> Checked<u8> {
        let Some(at) = self.field(slot) else { return Ok(0) };
        self.buffer.get(at).copied().ok_or(Malformed { at, what: "a field is out of bounds" })
    }

    /// The table a field points at.
    pub(super) fn table(&self, slot: usize) -> Checked<Option<Self>> {
        let Some(at) = self.field(slot) else { return Ok(None) };
        Self::new(self.buffer, at + u32_at(self.buffer, at)? as usize).map(Some)
    }

    /// The elements of a vector field, each of `width` bytes, with the position of the first.
    pub(super) fn vector(&self, slot: usize, width: usize, spend: &mut Spend) -> Checked<Option<Vector<'a>>> {
        let Some(field) = self.field(slot) else { return Ok(None) };
        let at = field + u32_at(self.buffer, field)? as usize;
        let len = u32_at(self.buffer, at)? as usize * width;
        let start = at + 4;
        let Some(bytes) = self.buffer.get(start..start + len) else {
            return malformed(field, "a vector is longer than its feature");
        };
        spend.take(len, field)?;
        Ok(Some(Vector { bytes, at: start }))
    }

    /// The tables of a vector field.
    pub(super) fn tables(&self, slot: usize, spend: &mut Spend) -> Checked<Option<Tables<'a>>> {
        let vector = self.vector(slot, 4, spend)?;
        Ok(vector.map(|vector| Tables { buffer: self.buffer, vector }))
    }
}

/// The bytes of a vector and where they start in the buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

/// A vector of tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables<'a> {
    buffer: &'a [u8],
    vector: Vector<'a>,
}

impl<'a> Tables<'a> {
    /// Number of tables.
    pub(super) fn len(&self) -> usize {
        self.vector.bytes.len() / 4
    }

    /// The tables in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Checked<Table<'a>>> + use<'a> {
        let Self { buffer, vector } = *self;
        vector.bytes.chunks_exact(4).enumerate().map(move |(index, offset)| {
            let offset = u32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]]);
            Table::new(buffer, vector.at + index * 4 + offset as usize)
        })
    }
}

/// Bytes that a feature's vectors may still have together: honest features never point twice at the same bytes.
#[derive(Debug)]
pub(super) struct Spend(usize);

impl Spend {
    /// As many bytes as the feature has.
    pub(super) fn of(feature: &[u8]) -> Self {
        Self(feature.len())
    }

    /// The same again, for a second walk over the same feature.
    pub(super) fn again(&self) -> Self {
        Self(self.0)
    }

    fn take(&mut self, bytes: usize, at: usize) -> Checked<()> {
        match self.0.checked_sub(bytes) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => malformed(at, "vectors overlap"),
        }
    }
}

fn u16_at(buffer: &[u8], at: usize) -> Checked<u16> {
    match buffer.get(at..at + 2) {
        Some(bytes) => Ok(u16::from_le_bytes([bytes[0], bytes[1]])),
        None => malformed(at, "an offset is out of bounds"),
    }
}

/// The number at a position.
pub(super) fn u32_at(buffer: &[u8], at: usize) -> Checked<u32> {
    match buffer.get(at..at + 4) {
        Some(bytes) => Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
        None => malformed(at, "an offset is out of bounds"),
    }
}

/// The double at a position of a slice that is known to hold it.
#[inline]
pub(super) fn f64_of(bytes: &[u8], index: usize) -> f64 {
    let at = index * 8;
    let mut raw = [0; 8];
    raw.copy_from_slice(&bytes[at..at + 8]);
    f64::from_le_bytes(raw)
}
