//! The times of records, which come in runs: what a run has in common is counted
//! once.

use super::Mapper;
use crate::evidence::coverage::{BIN_SECONDS, Bin, bin_of, slot_within};
use crate::evidence::marks::Crowd;
use crate::record::{Instant, Moment};

/// A bin of time under way.
pub(super) struct Recent {
    bin: i64,
    /// The second that it begins with.
    start: i64,
    /// Of the record seen last the format, its time, and how many digits of a
    /// fraction it had.
    place: usize,
    at: Instant,
    digits: u8,
    seen: Bin,
    crowd: Crowd,
}

impl Recent {
    fn of(bin: i64, at: Instant) -> Recent {
        let (seen, crowd) = Default::default();
        Recent { bin, start: bin * BIN_SECONDS, place: 0, at, digits: 0, seen, crowd }
    }

    /// How many seconds of the bin have passed at an instant; so many as it
    /// has, or more, where the instant lies elsewhere.
    #[inline(always)]
    fn within(&self, at: Instant) -> u64 {
        at.seconds.wrapping_sub(self.start) as u64
    }

    /// Counts a record of this time, which lies in the bin.
    fn count(&mut self, at: Instant, client: u64) {
        self.at = at;
        self.seen.lines += 1;
        self.seen.slots |= slot_within(self.within(at) as u32);
        self.crowd.absorb(client);
    }
}

impl Mapper<'_> {
    /// Counts the time of a record in a format, and that its client was there.
    pub(super) fn see(&mut self, at: Instant, digits: u8, client: u64, place: usize) {
        self.see_all(&[Moment { at, digits }], |moment| *moment, &[client], place);
    }

    /// The same for records of a format, each with a moment and a client.
    #[inline(always)]
    pub(super) fn see_all<T>(
        &mut self,
        records: &[T],
        moment: impl Fn(&T) -> Moment,
        clients: &[u64],
        place: usize,
    ) {
        let (mut records, mut clients) = (records, clients);
        loop {
            let n = self.see_run(records, &moment, clients, place);
            (records, clients) = (&records[n..], &clients[n..]);
            let (Some((record, others)), Some((client, rest))) =
                (records.split_first(), clients.split_first())
            else {
                return;
            };
            self.see_another(moment(record), *client, place);
            (records, clients) = (others, rest);
        }
    }

    /// Counts as many of the first records as are of the bin and the format of
    /// the one before, and no earlier each than the one before it: how far
    /// times reach is told when this ends. Says how many these are.
    #[inline(always)]
    fn see_run<T>(
        &mut self,
        records: &[T],
        moment: &impl Fn(&T) -> Moment,
        clients: &[u64],
        place: usize,
    ) -> usize {
        let is_waiting = self.waiting.is_some();
        let Some(recent) = &mut self.recent else { return 0 };
        if is_waiting || recent.place != place {
            return 0;
        }
        let stamp = |within: u64, at: Instant| within << 32 | u64::from(at.nanos);
        let mut before = stamp(recent.within(recent.at), recent.at);
        let mut slots = recent.seen.slots;
        let mut n = 0;
        for record in records {
            let Moment { at, digits } = moment(record);
            let within = recent.within(at);
            let now = stamp(within, at);
            if within >= BIN_SECONDS as u64 || now < before || digits != recent.digits {
                break;
            }
            before = now;
            slots |= slot_within(within as u32);
            n += 1;
        }
        if let Some(last) = records[..n].last() {
            recent.at = moment(last).at;
            recent.seen.lines += n as u64;
            recent.seen.slots = slots;
            recent.crowd.absorb_all(&clients[..n]);
            self.piece.last = Some(recent.at);
        }
        n
    }

    /// Counts a record of another bin or format than the one before, or an
    /// earlier one, or one that unread lines wait for.
    #[inline(never)]
    fn see_another(&mut self, Moment { at, digits }: Moment, client: u64, place: usize) {
        self.reach();
        let bin = bin_of(at);
        if self.recent.as_ref().is_none_or(|recent| (recent.bin, recent.place) != (bin, place)) {
            self.turn(at, place);
        }
        let Some(recent) = &mut self.recent else { return };
        recent.digits = digits;
        recent.count(at, client);
        let coverage = &mut self.evidence.coverage;
        coverage.reach(Moment { at, digits });
        if let Some(last) = self.piece.last {
            coverage.texture.step(last, at);
        }
        self.piece.first = self.piece.first.or(Some(at));
        self.piece.last = Some(at);
        if self.waiting.is_some() {
            self.tell_waiting(at);
        }
    }

    /// Turns to the bin of a time, and to a format.
    #[cold]
    fn turn(&mut self, at: Instant, place: usize) {
        let bin = bin_of(at);
        if self.recent.as_ref().is_none_or(|recent| recent.bin != bin) {
            self.flush_bin();
        }
        self.evidence.coverage.spell(place as u16, bin);
        let recent = self.recent.get_or_insert_with(|| Recent::of(bin, at));
        recent.place = place;
    }

    /// Gives unread lines the time of the record behind them.
    #[cold]
    fn tell_waiting(&mut self, at: Instant) {
        if let Some((suspects, others)) = self.waiting.take() {
            let unread = &mut self.evidence.unread;
            let new = unread.suspects[suspects..].iter_mut();
            new.chain(&mut unread.others[others..]).for_each(|line| line.before = Some(at));
        }
    }

    /// Tells how far the times of a run reach: its last is its latest.
    fn reach(&mut self) {
        if let Some(Recent { at, digits, .. }) = self.recent {
            self.evidence.coverage.reach(Moment { at, digits });
        }
    }

    pub(super) fn flush_bin(&mut self) {
        self.reach();
        if let Some(Recent { bin, seen, crowd, .. }) = self.recent.take() {
            let coverage = &mut self.evidence.coverage;
            coverage.bins.entry(bin).or_default().merge(seen);
            coverage.crowds.entry(bin).or_default().merge(&crowd);
        }
    }
}
