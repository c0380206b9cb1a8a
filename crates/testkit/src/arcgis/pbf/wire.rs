//! Bytes of messages.

/// A message under construction.
#[derive(Debug, Default)]
pub(super) struct Message(pub(super) Vec<u8>);

/// Seven bits a byte, the lowest first; the high bit says that more follow.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Small numbers of either sign as small numbers.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

impl Message {
    fn key(&mut self, field: u32, wire_type: u32) {
        put_varint(&mut self.0, u64::from(field << 3 | wire_type));
    }

    pub(super) fn varint(&mut self, field: u32, value: u64) {
        self.key(field, 0);
        put_varint(&mut self.0, value);
    }

    /// Proto3 leaves out what is zero.
    pub(super) fn nonzero(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.varint(field, value);
        }
    }

    pub(super) fn float(&mut self, field: u32, value: f32) {
        self.key(field, 5);
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn double(&mut self, field: u32, value: f64) {
        self.key(field, 1);
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.key(field, 2);
        put_varint(&mut self.0, bytes.len() as u64);
        self.0.extend(bytes);
    }

    pub(super) fn text(&mut self, field: u32, text: &str) {
        if !text.is_empty() {
            self.bytes(field, text.as_bytes());
        }
    }

    pub(super) fn message(&mut self, field: u32, message: &Self) {
        self.bytes(field, &message.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_encoding_guide() {
        let mut message = Message::default();
        message.varint(1, 150);
        message.text(2, "testing");
        assert_eq!(message.0, b"\x08\x96\x01\x12\x07testing");
        assert_eq!(
            [0, -1, 1, -2, 2_147_483_647, -2_147_483_648].map(zigzag),
            [0, 1, 2, 3, 4_294_967_294, 4_294_967_295]
        );
    }
}
