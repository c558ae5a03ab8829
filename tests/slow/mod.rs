//! The slow, obvious reader: a second implementation that judges the fast one.
//!
//! It is written from the descriptions of the formats alone, with the standard library only, and shares
//! nothing with the program. It splits, searches and allocates freely, because being plainly right is its
//! only duty. Where the two disagree, one of them is wrong, and the server's documentation says which.
//!
//! It does not guess formats over a file, unwrap syslog or JSON envelopes, or decide who the client is.

// Each test crate that includes this module uses its own part of it.
#![allow(dead_code)]

mod caddy;
mod clf;
mod matching;
mod text;
mod w3c;

pub use matching::slow_match;

/// The place of an address on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What a header such as `X-Forwarded-For` said, which its left side may have made up.
    Forwarded,
    /// The other end of the connection that the server logged.
    Peer,
    /// The server behind this one.
    Upstream,
}

/// What one line says, owned. A field that is absent, empty or `-` is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlowRecord {
    /// Every address in a place where a client may stand: canonical text, or a name in lower case.
    pub addresses: Vec<(Role, String)>,
    /// Seconds since 1970 in UTC; `None` when the line does not say its zone and the format does not either.
    pub time: Option<i64>,
    /// The method of the request line.
    pub method: Option<String>,
    /// The target with the escapes of the log undone, and nothing else.
    pub target: Option<Vec<u8>>,
    /// The request field, escapes undone, when it is no request line.
    pub raw_request: Option<Vec<u8>>,
    /// The status sent to the client.
    pub status: Option<u16>,
    /// What the log calls the bytes of the response.
    pub bytes: Option<u64>,
    /// The referring page, escapes undone.
    pub referer: Option<Vec<u8>>,
    /// The user agent, escapes undone. In W3C logs a space stays the `+` it was written as.
    pub user_agent: Option<Vec<u8>>,
    /// The host in lower case, without its port.
    pub host: Option<String>,
    /// The authenticated user.
    pub user: Option<Vec<u8>>,
}

/// What became of one line: exactly one of four.
// A record is returned by value for the ease of the tests; its size costs nothing that matters here.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlowReading {
    /// The line was read.
    Read(SlowRecord),
    /// The line holds nothing but spaces.
    Blank,
    /// The line is a directive of a W3C log.
    Header,
    /// The line is none of the layouts this reader knows, or it is cut.
    Unread,
}

/// Reads the lines of one source in order, keeping what W3C directives said.
#[derive(Clone, Debug, Default)]
pub struct SlowReader {
    w3c: w3c::Directives,
}

impl SlowReader {
    /// A reader that has seen no directive yet.
    pub fn new() -> Self {
        SlowReader::default()
    }

    /// Reads one line, with or without its line ending.
    ///
    /// After a `#Fields` directive every line is a W3C line; before one, a line that begins with an ISO date
    /// is tried against the default columns of IIS, a line that begins with `{` is tried as Caddy's, and the rest is
    /// of the Common Log family. A NUL at the head is what a rotation by `copytruncate` or a crash leaves, so
    /// such a line is damaged; behind the head it is a byte that a server without escapes wrote as it came.
    pub fn read(&mut self, line: &[u8]) -> SlowReading {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return SlowReading::Blank;
        }
        if self.w3c.take(line) {
            return SlowReading::Header;
        }
        if line.starts_with(b"\0") {
            return SlowReading::Unread;
        }
        let record = if self.w3c.has_fields() || w3c::begins_with_date(line) {
            self.w3c.read(line)
        } else if line.starts_with(b"{") {
            caddy::read(line).or_else(|| clf::read(line))
        } else {
            clf::read(line)
        };
        match record {
            Some(record) => SlowReading::Read(record),
            None => SlowReading::Unread,
        }
    }
}

fn read_one(line: &str) -> SlowRecord {
    match SlowReader::new().read(line.as_bytes()) {
        SlowReading::Read(record) => record,
        other => panic!("{other:?}: {line}"),
    }
}

fn addresses(line: &str) -> Vec<(Role, String)> {
    read_one(line).addresses
}

#[test]
fn slow_reads_combined_and_its_escapes() {
    let record = read_one(
        r#"198.51.100.7 - j\"o e [06/Feb/2020:10:00:00 +0100] "GET /a\"b\xc3\xa9.csv HTTP/1.1" 200 5120 "-" "ua \\ \"quoted\"""#,
    );
    assert_eq!(record.addresses, [(Role::Peer, "198.51.100.7".to_string())]);
    assert_eq!(record.time, Some(1_580_979_600));
    assert_eq!(record.method.as_deref(), Some("GET"));
    assert_eq!(record.target.as_deref(), Some("/a\"bé.csv".as_bytes()));
    assert_eq!((record.status, record.bytes), (Some(200), Some(5120)));
    assert_eq!(record.referer, None);
    assert_eq!(record.user_agent.as_deref(), Some(&br#"ua \ "quoted""#[..]));
    assert_eq!(record.user.as_deref(), Some(&br#"j"o e"#[..]));
}

#[test]
fn slow_tells_a_request_line_from_anything_else() {
    for (request, method, target, raw) in [
        ("GET /a b HTTP/1.1", Some("GET"), Some("/a b"), None),
        ("GET /old", Some("GET"), Some("/old"), None),
        ("CONNECT a:443 HTTP/1.1", Some("CONNECT"), Some("a:443"), None),
        ("quit", None, None, Some("quit")),
        ("get /x", Some("get"), Some("/x"), None),
        (" GET  /a  HTTP/1.1 ", Some("GET"), Some("/a"), None),
        (r"GET\x09/a\tHTTP/1.1", Some("GET"), Some("/a"), None),
        ("GET http:/a", Some("GET"), Some("http:/a"), None),
        ("GET a", None, None, Some("GET a")),
        ("-", None, None, None),
        ("", None, None, None),
    ] {
        let record =
            read_one(&format!(r#"::1 - - [12/Apr/2018:09:48:40 +0200] "{request}" 400 - "-" "-""#));
        assert_eq!(record.method.as_deref(), method, "{request}");
        assert_eq!(record.target.as_deref(), target.map(str::as_bytes), "{request}");
        assert_eq!(record.raw_request.as_deref(), raw.map(str::as_bytes), "{request}");
    }
}

#[test]
fn slow_finds_the_host_of_each_vhost_layout() {
    let rest = r#"[26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 404 499 "-" "Mozilla/5.0""#;
    for line in [
        format!("www.example.com:443 192.0.2.3 - - {rest}"),
        format!("www.example.com 192.0.2.3 - - {rest}"),
        format!("192.0.2.3 www.example.com - {rest}"),
        format!("192.0.2.3 - - {rest} www.example.com"),
    ] {
        let record = read_one(&line);
        assert_eq!(record.host.as_deref(), Some("www.example.com"), "{line}");
        assert_eq!(record.addresses, [(Role::Peer, "192.0.2.3".to_string())], "{line}");
    }
    let record = read_one(&format!("10.0.0.1:443 192.0.2.3 - - {rest}"));
    assert_eq!(record.host.as_deref(), Some("10.0.0.1"));
}

#[test]
fn slow_keeps_every_forwarded_address() {
    let rest = r#"[24/Feb/2025:12:34:56 +0000] "GET /x HTTP/1.1" 200 1 "-" "curl/8.5""#;
    let ip = |role, text: &str| (role, text.to_string());
    assert_eq!(
        addresses(&format!("2001:DB8::1, 10.0.0.7 - - {rest}")),
        [ip(Role::Forwarded, "2001:db8::1"), ip(Role::Forwarded, "10.0.0.7")]
    );
    assert_eq!(
        addresses(&format!(r#"::ffff:10.0.0.7 - - {rest} "[2001:db8::1]:50, fe80::1%eth0""#)),
        [
            ip(Role::Peer, "10.0.0.7"),
            ip(Role::Forwarded, "2001:db8::1"),
            ip(Role::Forwarded, "fe80::1")
        ]
    );
}

#[test]
fn slow_reads_a_user_with_a_quote_and_a_date_of_python() {
    let rest = r#"[24/feb/2025 12:34:56 +0000] "GET /x HTTP/1.1" 200 1 "-" "curl/8.5""#;
    let record = read_one(&format!(r#"'192.0.2.3' - "open {rest}"#));
    assert_eq!(record.addresses, [(Role::Peer, "192.0.2.3".to_string())]);
    assert_eq!(record.user.as_deref(), Some(&b"\"open"[..]));
    assert_eq!(record.time, Some(1_740_400_496));
}

#[test]
fn slow_takes_no_date_out_of_a_user_name() {
    let record = read_one(
        r#"192.0.2.3 - a [01/Jan/1999:00:00:00 +0000] b [24/Feb/2025:12:34:56 +0000] "GET /x HTTP/1.1" 200 1"#,
    );
    assert_eq!(record.time, Some(1_740_400_496));
    assert_eq!(record.user.as_deref(), Some(&b"a [01/Jan/1999:00:00:00 +0000] b"[..]));
}

#[test]
fn slow_leaves_a_cut_line_unread() {
    let whole =
        r#"192.0.2.3 - - [24/Feb/2025:12:34:56 +0000] "GET /x HTTP/1.1" 200 1 "-" "curl/8.5""#;
    for end in [10, 50, 60, 73, whole.len() - 1] {
        let cut = &whole[..end];
        assert_eq!(SlowReader::new().read(cut.as_bytes()), SlowReading::Unread, "{cut}");
    }
}

#[test]
fn slow_reads_a_line_wrapped_in_quotes() {
    let record = read_one(
        r#""192.0.2.3 - - [24/Feb/2025:12:34:56 +0000] "GET /x HTTP/1.1" 200 1 "-" "a b"""#,
    );
    assert_eq!(record.user_agent.as_deref(), Some(&b"a b"[..]));
}

#[test]
fn slow_reads_w3c_by_the_running_fields() {
    let mut reader = SlowReader::new();
    let line = b"2022-03-10 17:26:30 ::1 GET /a+b q=1 80 - 192.0.2.9 UA+1 - 200 0 0 18\r\n";
    let SlowReading::Read(record) = reader.read(line) else { panic!("the default columns") };
    assert_eq!(record.target.as_deref(), Some(&b"/a+b?q=1"[..]));
    assert_eq!(record.time, Some(1_646_933_190));
    assert_eq!(reader.read(b"#Fields: date time c-ip sc-status"), SlowReading::Header);
    let SlowReading::Read(record) = reader.read(b"2022-03-10 17:26:30 fe80::1%5 404") else {
        panic!("four columns")
    };
    assert_eq!(
        (record.addresses, record.status),
        (vec![(Role::Peer, "fe80::1".to_string())], Some(404))
    );
    // Fifteen columns of the default shapes are read under any header; fourteen are not.
    assert!(matches!(reader.read(line), SlowReading::Read(_)));
    assert_eq!(
        reader.read(b"2022-03-10 17:26:30 ::1 GET /a - 80 - 192.0.2.9 UA - 200 0 0"),
        SlowReading::Unread
    );
}

#[test]
fn slow_reads_caddy_new_and_old() {
    let record = read_one(
        r#"{"ts":1711741864.947,"msg":"handled request","request":{"remote_ip":"192.0.2.9","client_ip":"198.51.100.7","method":"GET","host":"Example.com:8443","uri":"/\u0061\"b","headers":{"User-Agent":["x"]}},"size":12,"status":200}"#,
    );
    assert_eq!(record.target.as_deref(), Some(&b"/a\"b"[..]));
    assert_eq!((record.time, record.bytes), (Some(1_711_741_864), Some(12)));
    assert_eq!(record.host.as_deref(), Some("example.com"));
    assert_eq!(record.addresses.len(), 2);
    let record = read_one(
        r#"{"common_log":"192.0.2.9 - - [29/Mar/2024:19:51:04 +0000] \"GET / HTTP/1.1\" 200 12"}"#,
    );
    assert_eq!((record.time, record.status), (Some(1_711_741_864), Some(200)));
}

#[test]
fn slow_matches_every_spelling_of_a_literal_path() {
    for target in [
        "/data/list.csv",
        "/data/list.csv/",
        "/data//list.csv?x=1",
        "/data/./a/../list.csv#top",
        "/%64ata/list.csv",
        "/%2564ata/list.csv",
        "/%252564ata/list.csv",
        "http://example.com/data/list.csv",
        r"/data\list.csv",
        "/data;v=1/list.csv;jsessionid=7",
        r"/data\x2flist.csv",
        "/data%5clist.csv",
    ] {
        assert!(slow_match(target.as_bytes(), "/data/list.csv", false), "{target}");
    }
    for target in
        ["/data/list.csv.bak", "/DATA/list.csv", "/x?/data/list.csv", "/%25252564ata/list.csv"]
    {
        assert!(!slow_match(target.as_bytes(), "/data/list.csv", false), "{target}");
    }
    assert!(slow_match(b"/DATA. /list.csv..", "/data/List.csv/", true));
    assert!(slow_match(b"/data/deep/er", "/data", false));
    assert!(slow_match("/a b/é".as_bytes(), "/a%20b/%C3%A9", false));
}

#[test]
fn slow_matches_globs() {
    for (pattern, target, expected) in [
        ("/a/*.csv", "/a/b.csv", true),
        ("/a/*.csv", "/a/b/c.csv", false),
        ("/a/**.csv", "/a/b/c.csv", true),
        ("/a/**/c", "/a/c", true),
        ("/a/**/c", "/a/b/d/c", true),
        ("/a?c", "/aéc", true),
        ("/?é*", "/xéy", true),
        ("/a?c", "/a/c", false),
        ("/[a-c]x", "/bx", true),
        ("/[!a-c]x", "/bx", false),
        ("/[^a-c]x", "/zx", true),
        ("/a[!b]c", "/a/c", false),
        ("/*", "/a/b", false),
        ("/[", "/[", true),
        ("/%2A/*", "/*/x", true),
        ("/%2A/*", "/a/x", false),
    ] {
        assert_eq!(slow_match(target.as_bytes(), pattern, false), expected, "{pattern} {target}");
    }
}
