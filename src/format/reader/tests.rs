//! Lines in every envelope, whole and damaged, and lines that are in none.

use super::super::summary;
use super::*;

const LINE: &str =
    r#"203.0.113.5 - - [24/Feb/2024:12:34:56 +0000] "GET /a.csv HTTP/1.1" 200 5 "-" "curl""#;
const READS: &str = "peer=203.0.113.5 time=2024-02-24T12:34:56Z GET /a.csv 200 5 agent=curl";

/// Reads a line out of its envelopes: the wrappers, the logger, and what
/// it reads as.
fn open(line: &[u8]) -> (String, String, String) {
    let mut reader = Reader::new(&[], false);
    let (logger, reads) = match reader.read(line) {
        Reading::Read(_, record) => (
            String::from_utf8_lossy(record.logger.unwrap_or_default()).into_owned(),
            summary(&record),
        ),
        other => (String::new(), format!("{other:?}")),
    };
    (reader.wrappers().join(" > "), logger, reads)
}

fn wrapped() -> Vec<(String, &'static str, &'static str)> {
    let json = serde_json::to_string(LINE).unwrap();
    let bytes: Vec<String> = LINE.bytes().map(|byte| byte.to_string()).collect();
    let at = "\"timestamp\":1708778096789";
    vec![
        (
            format!(
                r#"{{"__REALTIME_TIMESTAMP":"1708778096000000","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"nginx","MESSAGE":{json}}}"#
            ),
            "journald",
            "web1",
        ),
        (
            format!(
                r#"{{"MESSAGE":[{}],"_HOSTNAME":"web1","__REALTIME_TIMESTAMP":"1708778096000000"}}"#,
                bytes.join(",")
            ),
            "journald",
            "web1",
        ),
        (
            format!(
                "__CURSOR=s=1\x1f__REALTIME_TIMESTAMP=1708778096000000\x1f_HOSTNAME=web1\x1fMESSAGE={LINE}\x1f_PID=7"
            ),
            "journald export",
            "web1",
        ),
        (
            format!("__CURSOR=s=1\x1fMESSAGE=        {LINE}\x1f_HOSTNAME=web1"),
            "journald export",
            "web1",
        ),
        (format!(r#"{{"id":"36","timestamp":1708778096789,"message":{json}}}"#), "CloudWatch", ""),
        (
            format!(
                r#"{{"logStreamName":"i-0abc",{at},"message":{json},"ingestionTime":1708778097000,"eventId":"3"}}"#
            ),
            "CloudWatch",
            "i-0abc",
        ),
        (
            format!(
                r#"{{"@timestamp":"2024-02-24 12:34:56.789","@message":{json},"@logStream":"i-0abc"}}"#
            ),
            "CloudWatch Insights",
            "i-0abc",
        ),
        (format!("2024-02-24T12:34:57.000Z {LINE}"), "time-stamped lines", ""),
        (format!("2024-02-24T12:34:57.123456789+01:00 {LINE}"), "time-stamped lines", ""),
        (
            format!(
                r#"{{"labels":{{"instance":"web1","job":"nginx"}},"line":{json},"timestamp":"2024-02-24T12:34:56.1Z"}}"#
            ),
            "Loki",
            "web1",
        ),
        (format!(r#"["1708778096789000000",{json}]"#), "Loki stream", ""),
        (format!(r#"[ "1708778096789000000", {json}, {{"trace":"x"}} ]"#), "Loki stream", ""),
        (
            format!(
                r#"{{"preview":false,"offset":0,"result":{{"_raw":{json},"_time":"2024-02-24T12:34:56.000+0000","host":"web1"}}}}"#
            ),
            "Splunk",
            "web1",
        ),
        (
            format!(
                r#"{{"time":1708778096.789,"host":"web1","sourcetype":"access_combined","event":{json}}}"#
            ),
            "Splunk HEC",
            "web1",
        ),
        (
            format!(
                r#"{{"insertId":"x","textPayload":{json},"timestamp":"2024-02-24T12:34:57Z","resource":{{"type":"k8s_container","labels":{{"pod_name":"web-1"}}}}}}"#
            ),
            "Cloud Logging",
            "web-1",
        ),
        (
            format!(r#"{{"jsonPayload":{{"message":{json}}},"timestamp":"2024-02-24T12:34:57Z"}}"#),
            "Cloud Logging",
            "",
        ),
        (
            format!(
                r#"{{"TimeGenerated":"2024-02-24T12:34:57Z","Computer":"node1","LogEntry":{json}}}"#
            ),
            "Azure Monitor",
            "node1",
        ),
        (
            format!(
                r#"{{"time":"2024-02-24T12:34:57Z","properties":{{"log":{json},"stream":"stdout","pod":"web-1"}}}}"#
            ),
            "Azure Monitor",
            "web-1",
        ),
        (
            format!(r#"{{"date":1708778096.1,"log":{json},"kubernetes":{{"host":"node1"}}}}"#),
            "JSON message",
            "node1",
        ),
        (
            format!(
                r#"{{"version":"1.1","host":"web1","short_message":"203.0","full_message":{json},"timestamp":1708778096.3}}"#
            ),
            "GELF",
            "web1",
        ),
        (
            format!(
                r#"{{"_id":"A","date":"2024-02-24T12:34:57Z","host":"web1","service":"nginx","message":{json}}}"#
            ),
            "JSON message",
            "web1",
        ),
        (
            format!(
                r#"{{"id":"A","type":"log","attributes":{{"host":"web1","message":{json},"timestamp":"2024-02-24T12:34:57Z"}}}}"#
            ),
            "JSON message",
            "web1",
        ),
        (
            format!(
                r#"{{"_index":"filebeat","_id":"x","_source":{{"@timestamp":"2024-02-24T12:34:57Z","message":{json},"host":{{"name":"web1"}}}}}}"#
            ),
            "Elasticsearch hit > JSON message",
            "web1",
        ),
        (format!("web-1  | {LINE}"), "docker compose logs", "web-1"),
        (format!("\x1b[36mweb-1    |\x1b[0m {LINE}"), "docker compose logs", "web-1"),
        (format!("web.1.abc@node7    | {LINE}"), "docker compose logs", "node7"),
        (format!("0|app-1  | {LINE}"), "docker compose logs", "app-1"),
        (format!("[pod/web-1/nginx] {LINE}"), "kubectl logs", "web-1"),
        (
            format!("[pod/web-1/nginx] 2024-02-24T12:34:57.1Z {LINE}"),
            "kubectl logs > time-stamped lines",
            "web-1",
        ),
        (format!("2024-02-24T12:34:57+00:00 app[web.1]: {LINE}"), "syslog", ""),
        (format!("2024-02-24T12:34:57+00:00 web1 nginx[7]: {LINE}"), "syslog", "web1"),
    ]
}

#[test]
fn lines_are_read_out_of_their_envelopes() {
    for (line, wrappers, logger) in wrapped() {
        let expected = (wrappers.to_owned(), logger.to_owned(), READS.to_owned());
        assert_eq!(open(line.as_bytes()), expected, "{line}");
    }
}

/// Any damage is a reading, and never a panic.
#[test]
fn damaged_envelopes_never_panic() {
    let mut reader = Reader::new(&[], false);
    for (line, ..) in wrapped() {
        for at in 0..line.len() {
            reader.read(&line.as_bytes()[..at]);
            for byte in *b"\"\\[]{}:, \x1f\x00\xff1" {
                let mut damaged = line.clone().into_bytes();
                damaged[at] = byte;
                reader.read(&damaged);
            }
            reader.state = State::default();
        }
    }
}

#[test]
fn an_envelope_hides_no_line_that_a_format_reads() {
    // The time of a classic ELB's line, or the host of an extended one.
    for (line, format) in [
        (
            r#"2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.38.0" DHE-RSA-AES128-SHA TLSv1.2"#,
            "aws-elb-classic",
        ),
        (
            r#"{"@timestamp":"2024-02-24T12:34:56Z","message":"a request","source":{"ip":"203.0.113.5"},"http":{"response":{"status_code":200}},"url":{"path":"/a"}}"#,
            "ecs",
        ),
    ] {
        let mut reader = Reader::new(&[], false);
        let Reading::Read(place, _) = reader.read(line.as_bytes()) else { panic!("{line}") };
        assert_eq!(TABLE[place].card().name, format);
        assert!(reader.wrappers().is_empty(), "{line}");
    }
    // A document whose field is no web line is read by its schema.
    let (wrappers, _, reads) = open(
        br#"{"_index":"i","_source":{"@timestamp":"2024-02-24T12:34:56Z","message":"a request","source":{"ip":"203.0.113.5"},"http":{"response":{"status_code":200}},"url":{"path":"/a"}}}"#,
    );
    assert_eq!(wrappers, "Elasticsearch hit");
    assert_eq!(reads, "forwarded=203.0.113.5 time=2024-02-24T12:34:56Z - /a 200");
    // An address at its beginning says that the line begins behind the time.
    let custom = LINE.replace("- - [", "- bob smith x [").replace("\"-\"", "0.250 \"-\"");
    let (wrappers, _, reads) = open(format!("2024-02-24T12:34:57Z {custom}").as_bytes());
    assert_eq!(wrappers, "time-stamped lines", "{reads}");
}

#[test]
fn two_lines_in_one_envelope_are_not_read_as_one() {
    let two = serde_json::to_string(&format!("{LINE}\n{LINE}\n")).unwrap();
    let (_, _, reads) = open(format!(r#"{{"log":{two},"host":"web1"}}"#).as_bytes());
    assert!(reads.starts_with("Unread"), "{reads}");
    let one = serde_json::to_string(&format!("{LINE}\r\n")).unwrap();
    assert_eq!(open(format!(r#"{{"log":{one},"host":"web1"}}"#).as_bytes()).2, READS);
}

#[test]
fn the_time_of_an_envelope_serves_a_line_without_one() {
    let (_, _, reads) = open(
        br#"{"date":1708778096.5,"log":"INFO:     203.0.113.5:54321 - \"GET /a HTTP/1.1\" 200 OK"}"#,
    );
    assert!(reads.contains("time=2024-02-24T12:34:56.5Z"), "{reads}");
}
