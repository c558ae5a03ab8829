//! How a transfer ended, and which part of a content it was: the marks of each
//! server, as its manual has them.

use super::super::super::Scratch;
use super::super::Template;
use crate::record::{Delivery, Ending, Range};

/// What a line says of its delivery.
#[track_caller]
fn delivery(directive: &str, line: &str) -> Delivery {
    let template = Template::compile(directive).unwrap();
    let mut scratch = Scratch::default();
    match template.read(line.as_bytes(), &mut scratch) {
        Ok(record) => record.delivery,
        Err(miss) => panic!("{directive}\n{line}\n{miss:?}"),
    }
}

#[track_caller]
fn ends(directive: &str, line: &str, expected: Option<Ending>) {
    assert_eq!(delivery(directive, line).ending, expected, "{directive}\n{line}");
}

use Ending::{Cut, Early, Whole};

#[test]
fn apache_tomcat_and_jetty_mark_a_lost_connection() {
    for dialect in ["apache", "tomcat", "jetty"] {
        let format = format!(r#"{dialect}:%h %t "%r" %s %B %X"#);
        for (mark, expected) in [("X", Cut), ("+", Whole), ("-", Whole)] {
            let line = format!(
                r#"192.0.2.7 [10/Oct/2000:13:55:36 +0000] "GET /a HTTP/1.1" 200 88123 {mark}"#
            );
            ends(&format, &line, Some(expected));
        }
    }
    ends(r#"%h "%r" %s"#, r#"192.0.2.7 "GET /a HTTP/1.1" 200"#, None);
    // It needs nothing behind it, and may be guarded.
    ends(r#"%h "%r" %X%b "%{User-Agent}i""#, r#"192.0.2.7 "GET /a HTTP/1.1" X5 "x""#, Some(Cut));
    ends(r#""%X" %h "%r" %{own}n%X"#, r#""-" 192.0.2.7 "GET /a HTTP/1.1" aX-"#, Some(Whole));
}

#[test]
fn nginx_says_whether_a_request_was_completed() {
    let format = r#"$remote_addr "$request" $status $request_completion $request_time"#;
    let line = |mark: &str| format!(r#"192.0.2.7 "GET /a HTTP/1.1" 200 {mark} 0.012"#);
    ends(format, &line("OK"), Some(Whole));
    ends(format, &line(""), Some(Cut));
    ends(format, &line("-"), Some(Cut));
    let last = r#"$remote_addr "$request" $status $request_completion"#;
    ends(last, r#"192.0.2.7 "GET /a HTTP/1.1" 200 OK"#, Some(Whole));
    ends(last, r#"192.0.2.7 "GET /a HTTP/1.1" 200 "#, Some(Cut));
    ends(last, r#"192.0.2.7 "GET /a HTTP/1.1" 200"#, Some(Cut));
    let object =
        r#"escape=json '{"ip":"$remote_addr","req":"$request","done":"$request_completion"}'"#;
    let line = |mark: &str| format!(r#"{{"ip":"192.0.2.7","req":"GET /a HTTP/1.1"{mark}}}"#);
    ends(object, &line(r#","done":"OK""#), Some(Whole));
    ends(object, &line(r#","done":"""#), Some(Cut));
    // A shipper that left the name out says nothing.
    ends(object, &line(""), None);
}

#[test]
fn haproxy_has_termination_states() {
    let format = r#"%ci [%tr] %ST %B %tsc %{+Q}r"#;
    let line = |bytes: &str, state: &str| {
        format!(r#"192.0.2.7 [06/Feb/2009:12:14:14.655] 200 {bytes} {state} "GET /a HTTP/1.1""#)
    };
    for (state, expected) in [
        ("----", Whole),
        ("LR--", Whole),
        ("CD--", Cut),
        ("cD--", Cut),
        ("SD--", Cut),
        ("--NI", Whole),
    ] {
        ends(format, &line("88123", state), Some(expected));
        ends(&format.replace("%tsc", "%ts"), &line("88123", &state[..2]), Some(expected));
    }
    // The line was written when the answer began.
    ends(format, &line("+15232", "----"), Some(Early));
    ends("%ci %HM %HU %ST %Tt", "192.0.2.7 GET /a 200 +12", Some(Early));
    ends(
        "option httplog",
        r#"192.0.2.7:33317 [06/Feb/2009:12:14:14.655] in st/s1 10/0/30/69/109 200 2750 - - CD-- 1/1/1/1/0 0/0 "GET /a HTTP/1.1""#,
        Some(Cut),
    );
    ends(
        "json:{client:ip,request:req,termination:state}",
        r#"{"ip":"192.0.2.7","req":"GET /a HTTP/1.1","state":"CD--"}"#,
        Some(Cut),
    );
}

#[test]
fn iis_has_the_status_of_windows() {
    let format = "#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-win32-status sc-bytes";
    for (status, expected) in [("0", None), ("64", Some(Cut)), ("1236", Some(Cut)), ("-", None)] {
        let line = format!("2022-03-10 17:26:30 192.0.2.7 GET /a.csv 200 {status} 4096");
        ends(format, &line, expected);
    }
}

#[test]
fn ranges_are_those_of_the_headers() {
    let range = |first, last, whole| Some(Range { first, last, whole });
    let check = |directive: &str, line: &str, expected: Option<Range>| {
        assert_eq!(delivery(directive, line).range, expected, "{directive}\n{line}");
    };
    let apache = r#"%h "%r" %>s %b "%{Range}i" "%{Content-Range}o""#;
    let line = |asked: &str, sent: &str| {
        format!(r#"192.0.2.7 "GET /a HTTP/1.1" 206 100 "{asked}" "{sent}""#)
    };
    // What was sent is the server's word, and stands before what was asked for.
    check(apache, &line("bytes=0-499", "bytes 0-99/1234"), range(0, Some(99), Some(1234)));
    check(apache, &line("bytes=100-", "-"), range(100, None, None));
    check(apache, &line("bytes=0-99/5", "-"), range(0, Some(99), None));
    check(apache, &line("bytes=0-9,20-29", "-"), None);
    check(apache, &line("-", "-"), None);
    // What a request calls so is none.
    check(
        r#"%h "%r" "%{Content-Range}i""#,
        r#"192.0.2.7 "PUT /a HTTP/1.1" "bytes 0-99/1234""#,
        None,
    );
    check(
        r#"$remote_addr "$request" "$http_range" "$sent_http_content_range""#,
        r#"192.0.2.7 "GET /a HTTP/1.1" "bytes=0-" "bytes 0-99/100""#,
        range(0, Some(99), Some(100)),
    );
    check(
        r#"%ci %{+Q}r %[req.hdr(Range)] %[res.hdr(Content-Range)] end"#,
        r#"192.0.2.7 "GET /a HTTP/1.1" bytes=0-9 bytes 0-9/100 end"#,
        range(0, Some(9), Some(100)),
    );
    check(
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(Range)",
        "2022-03-10 17:26:30 192.0.2.7 GET /a.csv 206 bytes=5-9",
        range(5, Some(9), None),
    );
    check(
        r#"json:{client:ip,request:req,range:"headers.range",content_range:cr}"#,
        r#"{"ip":"192.0.2.7","req":"GET /a HTTP/1.1","headers":{"range":"bytes=5-9"},"cr":"bytes 5-9/10"}"#,
        range(5, Some(9), Some(10)),
    );
    check(
        r#"%(h)s "%(r)s" "%({range}i)s" "%({content-range}o)s""#,
        r#"192.0.2.7 "GET /a HTTP/1.1" "bytes=5-9" "bytes 5-9/10""#,
        range(5, Some(9), Some(10)),
    );
    check(
        r#"jetty:%{client}a "%r" %s "%{Range}i" "%{Content-Range}o""#,
        r#"192.0.2.7 "GET /a HTTP/1.1" 206 "bytes=5-9" "bytes 5-9/10""#,
        range(5, Some(9), Some(10)),
    );
}
