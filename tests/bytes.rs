//! Whatever the bytes: a reader never panics, and where it gives up is in the
//! line.

use proptest::prelude::*;
use whofetched::format::{Reader, Reading, TABLE};

/// Reads a line twice, because the first reading may leave a state.
fn read(line: &[u8]) -> Result<(), TestCaseError> {
    let mut reader = Reader::new(&[], false);
    for _ in 0..2 {
        if let Reading::Unread(miss) = reader.read(line) {
            prop_assert!(miss.at <= line.len(), "{} of {}", miss.at, line.len());
            prop_assert!(!miss.wanted.is_empty());
        }
    }
    Ok(())
}

/// A line of a card, by any number.
fn sample(any: prop::sample::Index) -> &'static [u8] {
    let all: Vec<&[u8]> =
        TABLE.iter().flat_map(|format| format.card().samples).map(|sample| sample.line).collect();
    all[any.index(all.len())]
}

/// What is done to a line.
#[derive(Debug, Clone)]
enum Edit {
    Byte(prop::sample::Index, u8),
    Cut(prop::sample::Index, prop::sample::Index),
    Double(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Wrap(usize),
}

/// Envelopes, to be opened round whatever is in them.
const BEFORE: [&[u8]; 5] = [
    b"<190>Jan  5 07:41:35 web1 nginx: ",
    b"<134>1 2020-12-15T07:34:00.123Z host app 7 - - ",
    b"2026-01-24T01:34:36.743000000+00:00 stdout F ",
    b"2026-01-24T01:34:36.743000000+00:00 stdout P ",
    b"{\"message\":\"",
];

fn edit() -> impl Strategy<Value = Edit> {
    use prop::sample::Index;
    let byte =
        prop_oneof![any::<u8>(), prop::sample::select(&b" \"'[]{}()\\/:;,.-+%#|=<>\t\0\x1b0"[..])];
    prop_oneof![
        4 => (any::<Index>(), byte).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        1 => any::<(Index, Index)>().prop_map(|(from, to)| Edit::Cut(from, to)),
        1 => any::<(Index, Index)>().prop_map(|(from, to)| Edit::Double(from, to)),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 0..9)).prop_map(|(at, new)| Edit::Insert(at, new)),
        1 => (0..BEFORE.len()).prop_map(Edit::Wrap),
    ]
}

fn apply(line: &mut Vec<u8>, edit: Edit) {
    let place = |index: prop::sample::Index| index.index(line.len() + 1);
    match edit {
        Edit::Byte(at, byte) if !line.is_empty() => {
            let at = at.index(line.len());
            line[at] = byte;
        }
        Edit::Byte(..) => {}
        Edit::Cut(from, to) => {
            let (from, to) = (place(from), place(to));
            line.drain(from.min(to)..from.max(to));
        }
        Edit::Double(from, to) => {
            let (from, to) = (place(from), place(to));
            let piece = line[from.min(to)..from.max(to)].to_vec();
            line.splice(from..from, piece);
        }
        Edit::Insert(at, new) => {
            let at = place(at);
            line.splice(at..at, new);
        }
        Edit::Wrap(envelope) => {
            line.splice(0..0, BEFORE[envelope].iter().copied());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_as_a_reading(line in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&line)?;
    }

    #[test]
    fn a_changed_sample_ends_as_a_reading(
        from in any::<prop::sample::Index>(),
        edits in prop::collection::vec(edit(), 1..5),
    ) {
        let mut line = sample(from).to_vec();
        edits.into_iter().for_each(|edit| apply(&mut line, edit));
        read(&line)?;
    }
}
