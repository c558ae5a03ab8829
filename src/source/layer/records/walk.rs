//! The walk over JSON, byte by byte: where records begin and end, and what stands round them.

use memchr::memchr3;

use super::{HELD, OUTER};

mod inside;
mod lost;

/// How many blanks between records are kept back before some are given.
const GAP: usize = 4096;

/// How deep lists and objects are told apart; deeper, only their number counts.
const TOLD: u32 = 64;

/// What was seen of the JSON so far.
#[derive(Clone, Copy, Default)]
pub struct Facts {
    /// How many objects began that are not inside another.
    pub n_objects: u64,
    /// It is a list of objects.
    pub is_list: bool,
    /// There are newlines inside an object.
    pub is_laid_out: bool,
    /// One object follows another on one line.
    pub is_glued: bool,
    /// An object has a list of a name of [`RECORDS`], or of pairs.
    pub has_records: bool,
    /// An object has a list of a name of [`OTHERS`].
    pub has_others: bool,
    /// What stands behind records names a request: the object was itself a record.
    pub is_record: bool,
    /// How many records ended.
    pub n_records: u64,
}

/// Which lists inside an object hold records.
#[derive(Clone, Copy, PartialEq)]
pub enum Lists {
    /// Those of all names that are known.
    All,
    /// None: every object is a record.
    None,
    /// Those whose names no member of a record has.
    Sure,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Between two records, or before the first.
    Between,
    /// In a record, or in what stands round records.
    Inside,
    /// In damage; what is held may be the beginning of a record.
    Lost,
    /// Behind a bracket that begins a list of records or a line of text.
    Opening,
}

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Colon,
    CommaOrEnd,
    Key,
    KeyOrEnd,
    Scalar,
    Value,
}

/// A list of records that the walk is in.
#[derive(Clone, Copy, Default)]
struct Base {
    /// How many lists and objects are open between its records.
    depth: u32,
    /// Its records are lists.
    of_lists: bool,
    /// Its records are answers, each with its own list of hits.
    of_answers: bool,
}

/// The walk.
pub struct Walk {
    lists: Lists,
    mode: Mode,
    expect: Expect,
    /// The open lists (1) and objects (0), the innermost in the lowest bit.
    kinds: u64,
    depth: u32,
    bases: Vec<Base>,
    in_text: bool,
    is_escaped: bool,
    is_key: bool,
    /// The last name, and whether it was short enough to be kept.
    key: Vec<u8>,
    /// What is not given yet: an object from its first byte on; behind damage, what may be the beginning of a record.
    hold: Vec<u8>,
    is_held: bool,
    /// The object held has an empty list of records: it stands round nothing.
    is_round: bool,
    /// What is held stands behind a list of records.
    is_behind: bool,
    /// A bracket was read behind a name of a list of records.
    is_pending: bool,
    /// Bytes between records that are not given yet.
    gap: usize,
    /// Blanks since the last newline, and whether there was one since the last record.
    column: usize,
    was_newline: bool,
    /// The blanks before a record that begins its line.
    indent: Option<usize>,
    /// Nothing was given of the current line.
    is_line_start: bool,
    n_seen: u64,
    facts: Facts,
    /// The facts as they were at the first damage.
    before: Option<Facts>,
    pub n_inserted: u64,
    pub n_damaged: u64,
}

impl Walk {
    pub fn new(lists: Lists) -> Walk {
        Walk {
            lists,
            mode: Mode::Between,
            expect: Expect::Value,
            kinds: 0,
            depth: 0,
            bases: vec![Base::default()],
            in_text: false,
            is_escaped: false,
            is_key: false,
            key: Vec::new(),
            hold: Vec::new(),
            is_held: false,
            is_round: false,
            is_behind: false,
            is_pending: false,
            gap: 0,
            column: 0,
            was_newline: false,
            indent: None,
            is_line_start: true,
            n_seen: 0,
            facts: Facts::default(),
            before: None,
            n_inserted: 0,
            n_damaged: 0,
        }
    }

    /// What was seen up to the first damage, and whether there is any.
    pub fn facts(&self) -> (Facts, bool) {
        (self.before.unwrap_or(self.facts), self.before.is_some())
    }

    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while let Some(&byte) = input.first() {
            if self.mode == Mode::Inside && self.in_text && !self.is_escaped && !self.is_key {
                // The usual case, at the pace of a search.
                let n = memchr3(b'"', b'\\', b'\n', input).unwrap_or(input.len());
                self.put_all(&input[..n], out);
                input = &input[n..];
                self.n_seen += n as u64;
                if n > 0 {
                    continue;
                }
            }
            self.step(byte, out);
            self.n_seen += 1;
            input = &input[1..];
        }
    }

    /// The source ends or is damaged here. What follows need not continue it.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if self.gap > 0 {
            self.give_gap(out);
        }
        match self.mode {
            Mode::Lost => self.give_up(out),
            Mode::Between | Mode::Inside | Mode::Opening => self.release(out),
        }
        self.lose();
        // A record may follow at once.
        self.hold.push(self.closer());
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        match self.mode {
            Mode::Between => self.between(byte, out),
            Mode::Inside => self.inside(byte, out),
            Mode::Lost => self.lost(byte, out),
            Mode::Opening => self.opening(byte, out),
        }
    }

    /// How many bytes are held back.
    #[cfg(test)]
    pub fn held(&self) -> usize {
        self.hold.len()
    }

    fn base(&self) -> Base {
        // The outermost is never taken off.
        self.bases.last().copied().unwrap_or_default()
    }

    fn between(&mut self, byte: u8, out: &mut Vec<u8>) {
        let base = self.base();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                self.look_at_layout(byte);
                self.skip(out);
            }
            b'{' if !base.of_lists => self.begin(byte, out),
            b'[' if base.of_lists => self.begin(byte, out),
            b'[' if self.bases.len() == 1 => {
                self.hold.push(byte);
                self.mode = Mode::Opening;
            }
            b']' if self.bases.len() > 1 => {
                self.gap += 1;
                self.bases.pop();
                self.shut();
                if self.depth > self.base().depth {
                    self.mode = Mode::Inside;
                    self.expect = Expect::CommaOrEnd;
                    (self.is_held, self.is_behind) = (true, true);
                }
            }
            // The mark of UTF-8 belongs to no record.
            0xef | 0xbb | 0xbf if self.n_seen < 3 => out.push(byte),
            _ => {
                if self.gap > 0 {
                    self.give_gap(out);
                }
                self.damage(byte, out);
            }
        }
    }

    /// A bracket that no list is round: before an object it begins a list of records, before anything else a line of text.
    fn opening(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' if self.hold.len() < GAP => {
                self.hold.push(byte);
                self.look_at_layout(byte);
            }
            b'{' => {
                self.facts.is_list = true;
                self.gap += self.hold.len();
                self.hold.clear();
                self.open(true);
                self.bases.push(Base { depth: self.depth, ..Base::default() });
                self.mode = Mode::Between;
                self.between(byte, out);
            }
            _ => {
                if self.gap > 0 {
                    self.give_gap(out);
                }
                self.damage(byte, out);
            }
        }
    }

    fn look_at_layout(&mut self, byte: u8) {
        if byte == b'\n' {
            (self.was_newline, self.column) = (true, 0);
        } else {
            self.column += 1;
        }
    }

    /// A record begins.
    fn begin(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.bases.len() == 1 {
            self.facts.n_objects += 1;
            self.facts.is_glued |= self.facts.n_objects > 1 && !self.was_newline;
        }
        if self.gap > 0 {
            self.give_gap(out);
        } else if !self.is_line_start {
            out.push(b'\n');
            self.n_inserted += 1;
        }
        self.indent = self.was_newline.then_some(self.column);
        self.hold.clear();
        (self.is_held, self.is_behind, self.is_round, self.is_pending) =
            (true, false, false, false);
        (self.in_text, self.is_escaped, self.is_line_start) = (false, false, false);
        self.mode = Mode::Inside;
        self.put(byte, out);
        self.open(byte == b'[');
    }

    /// A record ends, or what stands behind records.
    fn finish(&mut self, out: &mut Vec<u8>) {
        self.mode = Mode::Between;
        if self.is_behind && self.hold.is_empty() {
            (self.is_held, self.is_behind) = (false, false);
            return;
        }
        self.facts.is_record |= self.is_behind && inside::is_record(&self.hold);
        self.release(out);
        self.facts.n_records += 1;
        (self.gap, self.column, self.was_newline) = (0, 0, false);
    }

    /// Gives what is held.
    fn release(&mut self, out: &mut Vec<u8>) {
        if self.is_round
            && let Some(first) = self.hold.first_mut()
        {
            *first = OUTER;
        }
        out.append(&mut self.hold);
        (self.is_held, self.is_round, self.is_behind) = (false, false, false);
    }

    fn put(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.put_all(&[byte], out);
    }

    fn put_all(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if !self.is_held {
            return out.extend_from_slice(bytes);
        }
        let (held, rest) = bytes.split_at(bytes.len().min(HELD - self.hold.len()));
        self.hold.extend_from_slice(held);
        if self.hold.len() == HELD {
            self.is_round = false;
            self.is_pending = false;
            self.release(out);
        }
        out.extend_from_slice(rest);
    }

    /// Keeps back a byte between records.
    fn skip(&mut self, out: &mut Vec<u8>) {
        self.gap += 1;
        if self.gap >= GAP {
            self.give_gap(out);
        }
    }

    /// Gives what stood between two records: blanks, and the newline that ends the line before.
    fn give_gap(&mut self, out: &mut Vec<u8>) {
        self.blanks(self.gap - 1, out);
        out.push(b'\n');
        (self.gap, self.is_line_start) = (0, true);
    }

    fn blanks(&self, n: usize, out: &mut Vec<u8>) {
        out.resize(out.len() + n, b' ');
    }

    fn open(&mut self, is_list: bool) {
        self.expect = if is_list { Expect::Value } else { Expect::KeyOrEnd };
        self.depth = self.depth.saturating_add(1);
        if self.depth <= TOLD {
            self.kinds = self.kinds << 1 | u64::from(is_list);
        }
    }

    fn shut(&mut self) {
        if self.depth <= TOLD {
            self.kinds >>= 1;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn is_in_list(&self) -> bool {
        self.depth <= TOLD && self.kinds & 1 == 1
    }

    /// Says whether a brace or bracket ends what is open.
    fn ends(&self, byte: u8) -> bool {
        self.depth > TOLD || self.is_in_list() == (byte == b']')
    }
}
