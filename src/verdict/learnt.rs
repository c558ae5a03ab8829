//! What the hits themselves teach of what was exposed: its sizes, and which
//! pages are lists of other names ([`shown`]).
//!
//! A count of sent bytes proves that the whole was sent only beside the size
//! of the whole. Where the case does not state it, or the answer was
//! compressed, the log may: many clients that were sent the same count were
//! sent the same whole. What is learnt of a size raises a grade or makes it less
//! sure; it never turns content into less ([`super::grade`]).

pub mod shown;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xxhash_rust::xxh3::xxh3_128;

use crate::evidence::{ClientKey, Detail, Hit, Method, Signs};
use crate::examine::Examined;
use crate::record::{BytesMeaning, Ending, Range};

use shown::Shown;

/// How many clients must have been sent the same count for it to be that of
/// the whole. Two may have broken off at the same place, because the buffers
/// of a kernel have the same sizes for all; the largest count of a path is
/// believed from two on.
const CLIENTS: usize = 3;

/// How many different counts of one path are compared; a path with more is
/// made anew for each request and has no size.
const SIZES_KEPT: usize = 64;

/// Of how many paths the sizes are learnt: the first ones. A request for any
/// other is graded by itself alone: content was sent, how much is not known.
const PATHS_KEPT: usize = 1 << 14;

/// Of how many clients and paths the parts are put together: the first ones.
const PARTS_KEPT: usize = 1 << 14;

/// How many separate ranges of one client and path are put together.
const RANGES_KEPT: usize = 4096;

/// What was learnt from all hits of a run.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    paths: HashMap<u128, Sizes>,
    parts: HashMap<(ClientKey, u128), Parts>,
    shown: Shown,
}

/// The counts that were seen for one path.
#[derive(Debug, Clone, Default)]
struct Sizes {
    /// Of whole answers, as a server planned them: each is a size.
    planned: BTreeSet<u64>,
    /// As they were sent: with up to [`CLIENTS`] of those who were sent it.
    sent: BTreeMap<u64, Vec<ClientKey>>,
    /// There were more than fit.
    is_made: bool,
}

/// What one client was sent of one path in ranges.
#[derive(Debug, Clone, Default)]
struct Parts {
    /// The ranges, sorted and joined where they touch.
    ranges: Vec<(u64, u64)>,
    /// The bytes of parts of which the range is not logged.
    loose: u64,
    /// Of some part the log counts no body bytes that were sent.
    is_planned: bool,
    /// The size of the whole, where a range says it.
    whole: Option<u64>,
}

/// What the logs teach of one hit's path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The hit's own count is that of a whole answer.
    pub is_whole: bool,
    /// The parts that the client was sent make the whole.
    pub is_whole_in_parts: bool,
    /// The parts that were made for the client make the whole; whether they
    /// were sent is not logged.
    pub is_planned_in_parts: bool,
    /// It is a page by which other names are found ([`shown`]).
    pub is_shown: bool,
}

impl Learnt {
    /// Learns from every hit that counts; `mean` is what its byte count means.
    ///
    /// # Errors
    /// When the text of the hits cannot be read back.
    pub fn of(examined: &Examined, mean: impl Fn(&Hit) -> BytesMeaning) -> std::io::Result<Learnt> {
        let mut learnt = Learnt::default();
        examined.each_hit(|_, hit, detail| {
            // What an edge and its origin both logged was sent once.
            let not_own = [Signs::COPY, Signs::OTHER_HOST, Signs::REPEATED];
            if !not_own.iter().any(|sign| hit.signs.has(*sign)) {
                learnt.see(hit, detail, mean(hit));
                learnt.shown.see(hit, detail);
            }
            Ok(())
        })?;
        Ok(learnt)
    }

    /// Learns from one hit that counts.
    fn see(&mut self, hit: &Hit, detail: &Detail, mean: BytesMeaning) {
        let path = xxh3_128(&detail.path);
        let is_sent = mean == BytesMeaning::Body;
        let is_broken = matches!(detail.delivery.ending, Some(Ending::Cut | Ending::Early));
        let Some(bytes) = hit.bytes().filter(|bytes| *bytes > 0) else { return };
        match hit.status() {
            Some(200) if hit.method == Method::Get => {
                if self.paths.len() >= PATHS_KEPT && !self.paths.contains_key(&path) {
                    return;
                }
                let sizes = self.paths.entry(path).or_default();
                if sizes.is_made {
                    return;
                }
                if mean == BytesMeaning::Planned && !is_broken {
                    sizes.planned.insert(bytes);
                } else if is_sent && !is_broken {
                    let clients = sizes.sent.entry(bytes).or_default();
                    if clients.len() < CLIENTS && !clients.contains(&hit.client) {
                        clients.push(hit.client);
                    }
                }
                if sizes.planned.len() + sizes.sent.len() > SIZES_KEPT {
                    *sizes = Sizes { is_made: true, ..Sizes::default() };
                }
            }
            Some(206) if is_sent || detail.delivery.range.is_some() => {
                let key = (hit.client, path);
                if self.parts.len() >= PARTS_KEPT && !self.parts.contains_key(&key) {
                    return;
                }
                let parts = self.parts.entry(key).or_default();
                parts.whole = parts.whole.max(detail.delivery.whole);
                parts.is_planned |= !is_sent;
                match detail.delivery.range {
                    Some(range) => parts.add(range, bytes),
                    None => parts.loose = parts.loose.saturating_add(bytes),
                }
            }
            _ => {}
        }
    }

    /// What is known of a hit's path; `stated` is what the case says is its
    /// size.
    pub fn lesson(
        &self,
        hit: &Hit,
        detail: &Detail,
        mean: BytesMeaning,
        stated: Option<u64>,
    ) -> Lesson {
        let path = xxh3_128(&detail.path);
        let sizes = self.paths.get(&path);
        let is_sent = mean == BytesMeaning::Body;
        let is_whole =
            is_sent && hit.bytes().is_some_and(|bytes| sizes.is_some_and(|sizes| sizes.has(bytes)));
        let joined = self.parts.get(&(hit.client, path)).filter(|parts| {
            let learnt = sizes.and_then(Sizes::largest);
            let whole = parts.whole.or(detail.delivery.whole).or(stated).or(learnt);
            whole.is_some_and(|whole| parts.reach(whole))
        });
        Lesson {
            is_whole,
            is_whole_in_parts: joined.is_some_and(|parts| !parts.is_planned),
            is_planned_in_parts: joined.is_some_and(|parts| parts.is_planned),
            is_shown: self.shown.holds(path),
        }
    }
}

impl Sizes {
    /// Whether a count is that of a whole answer.
    fn has(&self, bytes: u64) -> bool {
        let clients = self.sent.get(&bytes).map_or(0, Vec::len);
        let is_largest = self.sent.last_key_value().is_some_and(|(largest, _)| *largest == bytes);
        self.planned.contains(&bytes) || clients >= CLIENTS || is_largest && clients >= 2
    }

    /// The largest count that is one of a whole answer: not a compressed one,
    /// if there is another.
    fn largest(&self) -> Option<u64> {
        let sent = self.sent.keys().rev().find(|bytes| self.has(**bytes)).copied();
        sent.max(self.planned.last().copied())
    }
}

impl Parts {
    /// Adds a range. Of one "to the end" what was sent says how far it went.
    fn add(&mut self, range: Range, bytes: u64) {
        self.whole = self.whole.max(range.whole);
        // A count with headers is a little more than the range; what was sent
        // of a range that was broken off is less.
        let asked = range.last.unwrap_or(u64::MAX);
        let last = asked.min(range.first.saturating_add(bytes - 1));
        let at = self.ranges.partition_point(|(_, end)| end.saturating_add(1) < range.first);
        let (mut first, mut end, mut joined) = (range.first, last, 0);
        for (other_first, other_last) in &self.ranges[at..] {
            if *other_first > end.saturating_add(1) {
                break;
            }
            first = first.min(*other_first);
            end = end.max(*other_last);
            joined += 1;
        }
        if joined > 0 || self.ranges.len() < RANGES_KEPT {
            self.ranges.splice(at..at + joined, [(first, end)]);
        }
    }

    /// Whether the parts make a whole of this size: ranges one behind the
    /// other, or, where no range is logged, as many bytes.
    fn reach(&self, whole: u64) -> bool {
        let ranges =
            self.ranges.first().is_some_and(|(first, last)| *first == 0 && *last + 1 >= whole);
        whole > 0 && (ranges || self.loose >= whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hit::Facts;
    use crate::record::{Client, Delivery};

    fn client(number: u8) -> ClientKey {
        ClientKey::of(Client::read(format!("192.0.2.{number}").as_bytes()))
    }

    fn hit(number: u8, status: u16, bytes: u64) -> Hit {
        let facts = Facts { status: Some(status), bytes: Some(bytes), ..Facts::default() };
        let mut hit = Hit::new(facts);
        (hit.method, hit.client) = (Method::Get, client(number));
        hit
    }

    fn detail(range: Option<&str>) -> Detail {
        let range = range.and_then(|range| Range::read(range.as_bytes()));
        let delivery = Delivery { range, ..Delivery::default() };
        Detail { path: b"/a.csv".to_vec(), delivery, ..Detail::default() }
    }

    #[test]
    fn a_count_that_many_were_sent_is_the_whole() {
        let check = |hits: &[(u8, u64)], asked: (u8, u64), expected: bool| {
            let mut learnt = Learnt::default();
            for (number, bytes) in hits {
                learnt.see(&hit(*number, 200, *bytes), &detail(None), BytesMeaning::Body);
            }
            let hit = hit(asked.0, 200, asked.1);
            let lesson = learnt.lesson(&hit, &detail(None), BytesMeaning::Body, None);
            assert_eq!(lesson.is_whole, expected, "{hits:?} {asked:?}");
        };
        check(&[(1, 500)], (1, 500), false);
        check(&[(1, 500), (1, 500), (1, 500)], (1, 500), false);
        check(&[(1, 500), (2, 500)], (2, 500), true);
        // Two that broke off at the same place, and one that did not.
        check(&[(1, 500), (2, 500), (3, 900)], (2, 500), false);
        check(&[(1, 500), (2, 500), (3, 900), (4, 500)], (2, 500), true);
        check(&[(1, 500), (2, 500)], (3, 400), false);
    }

    #[test]
    fn a_planned_size_is_one_from_the_first_answer_on() {
        let mut learnt = Learnt::default();
        learnt.see(&hit(1, 200, 500), &detail(None), BytesMeaning::Planned);
        let is_whole = |mean| learnt.lesson(&hit(2, 200, 500), &detail(None), mean, None).is_whole;
        assert!(is_whole(BytesMeaning::Body));
        assert!(!is_whole(BytesMeaning::Planned), "what was planned need not have been sent");
    }

    #[test]
    fn a_path_that_is_made_anew_has_no_size() {
        let mut learnt = Learnt::default();
        for bytes in 1..200 {
            for number in 1..4 {
                learnt.see(&hit(number, 200, bytes), &detail(None), BytesMeaning::Body);
            }
        }
        assert_eq!(
            learnt.lesson(&hit(1, 200, 7), &detail(None), BytesMeaning::Body, None),
            Lesson::default()
        );
    }

    #[test]
    fn ranges_are_put_together() {
        let check = |parts: &[(Option<&str>, u64)], stated: Option<u64>, expected: bool| {
            let mut learnt = Learnt::default();
            for (range, bytes) in parts {
                learnt.see(&hit(1, 206, *bytes), &detail(*range), BytesMeaning::Body);
            }
            let lesson = learnt.lesson(&hit(1, 206, 1), &detail(None), BytesMeaning::Body, stated);
            assert_eq!(lesson.is_whole_in_parts, expected, "{parts:?}");
        };
        let halves = [(Some("bytes=500-999"), 500), (Some("bytes=0-499"), 500)];
        check(&halves, Some(1000), true);
        check(&halves, Some(1001), false);
        check(&halves, None, false);
        check(&[(Some("bytes 0-499/900"), 500), (Some("bytes 400-899/900"), 500)], None, true);
        check(&[(Some("bytes=0-499"), 500), (Some("bytes=501-999"), 499)], Some(1000), false);
        // One of the two was broken off.
        check(&[(Some("bytes=0-499"), 100), (Some("bytes=500-999"), 500)], Some(1000), false);
        check(&[(Some("bytes=0-"), 1000)], Some(1000), true);
        check(&[(None, 600), (None, 400)], Some(1000), true);
        check(&[(None, 600)], Some(1000), false);
    }

    #[test]
    fn ranges_that_need_not_have_been_sent_are_planned() {
        let mut learnt = Learnt::default();
        for range in ["bytes=0-499", "bytes=500-999"] {
            learnt.see(&hit(1, 206, 500), &detail(Some(range)), BytesMeaning::Planned);
        }
        let hit = hit(1, 206, 500);
        let lesson = learnt.lesson(&hit, &detail(None), BytesMeaning::Planned, Some(1000));
        assert!(lesson.is_planned_in_parts && !lesson.is_whole_in_parts);
    }

    #[test]
    fn what_was_broken_off_teaches_no_size() {
        let mut learnt = Learnt::default();
        let cut = Delivery { ending: Some(Ending::Cut), ..Delivery::default() };
        let cut = Detail { delivery: cut, ..detail(None) };
        learnt.see(&hit(1, 200, 500), &cut, BytesMeaning::Planned);
        let other = learnt.lesson(&hit(2, 200, 500), &detail(None), BytesMeaning::Body, None);
        assert!(!other.is_whole);
    }
}
