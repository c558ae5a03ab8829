//! Tests of putting pieces of a source together.

use super::*;

/// The evidence of a piece of ten bytes, as many lines, and times.
fn piece(number: u64, first: Option<i64>, last: Option<i64>, loose: u64) -> SourceEvidence {
    let mut own = SourceEvidence::default();
    let at = |seconds: Option<i64>| seconds.map(Instant::at);
    own.pieces.push(Piece {
        start: number * 10,
        end: number * 10 + 10,
        lines: 10,
        loose,
        first: at(first),
        last: at(last),
        ..Piece::default()
    });
    let mut hit = Hit::new(hit::Facts::default());
    (hit.offset, hit.line) = (number * 10 + 3, 3);
    own.hits.push(hit);
    let unread = |line: u64, after, before| Unread {
        offset: number * 10 + line,
        line,
        length: 1,
        at: 0,
        wanted: String::new(),
        suspect: false,
        after,
        before,
        raw: Vec::new(),
    };
    own.unread.absorb(unread(0, None, at(first)));
    own.unread.absorb(unread(9, at(last), None));
    own
}

#[test]
fn pieces_that_follow_one_another_become_one() {
    let mut whole = SourceEvidence::default();
    let times =
        [(None, None), (Some(5_000), Some(9_000)), (None, None), (Some(8_000), Some(8_100))];
    for (number, (first, last)) in (0..).zip(times) {
        whole.append(piece(number, first, last, 1));
    }
    let [one] = whole.pieces.as_slice() else { panic!("{:?}", whole.pieces) };
    assert_eq!((one.start, one.end, one.lines), (0, 40, 40));
    // Lines before every record wait for the first one; all others are placed.
    assert_eq!(
        (one.loose, one.first, one.last),
        (2, Some(Instant::at(5_000)), Some(Instant::at(8_100)))
    );
    let lines: Vec<u64> = whole.hits.iter().map(|hit| hit.line).collect();
    assert_eq!(lines, [3, 13, 23, 33]);
    let unread: Vec<_> =
        whole.unread.others.iter().map(|line| (line.line, line.after, line.before)).collect();
    let at = |seconds| Some(Instant::at(seconds));
    assert_eq!(
        unread,
        [
            (0, None, at(5_000)),
            (9, None, at(5_000)),
            (10, None, at(5_000)),
            (19, at(9_000), at(8_000)),
            (20, at(9_000), at(8_000)),
            (29, at(9_000), at(8_000)),
            (30, at(9_000), at(8_000)),
            (39, at(8_100), None),
        ]
    );
    assert_eq!(whole.coverage.texture.disordered, 1, "a step back over a seam is seen");
    assert_eq!(whole.coverage.bins[&10].unread, 2, "unread lines behind the last record");
}

#[test]
fn pieces_that_do_not_join_stay_apart() {
    let mut whole = SourceEvidence::default();
    whole.append(piece(0, None, None, 0));
    whole.append(piece(2, None, None, 0));
    assert_eq!(whole.pieces.len(), 2);
    let mut other = piece(3, None, None, 0);
    other.pieces[0].state_in.day = Some(1);
    whole.append(other);
    assert_eq!(whole.pieces.len(), 3);
}
