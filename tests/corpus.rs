//! Published lines, with what other people's test suites say they mean.
//!
//! The folder is named by the environment variable `WHOFETCHED_CORPUS`; where
//! it is not set these tests say that they are skipped. Totals of the three
//! real logs were counted with tools that share nothing with the program:
//!
//! ```text
//! LC_ALL=C grep -aoE '" [0-9]{3} ([0-9]+|-) "' LOG | awk '{s[$2]++} END {for (k in s) print k, s[k]}'
//! LC_ALL=C awk '{sub(/^"/, "", $1); print $1}' LOG | sort -u | wc -l
//! ```
//!
//! They count the one line that cannot be read as well; it is named below and
//! taken off their totals in the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use whofetched::format::{self, Reader, Reading};
use whofetched::record::{Client, Escape, Instant, Record, Request, Zone};

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("WHOFETCHED_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: WHOFETCHED_CORPUS names no folder of published logs");
    }
    folder
}

/// The groups of cases that the formats of the table are made for.
const GROUPS: [&str; 36] = [
    "nginx",
    "apache",
    "clf",
    "combined",
    "vhost_common",
    "vhost_combined",
    "ovh_vhost",
    "iis",
    "caddy_json",
    "litespeed",
    "gandi",
    "cpanel",
    "icecast2",
    "jetty_ncsa",
    "tomcat",
    "ingress_nginx",
    "access_misc",
    "aws_alb",
    "aws_elb_classic",
    "s3_access",
    "cloudfront",
    "haproxy",
    "envoy",
    "envoy_in_cri",
    "traefik_clf",
    "nginx_proxy_manager",
    "squid",
    "zoraxy",
    "npmplus",
    "bunkerweb",
    "traefik_json",
    "nginx_json",
    "envoy_json",
    "elasticsearch_audit",
    "syslog_wrapped",
    "upsun_httplog",
];

/// Cases whose expectation differs from ours, with the reason.
const DIFFERENT: [(&str, &str); 10] = [
    (
        "iis/beats/1",
        "the address is Markdown, `[10.0.0.1](http://10.0.0.1)`, which no server writes; it is kept as a name",
    ),
    (
        "aws_alb/vrl/9",
        "`- http://host:80- -` is what the balancer writes for a malformed request, as its manual says; no target was asked for, so none is read",
    ),
    ("envoy/beats/2", "they give %BYTES_RECEIVED%, which is 0; 89 bytes were sent"),
    (
        "haproxy/logstash-patterns-core/6",
        "cut at 1024 bytes: the rest of the target is not known, so the line is left unread, where it is searched for the beginning of a target",
    ),
    ("envoy_json/beats/1", ENVOY_TEXT),
    ("envoy_json/beats/2", ENVOY_TEXT),
    ("nginx/hub/46", BLANK),
    ("nginx/hub/47", BLANK),
    ("nginx/hub/48", BLANK),
    ("nginx/hub/49", BLANK),
];

const BLANK: &str =
    "a second blank before the version is theirs to keep; nginx takes none for the target's";

const ENVOY_TEXT: &str = "a line of Envoy's text inside a collector's JSON, filed under JSON; the second is no JSON, \
      for it has one closing brace too many";

fn undone(record: &Record<'_>, field: Option<&[u8]>) -> Option<String> {
    field.map(|field| {
        let mut out = Vec::new();
        let escape = if record.escape == Escape::Plus { Escape::None } else { record.escape };
        escape.undo(field, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    })
}

/// A text with the log's escapes undone, and every `+` a space: sources
/// differ on both.
fn plain(text: &str) -> String {
    let mut out = Vec::new();
    Escape::Backslash.undo(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).replace('+', " ")
}

/// Where a record differs from what a source expects of it.
fn differences(record: &Record<'_>, expect: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let addresses: Vec<String> = record
        .addresses
        .each()
        .map(|(_, token)| match Client::read(token) {
            Client::Ip(ip) => ip.to_string(),
            Client::Name(name) => String::from_utf8_lossy(name).into_owned(),
        })
        .collect();
    for (key, wanted) in expect.as_object().unwrap() {
        let text = wanted.as_str().map(str::to_owned);
        let differs = match key.as_str() {
            "client_ip" => {
                let ip = Client::read(wanted.as_str().unwrap().as_bytes());
                let Client::Ip(ip) = ip else { continue };
                !addresses.contains(&ip.to_string())
            }
            "client_host" => !text.as_deref().unwrap_or_default().split(',').any(|one| {
                let one = match Client::read(one.trim().as_bytes()) {
                    Client::Ip(ip) => ip.to_string(),
                    Client::Name(name) => String::from_utf8_lossy(name).into_owned(),
                };
                addresses.iter().any(|address| address.eq_ignore_ascii_case(&one))
            }),
            "method" => undone(record, record.method()) != text,
            "target" => {
                undone(record, record.target()).map(|target| plain(&target))
                    != text.map(|text| plain(&text))
            }
            "raw_request" => {
                let raw = match record.request {
                    Request::Raw(raw) => undone(record, raw).unwrap_or_default(),
                    Request::Line { .. } => undone(record, record.target()).unwrap_or_default(),
                };
                plain(&raw) != plain(text.as_deref().unwrap_or_default()).trim_matches('-')
            }
            "status" => record.status.map(u64::from) != wanted.as_u64(),
            "bytes" => record.bytes != wanted.as_u64() && !(record.bytes.is_none() && *wanted == 0),
            "user_agent" | "referer" => {
                let field = if key == "referer" { record.referer } else { record.agent };
                let ours = undone(record, field).map(|ours| plain(&ours)).unwrap_or_default();
                ours.trim() != plain(text.as_deref().unwrap_or_default()).trim().trim_matches('-')
            }
            "host" => {
                let host = undone(record, record.host).unwrap_or_default();
                let wanted = text.unwrap_or_default();
                let name = wanted.rsplit_once(':').map_or(wanted.as_str(), |(name, _)| name);
                host != wanted && host != name
            }
            "user" => undone(record, record.user) != text,
            // The target without scheme and authority.
            "target_path" => {
                let target = undone(record, record.target()).unwrap_or_default();
                let path = match target.split_once("://").and_then(|(_, rest)| rest.split_once('/'))
                {
                    Some((_, path)) => format!("/{path}"),
                    None => target,
                };
                let query = expect.get("query").and_then(Value::as_str);
                let wanted = text.unwrap_or_default();
                let wanted = query.map_or(wanted.clone(), |query| format!("{wanted}?{query}"));
                plain(&path) != plain(&wanted)
            }
            // Where the time is the end: begun as long before as it took.
            "request_creation_time_utc_iso" => {
                let wanted = Instant::parse(text.as_deref().unwrap_or_default());
                let took =
                    record.took.and_then(|took| i64::try_from(took).ok()).unwrap_or_default();
                record.time.map(|time| time.reading.plus_micros(-took)) != wanted
            }
            "time_utc_iso" => {
                let wanted =
                    Instant::parse(text.as_deref().unwrap_or_default()).map(|at| at.seconds);
                let time = record.time.filter(|time| time.zone != Zone::Local);
                time.is_some() && time.map(|time| time.reading.seconds) != wanted
            }
            _ => false,
        };
        if differs {
            wrong.push(format!("{key}: {wanted}"));
        }
    }
    wrong
}

#[test]
fn published_cases_read_as_their_sources_expect() {
    let Some(corpus) = corpus() else { return };
    let text = fs::read_to_string(corpus.join("expected.jsonl")).unwrap();
    let (mut n_cases, mut wrong) = (0, Vec::new());
    for case in text.lines() {
        let case: Value = serde_json::from_str(case).unwrap();
        let id = case["id"].as_str().unwrap();
        let group = case["format"].as_str().unwrap();
        let group = group.split('(').next().unwrap();
        if !GROUPS.contains(&group) {
            continue;
        }
        n_cases += 1;
        let mut reader = Reader::new(&[], false);
        for header in case["preamble"].as_array().into_iter().flatten() {
            reader.read(header.as_str().unwrap().as_bytes());
        }
        let line = case["line"].as_str().unwrap();
        let found = match reader.read(line.as_bytes()) {
            Reading::Read(_, record) => differences(&record, &case["expect"]),
            other => vec![format!("{other:?}")],
        };
        if !found.is_empty() && !DIFFERENT.iter().any(|(known, _)| *known == id) {
            wrong.push(format!("{id}: {found:?}\n    {line}"));
        }
    }
    println!("{n_cases} cases, {} differ for a reason", DIFFERENT.len());
    DIFFERENT.iter().for_each(|(id, why)| println!("{id}: {why}"));
    assert!(n_cases > 200, "the cases were not found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One of the real logs, and what was counted of it with other tools.
struct Counted {
    name: &'static str,
    /// Lines by status.
    statuses: &'static [(u16, u64)],
    /// Distinct first fields over all lines.
    clients: usize,
    /// Lines that cannot be read, by number, each with the status it has.
    unread: &'static [(u64, u16)],
}

const REAL_LOGS: [Counted; 3] = [
    Counted {
        name: "apache_logs.combined.log",
        statuses: &[
            (200, 9126),
            (206, 45),
            (301, 164),
            (304, 445),
            (403, 2),
            (404, 213),
            (416, 2),
            (500, 3),
        ],
        clients: 1753,
        // The user agent of this line, status 200, is cut off: it has no
        // closing quote. Its client has other lines.
        unread: &[(8899, 200)],
    },
    Counted {
        name: "acunetix.combined.log",
        statuses: &[
            (200, 2036),
            (301, 18),
            (302, 99),
            (303, 3407),
            (400, 12),
            (403, 3),
            (404, 258),
            (500, 706),
        ],
        clients: 1,
        unread: &[],
    },
    Counted {
        name: "shop.combined.log",
        statuses: &[(200, 938), (301, 11), (302, 20), (304, 7), (404, 24)],
        clients: 101,
        unread: &[],
    },
];

#[test]
fn totals_of_real_logs_equal_those_of_other_tools() {
    let Some(corpus) = corpus() else { return };
    for log in &REAL_LOGS {
        let bytes = fs::read(corpus.join(log.name)).unwrap();
        let combined = format::TABLE.iter().position(|f| f.card().name == "combined").unwrap();
        let mut reader = Reader::new(&[combined], false);
        let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
        let (mut clients, mut unread) = (BTreeSet::new(), Vec::new());
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            match reader.read(line) {
                Reading::Read(_, record) => {
                    *statuses.entry(record.status.unwrap_or_default()).or_default() += 1;
                    clients.insert(record.addresses.each().next().map(|(_, token)| token.to_vec()));
                }
                Reading::Blank => assert!(line.is_empty()),
                Reading::Header | Reading::Part => {
                    panic!("{}: line {number} is a whole record", log.name)
                }
                Reading::Unread(miss) => {
                    assert_eq!(miss.wanted, "a closing quote");
                    unread.push(number);
                }
            }
        }
        let mut expected: BTreeMap<u16, u64> = log.statuses.iter().copied().collect();
        for (_, status) in log.unread {
            *expected.entry(*status).or_default() -= 1;
        }
        assert_eq!(statuses, expected, "{}", log.name);
        assert_eq!(clients.len(), log.clients, "{}", log.name);
        let known: Vec<u64> = log.unread.iter().map(|(number, _)| *number).collect();
        assert_eq!(unread, known, "{}", log.name);
    }
}
