//! Every fast path against its grammar: what it takes, the grammar reads to
//! the same values.

mod objects;

use proptest::prelude::*;

use crate::format::{
    Format, QuickLine, Reader, Reading, Sample, Scratch, State, Sweep, TABLE, envelope,
};
use crate::record::address::elements;
use crate::record::path::{self, Forms};
use crate::record::{Client, IpBits, Moment, Request, Role};
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
        // Envelopes are taken off before any format is tried.
        for envelope in envelope::all() {
            let (mut state, mut scratch) = (self.reader.state.clone(), Scratch::default());
            let is_open = envelope.may_hold(&state, text)
                && envelope.open(&mut state, text, &mut scratch).is_some();
            assert!(!is_open, "swept in its envelope: {shown}");
        }
        let Reading::Read(place, record) = self.reader.read(text) else {
            panic!("swept and not read: {shown}");
        };
        assert_eq!(place, self.place, "{shown}");
        let of = |wanted| record.addresses.fields().filter(move |(role, _)| *role == wanted);
        let hops: Vec<_> = of(Role::Peer).chain(of(Role::Forwarded)).collect();
        let [(_, peer), lists @ ..] = hops.as_slice() else { panic!("nobody came: {shown}") };
        assert_eq!(*peer, slice(line.peer), "{shown}");
        assert_eq!(Client::read(peer).ip(), line.ip().map(IpBits::ip), "{shown}");
        let forwarded = lists.first().map(|(_, list)| *list);
        assert_eq!(forwarded, line.forwarded.map(slice), "{shown}");
        for (role, other) in lists.iter().skip(1) {
            // No trust in hops reaches what only the list's own end says.
            let last = forwarded.and_then(|list| elements(list).next()).unwrap();
            assert_eq!((*role, Client::read(other)), (Role::Forwarded, Client::read(last)));
        }
        let Request::Line { target, .. } = record.request else {
            panic!("swept without a target: {shown}");
        };
        let mut whole = slice(line.target).to_vec();
        if let Some(query) = line.query.map(slice) {
            whole.push(b'?');
            whole.extend_from_slice(query);
        }
        assert_eq!(target, whole, "{shown}");
        let path = slice(line.path);
        let is_absolute = line.path.0 > line.target.0;
        let raw = slice((line.target.0, line.path.1));
        assert_eq!(path::raw(target), raw, "{shown}");
        match is_absolute {
            false => {
                assert_eq!(line.is_plain, !path::is_odd(target, record.escape, false), "{shown}");
            }
            true => assert_eq!(line.is_plain, !path::is_odd(path, record.escape, false), "{shown}"),
        }
        assert!(!line.is_lowered || path::is_lowered(path), "{shown}");
        let object = record.object.map(|object| (object.bucket, object.key));
        let swept = line.object.map(|[bucket, key]| (Some(slice(bucket)), slice(key)));
        assert_eq!(object, swept, "{shown}");
        if line.is_plain {
            // Whatever form the record has is looked up.
            let mut looked_up = vec![path.to_vec(), raw.to_vec()];
            if let Some([bucket, key]) = line.object.map(|object| object.map(slice)) {
                looked_up.push([b"/", key].concat());
                looked_up.push([b"/", bucket, b"/", key].concat());
                assert!(path == looked_up[2] || path == looked_up[3], "{shown}");
            }
            for form in Forms::of_record(&record, false).unwrap().each {
                assert!(looked_up.contains(&form.path.into_owned()), "{shown}");
            }
            if !is_absolute && line.object.is_none() && path::is_lowered(path) {
                for form in Forms::of_record(&record, true).unwrap().each {
                    assert_eq!(form.path, path.to_ascii_lowercase(), "{shown}");
                }
            }
        }
        if let Some(referer) = record.referer {
            assert!(!record.escape.touches(referer), "{shown}");
        }
        assert_eq!(record.referer.unwrap_or(b""), slice(line.referer), "{shown}");
        assert_eq!(record.referer.is_some(), line.referer.0 < line.referer.1, "{shown}");
        if line.method.0 < line.method.1 {
            assert_eq!(record.method(), Some(slice(line.method)), "{shown}");
        }
        let time = record.time.unwrap();
        let at = Moment { at: time.reading, digits: time.digits };
        assert_eq!(at, line.time, "{shown}");
        assert!(!time.is_local(), "{shown}");
        assert_eq!((record.status, record.bytes), (Some(line.status), line.bytes), "{shown}");
    }

    fn odd(&mut self, start: u32, end: u32, next: u32) {
        assert_eq!(start, self.at);
        self.at = next;
        self.odd += 1;
        // It may be a header.
        self.reader.read(&self.block[start as usize..end as usize]);
    }

    fn state(&self) -> &State {
        &self.reader.state
    }
}

/// Sweeps a block as the format of a place does, behind the lines of a
/// preamble: how many lines were taken, and how many were odd.
fn judge(place: usize, preamble: &[&[u8]], block: &[u8]) -> (usize, usize) {
    let Some(quick) = TABLE[place].quick() else { return (0, 0) };
    let mut index = Index::default();
    index.fill(block, quick.marks());
    // A reader of all formats would be made anew for every line.
    let mut reader = Reader::new(&[place], true);
    for line in preamble {
        reader.read(line);
    }
    let mut judge = Judge { block, reader, place, at: 0, lines: 0, odd: 0 };
    quick.sweep(block, &index, &mut judge);
    assert_eq!(judge.at as usize, block.len());
    (judge.lines, judge.odd)
}

/// The formats whose fast path takes one of their samples, with their places.
fn quick() -> impl Iterator<Item = (usize, &'static dyn Format)> {
    let all = TABLE.iter().copied().enumerate();
    all.filter(|(_, format)| !NEVER.contains(&format.card().name))
        .filter(|(_, format)| format.quick().is_some())
}

/// Of these all lines are for the grammar: the request, or who made it, is put
/// together of several values, or they name no address, no status or the key of
/// an object.
const NEVER: [&str; 10] = [
    "gcs-audit",
    "cloudtrail-s3",
    "elasticsearch-audit",
    "opensearch-audit",
    "akamai-datastream2",
    "minio-audit",
    "zeek-http-json",
    "nextcloud",
    "m365-audit",
    "kibana",
];

#[test]
fn the_formats_of_which_no_line_is_swept_are_known() {
    let all = TABLE.iter().copied().enumerate();
    let never =
        all.filter(|(place, format)| format.quick().is_some() && taken(*place).count() == 0);
    let names: Vec<_> = never.map(|(_, format)| format.card().name).collect();
    assert_eq!(names, NEVER);
}

/// The samples of a format that its fast path takes.
fn taken(place: usize) -> impl Iterator<Item = &'static Sample> {
    let samples = TABLE[place].card().samples.iter();
    samples.filter(move |sample| judge(place, sample.preamble, sample.line) == (1, 0))
}

/// A sample of a format that its fast path takes.
fn plain(place: usize) -> &'static Sample {
    taken(place).next().unwrap_or_else(|| panic!("{} takes no sample", TABLE[place].card().name))
}

#[test]
fn a_plain_line_is_taken_and_others_are_odd() {
    for (place, _) in quick() {
        let sample = plain(place);
        let check = |block: &[u8], expected: (usize, usize)| {
            assert_eq!(judge(place, sample.preamble, block), expected);
        };
        let mut block = sample.line.to_vec();
        block.extend_from_slice(b"\r\n\nx\n");
        block.extend_from_slice(sample.line);
        check(&block, (2, 2));
        check(b"", (0, 0));
        check(b"\n", (0, 1));
        check(b"\r\n\r", (0, 2));
    }
}

#[test]
fn every_sample_and_every_change_of_a_byte_agrees_with_the_grammar() {
    for (place, _) in quick() {
        let preamble = plain(place).preamble;
        for sample in TABLE.iter().flat_map(|format| format.card().samples) {
            judge(place, sample.preamble, sample.line);
            judge(place, preamble, sample.line);
        }
        let bytes: Vec<u8> = (0..=255).collect();
        for (turn, sample) in taken(place).enumerate() {
            // Of the samples behind the first, the bytes that layouts turn on;
            // what else objects turn on is put into them elsewhere.
            let bytes: &[u8] = match (turn, sample.line.starts_with(b"{")) {
                (_, true) => b" \",0\\}\x80",
                (0, _) => bytes.as_slice(),
                _ => b"\t \"'-./0=?[\\\x80",
            };
            let mut line = sample.line.to_vec();
            for at in 0..line.len() {
                let before = line[at];
                for byte in bytes {
                    line[at] = *byte;
                    judge(place, sample.preamble, &line);
                }
                line[at] = before;
                judge(place, sample.preamble, &line[..at]);
            }
        }
    }
}

/// A place, and of one of its samples the preamble and the line, of which
/// pieces were put together anew.
fn spliced() -> impl Strategy<Value = (usize, &'static [&'static [u8]], Vec<u8>)> {
    let places: Vec<usize> = quick().map(|(place, _)| place).collect();
    let cuts = prop::collection::vec((any::<u16>(), any::<u16>(), "[ -~\n\t]{0,3}"), 1..4);
    (prop::sample::select(places), any::<u8>(), cuts).prop_map(|(place, sample, cuts)| {
        let samples = TABLE[place].card().samples;
        let sample = match sample {
            0..128 => plain(place),
            _ => &samples[usize::from(sample) % samples.len()],
        };
        let line = sample.line;
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
        (place, sample.preamble, block)
    })
}

/// Fields that are right in some layout and wrong in others, put for one of a
/// line.
fn refilled() -> impl Strategy<Value = (usize, &'static [&'static [u8]], Vec<u8>)> {
    let places: Vec<usize> = quick().map(|(place, _)| place).collect();
    let field = prop::sample::select(&FIELDS[..]);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), field, 0..4u8), 1..4);
    (prop::sample::select(places), any::<prop::sample::Index>(), edits).prop_map(
        |(place, sample, edits)| {
            let samples: Vec<_> = taken(place).collect();
            let sample = samples[sample.index(samples.len())];
            let blank = if sample.line.contains(&b'\t') { b'\t' } else { b' ' };
            let mut fields: Vec<&[u8]> = sample.line.split(|byte| *byte == blank).collect();
            for (at, field, edit) in edits {
                let at = at.index(fields.len());
                match edit {
                    0 => fields.insert(at, field.as_bytes()),
                    1 if fields.len() > 1 => drop(fields.remove(at)),
                    _ => fields[at] = field.as_bytes(),
                }
            }
            (place, sample.preamble, fields.join(&blank))
        },
    )
}

const FIELDS: [&str; 48] = [
    "-",
    "\"-\"",
    "\"\"",
    "",
    "192.0.2.7",
    "192.0.2.7:80",
    "192.0.2.7,",
    "2001:db8::1",
    "2001:db8::1:443",
    "[2001:db8::1]",
    "[abcd::1]:443",
    "fe80::1%eth0",
    "\"203.0.113.5, 10.0.0.7\"",
    "\"x,192.0.2.2\"",
    "\"203.0.113.5\"",
    "203.0.113.5,10.0.0.7",
    "unix:",
    "www.example.com",
    "10.0.0.1:443",
    "\"www.example.com:80\"",
    "0.050",
    "rt=0.050",
    "urt=\"0.1, 0.2\"",
    "12ms",
    "7ms",
    "(2",
    "[up-80]",
    "[]",
    "[10/Oct/2000:13:55:36",
    "\"Time: 5 microsecs\"",
    "app/a/4",
    "200",
    "304",
    "20",
    "0",
    "18446744073709551616",
    "-1",
    "/",
    "/a//b",
    "/Exports/A.csv",
    "/a.",
    "/a?b=c",
    "?q",
    "q=a+b",
    "https://h.example/a",
    "http://h/a+b",
    "/a%20b;c\\d#e",
    ":",
];

/// Members of an object moved, named twice, left out, or given other values.
fn rejoined() -> impl Strategy<Value = (usize, &'static [&'static [u8]], Vec<u8>)> {
    let is_object = |sample: &&Sample| sample.line.starts_with(b"{");
    let places: Vec<usize> = quick()
        .map(|(place, _)| place)
        .filter(|place| taken(*place).any(|s| is_object(&s)))
        .collect();
    let value = prop::sample::select(&VALUES[..]);
    let edits = prop::collection::vec((any::<[prop::sample::Index; 2]>(), value, 0..6u8), 1..4);
    (prop::sample::select(places), any::<prop::sample::Index>(), edits).prop_map(
        move |(place, sample, edits)| {
            let samples: Vec<_> = taken(place).filter(is_object).collect();
            let sample = samples[sample.index(samples.len())];
            let text = String::from_utf8_lossy(sample.line).into_owned();
            // What stands between `,"` is a member, or a part of one.
            let mut members: Vec<String> = text.split(",\"").map(str::to_owned).collect();
            for ([at, other], value, edit) in edits {
                let (at, other) = (at.index(members.len()), other.index(members.len()));
                match edit {
                    0 => members.swap(at, other),
                    1 => members.insert(at, members[other].clone()),
                    2 if members.len() > 1 => drop(members.remove(at)),
                    // Of one and the other, half each.
                    3 => {
                        let (key, _) = members[at].split_once("\":").unwrap_or_default();
                        let (_, value) = members[other].split_once("\":").unwrap_or_default();
                        members[at] = format!("{key}\":{value}");
                    }
                    _ => {
                        let (key, _) = members[at].split_once("\":").unwrap_or_default();
                        members[at] = format!("{key}\":{value}");
                    }
                }
            }
            (place, sample.preamble, members.join(",\"").into_bytes())
        },
    )
}

const VALUES: [&str; 26] = [
    "null",
    "true",
    "200",
    "-1",
    "2e2",
    "0.5",
    "18446744073709551616",
    "\"\"",
    "\"-\"",
    "\"200\"",
    "\"192.0.2.7\"",
    "\"192.0.2.7:80\"",
    "\"192.0.2.7, 10.0.0.1\"",
    "\"2001:db8::1\"",
    "\"/a\"",
    "\"/a\\u0026b\"",
    "\"/a\\/b?c\"",
    "\"/a%20b\"",
    "\"https://h.example/a?b\"",
    "\"GET /a HTTP/1.1\"",
    "\"2022-03-10T17:26:30Z\"",
    "\"10/Mar/2022:17:26:30 +0100\"",
    "1646933190.5",
    "{\"status\":404}",
    "[\"192.0.2.9\"]",
    " \"x\" ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spliced_lines_agree_with_the_grammar((place, preamble, block) in spliced()) {
        judge(place, preamble, &block);
    }

    #[test]
    fn objects_of_other_members_agree_with_the_grammar((place, preamble, block) in rejoined()) {
        judge(place, preamble, &block);
    }

    #[test]
    fn lines_of_other_fields_agree_with_the_grammar((place, preamble, block) in refilled()) {
        judge(place, preamble, &block);
    }
}

/// A header in the midst of a block holds from its own line on.
#[test]
fn a_header_changes_what_is_swept() {
    let place = TABLE.iter().position(|format| format.card().name == "w3c").unwrap();
    let first = b"#Fields: date time c-ip cs-uri-stem sc-status";
    let block = b"2022-03-10 17:26:30 192.0.2.1 /a 200
2022-03-10 17:26:31 192.0.2.1 /a 200 5
#Fields: date time c-ip cs-uri-stem sc-status sc-bytes
2022-03-10 17:26:30 192.0.2.1 /a 200
2022-03-10 17:26:31 192.0.2.1 /a 200 5
#Fields: date time c-ip cs-uri-stem sc-status time-taken
2022-03-10 17:26:31 192.0.2.1 /a 200 5
#Fields: date time-local c-ip cs-uri-stem sc-status
2022-03-10 17:26:30 192.0.2.1 /a 200
#GMT-Offset: -0800
#Fields: date time c-ip cs-uri-stem sc-status
2022-03-10 17:26:30 192.0.2.1 /a 200
";
    assert_eq!(judge(place, &[first], block), (3, 9));
    assert_eq!(judge(place, &[], block), (2, 10));
}
