//! Directives made at random from known ones, lines made by them with random
//! values and the dialect's escapes: what was written is read back.

use proptest::prelude::*;

use super::super::super::Scratch;
use super::super::Template;
use crate::record::{Record, Request, Role};

/// A value of each kind that a record has.
#[derive(Debug, Clone)]
pub struct Values {
    pub peer: String,
    pub list: String,
    pub user: String,
    pub seconds: i64,
    pub method: &'static str,
    pub target: String,
    pub status: u16,
    pub bytes: u64,
    pub micros: u64,
    pub host: String,
    pub referer: String,
    pub agent: String,
}

/// Which of them a directive writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Peer,
    List,
    User,
    Time,
    Request,
    Status,
    Bytes,
    Took,
    Host,
    Referer,
    Agent,
    Nothing,
}

use Which::{Agent, Bytes, Host, List, Nothing, Peer, Referer, Status, Time, Took, User};

/// A dialect: its directives, how it escapes, and how it writes a time.
struct Writer {
    fields: &'static [(&'static str, Which)],
    escape: fn(&str) -> String,
    time: fn(i64) -> String,
    took: fn(u64) -> String,
    head: &'static str,
}

static APACHE: Writer = Writer {
    fields: &[
        ("%a", Peer),
        ("%{X-Forwarded-For}i", List),
        ("%u", User),
        ("%t", Time),
        ("%r", Which::Request),
        ("%>s", Status),
        ("%b", Bytes),
        ("%D", Took),
        ("%V", Host),
        ("%{Referer}i", Referer),
        ("%{User-Agent}i", Agent),
        ("%{own}n", Nothing),
    ],
    escape: |text| {
        text.chars().fold(String::new(), |text, letter| match letter {
            '"' => text + "\\\"",
            '\\' => text + "\\\\",
            '\t' => text + "\\t",
            ' '..='~' => text + &letter.to_string(),
            letter => letter
                .encode_utf8(&mut [0; 4])
                .bytes()
                .fold(text, |text, byte| text + &format!("\\x{byte:02x}")),
        })
    },
    time: |seconds| clf(seconds).map_or(String::new(), |time| format!("[{time}]")),
    took: |micros| micros.to_string(),
    head: "",
};

static TOMCAT: Writer = Writer {
    fields: &[
        ("%a", Peer),
        ("%{X-Forwarded-For}i", List),
        ("%u", User),
        ("%t", Time),
        ("%r", Which::Request),
        ("%s", Status),
        ("%B", Bytes),
        ("%D", Took),
        ("%v", Host),
        ("%{Referer}i", Referer),
        ("%{User-Agent}i", Agent),
        ("%S", Nothing),
    ],
    escape: |text| {
        text.bytes().fold(String::new(), |text, byte| match byte {
            b'"' => text + "\\\"",
            b'\\' => text + "\\\\",
            b'\t' => text + "\\t",
            b' '..=b'~' => text + &char::from(byte).to_string(),
            byte => text + &format!("\\u00{byte:02x}"),
        })
    },
    time: APACHE.time,
    took: |micros| (micros / 1000).to_string(),
    head: "tomcat:",
};

static NGINX: Writer = Writer {
    fields: &[
        ("$remote_addr", Peer),
        ("$http_x_forwarded_for", List),
        ("$remote_user", User),
        ("$time_local", Time),
        ("$request", Which::Request),
        ("$status", Status),
        ("$body_bytes_sent", Bytes),
        ("$request_time", Took),
        ("$host", Host),
        ("$http_referer", Referer),
        ("$http_user_agent", Agent),
        ("$own", Nothing),
    ],
    escape: |text| {
        text.bytes().fold(String::new(), |text, byte| match byte {
            b'"' | b'\\' | 0..=0x1f | 0x7f..=0xff => text + &format!("\\x{byte:02X}"),
            byte => text + &char::from(byte).to_string(),
        })
    },
    time: |seconds| clf(seconds).unwrap_or_default(),
    took: |micros| format!("{}.{:03}", micros / 1_000_000, micros / 1_000 % 1_000),
    head: "",
};

static NGINX_JSON: Writer = Writer {
    fields: NGINX.fields,
    escape: |text| {
        let text = serde_json::to_string(text).unwrap();
        text[1..text.len() - 1].to_owned()
    },
    time: NGINX.time,
    took: NGINX.took,
    head: "escape=json",
};

static HAPROXY: Writer = Writer {
    fields: &[
        ("%ci", Peer),
        ("%[req.hdr(X-Forwarded-For)]", List),
        ("%T", Time),
        ("%r", Which::Request),
        ("%ST", Status),
        ("%B", Bytes),
        ("%Ta", Took),
        ("%[req.hdr(Host)]", Host),
        ("%[req.hdr(Referer)]", Referer),
        ("%[req.hdr(User-Agent)]", Agent),
        ("%[var(txn.own)]", Nothing),
        ("%[http_auth_group(list)]", Nothing),
    ],
    escape: |text| {
        text.bytes().fold(String::new(), |text, byte| match byte {
            b'"' | b'#' | 0..=0x1f | 0x7f..=0xff => text + &format!("#{byte:02X}"),
            byte => text + &char::from(byte).to_string(),
        })
    },
    time: NGINX.time,
    took: TOMCAT.took,
    head: "haproxy:",
};

fn clf(seconds: i64) -> Option<String> {
    let time = chrono::DateTime::<chrono::Utc>::from_timestamp(seconds, 0)?;
    Some(time.format("%d/%b/%Y:%H:%M:%S +0000").to_string())
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u32>().prop_map(|ip| std::net::Ipv4Addr::from(ip).to_string()),
        any::<u128>().prop_map(|ip| std::net::Ipv6Addr::from(ip).to_string()),
    ]
}

/// Texts that clients write: quotes, backslashes, brackets, other tongues.
fn text() -> impl Strategy<Value = String> {
    "[ -~\tÄé漢]{1,24}".prop_map(|text| format!("x{text}"))
}

prop_compose! {
    pub fn values()(
        peer in address(),
        list in prop::collection::vec(address(), 1..4),
        (user, host) in ("[a-z][a-z@._-]{0,8}", "[a-z]{1,8}\\.example"),
        seconds in 0_i64..4_000_000_000,
        method in prop_oneof![Just("GET"), Just("POST"), Just("PROPFIND")],
        target in "/[ -~é]{0,24}",
        (status, bytes, millis) in (100_u16..600, 1_u64..1 << 40, 0_u64..1 << 30),
        (referer, agent) in (text(), text()),
    ) -> Values {
        let list = list.join(", ");
        Values { peer, list, user, seconds, method, target, status, bytes, micros: millis * 1000, host, referer, agent }
    }
}

/// Fields in some order, each between literals: quoted, or with separators
/// that no value ends with.
fn layout() -> impl Strategy<Value = (Vec<usize>, Vec<u8>, u8)> {
    let order = Just((0..12).collect::<Vec<usize>>()).prop_shuffle();
    (order, prop::collection::vec(any::<u8>(), 12), any::<u8>())
}

/// What a writer writes for a value.
fn written(writer: &Writer, values: &Values, which: Which) -> String {
    let plain = match which {
        Which::Peer => values.peer.clone(),
        Which::List => values.list.clone(),
        Which::User => values.user.clone(),
        Which::Time => return (writer.time)(values.seconds),
        Which::Request => format!("{} {} HTTP/1.1", values.method, values.target),
        Which::Status => values.status.to_string(),
        Which::Bytes => values.bytes.to_string(),
        Which::Took => (writer.took)(values.micros),
        Which::Host => values.host.clone(),
        Which::Referer => values.referer.clone(),
        Which::Agent => values.agent.clone(),
        Which::Nothing => "-".to_owned(),
    };
    (writer.escape)(&plain)
}

pub fn undone(record: &Record<'_>, text: Option<&[u8]>) -> String {
    let mut out = Vec::new();
    record.escape.undo(text.unwrap_or_default(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn round_trip(writer: &Writer, values: &Values, order: &[usize], marks: &[u8], ends: u8) {
    // In a JSON dialect the line must not be an object by chance.
    let (mut format, mut line) = (String::from("~"), String::from("~"));
    for (&field, mark) in order.iter().zip(marks) {
        let (directive, which) = writer.fields[field];
        let free = matches!(which, Which::Request | Referer | Agent | List | User);
        let (open, close) = match (mark % 4, free) {
            (_, true) | (0, _) => ("\"", "\""),
            (1, _) => ("[", "]"),
            (2, _) => ("k=", ";"),
            _ => ("", " |"),
        };
        let value = written(writer, values, which);
        for (into, what) in [(&mut format, directive), (&mut line, value.as_str())] {
            into.push_str(open);
            into.push_str(what);
            into.push_str(close);
            into.push(if ends.is_multiple_of(2) { ' ' } else { '\t' });
        }
    }
    let format = format.trim_end();
    let line = line.trim_end();
    let directive = match writer.head {
        "" => format.to_owned(),
        "haproxy:" | "tomcat:" => format!("{}{format}", writer.head),
        head => format!("{head} '{}'", format.replace('\'', "\\'")),
    };
    let template = Template::compile(&directive).unwrap();
    let mut scratch = Scratch::default();
    let record = match template.read(line.as_bytes(), &mut scratch) {
        Ok(record) => record,
        Err(miss) => panic!("{directive}\n{line}\n{miss:?}"),
    };
    let roles = |role: Role| {
        let first = record.addresses.first(role).unwrap_or_default();
        String::from_utf8_lossy(first).into_owned()
    };
    assert_eq!(roles(Role::Peer), values.peer, "{directive}\n{line}");
    assert_eq!(roles(Role::Forwarded), values.list, "{directive}\n{line}");
    assert_eq!(record.time.map(|time| time.reading.seconds), Some(values.seconds));
    assert_eq!(record.status, Some(values.status));
    assert_eq!(record.bytes, Some(values.bytes));
    assert_eq!(record.took, Some(values.micros));
    let has_user = writer.fields.iter().any(|(_, which)| *which == User);
    assert_eq!(undone(&record, record.user), if has_user { &values.user } else { "" });
    assert_eq!(undone(&record, record.host), values.host);
    assert_eq!(undone(&record, record.referer), values.referer);
    assert_eq!(undone(&record, record.agent), values.agent);
    let Request::Line { method, target, .. } = record.request else {
        panic!("{directive}\n{line}\n{:?}", record.request)
    };
    assert_eq!(method, values.method.as_bytes());
    assert_eq!(undone(&record, Some(target)), values.target);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn apache_is_read_back(values in values(), (order, marks, ends) in layout()) {
        round_trip(&APACHE, &values, &order, &marks, ends);
    }

    #[test]
    fn tomcat_is_read_back(values in values(), (order, marks, ends) in layout()) {
        round_trip(&TOMCAT, &values, &order, &marks, ends);
    }

    #[test]
    fn nginx_is_read_back(values in values(), (order, marks, ends) in layout()) {
        round_trip(&NGINX, &values, &order, &marks, ends);
    }

    #[test]
    fn nginx_with_json_escapes_is_read_back(values in values(), (order, marks, ends) in layout()) {
        round_trip(&NGINX_JSON, &values, &order, &marks, ends);
    }

    #[test]
    fn haproxy_is_read_back(mut values in values(), (order, marks, ends) in layout()) {
        for text in [&mut values.referer, &mut values.agent] {
            text.retain(|letter| letter != '"');
        }
        round_trip(&HAPROXY, &values, &order, &marks, ends);
    }

    /// Whatever a directive is, it compiles or is refused at a place in it,
    /// and what it reads never panics.
    #[test]
    fn nothing_panics(
        directive in prop_oneof![
            ".{0,60}",
            "(%[{<>!]?[a-zA-Z{}\\[\\]^]|\\$[a-z_{}]{1,9}|[ \"'\\\\|:,;]|%[<>]?[hlurtsbDTaUqm]){1,24}",
            "(json:|nginx:|haproxy:|tomcat:|jetty:|w3c:|#Fields: )[ -~]{0,40}",
        ],
        line in prop_oneof![".{0,80}", "[0-9 .:/\\[\\]\"{},GET-]{0,80}"],
    ) {
        match Template::compile(&directive) {
            Ok(template) => {
                let mut scratch = Scratch::default();
                if let Err(miss) = template.read(line.as_bytes(), &mut scratch) {
                    assert!(miss.at <= line.len());
                    template.why(&miss, scratch.failed.unwrap());
                }
            }
            Err(wrong) => {
                assert!(wrong.at <= directive.len(), "{wrong:?}");
                wrong.error(&directive);
            }
        }
    }
}
