//! nginx's variables, as its manual and its source write them.

use super::check;

/// A variable behind a request, and what it adds to the record.
#[track_caller]
fn each(variable: &str, written: &str, expected: &str) {
    check(
        &format!(r#""$request" [{variable}] x"#),
        &format!(r#""GET /a HTTP/1.1" [{written}] x"#),
        expected,
    );
}

#[test]
fn variables_are_known() {
    for (variable, written, expected) in [
        ("$remote_addr", "192.0.2.7", "peer=192.0.2.7 GET /a"),
        ("${remote_addr}", "unix:", "peer=unix: GET /a"),
        ("$realip_remote_addr", "10.0.0.7", "peer=10.0.0.7 GET /a"),
        ("$proxy_protocol_addr", "203.0.113.5", "forwarded=203.0.113.5 GET /a"),
        ("$binary_remote_addr", r"\xC0\x00\x02\x07", "GET /a"),
        ("$remote_user", "a b", "GET /a user=a b"),
        ("$time_local", "10/Oct/2000:13:55:36 -0700", "time=2000-10-10T20:55:36Z GET /a"),
        ("$time_iso8601", "2000-10-10T13:55:36-07:00", "time=2000-10-10T20:55:36Z GET /a"),
        ("$msec", "971211336.250", "time=2000-10-10T20:55:36.25Z GET /a"),
        (
            "$time_local $msec",
            "10/Oct/2000:13:55:36 -0700 971211336.250",
            "time=2000-10-10T20:55:36.25Z GET /a",
        ),
        ("$date_gmt", "Tuesday, 10-Oct-2000 20:55:36 GMT", "time=2000-10-10T20:55:36Z GET /a"),
        ("$date_local", "Tuesday, 10-Oct-2000 20:55:36 CEST", "time=2000-10-10T20:55:36 GET /a"),
        ("$status", "000", "GET /a 000"),
        ("$body_bytes_sent", "-", "GET /a"),
        ("$bytes_sent", "5000", "GET /a bytes=5000"),
        ("$request_length", "311", "GET /a"),
        ("$request_time", "0.012", "GET /a took=12000us"),
        ("$request_method", "GET", "GET /a"),
        ("$request_uri", "/a?b=c", "GET /a"),
        ("$uri", "/index.html", "GET /a"),
        ("$args", "b=c", "GET /a"),
        ("$is_args", "", "GET /a"),
        ("$is_args", "?", "GET /a"),
        ("$server_protocol", "HTTP/2.0", "GET /a"),
        ("$scheme", "https", "GET /a"),
        ("$host", "a.example", "GET /a host=a.example"),
        ("$server_name", "_", "GET /a"),
        (
            "$server_name $host $http_host",
            "s.example h.example a.example:8443",
            "GET /a host=a.example",
        ),
        ("$http_referer", "-", "GET /a"),
        ("$http_user_agent", r"a\x22b", r"GET /a agent=a\x22b"),
        ("$http_x_forwarded_for", "203.0.113.5,10.0.0.7", "forwarded=203.0.113.5,10.0.0.7 GET /a"),
        ("$http_true_client_ip", "203.0.113.5", "forwarded=203.0.113.5 GET /a"),
        ("$http_cf_connecting_ip", "2001:db8::9", "forwarded=2001:db8::9 GET /a"),
        ("$http_x_request_id", "0af7-65", "GET /a"),
        ("$sent_http_content_type", "text/html; charset=utf-8", "GET /a"),
        ("$upstream_addr", "unix:/run/a.sock", "upstream=unix:/run/a.sock GET /a"),
        ("$upstream_http_x_cache", "HIT", "GET /a"),
        ("$upstream_response_time", "0.1, 0.2 : -", "GET /a"),
        ("$upstream_cache_status", "MISS", "GET /a"),
        ("$connection_requests", "7", "GET /a"),
        ("$pipe", "p", "GET /a"),
        ("$gzip_ratio", "3.15", "GET /a"),
        ("$ssl_protocol/$ssl_cipher", "TLSv1.3/TLS_AES_256_GCM_SHA384", "GET /a"),
        ("$request_id", "444535f9378a3dfa1b8604bc9e05a303", "GET /a"),
        ("$geoip_country_code", "FR", "GET /a"),
        ("$limit_req_status $request_completion", "PASSED OK", "GET /a"),
        ("$site_own_variable", "any thing", "GET /a"),
    ] {
        each(variable, written, expected);
    }
}

#[test]
fn escapes_follow_the_directive() {
    check(
        r#"log_format x escape=json '$remote_addr "$request" $status "$http_user_agent" $request_time';"#,
        r#"192.0.2.7 "GET /\"é\u0001\\x HTTP/1.1" 200 "a\tb" "#,
        "peer=192.0.2.7 GET /\"é\u{1}\\x 200 agent=a\tb",
    );
    check(
        r#"escape=none '$remote_addr "$request" $status "$http_user_agent" "$http_referer"'"#,
        r#"192.0.2.7 "GET /a"b HTTP/1.1" 200 "x \" "y" "z""#,
        r#"peer=192.0.2.7 GET /a"b 200 referer=y" "z agent=x \"#,
    );
    check(
        "log_format quoted \"$remote_addr \\\"$request\\\" $status\\t$uri\";",
        "192.0.2.7 \"GET /a HTTP/1.1\" 200\t/a",
        "peer=192.0.2.7 GET /a 200",
    );
    check(
        "nginx:combined",
        r#"180.76.15.143 - - [06/Feb/2019:00:00:38 +0000] "GET / HTTP/1.1" 301 193 "https://domain1.com/?p=1" "Mozilla/5.0""#,
        "peer=180.76.15.143 time=2019-02-06T00:00:38Z GET / 301 193 referer=https://domain1.com/?p=1 agent=Mozilla/5.0",
    );
}

#[test]
fn a_request_that_is_none() {
    let format = r#"$remote_addr [$time_local] "$request_method $scheme://$host$request_uri $server_protocol" $status"#;
    check(
        format,
        r#"192.0.2.7 [10/Oct/2000:13:55:36 +0000] "- http://_- -" 400"#,
        "peer=192.0.2.7 time=2000-10-10T13:55:36Z 400",
    );
    check(
        format,
        r#"192.0.2.7 [10/Oct/2000:13:55:36 +0000] "GET http://a-b.example/c d HTTP/1.1" 200"#,
        "peer=192.0.2.7 time=2000-10-10T13:55:36Z GET /c d 200 host=a-b.example",
    );
    check(
        r#"$remote_addr "$request" $status"#,
        r#"192.0.2.7 "\x16\x03\x01" 400"#,
        r"peer=192.0.2.7 raw=<\x16\x03\x01> 400",
    );
}
