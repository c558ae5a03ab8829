//! Envelopes: what other programs put round the line of a web server.
//!
//! A syslog daemon puts its time, host and program before it, a container
//! runtime its time and stream, a log shipper packs it into JSON. Envelopes
//! are taken off before a format is tried, up to [`DEPTH`] of them one in the
//! other. One file per envelope, one line each in [`OBJECTS`] or [`LINES`]; an
//! envelope that is a JSON object is a `Wrap` (`wrap.rs`), which is data.
//!
//! What the innermost envelope holds is tried first, then what those round it
//! hold, and at last the line as it stands: so an envelope never hides a line
//! that a format reads by itself.

mod audit_data;
mod azure;
mod cloudwatch;
mod compose;
mod cri;
mod csv;
mod docker;
mod elastic;
mod gcp;
mod gelf;
mod journald;
mod journald_export;
mod kubectl;
mod loki;
mod message;
mod splunk;
mod syslog;
mod timestamp;
mod wrap;

use super::{Scratch, State};
use crate::record::Time;

/// How many envelopes may lie one in the other: a container's line in a
/// shipper's JSON in syslog is the most that was seen.
pub const DEPTH: usize = 3;

/// An envelope round a line.
pub trait Envelope: Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// What writes it, with a sample.
    fn about(&self) -> About;

    /// Says at a glance whether a line may be in this envelope. Of those that
    /// say yes, the first of the table that can be opened is right.
    fn may_hold(&self, state: &State, line: &[u8]) -> bool;

    /// Where this is an object, the names that mark it: [`Envelope::may_hold`]
    /// says no of every object whose names they say no of.
    fn names(&self) -> Option<Names> {
        None
    }

    /// Says that hardly anything marks this envelope: many a server's own line
    /// begins so. What it holds is then taken only if it is plainly a line by
    /// itself.
    fn is_faint(&self) -> bool {
        false
    }

    /// Takes the envelope off; `None` where the line is not in it after all.
    fn open<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>>;
}

/// The names that mark an envelope that is an object.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// Of each group one is there.
    pub groups: &'static [&'static [&'static str]],
    /// None of these is.
    pub never: &'static [&'static str],
}

impl Names {
    /// Says whether they mark an object of which is known what names it `has`.
    pub fn mark(self, has: impl Fn(&str) -> bool) -> bool {
        self.groups.iter().all(|group| group.iter().any(|name| has(name)))
            && !self.never.iter().any(|name| has(name))
    }
}

/// What an envelope is, for the documentation.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// What writes it.
    pub title: &'static str,
    /// Lines that come before the sample and say how it is built.
    pub header: &'static [&'static [u8]],
    /// A line in it.
    pub sample: &'static [u8],
    /// What is in that.
    pub holds: &'static [u8],
}

/// What an envelope held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opened<'a> {
    /// The line in it.
    pub content: Content<'a>,
    /// The host that the envelope names: the machine that logged, not the one
    /// that was asked.
    pub logger: Option<&'a [u8]>,
    /// When the envelope was closed.
    pub sealed: Option<Time>,
}

/// The line in an envelope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Content<'a> {
    /// A part of a line that goes on in the next envelope.
    Part,
    /// A whole line.
    Whole(&'a [u8]),
}

/// The envelopes that are JSON objects, and so begin with a brace; the surer
/// mark first.
pub static OBJECTS: &[&dyn Envelope] = &[
    &docker::Docker,
    &elastic::Elastic,
    &splunk::SPLUNK,
    &splunk::EVENT,
    &journald::Journald,
    &loki::LOKI,
    &cloudwatch::CLOUDWATCH,
    &cloudwatch::INSIGHTS,
    &gcp::GCP,
    &azure::AZURE,
    &audit_data::AUDIT_DATA,
    &gelf::GELF,
    &message::MESSAGE,
];

/// The others, which never do; first those that may begin as an address does,
/// then the surer mark first.
pub static LINES: &[&dyn Envelope] = &[
    &csv::Csv,
    &cri::Cri,
    &kubectl::Kubectl,
    &compose::Compose,
    &journald_export::JournaldExport,
    &loki::Pair,
    &syslog::Syslog,
    &timestamp::Timestamp,
];

/// How many of [`LINES`] may have a line that begins as an IPv4 address does:
/// they come first. Nearly every access log is of such lines, of which the
/// others are not asked.
const ADDRESSED: usize = 1;

/// The envelopes that a line may be in, and where they begin among [`all`].
pub fn of(line: &[u8]) -> (usize, &'static [&'static dyn Envelope]) {
    match line.first() {
        Some(b'{') => (0, OBJECTS),
        Some(b'0'..=b'9') if is_addressed(line) => (OBJECTS.len(), &LINES[..ADDRESSED]),
        _ => (OBJECTS.len(), LINES),
    }
}

/// Says whether a line begins as an IPv4 address does: a number and a dot.
fn is_addressed(line: &[u8]) -> bool {
    line.iter().take(4).find(|byte| !byte.is_ascii_digit()) == Some(&b'.')
}

/// All envelopes.
pub fn all() -> impl Iterator<Item = &'static &'static dyn Envelope> {
    OBJECTS.iter().chain(LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    /// Opens all envelopes of some lines, and gives what the last one held.
    fn open(lines: &[&[u8]]) -> Option<String> {
        let mut state = State::default();
        let mut last = None;
        for line in lines {
            let mut content = line.to_vec();
            last = None;
            for _ in 0..DEPTH {
                let Some(envelope) = all().find(|each| each.may_hold(&state, &content)) else {
                    break;
                };
                let held = content.clone();
                let mut scratch = Scratch::default();
                let Some(opened) = envelope.open(&mut state, &held, &mut scratch) else { break };
                match opened.content {
                    Content::Part => {
                        last = Some("part".to_owned());
                        break;
                    }
                    Content::Whole(whole) => {
                        content = whole.to_vec();
                        last = Some(String::from_utf8_lossy(&content).into_owned());
                    }
                }
            }
        }
        last
    }

    #[test]
    fn envelopes_are_taken_off() {
        let check = |lines: &[&[u8]], expected: Option<&str>| {
            assert_eq!(open(lines).as_deref(), expected, "{:?}", String::from_utf8_lossy(lines[0]));
        };
        check(&[b"<190>Jan  5 07:41:35 web1 nginx: A b"], Some("A b"));
        check(&[b"Jan 15 07:41:35 web1 nginx[12]: A b"], Some("A b"));
        check(&[b"Jan 15 07:41:35 nginx: A b"], Some("A b"));
        check(&[b"2021-11-15T06:25:30.455237+00:00 host prog[1]: A"], Some("A"));
        check(
            &[b"2021-11-12T16:59:46.613304+00:00 1.1.1.1  {     \"a\": 1}"],
            Some("{     \"a\": 1}"),
        );
        check(&[b"<134>2021-11-15T06:25:28Z cache-fra19120 name[1234]: A"], Some("A"));
        check(&[b"<134>1 2020-12-15T07:34:00.123Z host app 7 - - A"], Some("A"));
        check(&["<134>1 - - app - id [x@1 k=\"v\\]\"][y] \u{feff}A".as_bytes()], Some("A"));
        check(&[b"47 <134>1 2020-12-15T07:34:00.123Z host app 7 - - A"], Some("A"));
        check(
            &[br#"{"log":"A \"b\"\n","stream":"stdout","time":"2024-01-01T00:00:00.1Z"}"#],
            Some("A \"b\""),
        );
        check(
            &[br#"{"log":"A ","stream":"stdout","time":"2024-01-01T00:00:00.1Z"}"#],
            Some("part"),
        );
        check(
            &[
                br#"{"log":"A ","stream":"stdout","time":"2024-01-01T00:00:00.1Z"}"#,
                br#"{"log":"b\n","stream":"stdout","time":"2024-01-01T00:00:00.1Z"}"#,
            ],
            Some("A b"),
        );
        check(&[b"2026-01-24T01:34:36.743000000+00:00 stdout F A b"], Some("A b"));
        check(
            &[
                b"2026-01-24T01:34:36.743000000+00:00 stdout P A ",
                b"2026-01-24T01:34:36.743000001+00:00 stderr F x",
                b"2026-01-24T01:34:36.743000002+00:00 stdout F b",
            ],
            Some("A b"),
        );
        check(
            &[br#"{"@timestamp":"2024-01-01T00:00:00Z","message":"A","host":{"name":"h"}}"#],
            Some("A"),
        );
        check(&[br#"{"message":"<190>Jan  5 07:41:35 web1 nginx: A","@version":"1"}"#], Some("A"));
        check(&[b"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] \"GET / HTTP/1.1\" 200 5"], None);
        check(&[b"2022-03-10 17:26:30 ::1 GET /iisstart.png - 80 - ::1"], None);
        check(&[br#"{"level":"info","ts":1.5,"msg":"handled request"}"#], None);
    }

    #[test]
    fn every_envelope_opens_its_own_sample() {
        for envelope in all() {
            let about = envelope.about();
            let is_object = OBJECTS.iter().any(|each| each.name() == envelope.name());
            assert_eq!(about.sample.starts_with(b"{"), is_object, "{}", envelope.name());
            assert_eq!(envelope.names().is_some(), is_object, "{}", envelope.name());
            let mut state = State::default();
            for line in about.header {
                let has_taken = |format: &&dyn Format| format.header(&mut state, line);
                assert!(crate::format::TABLE.iter().any(has_taken), "{}", envelope.name());
            }
            let mut scratch = Scratch::default();
            let first = all().find(|each| {
                let mut scratch = Scratch::default();
                each.may_hold(&state, about.sample)
                    && each.open(&mut state.clone(), about.sample, &mut scratch).is_some()
            });
            assert_eq!(first.map(|first| first.name()), Some(envelope.name()));
            let opened = envelope.open(&mut state, about.sample, &mut scratch).unwrap();
            assert_eq!(opened.content, Content::Whole(about.holds), "{}", envelope.name());
        }
    }

    proptest! {
        #[test]
        fn no_envelope_that_is_not_asked_would_hold_an_addressed_line(
            number in "[0-9]{1,3}[.]", which in 0..LINES.len(), from in 0..60_usize,
            text in "[0-9T:.<>|F -]{0,30}",
        ) {
            let sample = LINES[which].about().sample;
            let sample = &sample[from.min(sample.len())..];
            for line in [[number.as_bytes(), sample].concat(), (number + &text).into_bytes()] {
                let (first, asked) = of(&line);
                prop_assert_eq!((first, asked.len()), (OBJECTS.len(), ADDRESSED));
                for envelope in &LINES[ADDRESSED..] {
                    let (mut state, mut scratch) = <(State, Scratch)>::default();
                    prop_assert!(
                        !envelope.may_hold(&state, &line)
                            || envelope.open(&mut state, &line, &mut scratch).is_none(),
                        "{} {:?}", envelope.name(), String::from_utf8_lossy(&line)
                    );
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_an_envelope_panic() {
        let seeds: [&[u8]; 12] = [
            b"<190>Jan  5 07:41:35 web1 nginx: A b",
            b"<134>1 2020-12-15T07:34:00.123Z host app 7 - [a b=\"c\"] A",
            br#"{"log":"A b\n","stream":"stdout","time":"2024-01-01T00:00:00.1Z"}"#,
            b"2026-01-24T01:34:36.743000000+00:00 stdout P A b",
            br#"{"@timestamp":"2024-01-01T00:00:00Z","message":"A","host":{"name":"h"}}"#,
            br#"{"MESSAGE":[65,32],"_HOSTNAME":"h","__REALTIME_TIMESTAMP":"1700000000000000"}"#,
            b"__CURSOR=s\x1fMESSAGE=A\x1f_HOSTNAME=h",
            br#"["1700000000000000000", "A \"b\"", {"c":"d"}]"#,
            br#"{"preview":false,"result":{"_raw":"A","host":"h"}}"#,
            b"\x1b[36mweb-1  |\x1b[0m A",
            b"[pod/web-1/nginx] A",
            br#"{"_index":"i","_source":{"a":"}"}}"#,
        ];
        for seed in seeds {
            for end in 0..seed.len() {
                open(&[&seed[..end]]);
                for byte in [0, b' ', b'"', b'\\', b']', b':', 0xff] {
                    let mut line = seed.to_vec();
                    line[end] = byte;
                    open(&[&line]);
                }
            }
        }
    }
}
