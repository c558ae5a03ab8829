//! Sources whose records are not lines, and lines in the wrappers of other
//! programs: what a whole scan makes of them.

mod common;

use std::io::Write;

use common::{Way, case, scan_files, without_storage};
use serde_json::{Value, json};

const DAY: (&str, &str) = ("2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z");

/// A web server's line at a second of noon.
fn line(second: usize, path: &str) -> String {
    format!(
        r#"203.0.113.{} - - [05/Mar/2024:12:00:{:02} +0000] "GET {path} HTTP/1.1" 200 500 "-" "curl""#,
        second % 7 + 1,
        second % 60
    )
}

fn path(number: usize) -> &'static str {
    if number.is_multiple_of(4) { "/exports/a.csv" } else { "/other" }
}

fn lines(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|number| line(number, path(number)))
}

fn in_csv(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// CloudTrail's record of one call.
fn call(number: usize) -> Value {
    json!({
        "eventTime": format!("2024-03-05T12:00:{:02}Z", number % 60),
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "sourceIPAddress": format!("203.0.113.{}", number % 7 + 1),
        "requestParameters": {"bucketName": "leak", "key": &path(number)[1..]},
        "resources": [{"type": "AWS::S3::Object"}, {"type": "AWS::S3::Bucket"}],
    })
}

/// An access of Azure's gateway.
fn access(number: usize) -> Value {
    json!({
        "time": format!("2024-03-05T12:00:{:02}Z", number % 60),
        "category": "ApplicationGatewayAccessLog",
        "properties": {
            "clientIP": format!("203.0.113.{}", number % 7 + 1), "httpMethod": "GET",
            "requestUri": path(number), "httpStatus": 200, "sentBytes": 500,
            "instanceId": "i", "receivedBytes": 1, "timeTaken": 1, "host": "a.example",
        },
    })
}

fn document(number: usize) -> Value {
    json!({
        "@timestamp": format!("2024-03-05T12:00:{:02}Z", number % 60),
        "source": {"ip": format!("203.0.113.{}", number % 7 + 1)},
        "url": {"path": path(number)},
        "http": {"request": {"method": "GET"}, "response": {"status_code": 200}},
    })
}

/// How many records each source has.
const N: usize = 24;

/// A name, a source of [`N`] records, and what the report calls its format.
fn sources() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let events: Vec<Value> = lines(N)
        .enumerate()
        .map(|(number, line)| json!({"id": format!("{number}"), "timestamp": 1_709_640_000_000_u64, "message": line}))
        .collect();
    let subscription = |events: &[Value]| json!({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/web", "logStream": "i-1", "logEvents": events});
    let pairs: Vec<Value> = lines(N).map(|line| json!(["1709640000000000000", line])).collect();
    let hits: Vec<Value> = (0..N)
        .map(|number| json!({"_index": "i", "_id": "x", "_source": document(number)}))
        .collect();
    let calls: Vec<Value> = (0..N).map(call).collect();
    let accesses: Vec<Value> = (0..N).map(access).collect();
    let pretty = |value: &Value| serde_json::to_vec_pretty(value).unwrap();
    let flat = |value: &Value| serde_json::to_vec(value).unwrap();
    let joined = |parts: &[Vec<u8>], with: &[u8]| parts.join(with);
    let export = |text: &dyn Fn(&str) -> Vec<u8>| {
        lines(N).fold(Vec::new(), |mut all, line| {
            all.extend_from_slice(b"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1709640000000000\n");
            all.extend(text(&line));
            all.extend_from_slice(b"_HOSTNAME=web1\n\n");
            all
        })
    };
    vec![
        ("list", flat(&json!(calls)), "cloudtrail-s3"),
        ("laid out list", pretty(&json!(calls)), "cloudtrail-s3"),
        ("CloudTrail", flat(&json!({"Records": calls})), "cloudtrail-s3"),
        (
            "CloudTrail, a file a line",
            joined(
                &[flat(&json!({"Records": calls[..10]})), flat(&json!({"Records": calls[10..]}))],
                b"\n",
            ),
            "cloudtrail-s3",
        ),
        ("Azure", pretty(&json!({"records": accesses})), "azure-app-gateway"),
        ("Azure by pages", flat(&json!({"value": accesses, "nextLink": "x"})), "azure-app-gateway"),
        (
            "pretty-printed records",
            calls.iter().flat_map(|call| [pretty(call), b"\n".to_vec()].concat()).collect(),
            "cloudtrail-s3",
        ),
        ("records without newlines", joined(&calls.iter().map(flat).collect::<Vec<_>>(), b""), "cloudtrail-s3"),
        ("CloudWatch", flat(&subscription(&events)), "combined (in CloudWatch)"),
        (
            "CloudWatch by Firehose",
            [flat(&subscription(&events[..9])), flat(&subscription(&events[9..]))].concat(),
            "combined (in CloudWatch)",
        ),
        (
            "Elasticsearch",
            pretty(&json!({"took": 1, "hits": {"total": {"value": N}, "hits": hits}})),
            "ecs (in Elasticsearch hit)",
        ),
        (
            "Loki",
            flat(&json!({"status": "success", "data": {"resultType": "streams", "result": [
                {"stream": {"job": "nginx"}, "values": pairs[..5]}, {"stream": {"job": "apache"}, "values": pairs[5..]},
            ], "stats": {}}})),
            "combined (in Loki stream)",
        ),
        (
            "journal",
            export(&|line| format!("MESSAGE={line}\n").into_bytes()),
            "combined (in journald export)",
        ),
        (
            "journal, binary",
            export(&|line| {
                let length = (line.len() as u64 + 1).to_le_bytes();
                [b"MESSAGE\n", &length[..], line.as_bytes(), b"\n\n"].concat()
            }),
            "combined (in journald export)",
        ),
        (
            "Splunk",
            lines(N).fold(b"_time,host,_raw\n".to_vec(), |mut all, line| {
                let row = format!("2024-03-05T12:00:00.000+0000,web1,{}\n", in_csv(&format!("{line}\n")));
                all.extend_from_slice(row.as_bytes());
                all
            }),
            "combined (in CSV)",
        ),
        (
            "Kibana",
            (0..N).fold(b"\xef\xbb\xbf\"@timestamp\",\"source.ip\",\"http.request.method\",\"url.path\",\"http.response.status_code\"\r\n".to_vec(), |mut all, number| {
                let row = format!("\"Mar 5, 2024 @ 12:00:{:02}.000\",\"203.0.113.{}\",GET,\"{}\",200\r\n", number % 60, number % 7 + 1, path(number));
                all.extend_from_slice(row.as_bytes());
                all
            }),
            "csv",
        ),
        (
            "compose",
            lines(N).flat_map(|line| format!("web-1  | {line}\n").into_bytes()).collect(),
            "combined (in docker compose logs)",
        ),
    ]
}

fn of(report: &Value, key: &str) -> u64 {
    report["inputs"][0]["lines"][key].as_u64().unwrap()
}

#[test]
fn every_record_of_every_framing_is_read() {
    for (name, bytes, format) in sources() {
        let report = scan_files(&case(DAY.0, DAY.1), &[("export", &bytes)], &Way::default());
        assert_eq!(
            (of(&report, "read"), of(&report, "unread")),
            (N as u64, 0),
            "{name}: {}",
            report["unread"]
        );
        assert_eq!(
            of(&report, "total"),
            of(&report, "read") + of(&report, "blank") + of(&report, "header")
        );
        assert_eq!(report["inputs"][0]["format"], format, "{name}");
        assert_eq!(report["inputs"][0]["kind"], "access", "{name}");
        let evidence = report["evidence"].as_array().unwrap();
        assert_eq!(evidence.len(), N.div_ceil(4), "{name}");
        for hit in evidence {
            assert!(hit["target"].as_str().unwrap().ends_with("exports/a.csv"), "{name}: {hit}");
        }
    }
}

#[test]
fn the_cut_of_a_framed_source_does_not_show() {
    for (name, bytes, _) in sources() {
        let case = case(DAY.0, DAY.1);
        let expected = scan_files(&case, &[("export.log", &bytes)], &Way::default());
        for (threads, block_bytes) in [(1, 1), (2, 100), (1, 1 << 20)] {
            let way = Way { threads, block_bytes, ..Way::default() };
            assert_eq!(scan_files(&case, &[("export.log", &bytes)], &way), expected, "{name}");
        }
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(&bytes).unwrap();
        let packed = packer.finish().unwrap();
        let report = scan_files(&case, &[("export.log.gz", &packed)], &Way::default());
        assert_eq!(without_storage(report), without_storage(expected), "{name}");
    }
}

/// A source that is cut off, or damaged, loses nothing but what is damaged.
#[test]
fn damage_in_a_framed_source_is_counted() {
    for (name, bytes, _) in sources() {
        let cut = &bytes[..bytes.len() * 2 / 3];
        let report = scan_files(&case(DAY.0, DAY.1), &[("export", cut)], &Way::default());
        let read = of(&report, "read");
        assert!(read >= N as u64 / 2 && read < N as u64, "{name}: {read}");
        assert!(of(&report, "unread") <= 1, "{name}: {}", report["unread"]);
    }
    // A quote that is missing in the sixth of 24 records.
    for (name, bytes, _) in
        sources().into_iter().filter(|(_, bytes, _)| matches!(bytes[0], b'{' | b'['))
    {
        let mut damaged = bytes.clone();
        let at = memchr::memmem::find_iter(&damaged, b"203.0.113.6").next().unwrap();
        let quote = at + damaged[at..].iter().position(|byte| *byte == b'"').unwrap();
        damaged[quote] = b'x';
        let report = scan_files(&case(DAY.0, DAY.1), &[("export", &damaged)], &Way::default());
        assert!(
            of(&report, "read") >= N as u64 - 3,
            "{name}: {} {}",
            of(&report, "read"),
            report["unread"]
        );
        assert!(of(&report, "unread") > 0, "{name}");
    }
}

/// Several mebibytes on one line, far beyond what may be held of a line.
#[test]
fn a_long_list_on_one_line_is_read_record_by_record() {
    let n = 20_000;
    let mut bytes = b"{\"Records\":[".to_vec();
    for number in 0..n {
        if number > 0 {
            bytes.push(b',');
        }
        bytes.extend(serde_json::to_vec(&call(number)).unwrap());
    }
    bytes.extend_from_slice(b"]}");
    assert!(bytes.len() > 4 << 20);
    let report = scan_files(&case(DAY.0, DAY.1), &[("export.json", &bytes)], &Way::default());
    assert_eq!((of(&report, "read"), of(&report, "unread")), (n as u64, 0));
    // A record without an end is one line, overlong and counted.
    let mut endless = b"[{\"a\":1},{\"a\":\"".to_vec();
    endless.resize(3 << 20, b'x');
    let report = scan_files(&case(DAY.0, DAY.1), &[("export.json", &endless)], &Way::default());
    assert_eq!(of(&report, "unread"), 2);
}

/// What stands round records and names a request is not passed over.
#[test]
fn a_request_outside_the_records_is_an_unread_line() {
    // So far behind that the framing was chosen without it.
    let n = 10_000;
    let records = vec![r#"{"a":1}"#; n].join(",");
    let text = format!(r#"{{"Records":[{records}],"request":"GET /exports/a.csv HTTP/1.1"}}"#);
    let files: [(&str, &[u8]); 1] = [("export.json", text.as_bytes())];
    let report = scan_files(&case(DAY.0, DAY.1), &files, &Way::default());
    assert_eq!(of(&report, "unread"), n as u64 + 1);
    let suspects =
        report["unread"].as_array().unwrap().iter().filter(|line| line["suspect"] == true);
    assert_eq!(suspects.count(), 1, "{}", report["unread"]);
}

/// A record with such a list of its own is still a record.
#[test]
fn a_record_that_has_a_list_of_records_is_read_whole() {
    let record = |list: &str, before: bool| {
        let request = r#""time":"2024-03-05T12:00:00Z","client_ip":"203.0.113.5","method":"GET","path":"/exports/a.csv","status":200"#;
        let list = format!(r#""{list}":[{{"x":1}}]"#);
        if before { format!("{{{list},{request}}}\n") } else { format!("{{{request},{list}}}\n") }
    };
    for list in ["records", "hits", "data", "items"] {
        for before in [true, false] {
            for n in [1, 3] {
                let text = record(list, before).repeat(n);
                let files: [(&str, &[u8]); 1] = [("app.json", text.as_bytes())];
                let report = scan_files(&case(DAY.0, DAY.1), &files, &Way::default());
                assert_eq!((of(&report, "read"), of(&report, "unread")), (n as u64, 0), "{text}");
            }
        }
    }
}

/// The audit log of a share: no status, so what was sent is not known.
#[test]
fn a_share_link_log_gives_hits_whose_outcome_is_unknown() {
    let record = json!({
        "CreationTime": "2024-03-05T12:00:00", "Operation": "FileDownloaded", "RecordType": 6,
        "Workload": "SharePoint", "ClientIP": "[2001:db8::5]:51234", "UserId": "anonymous",
        "ObjectId": "https://c.sharepoint.com/exports/a.csv",
    });
    let table = format!(
        "CreationDate,UserIds,Operations,AuditData\n2024-03-05T12:00:00.0000000Z,anonymous,FileDownloaded,{}\n",
        in_csv(&record.to_string())
    );
    let anywhere = "2024-03-05T12:00:00Z The file exports/a.csv was accessed anonymously from IP [2001:db8::5]:51234\n";
    for (bytes, format) in [
        (record.to_string(), "m365-audit"),
        (table, "m365-audit (in CSV)"),
        (json!([{"AuditData": record.to_string()}]).to_string(), "m365-audit (in audit search)"),
        (anywhere.to_owned(), "hcp-anywhere"),
    ] {
        let report =
            scan_files(&case(DAY.0, DAY.1), &[("audit", bytes.as_bytes())], &Way::default());
        assert_eq!(report["inputs"][0]["format"], format);
        assert_eq!(report["actors"][0]["ip"], "2001:db8::5", "{bytes}");
        assert_eq!(report["actors"][0]["grade"], "U", "{bytes}");
        assert_eq!(report["verdict"]["code"], "B1", "{bytes}");
    }
}
