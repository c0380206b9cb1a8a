//! Messages of protocol buffers taken apart and put together again.

/// A message: its fields in order.
#[derive(Clone, Debug, Default)]
pub struct Message(Vec<(u64, Content)>);

#[derive(Clone, Debug)]
enum Content {
    Number(u64),
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(bytes: &mut &[u8], length: usize) -> Vec<u8> {
    let taken = bytes[..length].to_vec();
    *bytes = &bytes[length..];
    taken
}

impl Message {
    pub fn read(mut bytes: &[u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let content = match key & 7 {
                0 => Content::Number(varint(&mut bytes)),
                1 => Content::Fixed(take(&mut bytes, 8)),
                5 => Content::Fixed(take(&mut bytes, 4)),
                2 => {
                    let length = varint(&mut bytes) as usize;
                    Content::Bytes(take(&mut bytes, length))
                }
                other => panic!("wire type {other}"),
            };
            fields.push((key >> 3, content));
        }
        Self(fields)
    }

    /// A message with one other in it.
    pub fn of(field: u64, inner: &Self) -> Self {
        Self(vec![(field, Content::Bytes(inner.bytes()))])
    }

    pub fn all(&self, field: u64) -> Vec<Self> {
        let inner = |content: &Content| match content {
            Content::Bytes(bytes) => Self::read(bytes),
            other => panic!("{other:?} is no message"),
        };
        self.0.iter().filter(|(found, _)| *found == field).map(|(_, content)| inner(content)).collect()
    }

    pub fn one(&self, field: u64) -> Self {
        self.all(field).swap_remove(0)
    }

    /// Zero where it is not there.
    pub fn number(&self, field: u64) -> u64 {
        self.0.iter().find(|(found, _)| *found == field).map_or(0, |(_, content)| match content {
            Content::Number(number) => *number,
            other => panic!("{other:?} is no number"),
        })
    }

    pub fn text(&self, field: u64) -> String {
        self.0.iter().find(|(found, _)| *found == field).map_or_else(
            String::new,
            |(_, content)| match content {
                Content::Bytes(bytes) => String::from_utf8(bytes.clone()).expect("UTF-8"),
                other => panic!("{other:?} is no text"),
            },
        )
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (field, content) in &self.0 {
            let wire_type = match content {
                Content::Number(_) => 0,
                Content::Bytes(_) => 2,
                Content::Fixed(bytes) => {
                    if bytes.len() == 8 {
                        1
                    } else {
                        5
                    }
                }
            };
            put_varint(&mut out, field << 3 | wire_type);
            match content {
                Content::Number(number) => put_varint(&mut out, *number),
                Content::Fixed(bytes) => out.extend(bytes),
                Content::Bytes(bytes) => {
                    put_varint(&mut out, bytes.len() as u64);
                    out.extend(bytes);
                }
            }
        }
        out
    }

    /// Gives the rows of a page a last field `ROW` of object ids, counted from 1.
    pub fn number_rows(&mut self) {
        let field = Self(vec![(1, Content::Bytes(b"ROW".to_vec())), (2, Content::Number(6))]);
        let mut row = 0;
        for (number, content) in &mut self.0 {
            if let (15, Content::Bytes(feature)) = (*number, content) {
                row += 1;
                let value = Self(vec![(5, Content::Number(row))]);
                feature.extend(Self(vec![(1, Content::Bytes(value.bytes()))]).bytes());
            }
        }
        self.0.push((13, Content::Bytes(field.bytes())));
    }
}
