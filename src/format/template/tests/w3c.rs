//! `#Fields` lines, for logs that have lost theirs.

use super::super::super::{Formats, Reader, Reading};
use super::super::{BytesMeaning, TimeMeaning};
use super::{check, check_unread, meanings};

const FIELDS: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken X-Forwarded-For";

#[test]
fn columns_are_known() {
    let line = "2022-03-10 17:26:30 10.0.0.1 GET /a+b.png id=1&x=%20 443 CORP\\bob 10.0.140.2 Mozilla/5.0+(X) - 200 0 0 18 203.0.113.5,+10.0.0.7";
    let expected = "peer=10.0.140.2 forwarded=203.0.113.5, 10.0.0.7 time=2022-03-10T17:26:30Z GET /a+b.png?id=1&x=%20 200 user=CORP\\bob agent=Mozilla/5.0+(X) took=18000us";
    check(FIELDS, line, expected);
    check(FIELDS.strip_prefix("#Fields: ").unwrap(), line, expected);
    check(&FIELDS.replace("X-Forwarded-For", "cs(X-Forwarded-For)"), line, expected);
    check(&format!("w3c:{FIELDS}"), line, expected);
    check(
        "#Fields: date time c-ip cs-method cs-uri cs-version sc-status sc-bytes time-taken cs-host x-own cs(Cookie)",
        "2022-03-10\t17:26:30.250\t192.0.2.7\tGET\t/a?b\tHTTP/1.1\t304\t211\t0.018\ta.example:8080\twhat\t-",
        "peer=192.0.2.7 time=2022-03-10T17:26:30.25Z GET /a?b 304 211 host=a.example took=18000us",
    );
    check_unread(
        FIELDS,
        "2022-03-10 17:26:30 10.0.0.1 GET /a b.png - 443 - 10.0.140.2 - - 200 0 0 18 -",
        73,
        "forwarded addresses for X-Forwarded-For",
    );
    assert_eq!(meanings(FIELDS), (TimeMeaning::End, BytesMeaning::Unknown));
}

#[test]
fn other_lines_of_the_draft_are_headers() {
    let mut formats = Formats::default();
    let place = formats.place(FIELDS).unwrap();
    assert!(formats.about(place).unwrap().folds_case);
    let mut reader = Reader::with(&formats, &[place], true);
    assert_eq!(
        reader.read(b"#Software: Microsoft Internet Information Services 10.0"),
        Reading::Header
    );
    assert_eq!(reader.read(FIELDS.as_bytes()), Reading::Header);
    assert_eq!(reader.state, Default::default());
}
