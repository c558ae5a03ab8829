//! The row of names: which columns a table has, how that is kept in the
//! [`State`], and how a row is cut into cells.
//!
//! The state's `columns` are a mark that they are ours, the separator, whether
//! times are UTC, the place of the shape whose names the columns have, and then
//! a code for each column: the number of a key of that shape, or one of the codes below.

use super::super::State;
use super::super::json::{CLIENT, FORWARDED, Key, PEER, REQUEST, Shape, TARGET, TIME};
use super::names::{CONTENTS, HOSTS, SHAPES, SURE_CONTENTS, TIMES};

/// The mark that the columns of a state are of this format.
const OURS: u8 = b'T';

/// The code of the column that holds a line whole.
pub const CONTENT: u8 = 250;
/// The code of the column of the machine that logged, in a table of lines.
pub const LOGGER: u8 = 251;
/// The code of the column of the time, in a table of lines.
pub const SEALED: u8 = 252;
/// The code of any other column.
const OTHER: u8 = 255;

/// More columns than any export has.
const MOST: usize = 512;

/// The longest name of a column, in bytes.
const LONGEST: usize = 100;

/// What a state says of a table.
#[derive(Clone, Copy)]
pub struct Table<'s> {
    /// What stands between cells.
    pub separator: u8,
    /// Times without a zone are UTC.
    pub is_utc: bool,
    shape: u8,
    /// What each column holds.
    pub codes: &'s [u8],
}

impl Table<'_> {
    /// The table of a state, if a row of names was read.
    pub fn of(state: &State) -> Option<Table<'_>> {
        match state.columns.as_slice() {
            [OURS, separator, is_utc, shape, codes @ ..] => {
                Some(Table { separator: *separator, is_utc: *is_utc == 1, shape: *shape, codes })
            }
            _ => None,
        }
    }

    /// The shape whose names the columns have, where a row is a request.
    pub fn shape(&self) -> Option<&'static Shape> {
        SHAPES.get(usize::from(self.shape)).copied()
    }
}

/// Takes a row of names, and says whether it was one.
pub fn compile(state: &mut State, line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let looks = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'"' | b'_' | b'@');
    if line.len() > MOST * LONGEST || !line.first().is_some_and(looks) {
        return false;
    }
    let count = |separator: &u8| line.iter().filter(|byte| *byte == separator).count();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let read = || cells(line, separator).map(|cell| cell.and_then(|cell| name(cell.text)));
    let n_names = read().take_while(Option::is_some).count();
    // Most lines that come here are none: no memory is asked for them.
    let is_sure = |name: Name<'_>| SURE_CONTENTS.iter().any(|sure| name.is(sure));
    let fits = match n_names {
        1 => read().flatten().all(is_sure),
        n => (2..=MOST).contains(&n),
    };
    if !fits || read().any(|name| name.is_none()) {
        return false;
    }
    let names: Vec<Name<'_>> = read().flatten().collect();
    let is_utc = names.iter().any(|name| name.is_utc);
    let head = |shape: u8| vec![OURS, separator, u8::from(is_utc), shape];
    let requests = SHAPES
        .iter()
        .enumerate()
        .filter_map(|(place, shape)| Some((codes_of(&names, shape)?, place)))
        .max_by_key(|(codes, place)| (known(codes), std::cmp::Reverse(*place)));
    let content = content(&names);
    let (mut columns, mut codes) = match requests {
        Some((codes, place)) => (head(place as u8), codes),
        None if content.is_some() => (head(OTHER), vec![OTHER; names.len()]),
        None => return false,
    };
    if let Some(content) = content {
        // A key that the line itself would give is not needed from its column.
        codes[content] = CONTENT;
        let find = |known: &[&str]| {
            known.iter().find_map(|one| names.iter().position(|name| name.is(one)))
        };
        if requests_none(&columns) {
            find(HOSTS).into_iter().for_each(|at| codes[at] = LOGGER);
            find(TIMES).into_iter().for_each(|at| codes[at] = SEALED);
        }
    }
    columns.append(&mut codes);
    state.columns = columns;
    state.header.clear();
    true
}

/// Says whether the head of columns names no shape.
fn requests_none(columns: &[u8]) -> bool {
    columns.get(3) == Some(&OTHER)
}

/// How many columns are known.
fn known(codes: &[u8]) -> usize {
    codes.iter().filter(|code| **code != OTHER).count()
}

/// The codes of the columns by the keys of a shape, if they say a client, a
/// request and a time.
fn codes_of(names: &[Name<'_>], shape: &Shape) -> Option<Vec<u8>> {
    let key_of = |name: &Name<'_>| shape.keys.iter().position(|key| name.is_key(key));
    let codes: Vec<u8> =
        names.iter().map(|name| key_of(name).map_or(OTHER, |number| number as u8)).collect();
    let has = |places: &[usize]| {
        codes.iter().any(|code| {
            shape.keys.get(usize::from(*code)).is_some_and(|key| places.contains(&key.place))
        })
    };
    (has(&[TIME]) && has(&[TARGET, REQUEST]) && has(&[PEER, CLIENT, FORWARDED])).then_some(codes)
}

/// The column that holds a line whole. A name that any table may have needs
/// another that is known beside it.
fn content(names: &[Name<'_>]) -> Option<usize> {
    let find =
        |known: &[&str]| known.iter().find_map(|one| names.iter().position(|name| name.is(one)));
    find(SURE_CONTENTS).or_else(|| {
        let beside = find(HOSTS).or_else(|| find(TIMES));
        find(CONTENTS).filter(|content| beside.is_some_and(|other| other != *content))
    })
}

/// The name of a column.
struct Name<'a> {
    /// As it is written, without `[UTC]`.
    text: &'a str,
    /// Its times are UTC.
    is_utc: bool,
}

/// A cell as a name: letters, digits and what schemas join them with.
fn name(cell: &[u8]) -> Option<Name<'_>> {
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'_' | b'.' | b'@' | b'-' | b' ' | b'[' | b']' | b'(' | b')' | b':' | b'/' | b'#'
            )
    };
    let text = std::str::from_utf8(cell).ok()?.trim();
    let begins = text.bytes().next().is_none_or(|byte| !byte.is_ascii_digit() && byte != b'[');
    if text.len() > LONGEST || !text.bytes().all(|byte| plain(&byte)) || !begins {
        return None;
    }
    let bare = text.strip_suffix("[UTC]").or_else(|| text.strip_suffix("(UTC)"));
    Some(Name { text: bare.unwrap_or(text).trim_end(), is_utc: bare.is_some() })
}

impl Name<'_> {
    fn is(&self, other: &str) -> bool {
        self.bare().eq_ignore_ascii_case(other)
    }

    /// Without the mark of a type that Azure's tables put behind a name, and
    /// without Kibana's `_source.` before it.
    fn bare(&self) -> &str {
        let text = self.text.strip_prefix("_source.").unwrap_or(self.text);
        match text.as_bytes() {
            [.., b'_', b's' | b'd' | b'g' | b'b' | b't'] => &text[..text.len() - 2],
            _ => text,
        }
    }

    /// Says whether this is the name of a key: its path with dots or
    /// underscores, or, in Azure's tables, its last name.
    fn is_key(&self, key: &Key) -> bool {
        let joined = |with: u8, text: &str| {
            let mut rest = text.as_bytes();
            key.path.iter().enumerate().all(|(number, part)| {
                let after = if number == 0 { Some(rest) } else { rest.strip_prefix(&[with]) };
                let Some((head, tail)) = after.and_then(|rest| rest.split_at_checked(part.len()))
                else {
                    return false;
                };
                rest = tail;
                head.eq_ignore_ascii_case(part.as_bytes())
            }) && rest.is_empty()
        };
        let bare = self.bare();
        joined(b'.', self.text) || joined(b'_', self.text) || joined(b'.', bare) || {
            let has_type = bare.len() < self.text.len() && !self.text.starts_with("_source.");
            has_type && key.path.last().is_some_and(|last| last.eq_ignore_ascii_case(bare))
        }
    }
}

/// A cell.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// Its text, without the quotes round it.
    pub text: &'a [u8],
    /// Quotes inside it are doubled.
    pub is_doubled: bool,
}

/// The cells of a row; `None` where a quote does not end as it should, and
/// nothing behind it.
pub fn cells(line: &[u8], separator: u8) -> impl Iterator<Item = Option<Cell<'_>>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let here = rest.take()?;
        let Some(inside) = here.strip_prefix(b"\"") else {
            let end = memchr::memchr(separator, here);
            rest = end.map(|end| &here[end + 1..]);
            let text = &here[..end.unwrap_or(here.len())];
            return Some(Some(Cell { text: text.trim_ascii(), is_doubled: false }));
        };
        let (mut at, mut is_doubled) = (0, false);
        loop {
            let Some(quote) = memchr::memchr(b'"', &inside[at..]) else { return Some(None) };
            at += quote + 1;
            match inside.get(at) {
                Some(b'"') => (at, is_doubled) = (at + 1, true),
                Some(byte) if *byte == separator => {
                    rest = Some(&inside[at + 1..]);
                    break;
                }
                None => break,
                Some(_) => return Some(None),
            }
        }
        Some(Some(Cell { text: &inside[..at - 1], is_doubled }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_at_separators_outside_quotes() {
        let check = |line: &str, expected: &[Option<&str>]| {
            let found: Vec<_> = cells(line.as_bytes(), b',')
                .map(|cell| cell.map(|cell| std::str::from_utf8(cell.text).unwrap()))
                .collect();
            assert_eq!(found, expected, "{line}");
        };
        check("a, b ,", &[Some("a"), Some("b"), Some("")]);
        check(r#""a,b","","c""d""#, &[Some("a,b"), Some(""), Some(r#"c""d"#)]);
        check(r#""c""d","e""#, &[Some(r#"c""d"#), Some("e")]);
        check(r#""a"b,c"#, &[None]);
        check(r#"a"b",c"#, &[Some("a\"b\""), Some("c")]);
        check("", &[Some("")]);
    }

    #[test]
    fn only_a_row_of_known_names_is_a_header() {
        let check = |line: &str, expected: Option<(char, bool, &[u8])>| {
            let mut state = State::default();
            let was = compile(&mut state, line.as_bytes());
            assert_eq!(was, expected.is_some(), "{line}");
            if let Some((separator, is_utc, codes)) = expected {
                let table = Table::of(&state).unwrap();
                assert_eq!((char::from(table.separator), table.is_utc), (separator, is_utc));
                assert_eq!(table.codes, codes, "{line}");
            }
        };
        check("_time,host,_raw", Some((',', false, &[SEALED, LOGGER, CONTENT])));
        check("\u{feff}\"@timestamp\";\"@message\"", Some((';', false, &[SEALED, CONTENT])));
        check("_raw", Some((',', false, &[CONTENT])));
        check(
            "TimeGenerated [UTC]\tComputer\tLogEntry_s",
            Some(('\t', true, &[SEALED, LOGGER, CONTENT])),
        );
        check(
            "CreationDate,UserIds,Operations,AuditData",
            Some((',', false, &[SEALED, OTHER, OTHER, CONTENT])),
        );
        check("message,level", None);
        check("name,email,path", None);
        check("id,time,amount", None);
        check("time,client_ip", None);
        check(
            "203.0.113.5 - - [24/Feb/2024:12:34:56 +0000] \"GET /time,client_ip,path HTTP/1.1\" 200 5",
            None,
        );
        check("", None);
        check("\"time,path,ip", None);
    }

    #[test]
    fn no_bytes_make_a_row_of_names_panic() {
        let line = "\u{feff}\"TimeGenerated [UTC]\";clientIP_s;\"requestUri_s\";\"a.b\"".as_bytes();
        for at in 0..line.len() {
            compile(&mut State::default(), &line[..at]);
            for byte in *b"\";,\t _s.[\xff\0" {
                let mut damaged = line.to_vec();
                damaged[at] = byte;
                let mut state = State::default();
                if compile(&mut state, &damaged) {
                    let table = Table::of(&state).unwrap();
                    assert_eq!(table.codes.len(), cells(&damaged, table.separator).count());
                }
            }
        }
    }
}
