//! WHAT IS WORTH NOTICING?
//!
//! A behaviour says what single requests do not: that a client walked through
//! a list, counted through the records of an interface, or came back with the
//! password it had read. One file and one line in [`DETECTORS`] for each. A
//! detector looks at what one client did, in order of time, and never at what
//! it says it is: user agents are written by the client.
//!
//! A detector proposes; what follows for a verdict is another room's to say,
//! by the [`Weight`] of a finding.
//!
//! ```
//! use whofetched::detector::{self, Habits, Scene, Trace};
//!
//! let (habits, scene) = (Habits::default(), Scene::default());
//! let trace = Trace { group: "192.0.2.7", fetches: &[], left_out: 0, habits: &habits, scene: &scene };
//! assert!(detector::look(&trace).is_empty());
//! ```

mod credential_pivot;
mod dictionary_scan;
mod elasticsearch;
mod enumeration;
mod expired_link;
mod habits;
mod harvest;
mod human_browse;
mod list_then_get;
mod orphan;
mod planted_script;
mod resume;
mod scene;
mod search_arrival;
mod shared_link;
mod surge;
mod trimmed_url;

use serde::{Deserialize, Serialize};

use crate::case::{Kind, Language};
use crate::record::Instant;

pub use credential_pivot::{is_entry, may_be_entry};
pub use habits::{Habits, Noted};
pub use scene::{Entry, Period, Scene, Surge};

/// A behaviour that is looked for.
pub trait Detector: Sync {
    /// What it is.
    fn card(&self) -> &'static Card;

    /// Whether a request that asks for nothing exposed is worth keeping for
    /// [`Detector::look`]. Few may be: a client's first are kept.
    fn notes(&self, _act: &Act<'_>) -> bool {
        false
    }

    /// Looks at what a client did.
    fn look(&self, trace: &Trace<'_>) -> Option<Finding>;
}

/// What a detector is, for reports and documentation.
#[derive(Debug)]
pub struct Card {
    /// Its name, in lower case with hyphens.
    pub name: &'static str,
    /// What it notices.
    pub notices: &'static str,
    /// Why that matters.
    pub matters: &'static str,
    /// How it can be wrong.
    pub wrong_when: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
    /// What a finding weighs.
    pub weight: Weight,
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Weight {
    /// It helps the reader and changes nothing.
    Note,
    /// It may be that the exposed content was used, by whom is not shown:
    /// nobody is named, and the logs of the same machine prove less.
    Doubt,
    /// It shows that the client was no lawful user: what the log could not
    /// tell of its requests is told.
    Client,
    /// It shows that the exposed content was used: later logs of the same
    /// machine prove little.
    Used,
}

/// The detectors, by name.
pub static DETECTORS: &[&dyn Detector] = &[
    &credential_pivot::CredentialPivot,
    &dictionary_scan::DictionaryScan,
    &elasticsearch::Elasticsearch,
    &enumeration::Enumeration,
    &expired_link::ExpiredLink,
    &harvest::Harvest,
    &human_browse::HumanBrowse,
    &list_then_get::ListThenGet,
    &orphan::Orphan,
    &planted_script::PlantedScript,
    &resume::Resume,
    &search_arrival::SearchArrival,
    &shared_link::SharedLink,
    &surge::AfterPublication,
    &trimmed_url::TrimmedUrl,
];

/// A request of a client, as it is looked at in passing.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The method as logged.
    pub method: &'a [u8],
    /// The canonical path, its query off.
    pub path: &'a [u8],
    /// The query, without its question mark; empty for none.
    pub query: &'a [u8],
    /// The status.
    pub status: Option<u16>,
    /// Whether it has a referer.
    pub has_referer: bool,
}

/// What a client was sent for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sent {
    /// The content, or as much of it as the log can say.
    Content,
    /// A part of it.
    Part,
    /// A list of names.
    Listing,
    /// That its copy is still good.
    Confirmed,
    /// What was sent the log does not say.
    Unknown,
    /// Nothing of it.
    Nothing,
    /// It wrote or deleted instead.
    Wrote,
}

/// A request for something exposed.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// When.
    pub at: Option<Instant>,
    /// The kind of its exposure.
    pub kind: Kind,
    /// The method as logged.
    pub method: Vec<u8>,
    /// The path that names the target, and the query behind it.
    pub path: Vec<u8>,
    /// The query, without its question mark; empty for none.
    pub query: Vec<u8>,
    /// The host that was asked.
    pub host: Option<Vec<u8>>,
    /// The status.
    pub status: Option<u16>,
    /// What was sent.
    pub sent: Sent,
    /// The referer.
    pub referer: Option<Vec<u8>>,
    /// The record that the path names.
    pub record: Option<Vec<u8>>,
    /// The person whom the path names.
    pub subject: Option<Vec<u8>>,
    /// The server knew who asked.
    pub has_user: bool,
    /// The first byte that was asked for, where the log has the range.
    pub first_byte: Option<u64>,
    /// How many seconds after the end of the last window of its target; none
    /// where it lies before that.
    pub late: Option<i64>,
    /// How many clients were sent this path.
    pub clients: u32,
}

/// What one client did.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    /// Its group, as `actor::group` gives it.
    pub group: &'a str,
    /// Its requests for what was exposed, by time; those without a time last.
    pub fetches: &'a [Fetch],
    /// How many more of these there are than are looked at.
    pub left_out: u64,
    /// Everything else it did.
    pub habits: &'a Habits,
    /// What others did, as far as it tells something of one client.
    pub scene: &'a Scene,
}

impl Trace<'_> {
    /// One of two texts that say the same, in the language of the case.
    fn says(&self, en: impl Into<String>, fr: impl Into<String>) -> String {
        match self.scene.language {
            Language::En => en.into(),
            Language::Fr => fr.into(),
        }
    }
}

/// Something that was noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The detector.
    pub detector: String,
    /// What was noticed, as a sentence without its full stop.
    pub because: String,
    /// What follows.
    pub weight: Weight,
}

/// Lets every detector look.
pub fn look(trace: &Trace<'_>) -> Vec<Finding> {
    DETECTORS.iter().filter_map(|detector| detector.look(trace)).collect()
}

/// A finding of [`DETECTORS`]' `orphan` that was made over all requests, not
/// over those for what was exposed alone.
pub fn orphan(because: String) -> Finding {
    orphan::Orphan.card().found(because)
}

/// The detectors, by their places, that want to keep a request.
fn noting(act: &Act<'_>) -> impl Iterator<Item = u8> {
    (0u8..).zip(DETECTORS).filter(|(_, detector)| detector.notes(act)).map(|(place, _)| place)
}

impl Card {
    /// A finding of this detector.
    fn found(&self, because: String) -> Finding {
        self.found_as(self.weight, because)
    }

    /// A finding of this detector that weighs less than most of its own.
    fn found_as(&self, weight: Weight, because: String) -> Finding {
        Finding { detector: self.name.to_owned(), because, weight }
    }
}

impl Fetch {
    /// Seconds from this request to a later one, where both have a time.
    fn until(&self, later: &Fetch) -> Option<i64> {
        Some(later.at?.seconds - self.at?.seconds)
    }

    /// Whether it was answered that there is no such thing, or not for this
    /// client.
    fn is_refused(&self) -> bool {
        matches!(self.status, Some(403 | 404 | 410))
    }

    /// Whether any of the content was sent.
    fn is_sent(&self) -> bool {
        matches!(self.sent, Sent::Content | Sent::Part)
    }
}

impl Act<'_> {
    /// Whether it was answered as if it had succeeded: with content, or with
    /// a redirect, as after a login.
    fn succeeded(&self) -> bool {
        matches!(self.status, Some(200..=299 | 302 | 303))
    }
}

/// The folder that a path stands in, with its slash; that of a folder is the
/// one above it.
fn folder(path: &[u8]) -> Option<&[u8]> {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    memchr::memrchr(b'/', path).map(|slash| &path[..=slash])
}

/// Bytes of a log in a sentence: what is no UTF-8 is replaced; escaping for
/// where it is shown is done there.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 120;
    let text = String::from_utf8_lossy(bytes);
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// A request for a file, so many seconds in.
    pub fn fetch(at: i64, path: &str) -> Fetch {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let sent = if path.ends_with('/') { Sent::Listing } else { Sent::Content };
        Fetch {
            at: Some(Instant::at(at)),
            kind: Kind::Files,
            method: b"GET".to_vec(),
            path: path.as_bytes().to_vec(),
            query: query.as_bytes().to_vec(),
            host: None,
            status: Some(200),
            sent,
            referer: None,
            record: None,
            subject: None,
            has_user: false,
            first_byte: None,
            late: None,
            clients: 1,
        }
    }

    /// A request for something else.
    pub fn act<'a>(method: &'a str, target: &'a str, status: u16) -> Act<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Act {
            method: method.as_bytes(),
            path: path.as_bytes(),
            query: query.as_bytes(),
            status: Some(status),
            has_referer: false,
        }
    }

    /// Everything that is told of a client of no group.
    pub fn trace<'a>(fetches: &'a [Fetch], habits: &'a Habits, scene: &'a Scene) -> Trace<'a> {
        Trace { group: "192.0.2.7", fetches, left_out: 0, habits, scene }
    }

    /// What a detector says of some requests and habits.
    pub fn look(detector: &dyn Detector, fetches: &[Fetch], habits: &Habits) -> Option<String> {
        let scene = Scene::default();
        detector.look(&trace(fetches, habits, &scene)).map(|finding| finding.because)
    }

    /// The same of requests alone.
    pub fn look_at(detector: &dyn Detector, fetches: &[Fetch]) -> Option<String> {
        look(detector, fetches, &Habits::default())
    }

    #[test]
    fn every_detector_says_what_it_is() {
        let names: Vec<&str> = DETECTORS.iter().map(|detector| detector.card().name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for detector in DETECTORS {
            let card = detector.card();
            for text in [card.notices, card.matters, card.wrong_when, card.source] {
                assert!(text.len() > 20, "{}", card.name);
            }
            assert_eq!(look_at(*detector, &[]), None, "{}", card.name);
        }
    }

    #[test]
    fn the_folder_of_a_path_is_found() {
        assert_eq!(folder(b"/a/b.csv"), Some(&b"/a/"[..]));
        assert_eq!(folder(b"/a/b/"), Some(&b"/a/"[..]));
        assert_eq!(folder(b"/"), None);
    }
}
