//! Takes the lines of a sweep over one block: what is plain is counted, what is
//! odd or might name a target is read by its grammar.

use ipnetwork::IpNetwork;

use super::super::hops::speaker;
use super::Mapper;
use crate::actor;
use crate::case::target::Matcher;
use crate::evidence::ClientKey;
use crate::evidence::texture::Purpose;
use crate::format::{QuickLine, Reader, State, Sweep};
use crate::record::{Client, IpBits, path};
use crate::source::index::Prints;
use crate::source::{Block, Line};

/// Of how many lines the same is counted before the next is.
const TOGETHER: usize = 32;

/// How many blocks are not searched for pieces of targets behind one in which so
/// many of a hundred lines held one: to look at each path costs less.
const UNSEARCHED: u32 = 31;
const CROWDED: u64 = 25;

/// What takes the lines of a block.
pub(super) struct Sink<'m, 'q, 'b> {
    mapper: &'m mut Mapper<'q>,
    /// The mapper's reader.
    reader: &'m mut Reader<'q>,
    block: &'b Block,
    place: usize,
    matcher: &'q Matcher,
    /// The server folds the case of paths.
    folds: bool,
    trusted: &'q [IpNetwork],
    /// Where pieces of targets begin in what is left of the block, if that
    /// tells every line that may name one.
    named: Option<&'b [u32]>,
    /// A line that ends no later, and is no object's, names nothing.
    unnamed: u32,
    /// Nothing but its path tells whose a request is, or when it was.
    is_simple: bool,
    /// Some documented accesses are to something else than a target.
    has_aside: bool,
    /// The server's clock is right.
    is_on_time: bool,
    /// Room for a path that stands nowhere in the block as it is looked up.
    path: Vec<u8>,
    /// How many pieces there were in the block, and the number of its first line.
    n_named: usize,
    first: u64,
    /// The lines that were swept, and their bytes.
    n_lines: u64,
    bytes: u64,
}

impl<'m, 'q, 'b> Sink<'m, 'q, 'b> {
    /// A sink for a block, read as the format of a place. `named` is room for
    /// the places of pieces.
    pub(super) fn new(
        mapper: &'m mut Mapper<'q>,
        reader: &'m mut Reader<'q>,
        block: &'b Block,
        place: usize,
        named: &'b mut Vec<u32>,
    ) -> Sink<'m, 'q, 'b> {
        let (question, server) = (mapper.question, mapper.source.server);
        let matcher = question.matcher(server, mapper.folds_case(place));
        let is_searched = mapper.unsearched == 0;
        mapper.unsearched = mapper.unsearched.saturating_sub(1);
        let find = |texts: &[&[u8]], fold: bool, named: &mut Vec<u32>| {
            Prints::new(texts, fold).list(&block.bytes, named)
        };
        let tells_all = is_searched && matcher.list(&block.bytes, named, find);
        let named = tells_all.then_some(named.as_slice());
        let trusted = question.trusted(server);
        let has_aside = !question.aside.is_empty();
        let is_on_time = question.servers[server].clock_offset == 0.0;
        Sink {
            block,
            place,
            matcher,
            folds: matcher.folds(),
            trusted,
            named,
            unnamed: unnamed(named),
            is_simple: trusted.is_empty() && !has_aside && is_on_time,
            has_aside,
            is_on_time,
            path: Vec::new(),
            n_named: named.map_or(0, <[u32]>::len),
            first: mapper.piece.lines,
            n_lines: 0,
            bytes: 0,
            mapper,
            reader,
        }
    }

    /// Adds what was counted to the evidence.
    pub(super) fn finish(self) {
        let lines = self.mapper.piece.lines - self.first;
        if self.matcher.tells_little() && self.n_named as u64 * 100 > lines * CROWDED {
            self.mapper.unsearched = UNSEARCHED;
        }
        if self.n_lines == 0 {
            return;
        }
        let coverage = &mut self.mapper.evidence.coverage;
        coverage.lines.read += self.n_lines;
        coverage.line_bytes += self.bytes;
        *coverage.formats.entry(self.place as u16).or_default() += self.n_lines;
    }

    /// Counts lines whose clients are the peers and whose times are right, none
    /// of which has to be asked more.
    fn count(&mut self, lines: &[QuickLine]) {
        lines.chunks(TOGETHER).for_each(|lines| self.count_some(lines));
    }

    /// Counts some of them. What is counted of each is counted of all before
    /// the next: most of it stays in registers.
    fn count_some(&mut self, lines: &[QuickLine]) {
        let mut clients = [0; TOGETHER];
        let clients = &mut clients[..lines.len()];
        self.clients(lines, clients);
        self.mapper.see_all(lines, |line| line.time, clients, self.place);
        self.mapper.evidence.clients.absorb_all(clients);
        self.add(lines);
    }

    /// Counts lines that follow each other, all but their clients and times.
    #[inline(always)]
    fn add(&mut self, lines: &[QuickLine]) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        let n_lines = lines.len() as u64;
        let bytes = self.block.bytes.as_slice();
        let (mut pages, mut parts, mut probes, mut endings) = (0, 0, 0, 0);
        for line in lines {
            let path = &bytes[line.path.0 as usize..line.path.1 as usize];
            let purpose = Purpose::of(path, Some(line.status), line.referer.0 < line.referer.1);
            pages += u64::from(purpose.page);
            parts += u64::from(purpose.part);
            probes += u64::from(purpose.probe);
            endings += u64::from(line.next - line.end);
        }
        let texture = &mut self.mapper.evidence.coverage.texture;
        texture.requests([pages, parts, probes]);
        // The last of a block may have no ending.
        let unended = u64::from(last.next == last.end);
        texture.unended += unended;
        texture.ended_all(n_lines - unended, endings);
        self.mapper.piece.lines += n_lines;
        self.n_lines += n_lines;
        self.bytes += u64::from(last.next - first.start);
    }

    /// Tells the hashes of the peers of lines, and notes what kinds of
    /// addresses they have.
    #[inline(always)]
    fn clients(&mut self, lines: &[QuickLine], hashes: &mut [u64]) {
        let (mut public, mut in_zero) = (0, 0);
        for (line, hash) in lines.iter().zip(hashes) {
            let Some(ip) = line.ip() else {
                *hash = self.named(line.peer);
                continue;
            };
            *hash = ClientKey::hash_of_ip(ip);
            if let Some(bits) = ip.v4() {
                let is_public = actor::is_surely_public(bits);
                public += u64::from(is_public);
                in_zero += u64::from(is_public & (bits as u8 == 0));
            }
        }
        self.mapper.evidence.coverage.addresses.see_fours(public, in_zero);
        if public < lines.len() as u64 {
            let is_other = |ip: &IpBits| !ip.v4().is_some_and(actor::is_surely_public);
            for ip in lines.iter().filter_map(QuickLine::ip).filter(is_other) {
                self.mapper.origin(Client::Ip(ip.ip()), false);
            }
        }
    }

    /// The hash of a client that is told by its name.
    #[cold]
    fn named(&self, (start, end): (u32, u32)) -> u64 {
        ClientKey::hash_of(Client::Name(&self.block.bytes[start as usize..end as usize]))
    }

    /// Takes a line that may be more than one to be counted.
    #[inline(never)]
    fn weigh(&mut self, line: &QuickLine) {
        let logged = line.time.at;
        let at = if self.is_on_time { logged } else { self.mapper.instant(logged) };
        if self.is_found(line)
            || !line.is_plain && self.may_concern_otherwise(line)
            || self.may_concern(line)
            || self.has_aside && self.mapper.question.may_be_aside(Some(at))
        {
            return self.odd(line.start, line.end, line.next);
        }
        if self.trusted.is_empty() && self.is_on_time {
            return self.count(std::slice::from_ref(line));
        }
        let (client, is_proxy) = speaker(line, &self.block.bytes, self.trusted);
        let hash = ClientKey::hash_of(client);
        self.mapper.see(at, line.time.digits, hash, self.place);
        self.mapper.client(client, hash, is_proxy);
        self.add(std::slice::from_ref(line));
    }

    /// Says whether a path has no other form than its own bytes, but for the
    /// case of its letters where that is folded.
    #[inline(always)]
    fn is_simply_spelled(&self, line: &QuickLine) -> bool {
        let (start, end) = line.path;
        let path = || &self.block.bytes[start as usize..end as usize];
        !self.folds || start == line.target.0 && (line.is_lowered || path::is_lowered(path()))
    }

    /// How many lines there are before the first that may concern a target.
    #[inline(always)]
    fn count_others(&mut self, lines: &[QuickLine]) -> usize {
        if self.named.is_none() {
            return lines.iter().position(|line| self.may_concern(line)).unwrap_or(lines.len());
        }
        let mut count = 0;
        loop {
            count += self.count_unnamed(&lines[count..]);
            match lines.get(count) {
                Some(line) if !self.is_found(line) && !self.may_concern(line) => count += 1,
                _ => return count,
            }
        }
    }

    /// How many lines there are before the first that holds a piece of a target,
    /// or may in another letter case.
    #[inline(always)]
    fn count_unnamed(&self, lines: &[QuickLine]) -> usize {
        let n_unnamed = match lines.last() {
            Some(last) if last.end > self.unnamed => {
                lines.partition_point(|line| line.end <= self.unnamed)
            }
            _ => lines.len(),
        };
        if !self.folds {
            return n_unnamed;
        }
        let is_odd = |line: &QuickLine| !self.is_simply_spelled(line);
        lines[..n_unnamed].iter().position(is_odd).unwrap_or(n_unnamed)
    }

    /// Says whether the target of a line was found before to name one.
    fn is_found(&mut self, line: &QuickLine) -> bool {
        let (start, end) = line.target;
        self.mapper.finds.knows(&self.block.bytes[start as usize..end as usize])
    }

    /// Says whether the path of a line, which has other forms than its own bytes,
    /// may name a target by one of them.
    fn may_concern_otherwise(&mut self, line: &QuickLine) -> bool {
        let (start, end) = line.path;
        let path = &self.block.bytes[start as usize..end as usize];
        let is_absolute = start > line.target.0;
        if line.object.is_some() || is_absolute || !path::sole_other(path, &mut self.path) {
            return true;
        }
        if self.folds {
            if !path::is_lowered(&self.path) {
                return true;
            }
            self.path.make_ascii_lowercase();
        }
        self.mapper.misses.may_name(self.matcher, &self.path)
    }

    /// Says whether a line may name a target, or come from one.
    fn may_concern(&mut self, line: &QuickLine) -> bool {
        if let Some(named) = &mut self.named {
            let passed = named.iter().take_while(|at| **at < line.start).count();
            *named = &named[passed..];
            self.unnamed = unnamed(Some(named));
            // Bucket and key may stand apart.
            let is_named = line.object.is_some() || named.first().is_some_and(|at| *at < line.end);
            if !is_named {
                return !self.is_simply_spelled(line);
            }
        }
        let cut = |(start, end): (u32, u32)| &self.block.bytes[start as usize..end as usize];
        let (matcher, path) = (self.matcher, cut(line.path));
        let is_simply_spelled = self.is_simply_spelled(line);
        let misses = &mut self.mapper.misses;
        if misses.may_be_from(matcher, cut(line.referer)) {
            return true;
        }
        if self.folds {
            if line.object.is_some() || !is_simply_spelled {
                return true;
            }
            self.path.clear();
            self.path.extend_from_slice(path);
            self.path.make_ascii_lowercase();
            return misses.may_name(matcher, &self.path);
        }
        let is_absolute = line.path.0 > line.target.0;
        if misses.may_name(matcher, path)
            || is_absolute && misses.may_name(matcher, cut((line.target.0, line.path.1)))
        {
            return true;
        }
        // Of `/key` and `/bucket/key` the path is one.
        line.object.is_some_and(|[bucket, key]| {
            let (bucket, key) = (cut(bucket), cut(key));
            if path.len() > key.len() + 1 {
                return misses.may_name(matcher, &path[path.len() - key.len() - 1..]);
            }
            self.path.clear();
            [&b"/"[..], bucket, path].iter().for_each(|part| self.path.extend_from_slice(part));
            misses.may_name(matcher, &self.path)
        })
    }
}

impl Sweep for Sink<'_, '_, '_> {
    fn line(&mut self, line: &QuickLine) {
        self.weigh(line);
    }

    fn lines(&mut self, lines: &[QuickLine]) {
        if !self.is_simple {
            return lines.iter().for_each(|line| self.weigh(line));
        }
        let mut rest = lines;
        loop {
            let (others, concerned) = rest.split_at(self.count_others(rest));
            self.count(others);
            let Some((first, after)) = concerned.split_first() else { return };
            self.odd(first.start, first.end, first.next);
            rest = after;
        }
    }

    fn odd(&mut self, start: u32, end: u32, next: u32) {
        let line = Line {
            offset: self.block.offset + u64::from(start),
            bytes: &self.block.bytes[start as usize..end as usize],
            length: u64::from(next - start),
            ended: next as usize > 0 && self.block.bytes.get(next as usize - 1) == Some(&b'\n'),
        };
        self.mapper.line(self.reader, &line, self.block);
    }

    fn state(&self) -> &State {
        &self.reader.state
    }
}

/// Up to where lines name nothing, by where the first piece of a target begins;
/// a line that ends behind its beginning is no longer one of them.
fn unnamed(named: Option<&[u32]>) -> u32 {
    named.map_or(0, |named| named.first().copied().unwrap_or(u32::MAX))
}
