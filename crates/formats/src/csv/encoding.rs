//! Character encodings of text tables, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

const BUFFER_BYTES: usize = 1 << 16;

/// How the characters of an input are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, with so many bytes of byte order mark.
    Utf8 { mark: u64 },
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Windows-1252, a superset of Latin-1.
    Windows1252,
}

impl Encoding {
    /// The encoding the first bytes show: by byte order mark, or by the zero bytes of UTF-16 without one.
    pub(super) fn of_head(head: &[u8]) -> Self {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Self::Utf8 { mark: 3 },
            [0xff, 0xfe, ..] | [1..=0xff, 0, 1..=0xff, 0, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] | [0, 1..=0xff, 0, 1..=0xff, ..] => Self::Utf16Be,
            _ => Self::Utf8 { mark: 0 },
        }
    }

    /// Position in the input of a position in the text; `None` where characters change their length.
    pub(super) fn input_byte(self, text_byte: u64) -> Option<u64> {
        match self {
            Self::Utf8 { mark } => Some(mark + text_byte),
            _ => None,
        }
    }

    /// The input as UTF-8 without byte order mark. UTF-8 itself is not checked here.
    pub(super) fn stream(self, input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        let encoding = match self {
            Self::Utf8 { mark } => {
                let mut input = input;
                io::copy(&mut (&mut input).take(mark), &mut io::sink())?;
                return Ok(input);
            }
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        };
        Ok(Box::new(Transcoder::new(input, encoding.new_decoder_with_bom_removal())))
    }

    /// The first characters of a text, as far as the head holds them.
    pub(super) fn decode_head(self, head: &[u8]) -> Vec<u8> {
        let Ok(stream) = self.stream(Box::new(io::Cursor::new(head.to_vec()))) else { return Vec::new() };
        let mut text = Vec::new();
        // A character cut in two by the end of the head is an error here and none in the file.
        let _ = { stream }.read_to_end(&mut text);
        text
    }
}

struct Transcoder {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    text: Vec<u8>,
    text_at: usize,
    consumed: u64,
    ended: bool,
}

impl Transcoder {
    fn new(input: Box<dyn Read + Send>, decoder: Decoder) -> Self {
        Self {
            input,
            decoder,
            raw: Vec::new(),
            raw_at: 0,
            text: Vec::new(),
            text_at: 0,
            consumed: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.raw_at == self.raw.len() {
            self.raw.clear();
            self.raw_at = 0;
            (&mut self.input).take(BUFFER_BYTES as u64).read_to_end(&mut self.raw)?;
        }
        let last = self.raw.is_empty();
        self.text.resize(BUFFER_BYTES * 3 + 16, 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.raw[self.raw_at..], &mut self.text, last);
        self.text.truncate(written);
        self.text_at = 0;
        self.raw_at += read;
        self.consumed += read as u64;
        if let DecoderResult::Malformed(..) = result {
            let message = format!("the text is no UTF-16 before byte {}", self.consumed);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        self.ended = last && result == DecoderResult::InputEmpty;
        Ok(())
    }
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.text_at == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let take = buffer.len().min(self.text.len() - self.text_at);
        buffer[..take].copy_from_slice(&self.text[self.text_at..self.text_at + take]);
        self.text_at += take;
        Ok(take)
    }
}

/// What a stretch of bytes says about being UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Utf8Facts {
    /// First byte that no UTF-8 has there.
    pub(super) invalid: Option<usize>,
    /// Characters of several bytes occur.
    pub(super) multibyte: bool,
}

impl Utf8Facts {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { invalid: None, multibyte: !text.is_ascii() },
            Err(error) => Self {
                invalid: Some(error.valid_up_to()),
                multibyte: bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: Encoding, bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        encoding.stream(Box::new(io::Cursor::new(bytes.to_vec())))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn marks_and_zero_bytes_tell_the_encoding() {
        assert_eq!(Encoding::of_head(b"\xef\xbb\xbfa"), Encoding::Utf8 { mark: 3 });
        for (text, encoding) in [
            (&b"\xff\xfea\0\xd1\0"[..], Encoding::Utf16Le),
            (b"a\0\xd1\0", Encoding::Utf16Le),
            (b"\xfe\xff\0a\0\xd1", Encoding::Utf16Be),
            (b"a\xd1", Encoding::Windows1252),
        ] {
            assert_eq!(decoded(encoding, text).unwrap(), "aÑ", "{text:?}");
        }
        assert!(decoded(Encoding::Utf16Le, b"\xff\xfea\0\x00\xd8").is_err());
        assert!(decoded(Encoding::Utf16Le, b"\xff\xfea").is_err());
    }

    #[test]
    fn long_texts_pass_the_buffer() {
        let text = "Ñandú\n".repeat(100_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(Encoding::Utf16Le, &bytes).unwrap(), text);
    }
}
