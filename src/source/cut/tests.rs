//! Tests of cutting into lines.

use std::collections::VecDeque;

use super::*;

/// What a reader gives: bytes, or damage.
enum Piece {
    Bytes(Vec<u8>),
    Damage,
}

/// Gives pieces one after another, so many bytes at a time.
struct Pieces(VecDeque<Piece>, usize);

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.pop_front() {
            None => Ok(0),
            Some(Piece::Damage) => Err(io::Error::new(io::ErrorKind::InvalidData, "torn")),
            Some(Piece::Bytes(mut bytes)) => {
                let n = bytes.len().min(out.len()).min(self.1);
                out[..n].copy_from_slice(&bytes[..n]);
                bytes.drain(..n);
                if !bytes.is_empty() {
                    self.0.push_front(Piece::Bytes(bytes));
                }
                Ok(n)
            }
        }
    }
}

/// A line as the slow, obvious reader sees it: offset, first bytes, length with newline, ended, NUL bytes before, damage behind.
type Seen = (u64, Vec<u8>, u64, bool, u64, bool);

fn seen(blocks: impl Iterator<Item = Block>) -> (Vec<Seen>, u64) {
    let (mut all, mut span) = (Vec::new(), 0);
    let (mut nuls, mut at) = (0, None);
    for block in blocks {
        let start = block.offset - block.cut.nul_before - block.cut.bom_before;
        assert_eq!(start, *at.get_or_insert(start), "blocks follow one another");
        at = Some(start + block.span());
        span += block.span();
        nuls += block.cut.nul_before;
        for line in lines(&block) {
            all.push((
                line.offset,
                line.bytes.to_vec(),
                line.length,
                line.ended,
                std::mem::take(&mut nuls),
                false,
            ));
        }
        if block.cut.damaged {
            match all.last_mut().filter(|line| !line.3) {
                Some(line) => line.5 = true,
                None => all.push((at.unwrap(), Vec::new(), 0, false, 0, true)),
            }
        }
    }
    (all, span)
}

fn slow(text: &[u8], cap: usize) -> Vec<Seen> {
    let mut all = Vec::new();
    let mut at = if text.starts_with(BOM) { 3 } else { 0 };
    while at < text.len() {
        let nuls = text[at..].iter().take_while(|byte| **byte == 0).count();
        at += nuls;
        let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |n| at + n);
        let ended = end < text.len();
        let line = &text[at..end];
        let bytes =
            if line.len() > cap { &line[..cap] } else { line.strip_suffix(b"\r").unwrap_or(line) };
        let length = line.len() as u64 + u64::from(ended);
        if length > 0 {
            all.push((at as u64, bytes.to_vec(), length, ended, nuls as u64, false));
        }
        at = end + 1;
    }
    all
}

fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = [
        &b""[..],
        b"\n",
        b"a",
        b"one\ntwo\nthree\n",
        b"one\r\ntwo\r\n\r\nlast\r",
        b"\xef\xbb\xbffirst\nsecond",
        b"\xef\xbb\xbf",
        b"\xef\xbb",
        b"\0\0\0\0after copytruncate\nnext\n",
        b"\xef\xbb\xbf\0\0x\n\0\0\0y\nz\n\0\n\0\0",
        b"in\0side\n\0\0",
        b"12345678\n123456789\n1234567890\nshort\n",
        b"short\n123456789012345678901234567890",
        b"12345678",
        b"a\0\nb\0\n",
        b"\r\n\r\r\n\n\n\n",
    ]
    .iter()
    .map(|text| text.to_vec())
    .collect();
    texts.push(b"x\n\0".repeat(20));
    texts
}

fn pieces(text: &[u8], step: usize) -> Pieces {
    Pieces(VecDeque::from([Piece::Bytes(text.to_vec())]), step)
}

#[test]
fn any_block_size_and_any_pieces_give_the_same_lines() {
    for text in texts() {
        for cap in [3, 8, LINE_CAP] {
            for size in 1..=text.len() + 2 {
                for step in [1, 2, 3, 7, usize::MAX] {
                    let (all, span) = seen(Blocks::new(pieces(&text, step), size, cap));
                    assert_eq!(span, text.len() as u64, "{text:?} by {size} and {step}, cap {cap}");
                    assert_eq!(all, slow(&text, cap), "{text:?} by {size} and {step}, cap {cap}");
                }
            }
        }
    }
}

#[test]
fn ranges_cut_at_every_byte_give_the_same_lines() {
    for text in texts() {
        for cap in [4, LINE_CAP] {
            for size in [1, 5, 64] {
                for a in 0..=text.len() {
                    for b in a..=text.len() {
                        let (mut all, mut span) = (Vec::new(), 0);
                        for (start, end) in [(0, a), (a, b), (b, text.len())] {
                            let reader = pieces(&text[start.saturating_sub(1)..], 3);
                            let (lines, bytes) =
                                seen(Blocks::of_range(reader, start as u64, end as u64, size, cap));
                            all.extend(lines);
                            span += bytes;
                        }
                        assert_eq!(span, text.len() as u64, "{text:?} at {a} and {b}");
                        assert_eq!(all, slow(&text, cap), "{text:?} at {a} and {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn damage_ends_a_half_line_and_reading_goes_on() {
    for size in 1..20 {
        let bytes = |text: &[u8]| Piece::Bytes(text.to_vec());
        let source = [
            bytes(b"one\ntw"),
            Piece::Damage,
            bytes(b"o\nthree\n"),
            Piece::Damage,
            bytes(b"four"),
            Piece::Damage,
            Piece::Damage,
            bytes(b"no"),
        ];
        let (all, span) = seen(Blocks::new(Pieces(VecDeque::from(source), 100), size, LINE_CAP));
        let expected = [
            (0, b"one".to_vec(), 4, true, 0, false),
            (4, b"tw".to_vec(), 2, false, 0, true),
            (6, b"o".to_vec(), 2, true, 0, false),
            (8, b"three".to_vec(), 6, true, 0, false),
            (14, Vec::new(), 0, false, 0, true),
            (14, b"four".to_vec(), 4, false, 0, true),
        ];
        assert_eq!(all[..6], expected, "by {size}");
        assert_eq!(span, 18);
    }
}

#[test]
fn damage_within_an_overlong_line() {
    for size in 1..20 {
        let bytes = |text: &[u8]| Piece::Bytes(text.to_vec());
        let source = [bytes(b"123456789"), Piece::Damage, bytes(b"next\n")];
        let (all, span) = seen(Blocks::new(Pieces(VecDeque::from(source), 2), size, 4));
        let expected =
            [(0, b"1234".to_vec(), 9, false, 0, true), (9, b"next".to_vec(), 5, true, 0, false)];
        assert_eq!(all, expected);
        assert_eq!(span, 14);
    }
}

#[test]
fn recycled_bytes_do_not_show() {
    let text: Vec<u8> =
        (0..500).flat_map(|n| format!("line {n} {}\n", "x".repeat(n % 37)).into_bytes()).collect();
    let mut blocks = Blocks::new(&text[..], 97, LINE_CAP);
    let mut read = Vec::new();
    while let Some(block) = blocks.next() {
        read.extend_from_slice(&block.bytes);
        blocks.recycle(block.bytes);
    }
    assert_eq!(read, text);
}

#[test]
fn a_large_run_of_nul_bytes_is_not_held() {
    let reader = io::repeat(0).take(200 << 20).chain(&b"line\n"[..]);
    let mut blocks = Blocks::new(reader, 64 << 10, LINE_CAP);
    let block = blocks.next().unwrap();
    assert_eq!(
        (block.offset, block.cut.nul_before, &block.bytes[..]),
        (200 << 20, 200 << 20, &b"line\n"[..])
    );
    assert!(blocks.buffer.capacity() <= 64 << 10);
    assert!(blocks.next().is_none());
}

#[test]
fn an_overlong_line_is_not_held() {
    let reader = io::repeat(b'x').take(20 << 20).chain(&b"\nline\n"[..]);
    let mut blocks = Blocks::new(reader, LINE_CAP, LINE_CAP);
    let block = blocks.next().unwrap();
    assert_eq!(block.cut.overlong, Some(Overlong { length: (20 << 20) + 1, ended: true }));
    assert_eq!(block.bytes.len(), LINE_CAP);
    assert_eq!(blocks.next().unwrap().offset, (20 << 20) + 1);
}

#[test]
fn lines_are_split_at_newlines_alone() {
    for text in ["", "\n", "a", "a\nb", "a\r\n\nb\n", "\n\n"] {
        let expected: Vec<&[u8]> = text.as_bytes().split(|byte| *byte == b'\n').collect();
        assert_eq!(split_lines(text.as_bytes()).collect::<Vec<_>>(), expected, "{text:?}");
    }
}
