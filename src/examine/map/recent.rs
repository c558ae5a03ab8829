//! The times of records, which come in runs: what a run has in common is counted
//! once.

use super::Mapper;
use crate::evidence::coverage::{BIN_SECONDS, Bin, bin_of, slot_within};
use crate::evidence::marks::Crowd;
use crate::record::{Instant, Moment};

/// A bin of time under way.
pub(super) struct Recent {
    bin: i64,
    /// Of the record seen last the format, and how many digits of a fraction
    /// it had.
    place: usize,
    digits: u8,
    seen: Bin,
    crowd: Crowd,
}

impl Recent {
    fn of(bin: i64) -> Recent {
        let (seen, crowd) = Default::default();
        Recent { bin, place: 0, digits: 0, seen, crowd }
    }

    /// The bit of the part of the bin that an instant lies in, if it lies in it.
    #[inline(always)]
    fn slot(&self, at: Instant) -> Option<u64> {
        let within = at.seconds.wrapping_sub(self.bin * BIN_SECONDS);
        u32::try_from(within).ok().filter(|within| *within < BIN_SECONDS as u32).map(slot_within)
    }
}

impl Mapper<'_> {
    /// Counts the time of a record in a format, and that its client was there.
    #[inline(always)]
    pub(super) fn see(&mut self, at: Instant, digits: u8, client: u64, place: usize) {
        match &mut self.recent {
            // As the record before, of which all but this was counted.
            Some(recent)
                if self.piece.last == Some(at)
                    && (recent.digits, recent.place) == (digits, place) =>
            {
                recent.seen.lines += 1;
                recent.crowd.absorb(client);
            }
            _ => self.see_another(at, digits, client, place),
        }
        if self.waiting.is_some() {
            self.tell_waiting(at);
        }
    }

    /// The same for a record of another time or format than the one before.
    #[inline(never)]
    fn see_another(&mut self, at: Instant, digits: u8, client: u64, place: usize) {
        let is_same = |recent: &Recent| recent.place == place && recent.slot(at).is_some();
        if !self.recent.as_ref().is_some_and(is_same) {
            self.turn(at, place);
        }
        let Some(recent) = &mut self.recent else { return };
        recent.digits = digits;
        recent.seen.lines += 1;
        recent.seen.slots |= recent.slot(at).unwrap_or(0);
        recent.crowd.absorb(client);
        let coverage = &mut self.evidence.coverage;
        coverage.reach(Moment { at, digits });
        if let Some(last) = self.piece.last {
            coverage.texture.step(last, at);
        }
        self.piece.first = self.piece.first.or(Some(at));
        self.piece.last = Some(at);
    }

    /// Turns to the bin of a time, and to a format.
    #[cold]
    fn turn(&mut self, at: Instant, place: usize) {
        let bin = bin_of(at);
        if self.recent.as_ref().is_none_or(|recent| recent.bin != bin) {
            self.flush_bin();
        }
        self.evidence.coverage.spell(place as u16, bin);
        let recent = self.recent.get_or_insert_with(|| Recent::of(bin));
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

    pub(super) fn flush_bin(&mut self) {
        if let Some(Recent { bin, seen, crowd, .. }) = self.recent.take() {
            let coverage = &mut self.evidence.coverage;
            coverage.bins.entry(bin).or_default().merge(seen);
            coverage.crowds.entry(bin).or_default().merge(&crowd);
        }
    }
}
