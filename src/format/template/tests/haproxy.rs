//! HAProxy's log formats: what its options stand for, and the fields of its
//! manual, section 8.2.6.

use super::{check, check_unread};

#[test]
fn the_options() {
    check(
        "option httplog",
        r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#,
        "peer=10.0.1.2 time=2009-02-06T12:14:14.655 GET /index.html 200 2750 took=109000us",
    );
    // Nothing captured, an IPv6 client, a transfer still going on.
    check(
        "option  httplog",
        r#"2001:db8::1:39527 [03/Nov/2015:06:25:25.105] services~ def/api 4599/0/0/428/+5027 304 +320 - - ---- 1/1/0/1/0 0/0 "GET /a#22b HTTP/1.1""#,
        r#"peer=2001:db8::1 time=2015-11-03T06:25:25.105 GET /a"b 304 320 took=5027000us"#,
    );
    check(
        "option httplog",
        r#"188.223.50.7:51940 [18/Jul/2011:17:05:24.339] ads ads/<NOSRV> -1/-1/-1/-1/6001 -1 212 - - cR-- 100/89/0/0/+3 0/0 {203.0.113.5, 10.0.0.1|a.example} "<BADREQ>""#,
        "peer=188.223.50.7 forwarded=203.0.113.5, 10.0.0.1 time=2011-07-18T17:05:24.339 raw=<<BADREQ>> bytes=212 took=6001000us",
    );
    check(
        "option tcplog",
        "10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
        "peer=10.0.1.2 time=2009-02-06T12:12:51.443 bytes=212 took=5007000us",
    );
    check(
        "option httpslog",
        r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] https-in~ static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1" 0/0/0/0/0 1wt.eu/TLSv1.3/TLS_AES_256_GCM_SHA384"#,
        "peer=10.0.1.2 time=2009-02-06T12:14:14.655 GET /index.html 200 2750 host=1wt.eu took=109000us",
    );
    check(
        "option httplog clf",
        r#"192.0.2.7 - - [06/Feb/2009:12:14:14 +0000] "GET /a HTTP/1.1" 200 2750 "" "" 33317 655 "http-in" "static" "srv1" 10 0 30 69 109 "----" 1 1 1 1 0 0 0 "-" "-""#,
        "peer=192.0.2.7 time=2009-02-06T12:14:14.655Z GET /a 200 2750 took=109000us",
    );
}

#[test]
fn formats_of_ones_own() {
    check(
        r#"log-format "%ci:%cp\ [%tr]\ %ft\ %HM\ %HU\ %HV\ %ST\ %B\ %Tt\ %{+Q}[capture.req.hdr(0)]""#,
        r#"192.0.2.7:33317 [06/Feb/2009:12:14:14.655] in GET /a?b=c HTTP/1.1 200 5 12 "x y""#,
        "peer=192.0.2.7 time=2009-02-06T12:14:14.655 GET /a?b=c 200 5 took=12000us",
    );
    check(
        r"log-format %ci\ -\ -\ [%T]\ %{+Q}r\ %ST\ %B\ %{+Q}[req.fhdr(User-Agent)]\ %[req.hdr(X-Forwarded-For)]\ end",
        r#"192.0.2.7 - - [06/Feb/2009:12:14:14 +0000] "GET /a HTTP/1.1" 200 5 "curl/8" 203.0.113.5, 10.0.0.7 end"#,
        "peer=192.0.2.7 forwarded=203.0.113.5, 10.0.0.7 time=2009-02-06T12:14:14Z GET /a 200 5 agent=curl/8",
    );
    check(
        r#"{"time":"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]","ip":"%[src]","port":%cp,"method":"%[capture.req.method]","uri":"%[capture.req.uri,json(utf8s)]","status":%ST,"bytes":%B,"ms":%Ta,"host":"%[req.hdr(host)]","xff":"%[var(txn.xff)]"}"#,
        r#"{"time":"2024-03-05T09:12:01Z","ip":"192.0.2.7","port":33317,"method":"GET","uri":"/a?b=\"c\"","status":200,"bytes":5,"ms":12,"host":"a.example","xff":"203.0.113.5"}"#,
        r#"peer=192.0.2.7 forwarded=203.0.113.5 time=2024-03-05T09:12:01Z GET /a?b="c" 200 5 host=a.example took=12000us"#,
    );
    check(
        "%Ts.%ms|%ci|%HM|%HP%HQ|%ST|%[ssl_fc_sni]|%sslv|%sslc|%ID|%H|%pid|%lc|%rt|%bi:%bp|%fi:%fp|%si:%sp",
        "1236000000.655|192.0.2.7|GET|/a?b=c|200|a.example|TLSv1.3|AES|0A:1|lb1|77|8|9|10.0.0.1:40000|10.0.0.2:443|10.0.0.3:80",
        "peer=192.0.2.7 upstream=10.0.0.3 time=2009-03-02T13:20:00.655Z GET /a?b=c 200 host=a.example",
    );
    check(
        "%{+X}o %ci:%cp %{-X}o [%Tl] %r %ST %TR/%Tw/%Tc/%Tr/%Ta %Th/%Ti/%Tq/%Td %U %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hrl %hsl",
        "7F000001:8295 [06/Feb/2009:13:14:14 +0100] GET /a HTTP/1.1 200 1/2/3/4/5 0/1/2/3 17 - - ---- 1/1/1/1/0 0/0 x y",
        "peer=7F000001 time=2009-02-06T12:14:14Z GET /a 200 took=5000us",
    );
}

#[test]
fn what_is_not_read_names_its_field() {
    check_unread(
        "option httplog",
        r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 ok 2750"#,
        77,
        "a status of three digits for %ST",
    );
    // Cut by the server: the target is not whole.
    check_unread(
        "option httplog",
        r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /path/to/request/that/exc"#,
        110,
        "a request line for %{+Q}r",
    );
}

#[test]
fn a_quote_in_a_captured_header_ends_nothing() {
    let format = "%ci:%cp [%tr] %ST %B %{+Q}[capture.req.hdr(0)] %{+Q}r";
    let line = |header: &str| {
        format!(
            r#"127.0.0.1:33317 [06/Feb/2009:12:14:14.655] 200 5 "{header}" "GET /data/small.csv HTTP/1.1""#
        )
    };
    let expected = "peer=127.0.0.1 time=2009-02-06T12:14:14.655 GET /data/small.csv 200 5";
    check(format, &line("curl/8"), expected);
    check(format, &line(r#"a" "witness/forged"#), expected);
    check(format, &line(r#"a" "-" "x"#), expected);
    check(format, &line(r#"a" "GET /decoy HTTP/1.1"#), expected);

    let format = "%{+Q}[capture.req.hdr(0)] %{+Q}r %ST %B %ci %{+Q}[capture.req.hdr(1)]";
    let line = |one: &str, other: &str| {
        format!(r#""{one}" "GET /data/small.csv HTTP/1.1" 200 5 127.0.0.1 "{other}""#)
    };
    check(format, &line("a", "b"), "peer=127.0.0.1 GET /data/small.csv 200 5");
    check(format, &line(r#"a" "b"#, r#"c" "d"#), "peer=127.0.0.1 GET /data/small.csv 200 5");
    // A whole line in a header: it may be either.
    check_unread(
        format,
        &line(r#"a" "GET /decoy HTTP/1.1" 404 0 198.51.100.1 ""#, "b"),
        5,
        "only one way to read the line for %{+Q}r",
    );
    check_unread(
        format,
        &line("a", r#"" "GET /decoy HTTP/1.1" 404 0 198.51.100.1 "b"#),
        5,
        "only one way to read the line for %{+Q}r",
    );
    check(
        "%ci [%tr] %{+Q}[capture.req.hdr(0)] %HM %HU %HV %ST",
        r#"127.0.0.1 [06/Feb/2009:12:14:14.655] "a" "b GET" c" GET /data/small.csv HTTP/1.1 200"#,
        "peer=127.0.0.1 time=2009-02-06T12:14:14.655 GET /data/small.csv 200",
    );
}
