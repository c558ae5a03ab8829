//! Lines of every kind, as they are explained.

use super::*;
use crate::format::Reader;

fn check(line: &[u8], expected: &str, as_json: bool) {
    let mut reader = Reader::new(&[], false);
    let reading = reader.read(line);
    let formats = Formats::default();
    let line = Line {
        number: 7,
        member: None,
        bytes: line,
        reading: &reading,
        wanted: None,
        formats: &formats,
        trusted: &[],
        wall: None,
    };
    let mut out = Vec::new();
    if as_json {
        json(&line, &mut out).unwrap()
    } else {
        text(&line, &mut out).unwrap()
    }
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn a_line_is_an_object() {
    let json = |line: &[u8], expected: &str| check(line, &format!("{expected}\n"), true);
    json(
            br#"192.0.2.7 - ann [12/Apr/2018:09:48:40 +0200] "GET /a%20b//c\xc3\xa9?q=\"1\" HTTP/1.1" 200 5 "-" "x\x1by""#,
            r#"{"line":7,"reading":"read","format":"combined","client":"192.0.2.7","addresses":[{"role":"peer","ip":"192.0.2.7"}],"time":"2018-04-12T07:48:40Z","method":"GET","target":"/a%20b//cé?q=\"1\"","path":"/a b/cé","status":200,"bytes":5,"host":null,"referer":null,"user_agent":"x\u001by","user":"ann","duration_ms":null}"#,
        );
    json(
        br#"h.example - - [12/Apr/2018:09:48:40 +0200] "\x16\x03\xff" 400 - "-" "-""#,
        r#"{"line":7,"reading":"read","format":"combined","client":"h.example","addresses":[{"role":"peer","ip":"h.example"}],"time":"2018-04-12T07:48:40Z","method":null,"target":null,"path":null,"status":400,"bytes":null,"host":null,"referer":null,"user_agent":null,"user":null,"duration_ms":null,"request":"\u0016\u0003�","request_b64":"FgP/"}"#,
    );
    json(b"  ", r#"{"line":7,"reading":"blank"}"#);
}

#[test]
fn an_object_shows_its_bucket_and_its_key() {
    let line = br#"79a5be leak [06/Feb/2019:00:01:57 +0000] 192.0.2.3 - 3E57 REST.COPY.OBJECT_GET a/p%20.csv - 200 - - 4406583 - - - - - 10S6="#;
    check(
        line,
        concat!(
            r#"{"line":7,"reading":"read","format":"aws-s3","client":"192.0.2.3","addresses":[{"role":"peer","ip":"192.0.2.3"}],"time":"2019-02-06T00:01:57Z","method":"GET","target":"/a/p%20.csv","path":"/a/p .csv","status":200,"bytes":null,"host":null,"referer":null,"user_agent":null,"user":null,"duration_ms":null,"bucket":"leak","key":"a/p%20.csv"}"#,
            "\n"
        ),
        true,
    );
    let expected = "line 7: aws-s3 (Amazon S3 server access log)
  client     192.0.2.3
  peer       192.0.2.3
  time       2019-02-06T00:01:57Z  (the zone is on the line)
  method     GET
  target     /a/p%20.csv
  path       /a/p .csv
  status     200
  bucket     leak
  key        a/p%20.csv
";
    check(line, expected, false);
}

#[test]
fn a_time_that_was_shown_twice_is_told() {
    let mut reader = Reader::new(&[], false);
    let bytes = br#"192.0.2.7 - - [31/Oct/2021 02:30:00] "GET /a HTTP/1.1" 200 5"#;
    let reading = reader.read(bytes);
    let wall = WallClock::parse("Europe/Paris");
    let formats = Formats::default();
    let line = Line {
        number: 1,
        member: None,
        bytes,
        reading: &reading,
        wanted: None,
        formats: &formats,
        trusted: &[],
        wall,
    };
    let mut out = Vec::new();
    text(&line, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let told = "2021-10-31T00:30:00Z  (no zone on the line; Europe/Paris showed it twice, this or an hour later is meant)";
    assert!(out.contains(told), "{out}");
}

#[test]
fn an_unread_line_shows_its_place() {
    let mut reader = Reader::new(&[], false);
    let line = b"no log\x1b[2J line at all";
    let reading = reader.read(line);
    let Reading::Unread(miss) = reading else { panic!("{reading:?}") };
    let formats = Formats::default();
    let line = Line {
        number: 2,
        member: None,
        bytes: line,
        reading: &reading,
        wanted: None,
        formats: &formats,
        trusted: &[],
        wall: None,
    };
    let mut out = Vec::new();
    text(&line, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("line 2: not read\n  no log\\x1B[2J line at all\n"), "{out}");
    assert!(out.ends_with(&format!("^ byte {}: wanted {}\n", miss.at, miss.wanted)), "{out}");
    let mut out = Vec::new();
    json(&line, &mut out).unwrap();
    let expected = format!(
        "{{\"line\":2,\"reading\":\"unread\",\"at\":{},\"wanted\":{:?}}}\n",
        miss.at, miss.wanted
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
