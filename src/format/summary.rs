//! A record in one line of text: the notation of the samples on the cards, of
//! tests, and of anyone who wants to see at a glance how a line was read.
//!
//! Not for output: bytes of a log stand in it unescaped.

use std::fmt::Write;

use crate::record::{Record, Request, Role};

/// A record in the notation of the samples:
/// `peer=… forwarded=… upstream=… time=… METHOD target status bytes user=…
/// host=… referer=… agent=… took=…us bucket=… key=…`. What is absent is left out; a request
/// that is none is `raw=<…>`; bytes without a status are `bytes=…`; a time
/// without a zone has no `Z`.
pub fn summary(record: &Record<'_>) -> String {
    let mut text = Summary(String::new());
    for role in [Role::Peer, Role::Forwarded, Role::Upstream] {
        for (_, field) in record.addresses.fields().filter(|(each, _)| *each == role) {
            text.named(role.word(), Some(field));
        }
    }
    if let Some(time) = record.time {
        let at = time.reading.to_string();
        let at = if time.is_local() { at.trim_end_matches('Z') } else { &at };
        text.word(&format!("time={at}"));
    }
    match record.request {
        Request::Line { method, target, .. } => {
            text.word(&String::from_utf8_lossy(method));
            text.word(&String::from_utf8_lossy(target));
        }
        Request::Raw(Some(raw)) => text.word(&format!("raw=<{}>", String::from_utf8_lossy(raw))),
        Request::Raw(None) => {}
    }
    match (record.status, record.bytes) {
        (Some(status), Some(bytes)) => text.word(&format!("{status:03} {bytes}")),
        (Some(status), None) => text.word(&format!("{status:03}")),
        (None, Some(bytes)) => text.word(&format!("bytes={bytes}")),
        (None, None) => {}
    }
    text.named("user", record.user);
    text.named("host", record.host);
    text.named("referer", record.referer);
    text.named("agent", record.agent);
    if let Some(took) = record.took {
        text.word(&format!("took={took}us"));
    }
    text.named("bucket", record.object.and_then(|object| object.bucket));
    text.named("key", record.object.map(|object| object.key));
    text.0
}

/// The text so far.
struct Summary(String);

impl Summary {
    fn word(&mut self, word: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(word);
    }

    fn named(&mut self, name: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            let mut word = String::new();
            // Writing to a string does not fail.
            let _ = write!(word, "{name}={}", String::from_utf8_lossy(value));
            self.word(&word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Reader, Reading, Scratch, State, TABLE};
    use super::*;

    /// A state that has seen the lines before a sample.
    fn state_after(format: &dyn Format, preamble: &[&[u8]]) -> State {
        let mut state = State::default();
        for line in preamble {
            assert!(format.header(&mut state, line), "{}", String::from_utf8_lossy(line));
        }
        state
    }

    #[test]
    fn check_samples() {
        for (place, format) in TABLE.iter().enumerate() {
            let card = format.card();
            assert!(!card.samples.is_empty() && !card.refusals.is_empty(), "{}", card.name);
            for sample in card.samples {
                let text = String::from_utf8_lossy(sample.line);
                let mut state = state_after(*format, sample.preamble);
                let mut scratch = Scratch::default();
                let read = format.read(&mut state, sample.line, &mut scratch);
                match read {
                    Ok(record) => {
                        assert_eq!(summary(&record), sample.reads, "{}: {text}", card.name)
                    }
                    Err(miss) => panic!("{} does not read {text}: {miss:?}", card.name),
                }
                // No format earlier in the table takes it.
                let mut reader = Reader::new(&[], false);
                for line in sample.preamble {
                    assert_eq!(reader.read(line), Reading::Header, "{}", card.name);
                }
                match reader.read(sample.line) {
                    Reading::Read(by, _) => {
                        assert_eq!(TABLE[by].card().name, TABLE[place].card().name, "{text}");
                    }
                    other => panic!("{text}: {other:?}"),
                }
            }
            for line in card.refusals {
                let (mut state, mut scratch) = (State::default(), Scratch::default());
                let read = format.read(&mut state, line, &mut scratch);
                assert!(read.is_err(), "{} reads {}", card.name, String::from_utf8_lossy(line));
            }
        }
    }

    #[test]
    fn damaged_samples_never_panic() {
        let mut scratch = Scratch::default();
        for from in TABLE {
            for sample in from.card().samples {
                let mut damaged = Vec::new();
                for format in TABLE {
                    let mut state = State::default();
                    for line in sample.preamble {
                        format.header(&mut state, line);
                    }
                    let mut read = |line: &[u8]| {
                        scratch.bytes.clear();
                        if let Err(miss) = format.read(&mut state, line, &mut scratch) {
                            assert!(miss.at <= line.len());
                        }
                    };
                    // A line of another format is damaged at fewer places.
                    let own = format.card().name == from.card().name;
                    for at in (0..sample.line.len()).step_by(if own { 1 } else { 41 }) {
                        read(&sample.line[..at]);
                        read(&sample.line[at..]);
                        damaged.clear();
                        damaged.extend_from_slice(sample.line);
                        for byte in *b"\"\\[]() -,:=0a{}\0\n\xff" {
                            damaged[at] = byte;
                            read(&damaged);
                        }
                        damaged.remove(at);
                        read(&damaged);
                    }
                }
            }
        }
    }
}
