//! What targets were found to name, so that what is asked for over and over is
//! matched once.

use std::borrow::Cow;

use smallvec::SmallVec;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{Match, Matcher};
use crate::record::path::Forms;
use crate::record::{Escape, Record};

/// How many sets of places there are, and how many are in each.
const SETS: usize = 1 << 11;
const PLACES: usize = 2;

/// How long a target, and a host, may be to be remembered, in bytes.
const LONGEST: usize = 256;

/// How much memory they take at most, in bytes, before all are forgotten.
const MOST_BYTES: usize = 3 << 20;

/// What the targets seen last name, by [`Matcher::find_forms`] of any matcher of
/// one case. Each has a place by its hash and is compared byte by byte; it is
/// remembered the second time, because many are asked for but once.
#[derive(Default)]
pub struct Finds {
    sets: Vec<[Place; PLACES]>,
    /// How much memory takes what is known.
    bytes: usize,
    /// The set and the place of the target that [`Finds::knows`] was asked for
    /// last: the next to be found.
    next: Option<(usize, usize)>,
}

/// A target's place, that may still be empty.
#[derive(Default)]
struct Place {
    hash: u64,
    known: Option<Box<Known>>,
    /// It is known to name something.
    is_found: bool,
}

/// What is known of a target.
struct Known {
    /// Most are no longer.
    target: SmallVec<[u8; 64]>,
    host: Option<Vec<u8>>,
    escape: Escape,
    fold: bool,
    found: Option<(Match<'static>, Forms<'static>)>,
}

/// What a target names, and every form of it.
pub enum Found<'f, 't> {
    /// Remembered.
    Known(&'f (Match<'static>, Forms<'static>)),
    /// Found just now.
    New(Box<(Match<'t>, Forms<'t>)>),
}

impl Found<'_, '_> {
    /// Both.
    pub fn both(&self) -> (&Match<'_>, &Forms<'_>) {
        match self {
            Found::Known((found, forms)) => (found, forms),
            Found::New(both) => (&both.0, &both.1),
        }
    }
}

impl Finds {
    /// As [`Matcher::find_forms`].
    pub fn find_forms<'f, 't>(
        &'f mut self,
        matcher: &Matcher,
        record: &Record<'t>,
    ) -> Option<Found<'f, 't>> {
        let target = record.target()?;
        let new = |both| Found::New(Box::new(both));
        // It is no other meanwhile: only this changes what is known.
        if let Some((set, at)) = self.next.take()
            && self.sets[set][at].is_of(matcher, record)
        {
            return self.sets[set][at].found();
        }
        let longest = target.len().max(record.host.map_or(0, <[u8]>::len));
        if record.object.is_some() || longest > LONGEST {
            return matcher.find_forms(record).map(new);
        }
        // Most lines that are read by their grammar name nothing.
        if !matcher.may_match(target, record.escape) {
            return None;
        }
        if self.bytes > MOST_BYTES {
            self.sets.clear();
            self.bytes = 0;
        }
        if self.sets.is_empty() {
            self.sets.resize_with(SETS, Default::default);
        }
        // One target is asked for on many hosts.
        let hash = xxh3_64_with_seed(target, record.host.map_or(0, xxh3_64));
        let set = &mut self.sets[hash as usize % SETS];
        let Some(at) = set.iter().position(|place| place.hash == hash) else {
            // Whoever was asked for twice stays before those that were once.
            let before =
                std::mem::replace(&mut set[PLACES - 1], Place { hash, ..Place::default() });
            self.bytes -= before.size();
            return matcher.find_among(record).map(new);
        };
        set[..=at].rotate_right(1);
        let place = &mut set[0];
        if !place.is_of(matcher, record) {
            self.bytes -= place.size();
            let known = Known::new(matcher, record, target);
            place.is_found = known.found.is_some();
            place.known = Some(Box::new(known));
            self.bytes += place.size();
        }
        place.found()
    }

    /// Says whether a target, as logged without a host, was found to name one. A
    /// cheap look: where it says no, that may be forgotten.
    pub fn knows(&mut self, target: &[u8]) -> bool {
        if self.sets.is_empty() {
            return false;
        }
        let hash = xxh3_64_with_seed(target, 0);
        let set = hash as usize % SETS;
        let at = self.sets[set].iter().position(|place| place.hash == hash && place.is_found);
        self.next = at.map(|at| (set, at));
        at.is_some()
    }
}

impl Place {
    /// Says whether it is of the target of a record in the eyes of a matcher.
    fn is_of(&self, matcher: &Matcher, record: &Record<'_>) -> bool {
        self.known.as_ref().is_some_and(|known| known.is_of(matcher, record))
    }

    /// About how much memory takes what is known, in bytes.
    fn size(&self) -> usize {
        self.known.as_ref().map_or(0, |known| known.size())
    }

    fn found<'f, 't>(&'f self) -> Option<Found<'f, 't>> {
        self.known.as_ref().and_then(|known| known.found.as_ref()).map(Found::Known)
    }
}

impl Known {
    fn new(matcher: &Matcher, record: &Record<'_>, target: &[u8]) -> Known {
        let found = matcher.find_among(record);
        Known {
            target: SmallVec::from_slice(target),
            host: record.host.map(<[u8]>::to_vec),
            escape: record.escape,
            fold: matcher.fold,
            found: found.map(|(found, forms)| (found.into_owned(), forms.into_owned())),
        }
    }

    fn size(&self) -> usize {
        let own = size_of::<Known>() + self.target.len() + self.host.as_ref().map_or(0, Vec::len);
        let Some((found, forms)) = &self.found else { return own };
        let paths: usize = forms.each.iter().map(|form| size_of_val(form) + form.path.len()).sum();
        own + 4 * found.targets.len() + paths + 3 * self.target.len()
    }

    /// Says whether it is of the same target in the eyes of a matcher.
    fn is_of(&self, matcher: &Matcher, record: &Record<'_>) -> bool {
        record.target() == Some(self.target.as_slice())
            && record.object.is_none()
            && record.host == self.host.as_deref()
            && record.escape == self.escape
            && matcher.fold == self.fold
    }
}

impl Match<'_> {
    /// The same, which no longer needs the bytes that it was made of.
    fn into_owned<'o>(self) -> Match<'o> {
        let Match { exposures, targets, other_host, spelling, path, subject, record } = self;
        let path = Cow::Owned(path.into_owned());
        Match { exposures, targets, other_host, spelling, path, subject, record }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load;
    use crate::record::Request;

    #[test]
    fn what_is_remembered_is_what_is_found() {
        let patterns =
            ["/exports", "https://h.example/a", "re:/(?<subject>[0-9]+)$"].map(str::to_owned);
        let case = load::quick(&patterns, None, None, None, None, &[], &[], None).unwrap();
        let matchers = [false, true].map(|fold| Matcher::new(&case, fold).unwrap());
        let mut finds = Finds::default();
        let (mut n_known, mut n_known_before) = (0, 0);
        for round in 0..4 {
            for n in 0..12_000_usize {
                let folder = ["/exports", "/EXPORTS", "/a", "/%61", "/b", "//exports"][n % 6];
                let target = format!("{folder}/{}?q", n % 97 * 7);
                let host = [None, Some("h.example"), Some("i.example")][n / 7 % 3];
                let record = Record {
                    request: Request::Line {
                        method: b"-",
                        target: target.as_bytes(),
                        version: None,
                    },
                    escape: [Escape::Backslash, Escape::Plus][n / 5 % 2],
                    host: host.map(str::as_bytes),
                    ..Record::default()
                };
                let matcher = &matchers[n / 3 % 2];
                // The next that is found may be another.
                let asked = if n % 5 == 0 { b"/exports/7?q" } else { target.as_bytes() };
                n_known_before += usize::from(n % 3 > 0 && finds.knows(asked));
                let found = finds.find_forms(matcher, &record);
                n_known += usize::from(matches!(found, Some(Found::Known(_))));
                let found = found.as_ref().map(Found::both);
                let expected = matcher.find_forms(&record);
                assert_eq!(
                    found,
                    expected.as_ref().map(|(found, forms)| (found, forms)),
                    "{round} {target}"
                );
            }
        }
        let places = finds.sets.iter().flatten();
        assert_eq!(finds.bytes, places.map(Place::size).sum::<usize>());
        assert!(n_known > 10_000 && n_known_before > 10_000, "{n_known} {n_known_before}");
    }

    #[test]
    fn what_is_remembered_has_its_room() {
        let case = load::quick(&["/a".to_owned()], None, None, None, None, &[], &[], None).unwrap();
        let matcher = Matcher::new(&case, false).unwrap();
        let mut finds = Finds::default();
        let mut most = 0;
        for n in 0..10_000 {
            let target = format!("/a/{}/{}", "b".repeat(LONGEST - 20), n / 2);
            let request = Request::Line { method: b"-", target: target.as_bytes(), version: None };
            let record = Record { request, ..Record::default() };
            assert!(!finds.knows(target.as_bytes()), "it was asked for but once");
            let found = finds.find_forms(&matcher, &record);
            assert_eq!(matches!(found, Some(Found::Known(_))), n % 2 == 1, "{n}");
            most = most.max(finds.bytes);
        }
        assert!((MOST_BYTES..MOST_BYTES + 4_096).contains(&most), "{most}");
        assert!(finds.bytes < most);
    }
}
