//! Hitachi Content Platform Anywhere: what its users see of their files, one
//! event a line, with its time.
//!
//! Directive: none; the Activity page and the history of a file in the User Portal.
//! Specification: "HCP Anywhere User Help", Monitoring your activity, which lists the
//! messages; how a time stands beside one it leaves open.
//!
//! ```abnf
//! hcp-anywhere = time separator *OCTET message [closing]
//!              / message separator time
//! message  = [%s"The "] %s"file " name %s" was accessed " access
//!          / [%s"The "] %s"file " name " has been read"
//!          / name %s" was shared via " kind %s" link for " 1*DIGIT %s" days" *OCTET
//! access   = %s"anonymously from IP " ip ":" port / %s"by authenticated user " user
//! separator = 1*("," / ";" / HTAB / SP / DQUOTE / "[" / "]")
//! ```
//!
//! An event is no request: its method is what was done (`ACCESSED`, `READ`, `SHARED`), its target `/`
//! and the file, percent-encoded where it would end a path. There is no status: that the file was
//! accessed says that it was opened, not how much of it was sent. Only who came by a public link has
//! an address. A name is the user's own and may hold any of these words; the last that fit are taken.

use memchr::memmem;

use super::token::{exported, iso, present};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Client, Record, Request, Role, Time};

/// The events of HCP Anywhere.
pub struct HcpAnywhere;

static CARD: Card = Card {
    name: "hcp-anywhere",
    title: "Hitachi HCP Anywhere, events of files and links",
    directive: "none",
    reference: "HCP Anywhere User Help, Monitoring your activity",
    grammar: "hcp-anywhere = time separator *OCTET message [closing] / message separator time",
    time: TimeMeaning::Unknown,
    zone: "as it is written; local where nothing is said",
    bytes: BytesMeaning::Unknown,
    client: "who came by a public link (anonymously from IP)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"2016-05-24 12:34:56 +0200,bob,\"The file export/patients #1.csv was accessed anonymously from IP 203.0.113.5:51234\"",
            reads: "peer=203.0.113.5:51234 time=2016-05-24T10:34:56Z ACCESSED /export/patients %231.csv",
        },
        Sample {
            preamble: &[],
            line: b"5/24/2016 12:34:56 PM\tThe file patients.csv was accessed by authenticated user bob",
            reads: "time=2016-05-24T12:34:56 ACCESSED /patients.csv user=bob",
        },
        Sample {
            preamble: &[],
            line: b"The file patients.csv was accessed anonymously from IP [2001:db8::5]:51234; 2016-05-24T12:34:56Z",
            reads: "peer=[2001:db8::5]:51234 time=2016-05-24T12:34:56Z ACCESSED /patients.csv",
        },
        Sample {
            preamble: &[],
            line: b"2016-05-20T08:00:00Z /export/patients.csv was shared via public link for 7 days",
            reads: "time=2016-05-20T08:00:00Z SHARED /export/patients.csv",
        },
        Sample {
            preamble: &[],
            line: b"2016-05-20T08:00:00Z File patients.csv has been read",
            reads: "time=2016-05-20T08:00:00Z READ /patients.csv",
        },
    ],
    refusals: &[
        b"The file patients.csv was accessed anonymously from IP 203.0.113.5:51234",
        b"2016-05-24 12:34:56 The file patients.csv was accessed anonymously from IP nobody",
        b"2016-05-24 12:34:56 The file patients.csv was accessed anonymously from IP 203.0.113.5:51234 and more",
        b"2016-05-24 12:34:56 patients.csv was shared",
    ],
};

const ANONYMOUSLY: &[u8] = b" was accessed anonymously from IP ";
const BY_USER: &[u8] = b" was accessed by authenticated user ";
const READ: &[u8] = b" has been read";
const SHARED: &[u8] = b" was shared via ";

impl Format for HcpAnywhere {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let marks = [ANONYMOUSLY, BY_USER, READ, SHARED];
        let found = marks.iter().find_map(|mark| Some((*mark, memmem::rfind(line, mark)?)));
        let (mark, at) = found.ok_or(Miss { at: 0, wanted: "an event of a file" })?;
        let (before, behind) = (&line[..at], &line[at + mark.len()..]);
        let (behind, time, name) = match leading(before) {
            Some((time, rest)) => (behind, time, name(rest, mark == SHARED)),
            None => {
                let (behind, time) = trailing(behind)
                    .ok_or(Miss { at: line.len(), wanted: "a time before or behind the event" })?;
                (behind, time, name(before, mark == SHARED))
            }
        };
        let miss = |wanted| Miss { at: at + mark.len(), wanted };
        let name = present(name).ok_or(miss("the name of a file"))?;
        let behind = trimmed(behind);
        let mut record = Record { time: Some(time), ..Record::default() };
        let method: &[u8] = match mark {
            ANONYMOUSLY => {
                Client::read(behind).ip().ok_or(miss("an address and its port"))?;
                record.addresses.push(Role::Peer, behind);
                b"ACCESSED"
            }
            BY_USER => {
                record.user = Some(present(behind).ok_or(miss("the name of a user"))?);
                b"ACCESSED"
            }
            READ if behind.is_empty() => b"READ",
            SHARED if memmem::find(behind, b" link for ").is_some() => b"SHARED",
            _ => return Err(miss("the end of the event")),
        };
        scratch.bytes.clear();
        if name.first() != Some(&b'/') {
            scratch.bytes.push(b'/');
        }
        for byte in name {
            match byte {
                b'%' => scratch.bytes.extend_from_slice(b"%25"),
                b'?' => scratch.bytes.extend_from_slice(b"%3F"),
                b'#' => scratch.bytes.extend_from_slice(b"%23"),
                _ => scratch.bytes.push(*byte),
            }
        }
        record.request = Request::Line { method, target: &scratch.bytes, version: None };
        Ok(record)
    }
}

/// The name of the file at the end of what stands before the event's words:
/// behind `file`, or, of a link, behind the last separator that a name does not hold.
fn name(before: &[u8], is_shared: bool) -> &[u8] {
    let marks: [&[u8]; 2] = [b"The file ", b"File "];
    let named =
        marks.iter().find_map(|mark| Some(&before[memmem::find(before, mark)? + mark.len()..]));
    match named {
        Some(name) => name,
        None if is_shared => {
            let start = before.iter().rposition(|byte| matches!(byte, b',' | b';' | b'\t' | b'"'));
            trimmed(&before[start.map_or(0, |at| at + 1)..])
        }
        None => b"",
    }
}

/// The time that a line begins with, and what is behind it.
fn leading(text: &[u8]) -> Option<(Time, &[u8])> {
    let text = unseparated(text);
    if let Ok((rest, time)) = iso(text) {
        return rest.first().is_some_and(separates).then_some((time, rest));
    }
    let ends = (1..text.len().min(40)).rev().filter(|end| separates(&text[*end]));
    ends.into_iter().find_map(|end| Some((exported(&text[..end])?, &text[end..])))
}

/// What stands before the time that a line ends with, and the time.
fn trailing(text: &[u8]) -> Option<(&[u8], Time)> {
    let text = trimmed(text);
    let starts = (1..text.len()).rev().take(40).filter(|start| separates(&text[*start - 1]));
    let mut longest = None;
    for start in starts {
        let whole = &text[start..];
        let time = match iso(whole) {
            Ok((b"", time)) => Some(time),
            _ => exported(whole),
        };
        if let Some(time) = time {
            longest = Some((&text[..start - 1], time));
        }
    }
    longest
}

fn separates(byte: &u8) -> bool {
    matches!(byte, b',' | b';' | b'\t' | b' ' | b'"' | b'[' | b']')
}

fn unseparated(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !separates(byte) || *byte == b'[');
    let text = &text[start.unwrap_or(text.len())..];
    text.strip_prefix(b"[").unwrap_or(text)
}

/// Without separators round it, but for the brackets of an address.
fn trimmed(text: &[u8]) -> &[u8] {
    let is_round = |byte: &u8| separates(byte) && !matches!(byte, b'[' | b']');
    let start = text.iter().position(|byte| !is_round(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_round(byte)).map_or(start, |last| last + 1);
    &text[start..end]
}
