//! Every directive that Apache's manual names, as it writes it.

use super::super::{BytesMeaning, TimeMeaning};
use super::{check, check_unread, meanings};

/// A directive behind a request, and what it adds to the record.
#[track_caller]
fn each(directive: &str, written: &str, expected: &str) {
    let format = format!(r#""%r" {directive} x"#);
    let line = format!(r#""GET /a HTTP/1.1" {written} x"#);
    check(&format, &line, expected);
}

#[test]
fn every_directive_is_known() {
    for (directive, written, expected) in [
        ("%%", "%", "GET /a"),
        ("%a", "192.0.2.7", "peer=192.0.2.7 GET /a"),
        ("%{c}a", "2001:db8::1", "peer=2001:db8::1 GET /a"),
        ("%A", "10.0.0.1", "GET /a"),
        ("%B", "0", "GET /a bytes=0"),
        ("%b", "-", "GET /a"),
        ("%b", "88123", "GET /a bytes=88123"),
        ("%{session}C", "ab=c d", "GET /a"),
        ("%D", "1500", "GET /a took=1500us"),
        ("%{UNIQUE_ID}e", "Zx@-b", "GET /a"),
        ("%{REMOTE_USER}e", "bob", "GET /a user=bob"),
        ("%f", "/srv/www/a b.html", "GET /a"),
        ("%h", "in24.inetnebr.com", "peer=in24.inetnebr.com GET /a"),
        ("%H", "HTTP/1.1", "GET /a"),
        ("%{Referer}i", "https://a.example/?b c", "GET /a referer=https://a.example/?b c"),
        ("%{user-agent}i", r"x\ty", r"GET /a agent=x\ty"),
        ("%{Host}i", "a.example:8080", "GET /a host=a.example"),
        ("%{X-Real-IP}i", "203.0.113.5", "forwarded=203.0.113.5 GET /a"),
        (
            "%{X-Forwarded-For}i",
            "203.0.113.5, 10.0.0.7, unknown",
            "forwarded=203.0.113.5, 10.0.0.7, unknown GET /a",
        ),
        ("%{Accept-Language}i", "fr, en;q=0.5", "GET /a"),
        ("%k", "3", "GET /a"),
        ("%l", "-", "GET /a"),
        ("%L", "-", "GET /a"),
        ("%m", "GET", "GET /a"),
        ("%{ratio}n", "-", "GET /a"),
        ("%{Content-Type}o", "text/html; charset=utf-8", "GET /a"),
        ("%p", "443", "GET /a"),
        ("%{remote}p", "51234", "GET /a"),
        ("%P", "8123", "GET /a"),
        ("%{hextid}P", "7f1d", "GET /a"),
        ("%q", "?b=c", "GET /a"),
        ("%R", "proxy-server", "GET /a"),
        ("%s", "301", "GET /a 301"),
        ("%<s", "301", "GET /a 301"),
        ("%>s", "-", "GET /a"),
        ("%t", "[10/Oct/2000:13:55:36 -0700]", "time=2000-10-10T20:55:36Z GET /a"),
        ("%{%d/%b/%Y:%T %z}t", "10/Oct/2000:13:55:36 -0700", "time=2000-10-10T20:55:36Z GET /a"),
        ("%{begin}t", "[10/Oct/2000:13:55:36 -0700]", "time=2000-10-10T20:55:36Z GET /a"),
        ("%{end:%F %T}t", "2000-10-10 13:55:36", "time=2000-10-10T13:55:36 GET /a"),
        ("%{sec}t", "971211336", "time=2000-10-10T20:55:36Z GET /a"),
        ("%{msec}t", "971211336250", "time=2000-10-10T20:55:36.25Z GET /a"),
        ("%{usec}t", "971211336000250", "time=2000-10-10T20:55:36.00025Z GET /a"),
        ("%{end:sec}t.%{end:msec_frac}t", "971211336.250", "time=2000-10-10T20:55:36.25Z GET /a"),
        ("%{sec}t.%{usec_frac}t", "971211336.000250", "time=2000-10-10T20:55:36.00025Z GET /a"),
        ("%T", "2", "GET /a took=2000000us"),
        ("%{ms}T", "12", "GET /a took=12000us"),
        ("%{us}T", "12", "GET /a took=12us"),
        ("%{s}T", "12", "GET /a took=12000000us"),
        ("%u", "J\\xc3\\xb6 rg", "GET /a user=J\\xc3\\xb6 rg"),
        ("%U", "/mapped", "GET /a"),
        ("%v", "www.a.example", "GET /a host=www.a.example"),
        ("%V", "b.example", "GET /a host=b.example"),
        ("%X", "+", "GET /a"),
        ("%I", "311", "GET /a"),
        ("%O", "5000", "GET /a bytes=5000"),
        ("%S", "5311", "GET /a"),
        ("%^FB", "1200", "GET /a"),
        ("%{X-Trailer}^ti", "-", "GET /a"),
        ("%{X-Trailer}^to", "a b", "GET /a"),
        ("%{SSL_PROTOCOL}x", "TLSv1.3", "GET /a"),
        ("%{SSL_CIPHER}x %{SSL_CLIENT_S_DN}x", "AES CN=a, O=b", "GET /a"),
        ("%{cipher}c", "AES128-SHA", "GET /a"),
        ("%!200,304,302{Referer}i", "-", "GET /a"),
        ("%400,501{User-agent}i", "curl", "GET /a agent=curl"),
        ("%{c}h", "10.0.0.7", "peer=10.0.0.7 GET /a"),
        ("%Z %{new}Z", "what ever", "GET /a"),
    ] {
        each(directive, written, expected);
    }
}

#[test]
fn lines_of_a_configuration_are_taken_whole() {
    let line = r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#;
    let expected = "peer=127.0.0.1 time=2000-10-10T20:55:36Z GET /apache_pb.gif 200 2326 user=frank referer=http://www.example.com/start.html agent=Mozilla/4.08 [en] (Win98; I ;Nav)";
    for directive in [
        r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" combined"#,
        r#"    LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"""#,
        r#"CustomLog logs/access_log "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" env=!dontlog"#,
        r#"CustomLog "|/usr/bin/rotatelogs /var/log/a.%Y 86400" combined"#,
        r#""%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"""#,
        r#"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\""#,
        r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i""#,
        "apache:combined",
        r#"accesslog.format = "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"""#,
        r#"varnish: %h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i""#,
    ] {
        check(directive, line, expected);
    }
}

#[test]
fn meanings_are_those_of_the_directive() {
    let check = |directive: &str, time, bytes| {
        assert_eq!(meanings(directive), (time, bytes), "{directive}")
    };
    check("%h %t %r %b", TimeMeaning::Start, BytesMeaning::Planned);
    check("%h %{end:sec}t %r %O", TimeMeaning::End, BytesMeaning::Wire);
    check("%h %{end:sec}t %{begin:sec}t %r %O %B", TimeMeaning::Start, BytesMeaning::Planned);
    check("%h %r", TimeMeaning::Unknown, BytesMeaning::Unknown);
    check("lighttpd:%h %t %r %b", TimeMeaning::End, BytesMeaning::Body);
    check(r#"accesslog.format = "%h %{begin}t \"%r\" %O""#, TimeMeaning::Start, BytesMeaning::Wire);
    check("varnish:%h %t %r %b", TimeMeaning::Start, BytesMeaning::Body);
    check(
        "$time_local $request $body_bytes_sent $bytes_sent",
        TimeMeaning::End,
        BytesMeaning::Body,
    );
    check("$request $bytes_sent", TimeMeaning::Unknown, BytesMeaning::Wire);
    check("option httplog", TimeMeaning::Start, BytesMeaning::Wire);
    check("tomcat:%t %r %b", TimeMeaning::Unknown, BytesMeaning::Body);
    check("tomcat:%{begin:yyyy}t %r %b", TimeMeaning::Start, BytesMeaning::Body);
    check("jetty:%t %r %O", TimeMeaning::Start, BytesMeaning::Body);
    check("json:{start:a,request:b,body:c}", TimeMeaning::Start, BytesMeaning::Body);
    check("json:{time:a,request:b,bytes:c}", TimeMeaning::Unknown, BytesMeaning::Unknown);
}

#[test]
fn old_apaches_wrote_quotes_as_they_were() {
    check(
        r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#,
        r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 5 "-" "a "quoted" agent""#,
        r#"peer=192.0.2.7 time=2000-10-10T20:55:36Z GET / 200 5 agent=a "quoted" agent"#,
    );
}

#[test]
fn what_is_not_read_names_its_field() {
    let format = r#"%v %h %t "%r" %>s %{ms}T"#;
    check_unread(format, "a.example", 0, "a host for %v");
    check_unread(
        format,
        r#"a.example 192.0.2.7 [30/Feb/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1"#,
        33,
        "a day and time that exist for %t",
    );
    check_unread(
        format,
        r#"a.example 192.0.2.7 [10/Oct/2000:13:55:36 -0700] GET / HTTP/1.1 200 1"#,
        49,
        "\" \"\" behind %t",
    );
    check_unread(
        format,
        r#"a.example 192.0.2.7 [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 fast"#,
        70,
        "a duration or - for %{ms}T",
    );
    check_unread("x %h %r", "y 192.0.2.7 GET /", 0, "\"x \", with which the directive begins");
}

#[test]
fn a_forged_header_is_no_peer() {
    let format = r#"%{X-Forwarded-For}i %h %l %u %t "%r" %>s %b "%{Referer}i""#;
    let line = |before: &str| {
        format!(
            r#"{before} - - [10/Oct/2000:13:55:36 -0700] "GET /data/small.csv HTTP/1.1" 200 5 "-""#
        )
    };
    let expected = |forwarded: &str| {
        format!("peer=127.0.0.1{forwarded} time=2000-10-10T20:55:36Z GET /data/small.csv 200 5")
    };
    check(format, &line("- 127.0.0.1"), &expected(""));
    check(
        format,
        &line("203.0.113.9, 10.0.0.7 127.0.0.1"),
        &expected(" forwarded=203.0.113.9, 10.0.0.7"),
    );
    // What stands before the address looks like the rest of a line.
    check(
        format,
        &line(r#"203.0.113.9\" 200 0 \"-\" \"x 127.0.0.1"#),
        &expected(r#" forwarded=203.0.113.9\" 200 0 \"-\" \"x"#),
    );
    // Who can tell the peer from an address that the client wrote?
    let why = "only one way to read the line for %h";
    check_unread(format, &line("203.0.113.9 198.51.100.1 x 127.0.0.1"), 12, why);
    check_unread(format, &line("x evil.example y 127.0.0.1"), 2, why);
    // Its end is beyond doubt where a quote stands.
    check(
        r#""%{X-Forwarded-For}i" %h %l %u %t "%r" %>s %b "%{Referer}i""#,
        &line(r#""203.0.113.9\" 198.51.100.1 x" 127.0.0.1"#),
        &expected(r#" forwarded=203.0.113.9\" 198.51.100.1 x"#),
    );
    check_unread("%h %r", "200 GET /a HTTP/1.1", 0, "an address or a host name for %h");
}
