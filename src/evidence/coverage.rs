//! Which lines of a source were accounted for, and which hours they speak for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::marks::Crowd;
use super::texture::Texture;
use crate::record::{Instant, Moment};

/// The width of a bin of time, in seconds: a quarter of an hour.
pub const BIN_SECONDS: i64 = 900;

/// The width of a sixtieth of a bin, in seconds: as exactly as that it is known
/// when there was a record.
pub const SLOT_SECONDS: i64 = 15;

/// How many unread lines of a source are kept, suspects and others each.
pub const UNREAD_KEPT: usize = 1_000;

/// How many bytes of an unread line are kept: enough to see what it is.
pub const UNREAD_RAW: usize = 2_048;

/// How many private clients are told apart before the count stops mattering
/// (check C7 asks for at most five).
const PRIVATE_KEPT: usize = 6;

/// The lines of a source by how they ended. Law: nothing is lost, so these
/// four make up all of its lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Read as a record.
    pub read: u64,
    /// Nothing but blanks.
    pub blank: u64,
    /// A line that says how others are built.
    pub header: u64,
    /// Not read.
    pub unread: u64,
}

impl Lines {
    /// All lines.
    pub fn total(self) -> u64 {
        self.read + self.blank + self.header + self.unread
    }

    /// Adds the lines of another part.
    pub fn merge(&mut self, other: Lines) {
        self.read += other.read;
        self.blank += other.blank;
        self.header += other.header;
        self.unread += other.unread;
    }
}

/// What happened in one bin of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// Records of this time.
    pub lines: u64,
    /// Unread lines whose nearest record before them is of this time.
    pub unread: u64,
    /// In which sixtieths of the bin there is a record, a bit each, the first
    /// the lowest: see [`SLOT_SECONDS`].
    pub slots: u64,
}

impl Bin {
    /// Adds what another part saw of the same bin.
    pub fn merge(&mut self, other: Bin) {
        self.lines += other.lines;
        self.unread += other.unread;
        self.slots |= other.slots;
    }
}

/// What is known of a source, or of a part of it, besides its hits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The lines by how they ended.
    pub lines: Lines,
    /// Decoded bytes of lines, line endings included.
    pub line_bytes: u64,
    /// Decoded bytes that are in no line: a byte order mark, runs of NUL.
    pub skipped_bytes: u64,
    /// Lines longer than the cap, of which the head alone was looked at.
    pub overlong: u64,
    /// Lines ended by damage to the source.
    pub damaged: u64,
    /// Records by the format that read them, by its place in the table.
    pub formats: BTreeMap<u16, u64>,
    /// The first and the last bin with a record of each format.
    pub spells: BTreeMap<u16, (i64, i64)>,
    /// Records without a time.
    pub timeless: u64,
    /// Records whose time has no zone.
    pub zoneless: u64,
    /// Records whose time has no year, which was counted.
    pub yearless: u64,
    /// Records of an hour that the server's clock showed twice.
    pub twice: u64,
    /// The earliest of them, at the earlier of its two instants.
    pub first_twice: Option<Instant>,
    /// Records without a status, a method or a client.
    pub fieldless: u64,
    /// Records whose client is a private address or a trusted proxy.
    pub private: u64,
    /// The smallest few of those clients.
    pub private_clients: BTreeSet<IpAddr>,
    /// Records with a public address of a client.
    pub addresses: Addresses,
    /// The earliest time of a record.
    pub first: Option<Instant>,
    /// The latest time of a record.
    pub last: Option<Instant>,
    /// How many digits of a fraction the first and the last of them have.
    pub digits: (u8, u8),
    /// Records and unread lines by bin.
    pub bins: BTreeMap<i64, Bin>,
    /// Which clients there were in each bin.
    pub crowds: BTreeMap<i64, Crowd>,
    /// How its text is made.
    pub texture: Texture,
}

/// Records with a public IPv4 or IPv6 address of a client, and how many of
/// these addresses end in nothing but zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// With an IPv4 address.
    pub four: u64,
    /// With one whose last eight bits are zero.
    pub four_in_zero: u64,
    /// With an IPv6 address.
    pub six: u64,
    /// With one whose last 64 bits are zero.
    pub six_in_zeros: u64,
}

impl Addresses {
    /// Counts the address of a record.
    #[inline]
    pub fn see(&mut self, ip: IpAddr, in_zeros: bool) {
        let (all, zeros) = match ip {
            IpAddr::V4(_) => (&mut self.four, &mut self.four_in_zero),
            IpAddr::V6(_) => (&mut self.six, &mut self.six_in_zeros),
        };
        *all += 1;
        *zeros += u64::from(in_zeros);
    }

    /// Counts IPv4 addresses, so many of which end in zero.
    pub fn see_fours(&mut self, count: u64, in_zero: u64) {
        self.four += count;
        self.four_in_zero += in_zero;
    }

    /// Adds those of other records.
    pub fn merge(&mut self, other: Addresses) {
        self.four += other.four;
        self.four_in_zero += other.four_in_zero;
        self.six += other.six;
        self.six_in_zeros += other.six_in_zeros;
    }

    /// Says whether every address of the kind of `ip` ends in zeros.
    pub fn are_masked(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(_) => self.four > 0 && self.four == self.four_in_zero,
            IpAddr::V6(_) => self.six > 0 && self.six == self.six_in_zeros,
        }
    }
}

impl Coverage {
    /// Counts a record's time.
    pub fn see(&mut self, at: Instant) {
        self.reach(Moment { at, digits: 0 });
        self.bins.entry(bin_of(at)).or_default().merge(Bin {
            lines: 1,
            unread: 0,
            slots: slot_of(at),
        });
    }

    /// Notes that a bin has a record of a format.
    pub fn spell(&mut self, format: u16, bin: i64) {
        let (first, last) = self.spells.entry(format).or_insert((bin, bin));
        (*first, *last) = (bin.min(*first), bin.max(*last));
    }

    /// Moves the first and the last time out to a moment.
    pub fn reach(&mut self, moment: Moment) {
        let Moment { at, digits } = moment;
        match self.first {
            Some(first) if first < at => {}
            Some(first) if first == at => self.digits.0 = self.digits.0.max(digits),
            _ => (self.first, self.digits.0) = (Some(at), digits),
        }
        match self.last {
            Some(last) if last > at => {}
            Some(last) if last == at => self.digits.1 = self.digits.1.max(digits),
            _ => (self.last, self.digits.1) = (Some(at), digits),
        }
    }

    /// The first time, as logged.
    pub fn first_logged(&self) -> Option<Moment> {
        self.first.map(|at| Moment { at, digits: self.digits.0 })
    }

    /// The last time, as logged.
    pub fn last_logged(&self) -> Option<Moment> {
        self.last.map(|at| Moment { at, digits: self.digits.1 })
    }

    /// Notes a client that is a private address or a trusted proxy.
    pub fn see_private(&mut self, ip: Option<IpAddr>) {
        self.private += 1;
        if let Some(ip) = ip {
            keep_smallest(&mut self.private_clients, ip);
        }
    }

    /// Adds another part of the same source.
    pub fn merge(&mut self, other: Coverage) {
        let ends = [other.first_logged(), other.last_logged()];
        ends.into_iter().flatten().for_each(|moment| self.reach(moment));
        self.lines.merge(other.lines);
        self.line_bytes += other.line_bytes;
        self.skipped_bytes += other.skipped_bytes;
        self.overlong += other.overlong;
        self.damaged += other.damaged;
        for (format, count) in other.formats {
            *self.formats.entry(format).or_default() += count;
        }
        for (format, (first, last)) in other.spells {
            self.spell(format, first);
            self.spell(format, last);
        }
        self.timeless += other.timeless;
        self.zoneless += other.zoneless;
        self.yearless += other.yearless;
        self.twice += other.twice;
        self.first_twice = least(self.first_twice, other.first_twice);
        self.fieldless += other.fieldless;
        self.private += other.private;
        self.addresses.merge(other.addresses);
        for ip in other.private_clients {
            keep_smallest(&mut self.private_clients, ip);
        }
        for (bin, counts) in other.bins {
            self.bins.entry(bin).or_default().merge(counts);
        }
        self.texture.merge(&other.texture);
        for (bin, crowd) in &other.crowds {
            self.crowds.entry(*bin).or_default().merge(crowd);
        }
    }
}

/// The bin of an instant: quarters of an hour since the epoch.
pub fn bin_of(at: Instant) -> i64 {
    at.seconds.div_euclid(BIN_SECONDS)
}

/// The bit of the sixtieth of its bin that an instant lies in.
pub fn slot_of(at: Instant) -> u64 {
    slot_within(at.seconds.rem_euclid(BIN_SECONDS) as u32)
}

/// The same by how many seconds of the bin have passed, less than all.
#[inline(always)]
pub fn slot_within(seconds: u32) -> u64 {
    1 << (seconds / SLOT_SECONDS as u32 % 64)
}

fn keep_smallest(set: &mut BTreeSet<IpAddr>, ip: IpAddr) {
    set.insert(ip);
    if set.len() > PRIVATE_KEPT {
        set.pop_last();
    }
}

fn least(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A line that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The place of the line in the decoded source, in bytes.
    pub offset: u64,
    /// The number of the line, as in [`super::Hit::line`].
    pub line: u64,
    /// Its length in bytes, line ending off.
    pub length: u64,
    /// Where in the line reading stopped.
    pub at: u64,
    /// What would have been right there.
    pub wanted: String,
    /// It may name a target.
    pub suspect: bool,
    /// The time of the nearest record before it.
    pub after: Option<Instant>,
    /// The time of the nearest record behind it.
    pub before: Option<Instant>,
    /// Its first [`UNREAD_RAW`] bytes.
    pub raw: Vec<u8>,
}

/// The unread lines of a source: the first ones whole, the rest counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadLines {
    /// How many lines may name a target.
    pub n_suspects: u64,
    /// The first of those, by offset.
    pub suspects: Vec<Unread>,
    /// The first of the others, by offset.
    pub others: Vec<Unread>,
}

impl UnreadLines {
    /// Adds a line.
    pub fn absorb(&mut self, line: Unread) {
        let into = if line.suspect {
            self.n_suspects += 1;
            &mut self.suspects
        } else {
            &mut self.others
        };
        // Lines of a part come in order, so what is full stays full.
        if into.len() < UNREAD_KEPT {
            into.push(line);
        }
    }

    /// Every line that is kept.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut Unread> {
        self.suspects.iter_mut().chain(&mut self.others)
    }

    /// Gives the lines at the end, behind which no record was seen yet, the
    /// time of the first one behind them.
    pub fn end_before(&mut self, first: Option<Instant>) {
        for lines in [&mut self.suspects, &mut self.others] {
            let last = lines.iter_mut().rev().take_while(|line| line.before.is_none());
            last.for_each(|line| line.before = first);
        }
    }

    /// Adds another part of the same source.
    pub fn merge(&mut self, other: UnreadLines) {
        self.n_suspects += other.n_suspects;
        for (into, from) in [(&mut self.suspects, other.suspects), (&mut self.others, other.others)]
        {
            if !from.is_empty() {
                into.extend(from);
                into.sort_by_key(|line| line.offset);
                into.truncate(UNREAD_KEPT);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_the_first_unread_lines_whatever_the_order() {
        let line = |offset: u64, suspect: bool| Unread {
            offset,
            line: 0,
            length: 1,
            at: 0,
            wanted: String::new(),
            suspect,
            after: None,
            before: None,
            raw: Vec::new(),
        };
        let part = |from: u64, to: u64| {
            let mut part = UnreadLines::default();
            (from..to).for_each(|offset| part.absorb(line(offset, offset % 3 == 0)));
            part
        };
        let (a, b, c) = (part(0, 2_000), part(2_000, 2_100), part(2_100, 5_000));
        let mut left = a.clone();
        left.merge(b.clone());
        left.merge(c.clone());
        let mut right = c;
        right.merge(a);
        right.merge(b);
        assert_eq!(left, right);
        assert_eq!(left, part(0, 5_000));
    }

    #[test]
    fn bins_are_floors_also_before_the_epoch() {
        assert_eq!(bin_of(Instant::at(899)), 0);
        assert_eq!(bin_of(Instant::at(-1)), -1);
    }
}
