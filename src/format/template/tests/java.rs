//! The patterns of Tomcat's valve and of Jetty's request log, as their
//! manuals have them.

use super::{check, check_unread};

/// A directive behind a request, and what it adds to the record.
#[track_caller]
fn each(dialect: &str, directive: &str, written: &str, expected: &str) {
    let format = format!(r#"{dialect}:"%r" {directive} x"#);
    let line = format!(r#""GET /a HTTP/1.1" {written} x"#);
    check(&format, &line, expected);
}

#[test]
fn the_valve() {
    for (directive, written, expected) in [
        ("%a", "192.0.2.7", "peer=192.0.2.7 GET /a"),
        ("%{remote}a", "203.0.113.5", "peer=203.0.113.5 GET /a"),
        (
            "%{peer}a %{remote}a",
            "10.0.0.7 203.0.113.5",
            "peer=10.0.0.7 forwarded=203.0.113.5 GET /a",
        ),
        ("%A", "10.0.0.1", "GET /a"),
        ("%b", "-", "GET /a"),
        ("%B", "5", "GET /a bytes=5"),
        ("%D", "12", "GET /a took=12000us"),
        ("%F", "3", "GET /a"),
        ("%h", "a.example", "peer=a.example GET /a"),
        ("%H", "HTTP/1.1", "GET /a"),
        ("%I", "http-nio-8080-exec-1", "GET /a"),
        ("%l", "-", "GET /a"),
        ("%m", "GET", "GET /a"),
        ("%p", "8080", "GET /a"),
        ("%{remote}p", "51234", "GET /a"),
        ("%q", "?b=c", "GET /a"),
        ("%s", "404", "GET /a 404"),
        ("%S", "8D1F0A-x", "GET /a"),
        ("%t", "[10/Oct/2000:13:55:36 -0700]", "time=2000-10-10T20:55:36Z GET /a"),
        (
            "%{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}t",
            "2000-10-10T13:55:36.250+02:00",
            "time=2000-10-10T11:55:36.25Z GET /a",
        ),
        (
            "%{begin:sec}t.%{begin:msec_frac}t",
            "971211336.250",
            "time=2000-10-10T20:55:36.25Z GET /a",
        ),
        ("%{end:msec}t", "971211336250", "time=2000-10-10T20:55:36.25Z GET /a"),
        ("%{begin}t", "[10/Oct/2000:13:55:36 -0700]", "time=2000-10-10T20:55:36Z GET /a"),
        (
            "[%{dd/MMM/yyyy:HH:mm:ss Z}t]",
            "[10/Oct/2000:13:55:36 -0700]",
            "time=2000-10-10T20:55:36Z GET /a",
        ),
        ("%T", "0.012", "GET /a took=12000us"),
        ("%{us}T", "12", "GET /a took=12us"),
        ("%u", "bob", "GET /a user=bob"),
        ("%U", "/mapped", "GET /a"),
        ("%v", "www.a.example", "GET /a host=www.a.example"),
        ("%X", "-", "GET /a"),
        ("%{Referer}i", "https://a.example/", "GET /a referer=https://a.example/"),
        ("%{X-Forwarded-For}i", "203.0.113.5", "forwarded=203.0.113.5 GET /a"),
        ("%{Content-Type}o", "text/html", "GET /a"),
        ("%{SID}c", "a; b", "GET /a"),
        ("%{attribute}r", "x y", "GET /a"),
        ("%{attribute}s", "x y", "GET /a"),
        ("%{x}L", "-", "GET /a"),
    ] {
        each("tomcat", directive, written, expected);
    }
    each("tomcat10", "%D", "12", "GET /a took=12us");
}

#[test]
fn patterns_are_found_in_their_element() {
    let line = r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a\"b HTTP/1.1" 200 5 12"#;
    let expected = r#"peer=192.0.2.7 time=2000-10-10T20:55:36Z GET /a"b 200 5 took=12000us"#;
    check(r#"pattern="%h %l %u %t &quot;%r&quot; %s %b %D""#, line, expected);
    check("%h %l %u %t &quot;%r&quot; %s %b %D", line, expected);
    check(
        r#"<Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs"
               prefix="localhost_access_log" suffix=".txt"
               pattern="%h %l %u %t &quot;%r&quot; %s %b %D" />"#,
        line,
        expected,
    );
    let line = r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /\u00e9 HTTP/1.1" 200 - "-" "Mozilla\u0416""#;
    for directive in ["pattern='combined'", "tomcat:combined"] {
        check(
            directive,
            line,
            "peer=192.0.2.7 time=2000-10-10T20:55:36Z GET /\u{fffd} 200 agent=MozillaЖ",
        );
    }
    check(
        "tomcat:common",
        r#"0:0:0:0:0:0:0:1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5"#,
        "peer=0:0:0:0:0:0:0:1 time=2000-10-10T20:55:36Z GET / 200 5",
    );
    check_unread("pattern=\"common\"", "x", 0, "an address or a host name for %h");
}

#[test]
fn jetty() {
    for (directive, written, expected) in [
        ("%{client}a", "203.0.113.5", "peer=203.0.113.5 GET /a"),
        (
            "%{remote}a %{client}a",
            "10.0.0.7 203.0.113.5",
            "peer=10.0.0.7 forwarded=203.0.113.5 GET /a",
        ),
        ("%{server}a", "a.example", "GET /a host=a.example"),
        ("%{local}a", "10.0.0.1", "GET /a"),
        ("%{client}p", "443", "GET /a"),
        ("%{CLF}I %{CLF}O %{CLF}S", "- 5 9", "GET /a bytes=5"),
        ("%S", "14341", "GET /a bytes=14341"),
        // Its own error pages are not counted.
        ("%S", "0", "GET /a"),
        ("%{CLF}S", "-", "GET /a"),
        ("%b %B", "5 5", "GET /a bytes=5"),
        ("%{new}Z %Z", "what ever", "GET /a"),
        ("%{SID}C", "ab", "GET /a"),
        ("%D", "1500", "GET /a took=1500us"),
        ("%{x}e", "y", "GET /a"),
        ("%f", "/srv/a", "GET /a"),
        ("%H", "HTTP/1.1", "GET /a"),
        ("%{User-Agent}i", r"x\y", r"GET /a agent=x\y"),
        ("%k", "1", "GET /a"),
        ("%m", "GET", "GET /a"),
        ("%{Content-Type}o", "text/html", "GET /a"),
        ("%q", "?b", "GET /a"),
        ("%R", "handler", "GET /a"),
        ("%s", "200", "GET /a 200"),
        ("%t", "[10/Oct/2000:13:55:36 +0000]", "time=2000-10-10T13:55:36Z GET /a"),
        (
            "%{yyyy-MM-dd HH:mm:ss|GMT}t",
            "[2000-10-10 13:55:36]",
            "time=2000-10-10T13:55:36Z GET /a",
        ),
        (
            "%{dd/MMM/yyyy:HH:mm:ss ZZZ|GMT|en}t",
            "[10/Oct/2000:13:55:36 +0000]",
            "time=2000-10-10T13:55:36Z GET /a",
        ),
        ("%T", "1", "GET /a took=1000000us"),
        ("%{ms}T", "12", "GET /a took=12000us"),
        ("%u", "bob", "GET /a user=bob"),
        ("%{d}u", "bob", "GET /a user=bob"),
        ("%U", "/mapped", "GET /a"),
        ("%X", "+", "GET /a"),
        ("%{x}ti", "-", "GET /a"),
        ("%{x}to", "-", "GET /a"),
        ("%404,301{Referer}i", "-", "GET /a"),
    ] {
        each("jetty", directive, written, expected);
    }
    check(
        r#"%{client}a - %u %t "%r" %s %O "%{Referer}i" "%{User-Agent}i""#,
        r#"203.0.113.5 - - [10/Oct/2000:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8""#,
        "peer=203.0.113.5 time=2000-10-10T13:55:36Z GET /a 200 5 agent=curl/8",
    );
}
