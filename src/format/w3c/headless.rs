//! A line of IIS whose `#Fields` is lost: which column is which, told from the
//! line alone.
//!
//! ```abnf
//! headless = date time [service] [name] server-ip method stem query port user client-ip
//!            [version] middle status number number [[bytes number] took] [list [port]]
//! middle   = agent [cookie] [referer] [host] / …       ; one to four of them, in this order
//! ```
//!
//! IIS always writes its columns in one order, so an operator can only leave
//! some out or put custom ones behind the last. The columns of the beginning are
//! told by their shape, and so is the status with the two numbers behind it;
//! what stands between is told by its number and shape. Two numbers behind the
//! status and its own two may be sizes, or one size and the duration: neither is
//! then read. Without any the line may be cut, and is read only as IIS 6 wrote
//! it, with the service first.

use super::columns::Code::{
    self, Agent, Bytes, Client, Date, Ended, Forwarded, Host, Method, Number, Other, Query,
    Referer, Server, Service, Status, Stem, Time, Took, User, Version,
};
use super::columns::MOST;
use crate::format::token::{is_host_name, is_ip, is_ip_list, number};

/// The codes of the cells of a line, or `None` where it is not surely of IIS.
pub fn codes<'c>(cells: &[&[u8]], codes: &'c mut [Code; MOST]) -> Option<&'c [Code]> {
    if cells.len() > MOST {
        return None;
    }
    let mut at = 0;
    let mut next = |code: Code, at: &mut usize| -> Option<()> {
        let cell = cells.get(*at)?;
        codes[*at] = code;
        *at += 1;
        code.fits(cell).then_some(())
    };
    next(Date, &mut at)?;
    next(Time, &mut at)?;
    let has_service = cells.get(at).is_some_and(|cell| Service.fits(cell));
    if has_service {
        next(Service, &mut at)?;
    }
    if cells.get(at).is_some_and(|cell| !is_ip(cell)) {
        next(Other, &mut at)?;
    }
    for code in [Server, Method, Stem, Query, Number, User, Client] {
        next(code, &mut at)?;
    }
    let has_version = cells.get(at).is_some_and(|cell| Version.fits(cell));
    if has_version {
        next(Version, &mut at)?;
    }
    let length = (1..=4).find(|length| is_answer(cells.get(at + length..).unwrap_or_default()))?;
    for (place, code) in middle(cells.get(at..at + length)?)?.into_iter().enumerate().take(length) {
        codes[at + place] = code;
    }
    at += length;
    codes[at..at + 3].copy_from_slice(&[Status, Number, Ended]);
    at += 3;
    let rest = cells.get(at..)?;
    let n_numbers = rest.iter().take_while(|cell| number(cell).is_some()).count();
    let sizes: &[Code] = match n_numbers {
        0 if has_service && rest.is_empty() => &[],
        1 => &[Took],
        2 => &[Number, Number],
        3 => &[Bytes, Number, Took],
        _ => return None,
    };
    codes[at..at + n_numbers].copy_from_slice(sizes);
    at += n_numbers;
    match cells.get(at..)? {
        [] => {}
        [b"-"] => codes[at] = Other,
        [list] if is_list(list) => codes[at] = Forwarded,
        [list, port] if is_list(list) && number(port).is_some() => {
            codes[at] = Forwarded;
            codes[at + 1] = Number;
        }
        _ => return None,
    }
    Some(&codes[..cells.len()])
}

/// Says whether cells begin with a status and the two numbers behind it, and
/// no earlier cell could be one: an agent is no number.
fn is_answer(cells: &[&[u8]]) -> bool {
    matches!(cells, [status, sub, win32, ..]
        if Status.fits(status) && number(sub).is_some() && number(win32).is_some())
}

/// What stands between the client and the status.
fn middle(cells: &[&[u8]]) -> Option<[Code; 4]> {
    let url = |cell: &[u8]| memchr::memmem::find(cell, b"://").is_some();
    let host = |cell: &[u8]| is_host_name(cell) || is_ip(cell) || cell == b"localhost";
    Some(match *cells {
        [_] => [Agent, Other, Other, Other],
        [_, last] if host(last) => [Agent, Host, Other, Other],
        [_, last] if url(last) || last == b"-" => [Agent, Referer, Other, Other],
        [_, _] => [Agent, Other, Other, Other],
        [_, first, last] if host(last) && url(first) => [Agent, Referer, Host, Other],
        [_, _, last] if host(last) => [Agent, Other, Host, Other],
        [_, _, last] if url(last) || last == b"-" => [Agent, Other, Referer, Other],
        [_, _, _, last] if host(last) || last == b"-" => [Agent, Other, Referer, Host],
        _ => return None,
    })
}

/// Says whether a cell is a list of addresses, with `+` for the spaces in it.
fn is_list(cell: &[u8]) -> bool {
    cell.split(|byte| *byte == b',')
        .map(|one| one.strip_prefix(b"+").unwrap_or(one))
        .all(is_ip_list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&[Code]>) {
        let cells: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut room = [Other; MOST];
        let front = if line.contains(" GET ") { 9 } else { 0 };
        assert_eq!(codes(&cells, &mut room).map(|codes| &codes[front..]), expected, "{line}");
    }

    #[test]
    fn columns_are_told_by_shape_and_nothing_is_guessed() {
        let line =
            |rest: &str| format!("2024-01-01 00:00:01 10.0.0.1 GET /a - 80 - 1.2.3.4 {rest}");
        let check = |rest: &str, expected: Option<&[Code]>| check(&line(rest), expected);
        let answer = [Status, Number, Ended];
        let with = |middle: &[Code], tail: &[Code]| [middle, &answer, tail].concat();
        check("x - 200 0 0 18", Some(&with(&[Agent, Referer], &[Took])));
        check("x a.example 200 0 0 18", Some(&with(&[Agent, Host], &[Took])));
        check("x c=d 200 0 0 18", Some(&with(&[Agent, Other], &[Took])));
        check(
            "x c=d http://a/ 200 0 0 5 6 7",
            Some(&with(&[Agent, Other, Referer], &[Bytes, Number, Took])),
        );
        check(
            "x http://a/ a.example 200 0 0 5 6",
            Some(&with(&[Agent, Referer, Host], &[Number, Number])),
        );
        check(
            "x - - - 200 0 0 5 1.2.3.4,+10.0.0.1 99",
            Some(&with(&[Agent, Other, Referer, Host], &[Took, Forwarded, Number])),
        );
        check("HTTP/1.1 x 200 0 0 18", Some(&with(&[Version, Agent], &[Took])));
        check("x - 200 0 0", None);
        check("x - 200 0 0 1 2 3 4", None);
        check("x - 200 0 0 18 name", None);
        check("x - a b c 200 0 0 18", None);
    }
}
