//! Lines that `extended` reads, and what they read as.

use super::super::Sample;

/// The samples of the card.
pub static SAMPLES: &[Sample] = &[
    Sample {
        preamble: &[],
        line: br#"203.0.113.5, 10.0.0.7 - - [24/Feb/2025:12:34:56 +0000] "GET /export/patients.csv HTTP/1.1" 200 88123 "-" "curl/8.5" 90112"#,
        reads: "forwarded=203.0.113.5, 10.0.0.7 time=2025-02-24T12:34:56Z GET /export/patients.csv 200 88123 agent=curl/8.5",
    },
    Sample {
        preamble: &[],
        line: br#""203.0.113.5" 10.0.0.7 - bob [24/Feb/2025:12:34:56 +0000] "GET / HTTP/1.1" 200 5 "-" "x" 0.250"#,
        reads: "peer=10.0.0.7 forwarded=203.0.113.5 time=2025-02-24T12:34:56Z GET / 200 5 user=bob agent=x took=250000us",
    },
    Sample {
        preamble: &[],
        line: br#"1.2.3.4 - - [03/Apr/2017:03:27:28 -0600] "\x16\x03\x01" 404 419 "-" "-" - 115052 5.6.7.8"#,
        reads: r"peer=1.2.3.4 forwarded=5.6.7.8 time=2017-04-03T09:27:28Z raw=<\x16\x03\x01> 404 419",
    },
    // Gandi's web hosting.
    Sample {
        preamble: &[],
        line: br#"www.example.com 1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] (2 s) "GET / HTTP/1.1" 301 368 "-" "Mozilla/5.0""#,
        reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 user=theuser host=www.example.com agent=Mozilla/5.0 took=2000000us",
    },
    // BunkerWeb: a request id between ident and user.
    Sample {
        preamble: &[],
        line: br#"www.example.com 172.18.0.1 - a430e8da0018d750473c0464b73edd05 - [22/Oct/2025:14:31:08 +0000] "GET / HTTP/2.0" 404 25553 "-" "curl""#,
        reads: "peer=172.18.0.1 time=2025-10-22T14:31:08Z GET / 404 25553 host=www.example.com agent=curl",
    },
    // cPanel's own server: month first, fields behind.
    Sample {
        preamble: &[],
        line: br#"103.139.170.232 - - [07/05/2021:13:11:25 -0000] "GET /etc/shadow HTTP/1.1" 200 0 "-" "Mozilla/5.0" "-" "-" 2083"#,
        reads: "peer=103.139.170.232 time=2021-07-05T13:11:25Z GET /etc/shadow 200 0 agent=Mozilla/5.0",
    },
    // `%{%FT%TZ}t`, and Rack's duration.
    Sample {
        preamble: &[],
        line: br#"203.0.113.4 - ann [2000-10-10T20:55:36Z] "GET /a.gif HTTP/1.0" 200 2326 0.0453"#,
        reads: "peer=203.0.113.4 time=2000-10-10T20:55:36Z GET /a.gif 200 2326 user=ann took=45300us",
    },
    // A line of a published data set, wrapped whole in quotes.
    Sample {
        preamble: &[],
        line: br#""192.168.4.25 - - [22/Dec/2016:16:30:52 +0300] "POST /administrator/index.php HTTP/1.1" 303 382 "http://192.168.4.161/" "Mozilla/5.0 (Windows NT 6.0)"""#,
        reads: "peer=192.168.4.25 time=2016-12-22T13:30:52Z POST /administrator/index.php 303 382 referer=http://192.168.4.161/ agent=Mozilla/5.0 (Windows NT 6.0)",
    },
    // Django's development server: no address at all.
    Sample {
        preamble: &[],
        line: br#"[01/Jan/2024 12:00:00] "GET / HTTP/1.1" 200 123"#,
        reads: "time=2024-01-01T12:00:00 GET / 200 123",
    },
    // Citrix NetScaler, asked on one of its addresses by a process.
    Sample {
        preamble: &[],
        line: br#"198.51.100.4 -> 192.0.2.8 - - [19/Dec/2022:17:25:48 +0100] [69420] "GET / HTTP/1.1" 200 1436 "-" "curl/7.78.0" "Time: 58774 microsecs""#,
        reads: "peer=198.51.100.4 time=2022-12-19T16:25:48Z GET / 200 1436 agent=curl/7.78.0 took=58774us",
    },
    // A server's own fields in brackets, and a proxy's.
    Sample {
        preamble: &[],
        line: br#"203.0.113.9 - [203.0.113.9] - - [18/Mar/2018:15:00:00 +0000] "GET / HTTP/2.0" 200 12 "-" "x" 46 0.050 [up-80] 10.0.50.80:9000"#,
        reads: "peer=203.0.113.9 forwarded=203.0.113.9 upstream=10.0.50.80:9000 time=2018-03-18T15:00:00Z GET / 200 12 agent=x took=50000us",
    },
    // nginx: `$request_time` and `$upstream_addr` behind combined.
    Sample {
        preamble: &[],
        line: br#"192.0.2.7 - - [24/Feb/2025:12:34:56 +0000] "GET /export/p.csv HTTP/1.1" 200 88123 "-" "curl/8.5" 0.250 10.0.0.9:8080"#,
        reads: "peer=192.0.2.7 upstream=10.0.0.9:8080 time=2025-02-24T12:34:56Z GET /export/p.csv 200 88123 agent=curl/8.5 took=250000us",
    },
    // nginx's own example of upstream times.
    Sample {
        preamble: &[],
        line: br#"10.0.0.7 - - [24/Feb/2025:12:34:56 +0000] "GET / HTTP/1.1" 200 5 "https://a.example/" "x" "203.0.113.5, 10.0.0.9" rt=0.250 uct="0.001" urt="0.249""#,
        reads: "peer=10.0.0.7 forwarded=203.0.113.5, 10.0.0.9 time=2025-02-24T12:34:56Z GET / 200 5 referer=https://a.example/ agent=x took=250000us",
    },
];
