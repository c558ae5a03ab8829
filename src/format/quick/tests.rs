//! Every fast path against its grammar: what it takes, the grammar reads to
//! the same values.

use proptest::prelude::*;

use crate::format::{Format, QuickLine, Reader, Reading, Sweep, TABLE};
use crate::record::{Client, Request, Role, path};
use crate::source::index::Index;

/// Checks every line of a sweep against the reader; counts lines and odd
/// lines.
struct Judge<'a> {
    block: &'a [u8],
    reader: Reader<'static>,
    place: usize,
    at: u32,
    lines: usize,
    odd: usize,
}

impl Sweep for Judge<'_> {
    fn line(&mut self, line: &QuickLine) {
        assert_eq!(line.start, self.at);
        self.at = line.next;
        self.lines += 1;
        let slice = |(from, to): (u32, u32)| &self.block[from as usize..to as usize];
        let text = slice((line.start, line.end));
        let shown = String::from_utf8_lossy(text).into_owned();
        let Reading::Read(place, record) = self.reader.read(text) else {
            panic!("swept and not read: {shown}");
        };
        assert_eq!(place, self.place, "{shown}");
        let peer = record.addresses.each().find(|(role, _)| *role == Role::Peer);
        assert_eq!(peer, Some((Role::Peer, slice(line.peer))), "{shown}");
        assert_eq!(Client::read(slice(line.peer)), Client::Ip(line.ip), "{shown}");
        let forwarded = record.addresses.first(Role::Forwarded);
        assert_eq!(forwarded, line.forwarded.map(slice), "{shown}");
        let Request::Line { target, .. } = record.request else {
            panic!("swept without a target: {shown}");
        };
        assert_eq!(target, slice(line.target), "{shown}");
        assert_eq!(line.is_plain, !path::is_odd(target, record.escape, false), "{shown}");
        assert_eq!(path::raw(target), slice((line.target.0, line.path)), "{shown}");
        assert_eq!(record.referer.unwrap_or(b""), slice(line.referer), "{shown}");
        let time = record.time.unwrap();
        assert_eq!((time.reading.seconds, time.digits), (line.time, 0), "{shown}");
        assert!(!time.is_local(), "{shown}");
        assert_eq!((record.status, record.bytes), (Some(line.status), line.bytes), "{shown}");
    }

    fn odd(&mut self, start: u32, _end: u32, next: u32) {
        assert_eq!(start, self.at);
        self.at = next;
        self.odd += 1;
    }
}

/// Sweeps a block as the format of a place does: how many lines were taken, and
/// how many were odd.
fn judge(place: usize, block: &[u8]) -> (usize, usize) {
    let Some(quick) = TABLE[place].quick() else { return (0, 0) };
    let mut index = Index::default();
    index.fill(block, quick.marks());
    // A reader of all formats would be made anew for every line.
    let reader = Reader::new(&[place], true);
    let mut judge = Judge { block, reader, place, at: 0, lines: 0, odd: 0 };
    quick.sweep(block, &index, &mut judge);
    assert_eq!(judge.at as usize, block.len());
    (judge.lines, judge.odd)
}

/// The formats that have a fast path, with their places.
fn quick() -> impl Iterator<Item = (usize, &'static dyn Format)> {
    TABLE.iter().copied().enumerate().filter(|(_, format)| format.quick().is_some())
}

/// A line of a format that its fast path takes.
fn plain(place: usize) -> &'static [u8] {
    let samples = TABLE[place].card().samples.iter().map(|sample| sample.line);
    let mut taken = samples.filter(|line| judge(place, line) == (1, 0));
    taken.next().unwrap_or_else(|| panic!("{} takes no sample", TABLE[place].card().name))
}

#[test]
fn a_plain_line_is_taken_and_others_are_odd() {
    for (place, _) in quick() {
        let mut block = plain(place).to_vec();
        block.extend_from_slice(b"\r\n\nx\n");
        block.extend_from_slice(plain(place));
        assert_eq!(judge(place, &block), (2, 2));
        assert_eq!(judge(place, b""), (0, 0));
        assert_eq!(judge(place, b"\n"), (0, 1));
        assert_eq!(judge(place, b"\r\n\r"), (0, 2));
    }
}

#[test]
fn every_sample_and_every_change_of_a_byte_agrees_with_the_grammar() {
    for (place, _) in quick() {
        for sample in TABLE.iter().flat_map(|format| format.card().samples) {
            judge(place, sample.line);
        }
        let mut line = plain(place).to_vec();
        for at in 0..line.len() {
            let before = line[at];
            for byte in 0..=255 {
                line[at] = byte;
                judge(place, &line);
            }
            line[at] = before;
            judge(place, &line[..at]);
        }
    }
}

/// A place, and a line of its samples of which pieces were put together anew.
fn spliced() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let places: Vec<usize> = quick().map(|(place, _)| place).collect();
    let cuts = prop::collection::vec((any::<u16>(), any::<u16>(), "[ -~\n]{0,3}"), 1..4);
    (prop::sample::select(places), any::<u8>(), cuts).prop_map(|(place, sample, cuts)| {
        let samples = TABLE[place].card().samples;
        let line = match sample {
            0..128 => plain(place),
            _ => samples[usize::from(sample) % samples.len()].line,
        };
        let mut block = Vec::new();
        let mut from = 0;
        for (skip, take, between) in cuts {
            // Mostly what follows, so that lines stay nearly whole.
            let start = match skip % 4 {
                0 => usize::from(skip) % line.len(),
                _ => (from + usize::from(skip / 4 % 3)).min(line.len()),
            };
            let end = (start + usize::from(take) % line.len() + 1).min(line.len());
            block.extend_from_slice(&line[start..end]);
            block.extend_from_slice(between.as_bytes());
            from = end;
        }
        block.extend_from_slice(&line[from..]);
        (place, block)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spliced_lines_agree_with_the_grammar((place, block) in spliced()) {
        judge(place, &block);
    }
}
