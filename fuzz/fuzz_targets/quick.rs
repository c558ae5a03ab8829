//! What a fast path takes, the grammar reads: the same client, time, target,
//! status and bytes, and no target that looking at the plain path alone, or at the
//! one other form that it has, would miss.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whofetched::case::load;
use whofetched::case::target::Matcher;
use whofetched::format::{QuickLine, Reader, Reading, State, Sweep, TABLE};
use whofetched::record::path::sole_other;
use whofetched::record::{Client, IpBits, Moment, Role};
use whofetched::source::Index;
use whofetched::source::index::Prints;

/// Holds every line that is taken against the reader.
struct Judge<'a> {
    block: &'a [u8],
    reader: Reader<'static>,
    matcher: &'a Matcher,
    named: Vec<u32>,
    seen: u32,
}

impl Sweep for Judge<'_> {
    fn line(&mut self, line: &QuickLine) {
        assert_eq!(line.start, self.seen);
        self.seen = line.next;
        let cut = |(start, end): (u32, u32)| &self.block[start as usize..end as usize];
        let Reading::Read(_, record) = self.reader.read(cut((line.start, line.end))) else {
            panic!("a line was swept that cannot be read");
        };
        let peer = record.addresses.first(Role::Peer).or(record.addresses.first(Role::Forwarded));
        assert_eq!(peer, Some(cut(line.peer)));
        assert_eq!(Client::read(cut(line.peer)).ip(), line.ip().map(IpBits::ip));
        let query = line.query.map(|query| [b"?", cut(query)].concat()).unwrap_or_default();
        assert_eq!(record.target(), Some(&*[cut(line.target), &query].concat()));
        let is_told = line.method.0 < line.method.1;
        assert!(!is_told || record.method() == Some(cut(line.method)));
        let at = record.time.map(|time| Moment { at: time.reading, digits: time.digits });
        assert_eq!(at, Some(line.time));
        assert_eq!((record.status, record.bytes), (Some(line.status), line.bytes));
        let holds_piece = self.named.iter().any(|at| (line.start..line.end).contains(at));
        let holds_piece = holds_piece || line.object.is_some();
        let mut paths = vec![cut(line.path).to_vec(), cut((line.target.0, line.path.1)).to_vec()];
        if let Some([bucket, key]) = line.object.map(|object| object.map(cut)) {
            paths.push([b"/", key].concat());
            paths.push([b"/", bucket, b"/", key].concat());
        }
        let mut other = Vec::new();
        let may_pass = line.is_plain
            || line.object.is_none()
                && line.path.0 == line.target.0
                && sole_other(cut(line.path), &mut other)
                && !self.matcher.may_name(&other);
        let passed =
            may_pass && !(holds_piece && paths.iter().any(|path| self.matcher.may_name(path)));
        assert!(!passed || self.matcher.find_record(&record).is_none());
    }

    fn odd(&mut self, start: u32, end: u32, next: u32) {
        assert_eq!(start, self.seen);
        self.seen = next;
        self.reader.read(&self.block[start as usize..end as usize]);
    }

    fn state(&self) -> &State {
        &self.reader.state
    }
}

fuzz_target!(|block: &[u8]| {
    let patterns = ["/exports".to_owned(), "/a/*.csv".to_owned()];
    let case = load::quick(&patterns, None, None, None, None, &[], &[], None);
    let Ok(matcher) = case.and_then(|case| Matcher::new(&case, false)) else { return };
    let mut index = Index::default();
    for (place, format) in TABLE.iter().enumerate() {
        let Some(quick) = format.quick() else { continue };
        let mut named = Vec::new();
        let find = |texts: &[&[u8]], fold: bool, named: &mut Vec<u32>| {
            Prints::new(texts, fold).list(block, named)
        };
        assert!(matcher.list(block, &mut named, find));
        index.fill(block, quick.marks());
        let reader = Reader::new(&[place], false);
        let mut judge = Judge { block, reader, matcher: &matcher, named, seen: 0 };
        quick.sweep(block, &index, &mut judge);
        assert_eq!(judge.seen as usize, block.len());
    }
});
