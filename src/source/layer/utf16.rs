//! Text in UTF-16 with its byte order mark, as PowerShell's `>` and the event viewer write it, turned into UTF-8.
//!
//! Without the mark nothing tells UTF-16 from bytes, so such a file is left as it is. The mark itself is dropped. What is no character (an
//! unpaired surrogate, half a unit at the end) becomes U+FFFD and is counted. Each UTF-16 unit gives at most three bytes.

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};

use super::Layer;

/// What stands for a unit that is no character.
const REPLACEMENT: &str = "\u{fffd}";

/// UTF-16 of one byte order.
struct Utf16 {
    encoding: &'static Encoding,
    decoder: Decoder,
    /// How many bytes of the mark are still to be dropped.
    mark: usize,
    n_replaced: u64,
}

/// Begins where a source begins with the mark of either byte order. That of UTF-32LE begins like one of UTF-16LE and is not meant.
pub(super) fn begin(head: &[u8]) -> Option<Box<dyn Layer>> {
    let encoding = match head {
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ => return None,
    };
    let decoder = encoding.new_decoder_without_bom_handling();
    Some(Box::new(Utf16 { encoding, decoder, mark: 2, n_replaced: 0 }))
}

impl Utf16 {
    fn decode(&mut self, mut input: &[u8], is_last: bool, out: &mut Vec<u8>) {
        // Three bytes for each unit, and for one that began before.
        let mut buffer = [0; 8 << 10];
        loop {
            let (result, n_read, n_written) =
                self.decoder.decode_to_utf8_without_replacement(input, &mut buffer, is_last);
            out.extend_from_slice(&buffer[..n_written]);
            input = &input[n_read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    out.extend_from_slice(REPLACEMENT.as_bytes());
                    self.n_replaced += 1;
                }
            }
        }
    }
}

impl Layer for Utf16 {
    fn name(&self) -> &'static str {
        self.encoding.name()
    }

    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let n_mark = self.mark.min(input.len());
        self.mark -= n_mark;
        self.decode(&input[n_mark..], false, out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.decode(&[], true, out);
        self.decoder = self.encoding.new_decoder_without_bom_handling();
    }

    fn note(&self) -> String {
        format!(
            "is {} and was read as UTF-8: offsets and lengths are those of the UTF-8 text",
            self.encoding.name()
        )
    }

    fn problems(&self) -> Vec<String> {
        let sentence = || {
            format!(
                "holds {} places that are not {}, which were read as U+FFFD",
                self.n_replaced,
                self.encoding.name()
            )
        };
        (self.n_replaced > 0).then(sentence).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Layers;

    fn units(units: &[u16], order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        units.iter().flat_map(|unit| order(*unit)).collect()
    }

    fn read(bytes: &[u8], piece: usize) -> (String, Vec<String>) {
        let mut layers = Layers::choose(bytes);
        let mut out = Vec::new();
        bytes.chunks(piece).for_each(|chunk| layers.push(chunk, &mut out));
        layers.end(&mut out);
        (String::from_utf8(out).unwrap(), layers.problems().collect())
    }

    #[test]
    fn both_orders_in_any_pieces() {
        let text = "GET /été/𝄞.csv 200\r\n".repeat(2000);
        let marked: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = units(&marked, order);
            for piece in [1, 2, 3, 4096, 4097, bytes.len()] {
                assert_eq!(read(&bytes, piece), (text.clone(), Vec::new()), "{piece}");
            }
        }
    }

    #[test]
    fn what_is_no_character_is_replaced_and_counted() {
        // A low surrogate alone, a high one before a letter, a high one at the end, and half a unit.
        for (tail, text, n) in [
            (&[0xdc00, 0x61, 0xd800, 0x62][..], "\u{fffd}a\u{fffd}b", 2),
            (&[0x61, 0xd800], "a\u{fffd}", 1),
        ] {
            let bytes = units(&[&[0xfeff], tail].concat(), u16::to_le_bytes);
            let (read_text, problems) = read(&bytes, 3);
            assert_eq!(read_text, text);
            assert!(problems[0].contains(&format!("{n} places that are not UTF-16LE")));
        }
        let half = [units(&[0xfeff, 0x61], u16::to_be_bytes), vec![0x62]].concat();
        assert_eq!(read(&half, 1).0, "a\u{fffd}");
    }

    #[test]
    fn utf32_is_not_taken_for_utf16() {
        assert!(Layers::choose(b"\xff\xfe\0\0a\0\0\0").is_empty());
    }
}
