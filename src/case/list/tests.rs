//! Every shape of list, and what is refused.

use super::*;

fn ranges(bytes: &[u8], asns: &[u64]) -> (Shape, Option<String>, Vec<String>) {
    let read = read(bytes, asns).unwrap();
    #[cfg_attr(not(feature = "mmdb"), expect(irrefutable_let_patterns))]
    let Networks::Ranges(ranges) = read.networks else { panic!() };
    let text = |range: ranges::Range<'_>| match range.note {
        Some(note) => format!("{} {note}", range.text()),
        None => range.text(),
    };
    (read.shape, read.created.map(day), ranges.each().map(text).collect())
}

#[track_caller]
fn check(text: &str, shape: Shape, date: Option<&str>, expected: &[&str]) {
    let found = ranges(text.as_bytes(), &[]);
    assert_eq!((found.0, found.1.as_deref()), (shape, date), "{text}");
    assert_eq!(found.2, expected, "{text}");
}

#[test]
fn json_of_every_publisher_is_read() {
    check(
        r#"{"creationTime":"2021-11-10T10:00:00.698177","prefixes":[{"ipv6Prefix":"2001:4860:4801:10::/64"},{"ipv4Prefix":"66.249.64.0/27"}]}"#,
        Shape::Google,
        Some("2021-11-10"),
        &["66.249.64.0/27", "2001:4860:4801:10::/64"],
    );
    check(
        r#"{"formatVersion":"1.0","creationTime":"2026-04-01T23:30:00-02:00","notes":"x","prefixes":[{"ipv4Prefix":"192.0.2.0/24","service":"a"}]}"#,
        Shape::Google,
        Some("2026-04-02"),
        &["192.0.2.0/24 a"],
    );
    check(
        r#"{"syncToken":"1636538400","prefixes":[{"ipv4Prefix":"34.80.0.0/15","service":"Google Cloud","scope":"asia-east1"}]}"#,
        Shape::Google,
        Some("2021-11-10"),
        &["34.80.0.0/15 Google Cloud asia-east1"],
    );
    check(
        r#"{"syncToken":"1","createDate":"2024-03-01-22-13-10","prefixes":[
           {"ip_prefix":"52.0.0.0/15","region":"us-east-1","network_border_group":"x","service":"EC2"},
           {"ip_prefix":"52.0.0.0/15","region":"us-east-1","service":"AMAZON"}],
          "ipv6_prefixes":[{"ipv6_prefix":"2600:1f00::/40","region":"eu-west-1","service":"S3"}]}"#,
        Shape::Aws,
        Some("2024-03-01"),
        &[
            "52.0.0.0/15 AMAZON us-east-1",
            "52.0.0.0/15 EC2 us-east-1",
            "2600:1f00::/40 S3 eu-west-1",
        ],
    );
    check(
        r#"{"changeNumber":7,"cloud":"Public","values":[
           {"name":"AzureCloud.westeurope","properties":{"region":"westeurope","addressPrefixes":["20.0.0.0/16"]}},
           {"name":"AzureCloud","properties":{"addressPrefixes":["20.0.0.0/16","2603:1000::/32"]}}]}"#,
        Shape::Azure,
        None,
        &[
            "20.0.0.0/16 AzureCloud",
            "20.0.0.0/16 AzureCloud.westeurope",
            "2603:1000::/32 AzureCloud",
        ],
    );
    check(
        r#"{"result":{"ipv4_cidrs":["173.245.48.0/20"],"ipv6_cidrs":["2400:cb00::/32"],"etag":""},"success":true}"#,
        Shape::Cloudflare,
        None,
        &["173.245.48.0/20", "2400:cb00::/32"],
    );
    check(
        r#"{"addresses":["23.235.32.0/20"],"ipv6_addresses":["2a04:4e40::/32"]}"#,
        Shape::Fastly,
        None,
        &["23.235.32.0/20", "2a04:4e40::/32"],
    );
    check(
        r#"{"name":"List of known scanners","description":"d","version":20240301,"type":"cidr","list":["192.0.2.0/24","198.51.100.7"],"matching_attributes":["ip-src"]}"#,
        Shape::Misp,
        Some("2024-03-01"),
        &["192.0.2.0/24", "198.51.100.7/32"],
    );
    check(r#"["192.0.2.0/24"]"#, Shape::Json, None, &["192.0.2.0/24"]);
}

#[test]
fn text_of_every_publisher_is_read() {
    check(
        "173.245.48.0/20\n103.21.244.0/22",
        Shape::Plain,
        None,
        &["103.21.244.0/22", "173.245.48.0/20"],
    );
    check(
        "# ours\r\n192.0.2.0/24, 198.51.100.7 # x\r\n\r\n10.0.0.5-10.0.0.9\n2001:db8::/48",
        Shape::Plain,
        None,
        &["10.0.0.5-10.0.0.9", "192.0.2.0/24", "198.51.100.7/32", "2001:db8::/48"],
    );
    check(
        "@type tordnsel 1.0\nDownloaded 2024-03-01 05:02:04\nExitNode 0011\nPublished 2024-02-29 20:00:00\nLastStatus 2024-03-01 04:00:00\nExitAddress 192.0.2.9 2024-03-01 04:10:00\nExitAddress 192.0.2.10 2024-02-29 23:10:00\nExitNode 22\nExitAddress 192.0.2.9 2024-02-29 04:10:00\n",
        Shape::Tor,
        Some("2024-03-01"),
        &["192.0.2.9/32 2024-02-29 to 2024-03-01", "192.0.2.10/32 2024-02-29"],
    );
    check("192.0.2.9\n192.0.2.10\n", Shape::Plain, None, &["192.0.2.9/32", "192.0.2.10/32"]);
}

#[test]
fn tables_are_read_by_header_and_by_rows() {
    let ip2asn = "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n2001:200::\t2001:200:5ff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB \"WIDE\n";
    check(
        ip2asn,
        Shape::AsnTable,
        None,
        &[
            "1.0.0.0/24 AS13335 CLOUDFLARENET US",
            "2001:200::-2001:200:5ff:ffff:ffff:ffff:ffff:ffff AS2500 WIDE-BB \"WIDE JP",
        ],
    );
    assert_eq!(ranges(ip2asn.as_bytes(), &[13335]).2, ["1.0.0.0/24 AS13335 CLOUDFLARENET US"]);
    check(
        "16777216\t16777471\t13335\tUS\tCLOUDFLARENET\n",
        Shape::AsnTable,
        None,
        &["1.0.0.0/24 AS13335 CLOUDFLARENET US"],
    );
    check(
        "start_ip,end_ip,country,country_name,asn,as_name\n192.0.2.0,192.0.2.7,FR,France,AS64500,\"Example, Net\"\n",
        Shape::AsnTable,
        None,
        &["192.0.2.0/29 AS64500 Example, Net FR"],
    );
    check(
        "network;provider\n192.0.2.0/24;VPN Example\n",
        Shape::Csv,
        None,
        &["192.0.2.0/24 VPN Example"],
    );
    check(
        "# geofeed\n192.0.2.0/24,FR,FR-75,Paris,\n2001:db8::/32,DE,,,\n",
        Shape::Geofeed,
        None,
        &["192.0.2.0/24 FR Paris", "2001:db8::/32 DE"],
    );
}

#[test]
fn what_is_damaged_is_told_with_its_line() {
    let check = |bytes: &[u8], asns: &[u64], parts: &[&str]| {
        let why = read(bytes, asns).unwrap_err();
        let text = String::from_utf8_lossy(bytes);
        assert!(parts.iter().all(|part| why.contains(part)), "{text}: {why}");
    };
    check(b"192.0.2.0/24\nx", &[], &["line 2: ", "\"x\" is no address"]);
    check(b"192.0.2.0/24\n10.0.0.9-10.0.0.5", &[], &["line 2: ", "ends before it begins"]);
    check(b"# none", &[], &["no network is listed"]);
    check(b"a\n\xff\n", &[], &["line 2: ", "not UTF-8"]);
    check(b"\x1f\x8b\x08", &[], &["packed by gzip"]);
    check(b"<!DOCTYPE html>\n<html>", &[], &["line 1: "]);
    check(b"{\"prefixes\":[\n{\"ipv4Prefix\":", &[], &["line 2: the JSON is damaged"]);
    check(
        b"{\"prefixes\":[\n{\"ipv4Prefix\":\"192.0.2.0/24\"},\n{\"ipv4Prefix\":\"192.0.2.0/240\"}]}",
        &[],
        &["line 3: ", "192.0.2.0/240"],
    );
    check(b"{\"prefixes\":[{\"x\":1}]}", &[], &["prefixes, number 1: it names no network"]);
    check(b"{\"formatVersion\":\"2.0\",\"prefixes\":[]}", &[], &["formatVersion is 2.0"]);
    check(
        b"{\"name\":\"x\",\"type\":\"hostname\",\"list\":[\"a.example\"]}",
        &[],
        &["names no networks"],
    );
    check(b"ExitNode 00\nExitAddress 192.0.2.9\n", &[], &["line 2: ", "has no time"]);
    check(
        b"1.0.0.0\t1.0.0.255\t1\tUS\tX\n1.0.1.0\tx\t1\tUS\tX\n",
        &[],
        &["line 2: ", "\"x\" is no address"],
    );
    check(b"network,asn\n192.0.2.0/24,ASx\n", &[], &["line 2: ", "no AS number"]);
    check(b"192.0.2.0/24\n", &[1], &["has no AS numbers"]);
    check(b"network,asn\n192.0.2.0/24,5\n", &[1], &["no network of the AS numbers"]);
    #[cfg(not(feature = "mmdb"))]
    check(b"\0\xab\xcd\xefMaxMind.com\0", &[], &["--features mmdb"]);
    // However long a word is, the message is not.
    assert!(read("x".repeat(10_000).as_bytes(), &[]).unwrap_err().len() < 500);
}

#[test]
fn a_table_of_the_whole_internet_is_read_and_asked() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for number in 0..50_000u32 {
        let first = number << 12;
        let last = first + 0xfff;
        let (first, last) = (std::net::Ipv4Addr::from(first), std::net::Ipv4Addr::from(last));
        let _ = writeln!(
            text,
            "{first}\t{last}\t{}\tFR\tEXAMPLE-{}",
            number % 60_000 + 1,
            number % 60_000
        );
    }
    let read = read(text.as_bytes(), &[]).unwrap();
    #[cfg_attr(not(feature = "mmdb"), expect(irrefutable_let_patterns))]
    let Networks::Ranges(ranges) = read.networks else { panic!() };
    assert_eq!((read.shape, ranges.count()), (Shape::AsnTable, 50_000));
    for number in (0..50_000u32).step_by(7) {
        let ip = std::net::Ipv4Addr::from((number << 12) + 77);
        let found = ranges.find(ip.into()).unwrap();
        let expected = format!("AS{} EXAMPLE-{} FR", number % 60_000 + 1, number % 60_000);
        assert_eq!(found.note, Some(expected.as_str()));
    }
}
