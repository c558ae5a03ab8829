//! The user of a line and the date behind it, which is told by what follows.

use memchr::memchr;

use super::super::token::{self, Read, bracketed_date, bracketed_time, fault, is_ip};
use crate::record::Time;

/// ```abnf
/// user-and-date = user SP "[" date "]"
/// user          = 1*OCTET       ; up to the bracket of the date
/// ```
/// Neither Apache (`%u`) nor nginx (`$remote_user`, which is whatever the
/// client says) escapes a space or a bracket, but both escape a quote. So the
/// server's own date is the one before ` "`, and a date before it was written
/// by the client. A user that holds the beginning of another date, or a date
/// and an address, is the rest of a torn line, not a user; one that begins or
/// ends with a lone `-` is two fields of another format.
#[inline]
pub(super) fn user_and_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let read = user_and_clf_date(input);
    if read.is_ok() { read } else { user_and_any_date(input).or(read) }
}

#[inline]
fn user_and_clf_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let wanted = "a user and a date in brackets";
    let (mut from, mut dated) = (0, false);
    // Nearly every user is a dash or a word.
    while let Some(at) =
        input.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'['))
    {
        let at = from + at;
        if let Ok((rest, time)) = bracketed_date(&input[at..]) {
            if !rest.starts_with(b" \"") && memchr(b'[', rest).is_some() {
                dated = true;
                from = at + 1;
                continue;
            }
            if at >= 2 && input[at - 1] == b' ' {
                let user = &input[..at - 1];
                if user == b"-" {
                    return Ok((rest, (user, time)));
                }
                let torn = dated && user.split(|&byte| byte == b' ').any(is_ip);
                if torn || is_several(user) || holds_a_field(user) {
                    return fault(input, "one user");
                }
                return Ok((rest, (user, time)));
            }
        }
        let like_date = matches!(&input[at..], [_, b'0'..=b'9', b'0'..=b'9', b'/', ..]);
        if like_date && !ends_a_user(&input[at..]) {
            return fault(&input[at..], "a date like [10/Oct/2000:13:55:36 -0700]");
        }
        from = at + 1;
    }
    fault(input, wanted)
}

/// `user-and-any-date = user SP ("[" any "]" / any)`: where the operator, or the
/// language of the host, chose another writing of time. The user is then one
/// word, or holds no bracket: more than one date must not be possible.
fn user_and_any_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let wanted = "a user and a date in brackets";
    let Some(end) = memchr::memmem::find(input, b" \"") else { return fault(input, wanted) };
    let (head, rest) = input.split_at(end);
    let time_at = match memchr(b'[', head) {
        Some(at) => at,
        None => memchr(b' ', head).map_or(end, |space| space + 1),
    };
    let (user, text) = head.split_at(time_at);
    let Some((b' ', user)) = user.split_last() else { return fault(input, wanted) };
    let torn = bracketed_date(text).is_ok() || user.split(|&byte| byte == b' ').any(is_ip);
    match bracketed_time(text).or_else(|_| token::any(text)) {
        Ok(([], time)) if !user.is_empty() && !torn && !is_several(user) => {
            Ok((rest, (user, time)))
        }
        _ => fault(text, wanted),
    }
}

/// Says whether a user that begins or ends with a lone `-` is two fields.
fn is_several(user: &[u8]) -> bool {
    user != b"-" && (user.starts_with(b"- ") || user.ends_with(b" -"))
}

/// Says whether a user holds the beginning of a quoted field, which servers
/// escape in a name: the line is torn, or no line of theirs.
#[inline]
fn holds_a_field(user: &[u8]) -> bool {
    let opens = |pair: &[u8]| matches!(pair, [b' ' | b']', b'"']);
    user.windows(2).any(opens)
}

/// Says whether what begins like a date is the end of a user's name.
///
/// nginx logs any user that a client claims to be, so that one who calls
/// himself `x [01/Jan/1990` must not keep his line from being read. The user
/// of Basic ends before the first colon (RFC 7617), so such a date breaks off
/// before its hour; the server's own follows. In a torn line an address, an
/// ident and a user stand between.
fn ends_a_user(text: &[u8]) -> bool {
    memchr::memmem::find(text, b" [").is_some_and(|end| {
        !text[..end].iter().any(|byte| matches!(byte, b' ' | b':'))
            && matches!(bracketed_date(&text[end + 1..]), Ok(([b' ', b'"', ..], _)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::plain_core;

    #[test]
    fn users_end_before_a_date() {
        let check = |line: &[u8], expected: Option<&[u8]>| {
            assert_eq!(plain_core(line).ok().and_then(|(_, core)| core.record().user), expected);
        };
        let tail = r#"[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#;
        check(format!("192.0.2.1 - frank {tail}").as_bytes(), Some(b"frank"));
        check(
            format!("192.0.2.1 - John Q [a] Public {tail}").as_bytes(),
            Some(b"John Q [a] Public"),
        );
        check(format!("192.0.2.1 - - {tail}").as_bytes(), None);
        let torn = "[11/Oct/2000:13:55:36 -0700] 192.0.2.9 - y";
        assert!(plain_core(format!("192.0.2.1 - x {torn} {tail}").as_bytes()).is_err());
        assert!(
            plain_core(format!("192.0.2.1 - - [10/Oct/200192.0.2.1 - - {tail}").as_bytes())
                .is_err()
        );
        assert!(plain_core(format!("192.0.2.1 - - - {tail}").as_bytes()).is_err());
        let torn = format!("192.0.2.1 [29/Feb/2024:23:59:60 +0530] {tail}");
        assert!(plain_core(torn.as_bytes()).is_err());
        let listed = format!("192.0.2.1 \"203.0.113.5, 10.0.0.7\" frank {tail}");
        assert!(plain_core(listed.as_bytes()).is_err());
        assert!(plain_core(format!("a.example 192.0.2.1 - - {tail}").as_bytes()).is_err());
    }

    #[test]
    fn half_a_date_does_not_hide_a_line() {
        let tail = r#"[21/Nov/2026:12:57:30 +0530] "GET /private/a.csv HTTP/1.1" 200 900"#;
        let read = |user: &str| {
            let line = format!("127.0.0.1 - {user} {tail}");
            plain_core(line.as_bytes()).ok().map(|(_, core)| core.record().user.map(<[u8]>::to_vec))
        };
        assert_eq!(read("mallory [01/Jan/1990"), Some(Some(b"mallory [01/Jan/1990".to_vec())));
        assert_eq!(read("[01/"), Some(Some(b"[01/".to_vec())));
        assert_eq!(read("- [01/Jan/1990:00:00"), None);
        assert_eq!(read("- [01/Jan/199192.0.2.9 - -"), None);
    }

    #[test]
    fn a_date_in_a_user_is_not_the_time_of_the_request() {
        for user in ["[01/Jan/1990:00:00:00 +0000]", "x [01/Jan/1990:00:00:00 +0000] y"] {
            let tail = r#"[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#;
            let line = format!("192.0.2.1 - {user} {tail}");
            let record = plain_core(line.as_bytes()).unwrap().1.record();
            assert_eq!(record.user, Some(user.as_bytes()));
            assert_eq!(record.time.unwrap().reading.seconds, 971_211_336);
        }
    }

    #[test]
    fn a_user_holds_no_quoted_field() {
        for user in
            ["[1/Oct/2000:13:55:36 +0000] \"open", "- a \"b\"", "- [10/Oct/2000:13:55:36 -0700]\"-"]
        {
            let line = format!(r#"192.0.2.7 {user} [10/Oct/2000:13:55:36 -0700] "GET /" 200 9"#);
            assert!(plain_core(line.as_bytes()).is_err(), "{line}");
        }
    }
}
